import { texts } from '../text/language.ts';

export const summaryTexts = texts({
  en: {
    changes: (count: number): string => (count === 1 ? 'change' : 'changes'),
    toDecide: 'to decide',
    toDecideHint: 'Can still be decided, and you talk to the customer',
    mrr: 'MRR',
    atRisk: 'at risk',
    counting: 'A contract with several changes counts once, as it is after the latest. One whose renewal is cancelled counts 0 afterwards.',
    becomes: 'is estimated to become',
  },
  de: {
    changes: (count) => (count === 1 ? 'Änderung' : 'Änderungen'),
    toDecide: 'zu entscheiden',
    toDecideHint: 'Noch zu entscheiden, und Sie sprechen mit dem Kunden',
    mrr: 'MRR',
    atRisk: 'gefährdet',
    counting:
      'Ein Vertrag mit mehreren Änderungen zählt einmal, mit dem Stand nach der letzten. Ist seine Verlängerung gekündigt, zählt er danach 0.',
    becomes: 'wird voraussichtlich zu',
  },
});
