import { inEnglish, inGerman } from '../text/counted.ts';
import { texts } from '../text/language.ts';

export const chooserTexts = texts({
  en: {
    contactPlaceholder: 'Name or e-mail address',
    contacts: 'Contacts',
    removeContact: 'No primary contact',
    contactCount: (count: number) => inEnglish(count, 'contact', 'contacts'),
    contactsShown: (shown: number, count: number) => `${shown} of ${count} contacts. Type to see fewer.`,
    noContactFound: 'No active contact has this in the name or address.',
    noActiveContact: 'This account has no active users. The vendor adds them.',
  },
  de: {
    contactPlaceholder: 'Name oder E-Mail-Adresse',
    contacts: 'Kontakte',
    removeContact: 'Kein primärer Kundenkontakt',
    contactCount: (count) => inGerman(count, 'Kontakt', 'Kontakte'),
    contactsShown: (shown, count) => `${shown} von ${count} Kontakten. Tippen Sie, um einzugrenzen.`,
    noContactFound: 'Kein aktiver Kontakt hat das im Namen oder in der Adresse.',
    noActiveContact: 'Dieser Account hat keine aktiven Benutzer. Der Anbieter legt sie an.',
  },
});
