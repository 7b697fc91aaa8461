import { texts } from '../text/language.ts';

type Known = Readonly<Record<string, string>>;

// Faults of the company's sign-on, by the code that the server puts into the address.
const faultsInEnglish: Known = {
  expired: 'The sign-in took too long. Start again.',
  denied: 'The sign-on was cancelled, or your company refused it.',
  unknown: 'Your company knows you, but you are no user here. Ask an administrator of your company to create you.',
  unavailable: 'The sign-on of your company cannot be reached. Try again in a moment, or use an API key.',
  invalid: 'The answer of the sign-on was not valid. Start again.',
};
const faultsInGerman: Known = {
  expired: 'Die Anmeldung hat zu lange gedauert. Beginnen Sie von vorn.',
  denied: 'Die Anmeldung wurde abgebrochen, oder Ihr Unternehmen hat sie abgelehnt.',
  unknown: 'Ihr Unternehmen kennt Sie, aber hier sind Sie nicht eingetragen. Bitten Sie einen Administrator, Sie anzulegen.',
  unavailable:
    'Die Anmeldung Ihres Unternehmens ist nicht erreichbar. Versuchen Sie es gleich noch einmal, oder nutzen Sie einen API-Schlüssel.',
  invalid: 'Die Antwort der Anmeldung war ungültig. Beginnen Sie von vorn.',
};

// The API's own sentences are in English; in German the page has them for what happens here.
const noRefusals: Known = {};
const refusalsInGerman: Known = {
  UNAUTHENTICATED: 'Dieser API-Schlüssel ist unbekannt, abgelaufen oder widerrufen.',
  RATE_LIMITED: 'Zu viele Versuche. Warten Sie einen Moment, und versuchen Sie es dann erneut.',
};

export const signInTexts = texts({
  en: {
    title: 'Sign in',
    lead: 'See which contracts of your customers change soon, and decide in time.',
    again: 'Sign in again',
    againLead: 'Your session has ended. Sign in to go on where you were; what you typed is still here.',
    signOn: (name: string) => `Continue with ${name}`,
    or: 'or',
    key: 'API key',
    keyHint: 'An administrator of your company creates it under Settings. It stays on this page: the browser keeps only a session.',
    showKey: 'Show',
    hideKey: 'Hide',
    withKey: 'Sign in with the key',
    sample: 'Continue as the sample partner',
    sampleHint: 'With made-up customers, on this computer only.',
    busy: 'Signing in …',
    empty: 'Enter an API key.',
    failed: 'The server cannot be reached. Check your connection and try again.',
    noMethod: 'Nobody can sign in to this server by browser. Ask who runs it.',
    anyFault: 'The sign-on failed. Start again, or use an API key.',
    faults: faultsInEnglish,
    refusals: noRefusals,
    done: 'You are signed in',
    doneLead: 'You can close this window and go on in the other one.',
    toStart: 'Go to Upcoming renewals',
    later: 'Not now',
  },
  de: {
    title: 'Anmelden',
    lead: 'Sehen Sie, welche Verträge Ihrer Kunden sich bald ändern, und entscheiden Sie rechtzeitig.',
    again: 'Erneut anmelden',
    againLead: 'Ihre Sitzung ist beendet. Melden Sie sich an, um weiterzuarbeiten; Ihre Eingaben sind noch da.',
    signOn: (name: string) => `Weiter mit ${name}`,
    or: 'oder',
    key: 'API-Schlüssel',
    keyHint:
      'Ein Administrator Ihres Unternehmens legt ihn unter Einstellungen an. Der Browser behält nur eine Sitzung, nicht den Schlüssel.',
    showKey: 'Anzeigen',
    hideKey: 'Verbergen',
    withKey: 'Mit dem Schlüssel anmelden',
    sample: 'Weiter als Beispielpartner',
    sampleHint: 'Mit erfundenen Kunden, nur auf diesem Computer.',
    busy: 'Anmeldung läuft …',
    empty: 'Geben Sie einen API-Schlüssel ein.',
    failed: 'Der Server ist nicht erreichbar. Prüfen Sie Ihre Verbindung, und versuchen Sie es erneut.',
    noMethod: 'An diesem Server kann sich niemand mit dem Browser anmelden. Fragen Sie, wer ihn betreibt.',
    anyFault: 'Die Anmeldung ist fehlgeschlagen. Beginnen Sie von vorn, oder nutzen Sie einen API-Schlüssel.',
    faults: faultsInGerman,
    refusals: refusalsInGerman,
    done: 'Sie sind angemeldet',
    doneLead: 'Sie können dieses Fenster schließen und im anderen weiterarbeiten.',
    toStart: 'Zu den bevorstehenden Verlängerungen',
    later: 'Nicht jetzt',
  },
});
