import { texts } from '../text/language.ts';

export const summaryTexts = texts({
  en: {
    changes: (count: number): string => (count === 1 ? 'change' : 'changes'),
    toDecide: 'to decide',
    toDecideHint: 'Can still be decided, and you talk to the customer',
    mrr: 'MRR',
    atRisk: 'at risk',
    explain: 'How these totals are counted',
    counting: `The totals are of contracts, not of rows. A contract with several changes counts once: with its MRR of today, and with its MRR after the latest change.
An upgrade or overage that nobody has accepted is not part of a later renewal, so it does not raise the total.
A contract counts 0 afterwards if its renewal is cancelled. Its MRR of today is then at risk.`,
    becomes: 'is estimated to become',
  },
  de: {
    changes: (count) => (count === 1 ? 'Änderung' : 'Änderungen'),
    toDecide: 'zu entscheiden',
    toDecideHint: 'Noch zu entscheiden, und Sie sprechen mit dem Kunden',
    mrr: 'MRR',
    atRisk: 'gefährdet',
    explain: 'Wie diese Summen zählen',
    counting: `Die Summen gelten für Verträge, nicht für Zeilen. Ein Vertrag mit mehreren Änderungen zählt einmal: mit dem MRR von heute und mit dem MRR nach der letzten Änderung.
Ein Upgrade oder eine Überziehung, die niemand angenommen hat, gehört nicht zur späteren Verlängerung und erhöht die Summe nicht.
Ist die Verlängerung gekündigt, zählt der Vertrag danach 0. Sein MRR von heute ist dann gefährdet.`,
    becomes: 'wird voraussichtlich zu',
  },
});
