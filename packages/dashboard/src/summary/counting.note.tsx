import { texts, useTexts } from '../text/language.ts';

const countingTexts = texts({
  en: {
    counting: `The totals are of contracts, not of rows. A contract with several changes counts once: with its MRR of today, and with its MRR after the latest change.
An upgrade or overage that nobody has accepted is not part of a later renewal, so it does not raise the total.
A contract counts 0 afterwards if its renewal is cancelled. Its MRR of today is then at risk.`,
  },
  de: {
    counting: `Die Summen gelten für Verträge, nicht für Zeilen. Ein Vertrag mit mehreren Änderungen zählt einmal: mit dem MRR von heute und mit dem MRR nach der letzten Änderung.
Ein Upgrade oder eine Überziehung, die niemand angenommen hat, gehört nicht zur späteren Verlängerung und erhöht die Summe nicht.
Ist die Verlängerung gekündigt, zählt der Vertrag danach 0. Sein MRR von heute ist dann gefährdet.`,
  },
});

/** What the totals count, since they are no sum of the rows. */
export function CountingNote() {
  const { counting } = useTexts(countingTexts);
  return counting.split('\n').map((line) => <p key={line}>{line}</p>);
}
