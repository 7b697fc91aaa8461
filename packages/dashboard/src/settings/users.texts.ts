import { texts } from '../text/language.ts';

// The API's sentences are in English.
const noneInvalid: Readonly<Record<string, string>> = {};
const newInvalidInGerman: Readonly<Record<string, string>> = {
  name: 'Geben Sie einen Namen mit 1 bis 200 Zeichen ein.',
  email: 'Geben Sie eine E-Mail-Adresse wie ann@example.com ein.',
  role: 'Sie können keine Rolle über Ihrer eigenen vergeben.',
};
const lastAdministrator = 'Das ist der letzte Administrator. Machen Sie zuerst einen anderen Benutzer zum Administrator.';
const invalidInGerman: Readonly<Record<string, string>> = { role: lastAdministrator, userId: lastAdministrator };

export const usersTexts = texts({
  en: {
    lead: 'The people of your company who work with this page.',
    create: 'Create a user',
    search: 'Search by name or e-mail',
    name: 'Name',
    email: 'E-mail',
    emailHint: 'The sign-on of your company finds the user by it.',
    role: 'Role',
    roleOf: (name: string) => `Role of ${name}`,
    you: 'you',
    roleHints: {
      VIEWER: 'Sees everything, and has own columns and views.',
      MANAGER: 'Also sets owners and contacts, records decisions and shares views.',
      ADMIN: 'Also ends associations, changes settings, and manages users and keys.',
    },
    roleSaved: (name: string, role: string) => `${name} is now: ${role}.`,
    created: (name: string) => `${name} can now sign in.`,
    remove: 'Remove',
    removeUser: (name: string) => `Remove ${name}`,
    removeTitle: (name: string) => `Remove ${name}?`,
    removeLead: 'This cannot be undone. With the user go:',
    removeGoes: {
      sessions: 'all sessions and the sign-on, at once',
      keys: 'the API keys of the user',
      views: 'private views and the choice of columns',
      reminders: 'reminders to the user',
    },
    removeStays: 'Shared views pass on to your company. The history keeps the name.',
    removed: (name: string) => `${name} was removed.`,
    invalid: noneInvalid,
    newInvalid: noneInvalid,
    none: 'No user matches.',
    acts: 'Actions',
  },
  de: {
    lead: 'Die Menschen in Ihrem Unternehmen, die mit dieser Seite arbeiten.',
    create: 'Benutzer anlegen',
    search: 'Nach Name oder E-Mail suchen',
    name: 'Name',
    email: 'E-Mail',
    emailHint: 'Daran erkennt die Anmeldung Ihres Unternehmens den Benutzer.',
    role: 'Rolle',
    roleOf: (name: string) => `Rolle von ${name}`,
    you: 'Sie',
    roleHints: {
      VIEWER: 'Sieht alles und hat eigene Spalten und Ansichten.',
      MANAGER: 'Legt auch Bearbeiter und Kontakte fest, erfasst Entscheidungen und teilt Ansichten.',
      ADMIN: 'Beendet auch Zuordnungen, ändert Einstellungen und verwaltet Benutzer und Schlüssel.',
    },
    roleSaved: (name: string, role: string) => `${name} ist jetzt: ${role}.`,
    created: (name: string) => `${name} kann sich jetzt anmelden.`,
    remove: 'Entfernen',
    removeUser: (name: string) => `${name} entfernen`,
    removeTitle: (name: string) => `${name} entfernen?`,
    removeLead: 'Das lässt sich nicht rückgängig machen. Mit dem Benutzer werden gelöscht:',
    removeGoes: {
      sessions: 'alle Sitzungen und die Anmeldung, sofort',
      keys: 'die API-Schlüssel des Benutzers',
      views: 'private Ansichten und die Auswahl der Spalten',
      reminders: 'Erinnerungen an den Benutzer',
    },
    removeStays: 'Geteilte Ansichten gehen an Ihr Unternehmen über. Der Verlauf behält den Namen.',
    removed: (name: string) => `${name} wurde entfernt.`,
    invalid: invalidInGerman,
    newInvalid: newInvalidInGerman,
    none: 'Kein Benutzer passt dazu.',
    acts: 'Aktionen',
  },
});
