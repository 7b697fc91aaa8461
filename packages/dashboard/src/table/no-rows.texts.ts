import { texts } from '../text/language.ts';

export const noRowsTexts = texts({
  en: {
    noMatch: 'No change matches these filters.',
    noChanges: 'No contract changes in the next 120 days.',
    noChangesHint: 'The data of your customers come by imports. Ask whoever runs this server to import them, then refresh.',
    noneFound: (query: string) => `No customer with a change matches “${query}”.`,
    noneFoundHint:
      'This list has customers whose contracts change in the next 120 days. Try a part of the name, the website or the Hub ID.',
    nothingToDecide: 'Nothing waits for your decision.',
    nothingToDecideHint:
      'Changes of customers that the vendor talks to are not in this view. Make your company their communication owner to decide.',
    showAll: 'Show all changes',
    clear: 'Clear all filters',
    searchAll: 'Search all customers',
  },
  de: {
    noMatch: 'Keine Änderung passt zu diesen Filtern.',
    noChanges: 'Keine Vertragsänderungen in den nächsten 120 Tagen.',
    noChangesHint:
      'Die Daten Ihrer Kunden kommen durch Importe. Bitten Sie den Betreiber dieses Servers um einen Import, und aktualisieren Sie dann.',
    noneFound: (query) => `Kein Kunde mit einer Änderung passt zu „${query}“.`,
    noneFoundHint:
      'Die Liste hat Kunden, deren Verträge sich in den nächsten 120 Tagen ändern. Versuchen Sie einen Teil des Namens, die Website oder die Hub-ID.',
    nothingToDecide: 'Nichts wartet auf Ihre Entscheidung.',
    nothingToDecideHint:
      'Änderungen von Kunden, mit denen der Anbieter spricht, fehlen hier. Machen Sie Ihr Unternehmen zum Kommunikations-Bearbeiter, um zu entscheiden.',
    showAll: 'Alle Änderungen anzeigen',
    clear: 'Alle Filter zurücksetzen',
    searchAll: 'Alle Kunden durchsuchen',
  },
});
