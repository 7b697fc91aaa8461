import { inEnglish, inGerman } from '../text/counted.ts';
import { texts } from '../text/language.ts';

export const bulkTexts = texts({
  en: {
    selected: (count: number) => `${inEnglish(count, 'customer', 'customers')} selected`,
    keys: 'O sets their communication owner, Esc clears the selection.',
    cleared: 'Selection cleared.',
    setOwner: 'Set communication owner',
    clearSelection: 'Clear selection',
    bulkProgress: (done: number, count: number) => `${done} of ${inEnglish(count, 'customer', 'customers')} …`,
    bulkDone: (count: number, owner: string) => `${inEnglish(count, 'customer', 'customers')} changed: ${owner}.`,
    undone: (count: number) => `${inEnglish(count, 'customer', 'customers')} as before.`,
    dropped: 'The list has changed, so nothing is selected any more.',
    bulkFailed: (failed: number, count: number) => `${failed} of ${inEnglish(count, 'customer', 'customers')} could not be changed`,
    gone: 'The association has ended in the meantime.',
    bulkActions: 'Acts on the selected customers',
  },
  de: {
    selected: (count) => `${inGerman(count, 'Kunde', 'Kunden')} ausgewählt`,
    keys: 'O legt den Kommunikations-Bearbeiter fest, Esc hebt die Auswahl auf.',
    cleared: 'Auswahl aufgehoben.',
    setOwner: 'Kommunikations-Bearbeiter festlegen',
    clearSelection: 'Auswahl aufheben',
    bulkProgress: (done, count) => `${done} von ${inGerman(count, 'Kunden', 'Kunden')} …`,
    bulkDone: (count, owner) => `${inGerman(count, 'Kunde', 'Kunden')} geändert: ${owner}.`,
    undone: (count) => `${inGerman(count, 'Kunde', 'Kunden')} wie zuvor.`,
    dropped: 'Die Liste ist eine andere, deshalb ist nichts mehr ausgewählt.',
    bulkFailed: (failed, count) => `Nicht geändert: ${failed} von ${inGerman(count, 'Kunden', 'Kunden')}`,
    gone: 'Die Zuordnung wurde inzwischen beendet.',
    bulkActions: 'Aktionen für die ausgewählten Kunden',
  },
});
