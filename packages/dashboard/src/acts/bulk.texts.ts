import { texts } from '../text/language.ts';

export const bulkTexts = texts({
  en: {
    selected: (count: number) => (count === 1 ? '1 customer selected' : `${count} customers selected`),
    setOwner: 'Set communication owner',
    clearSelection: 'Clear selection',
    bulkProgress: (done: number, count: number) => `${done} of ${count} customers …`,
    bulkDone: (count: number, owner: string) => (count === 1 ? `1 customer changed: ${owner}.` : `${count} customers changed: ${owner}.`),
    bulkFailed: (failed: number, count: number) => `${failed} of ${count} customers could not be changed`,
    bulkActions: 'Acts on the selected customers',
  },
  de: {
    selected: (count) => (count === 1 ? '1 Kunde ausgewählt' : `${count} Kunden ausgewählt`),
    setOwner: 'Kommunikations-Bearbeiter setzen',
    clearSelection: 'Auswahl aufheben',
    bulkProgress: (done, count) => `${done} von ${count} Kunden …`,
    bulkDone: (count, owner) => (count === 1 ? `1 Kunde geändert: ${owner}.` : `${count} Kunden geändert: ${owner}.`),
    bulkFailed: (failed, count) => `${failed} von ${count} Kunden konnten nicht geändert werden`,
    bulkActions: 'Aktionen für die ausgewählten Kunden',
  },
});
