import { texts } from '../text/language.ts';

export const summaryTexts = texts({
  en: {
    changes: (count: number): string => (count === 1 ? 'change' : 'changes'),
    toDecide: 'to decide',
    toDecideHint: 'Can still be decided, and you talk to the customer',
    mrr: 'MRR',
    atRisk: 'at risk',
    explain: 'How these totals are counted',
    becomes: 'is estimated to become',
  },
  de: {
    changes: (count) => (count === 1 ? 'Änderung' : 'Änderungen'),
    toDecide: 'zu entscheiden',
    toDecideHint: 'Noch zu entscheiden, und Sie sprechen mit dem Kunden',
    mrr: 'MRR',
    atRisk: 'gefährdet',
    explain: 'Wie diese Summen zählen',
    becomes: 'wird voraussichtlich zu',
  },
});
