import { texts } from '../text/language.ts';

export const summaryTexts = texts({
  en: {
    changes: (count: number): string => (count === 1 ? 'change' : 'changes'),
    toDecide: 'to decide',
    mrr: 'MRR',
    atRisk: 'at risk',
    becomes: 'is estimated to become',
  },
  de: {
    changes: (count) => (count === 1 ? 'Änderung' : 'Änderungen'),
    toDecide: 'zu entscheiden',
    mrr: 'MRR',
    atRisk: 'gefährdet',
    becomes: 'wird voraussichtlich zu',
  },
});
