import { texts } from '../text/language.ts';

type Known = Readonly<Record<string, string>>;

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
    refusals: noRefusals,
    already: (name: string) => `You are signed in as ${name}.`,
    goOn: 'Continue',
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
    refusals: refusalsInGerman,
    already: (name: string) => `Sie sind angemeldet als ${name}.`,
    goOn: 'Weiter',
    done: 'Sie sind angemeldet',
    doneLead: 'Sie können dieses Fenster schließen und im anderen weiterarbeiten.',
    toStart: 'Zu den bevorstehenden Verlängerungen',
    later: 'Nicht jetzt',
  },
});
