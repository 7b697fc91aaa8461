import { texts } from '../text/language.ts';

/** Kinds of faults of a whole request, by what the user can do. */
export type FaultKind = 'unreachable' | 'busy' | 'import' | 'slow' | 'rate' | 'signedOut' | 'forbidden' | 'refused' | 'broken';

type FaultTexts = Record<FaultKind, { readonly title: string; readonly remedy: string }>;

const en: FaultTexts = {
  unreachable: { title: 'The server cannot be reached', remedy: 'Check your connection. The page tries again by itself.' },
  busy: { title: 'The server is busy or restarting', remedy: 'The page tries again by itself.' },
  import: { title: 'An import is running', remedy: 'Try again when it has finished, usually within a minute.' },
  slow: { title: 'This took too long', remedy: 'Try again, or ask for less: a narrower search or fewer columns.' },
  rate: { title: 'Your company has reached its rate limit', remedy: 'Wait a moment, then try again.' },
  signedOut: { title: 'You are signed out', remedy: 'Sign in to continue.' },
  forbidden: { title: 'Your role does not allow this', remedy: 'Ask an administrator of your company.' },
  refused: { title: 'The server refused the request', remedy: 'Go back and try another way.' },
  broken: {
    title: 'Something went wrong on the server',
    remedy: 'Try again. If it happens again, give the request ID to your administrator.',
  },
};
const de: FaultTexts = {
  unreachable: { title: 'Der Server ist nicht erreichbar', remedy: 'Prüfen Sie Ihre Verbindung. Die Seite versucht es von selbst erneut.' },
  busy: { title: 'Der Server ist ausgelastet oder startet neu', remedy: 'Die Seite versucht es von selbst erneut.' },
  import: { title: 'Ein Import läuft', remedy: 'Versuchen Sie es erneut, wenn er fertig ist, meist innerhalb einer Minute.' },
  slow: { title: 'Das hat zu lange gedauert', remedy: 'Versuchen Sie es erneut, oder grenzen Sie die Suche ein.' },
  rate: { title: 'Ihr Unternehmen hat sein Anfragelimit erreicht', remedy: 'Warten Sie einen Moment, und versuchen Sie es dann erneut.' },
  signedOut: { title: 'Sie sind abgemeldet', remedy: 'Melden Sie sich an, um weiterzuarbeiten.' },
  forbidden: { title: 'Ihre Rolle erlaubt das nicht', remedy: 'Wenden Sie sich an einen Administrator Ihres Unternehmens.' },
  refused: { title: 'Der Server hat die Anfrage abgelehnt', remedy: 'Gehen Sie zurück, und versuchen Sie es auf anderem Weg.' },
  broken: {
    title: 'Auf dem Server ist etwas schiefgegangen',
    remedy: 'Versuchen Sie es erneut. Tritt es wieder auf, nennen Sie Ihrem Administrator die Anfrage-ID.',
  },
};

export const problemTexts = texts({
  en: {
    faults: en,
    again: 'Try again',
    requestId: 'Request ID',
    crash: {
      title: 'The page has a fault',
      text: 'What you saved is safe. Load the page again to continue.',
      missing: 'This part could not be loaded',
      missingText: 'The page was updated on the server, or the connection is lost. Load it again to continue.',
      again: 'Load again',
    },
  },
  de: {
    faults: de,
    again: 'Erneut versuchen',
    requestId: 'Anfrage-ID',
    crash: {
      title: 'Die Seite hat einen Fehler',
      text: 'Gespeichertes ist sicher. Laden Sie die Seite neu, um weiterzuarbeiten.',
      missing: 'Dieser Teil ließ sich nicht laden',
      missingText: 'Die Seite wurde auf dem Server aktualisiert, oder die Verbindung fehlt. Laden Sie sie neu, um weiterzuarbeiten.',
      again: 'Neu laden',
    },
  },
});
