import { inEnglish, inGerman } from '../text/counted.ts';
import { texts } from '../text/language.ts';

// The API's sentences are in English.
const noneInvalid: Readonly<Record<string, string>> = {};
const invalidInGerman: Readonly<Record<string, string>> = {
  role: 'Ein Schlüssel darf nicht mehr als sein Benutzer und nicht mehr als Sie.',
  expiresAt: 'Wählen Sie einen Zeitpunkt in der Zukunft oder keinen.',
};

export const keysTexts = texts({
  en: {
    lead: 'With a key, programs use the API, and people can sign in without a sign-on. Whoever has it may do what its role allows.',
    create: 'Create an API key',
    key: 'Key',
    user: 'User',
    company: 'The company itself',
    removedUser: 'Removed user',
    role: 'Role',
    roleHint: 'A key may do no more than its user.',
    created: 'Created',
    expires: 'Expires',
    never: 'Never',
    days: (days: number) => `In ${inEnglish(days, 'day', 'days')}`,
    states: { live: 'Live', expired: 'Expired', revoked: 'Revoked' },
    state: 'State',
    on: (moment: string) => `on ${moment}`,
    onceTitle: 'Your new API key',
    onceLead: 'Copy it now: it is shown only this once. If it is lost, revoke it and create another.',
    onceAgain: 'The key was created, but its answer was lost on the way. Revoke it and create another.',
    copy: 'Copy',
    copied: 'Copied.',
    copyByHand: 'The browser did not allow it. Select the key and copy it yourself.',
    done: 'I have kept it',
    revoke: 'Revoke',
    revokeKey: (id: string) => `Revoke ${id}`,
    revokeTitle: 'Revoke this key?',
    revokeLead: (id: string) => `Programs that use ${id} stop working at once, and sessions made with it end. This cannot be undone.`,
    revoked: (id: string) => `${id} is revoked.`,
    invalid: noneInvalid,
    none: 'There are no keys yet.',
    acts: 'Actions',
  },
  de: {
    lead: 'Mit einem Schlüssel nutzen Programme die API, und Menschen können sich damit anmelden. Wer ihn hat, darf, was seine Rolle erlaubt.',
    create: 'API-Schlüssel anlegen',
    key: 'Schlüssel',
    user: 'Benutzer',
    company: 'Das Unternehmen selbst',
    removedUser: 'Entfernter Benutzer',
    role: 'Rolle',
    roleHint: 'Ein Schlüssel darf nicht mehr als sein Benutzer.',
    created: 'Angelegt',
    expires: 'Läuft ab',
    never: 'Nie',
    days: (days: number) => `In ${inGerman(days, 'Tag', 'Tagen')}`,
    states: { live: 'Gültig', expired: 'Abgelaufen', revoked: 'Widerrufen' },
    state: 'Zustand',
    on: (moment: string) => `am ${moment}`,
    onceTitle: 'Ihr neuer API-Schlüssel',
    onceLead:
      'Kopieren Sie ihn jetzt: Er wird nur dieses eine Mal angezeigt. Geht er verloren, widerrufen Sie ihn und legen einen anderen an.',
    onceAgain:
      'Der Schlüssel wurde angelegt, aber die Antwort ging unterwegs verloren. Widerrufen Sie ihn, und legen Sie einen anderen an.',
    copy: 'Kopieren',
    copied: 'Kopiert.',
    copyByHand: 'Der Browser hat es nicht erlaubt. Markieren und kopieren Sie den Schlüssel selbst.',
    done: 'Ich habe ihn aufbewahrt',
    revoke: 'Widerrufen',
    revokeKey: (id: string) => `${id} widerrufen`,
    revokeTitle: 'Diesen Schlüssel widerrufen?',
    revokeLead: (id: string) =>
      `Programme, die ${id} nutzen, funktionieren sofort nicht mehr, und damit entstandene Sitzungen enden. Das lässt sich nicht rückgängig machen.`,
    revoked: (id: string) => `${id} ist widerrufen.`,
    invalid: invalidInGerman,
    none: 'Es gibt noch keine Schlüssel.',
    acts: 'Aktionen',
  },
});
