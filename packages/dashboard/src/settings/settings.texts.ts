import type { SettingsPart } from '../app/pages.ts';
import { texts } from '../text/language.ts';

type Parts = Record<SettingsPart, string>;
const inEnglish: Parts = {
  'my-reminders': 'My reminders',
  reminders: 'Reminders of the company',
  addresses: 'Blocked addresses',
  ended: 'Ended associations',
  partner: 'Company',
  users: 'Users',
  keys: 'API keys',
  sessions: 'Sessions',
};
const inGerman: Parts = {
  'my-reminders': 'Meine Erinnerungen',
  reminders: 'Erinnerungen des Unternehmens',
  addresses: 'Gesperrte Adressen',
  ended: 'Beendete Zuordnungen',
  partner: 'Unternehmen',
  users: 'Benutzer',
  keys: 'API-Schlüssel',
  sessions: 'Sitzungen',
};

export const settingsTexts = texts({
  en: {
    title: 'Settings',
    parts: inEnglish,
    notSaved: 'not saved',
    save: 'Save',
    saving: 'Saving …',
    saved: 'Saved.',
    discard: 'Discard changes',
    cancel: 'Cancel',
    close: 'Close',
    more: 'Show more',
    readOnly: 'Only an administrator can change this.',
    notAllowed: 'Only an administrator sees this. Ask one of your company.',
    none: '–',
  },
  de: {
    title: 'Einstellungen',
    parts: inGerman,
    notSaved: 'nicht gespeichert',
    save: 'Speichern',
    saving: 'Wird gespeichert …',
    saved: 'Gespeichert.',
    discard: 'Änderungen verwerfen',
    cancel: 'Abbrechen',
    close: 'Schließen',
    more: 'Mehr anzeigen',
    readOnly: 'Nur ein Administrator kann das ändern.',
    notAllowed: 'Nur ein Administrator sieht das. Fragen Sie einen in Ihrem Unternehmen.',
    none: '–',
  },
});
