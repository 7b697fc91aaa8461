import { RenewalsError, type UserError, type UserErrorCode } from '@partner-renewals/sdk';
import { currentLanguage, currentTexts, texts } from './language.ts';

// The API explains errors in English. A German page says the same by the error's code.
const germanOfUserError: Record<UserErrorCode, string> = {
  ALREADY_EFFECTIVE: 'Die Änderung gilt bereits oder ab heute. Für eine Entscheidung ist es zu spät.',
  CONFLICT: 'Der Stand hat sich inzwischen geändert.',
  CONTACT_NOT_IN_ACCOUNT: 'Diese Person ist kein aktiver Benutzer im Account des Kunden.',
  DEADLINE_PASSED: 'Die Frist für diese Entscheidung ist abgelaufen.',
  IDEMPOTENCY_CONCURRENT_REQUEST: 'Dieselbe Anfrage läuft noch. Bitte gleich noch einmal versuchen.',
  IDEMPOTENCY_KEY_PARAMETER_MISMATCH: 'Diese Anfrage wurde schon mit anderen Angaben gesendet. Bitte die Seite neu laden.',
  INVALID: 'Eine Angabe ist ungültig.',
  LOCKED_COLUMN: 'Eine gesperrte Spalte fehlt.',
  NOT_ALLOWED: 'Ihre Rolle erlaubt das nicht.',
  NOT_COMMUNICATION_OWNER:
    'Der Anbieter spricht mit diesem Kunden. Machen Sie zuerst den Partner zum Kommunikations-Bearbeiter, dann erfassen Sie die Entscheidung.',
  NOT_FOUND: 'Das gibt es nicht mehr, oder Sie dürfen es nicht sehen.',
  TAKEN: 'Diesen Namen oder diese Adresse gibt es schon.',
  TOO_MANY_IDS: 'Das sind zu viele auf einmal.',
  TOO_MANY_REQUESTS: 'Das wurde zu oft gemacht. Bitte versuchen Sie es später noch einmal.',
};

const faultTexts = texts({
  en: {
    network: 'The server cannot be reached. Check the network, then try again.',
    unavailable: 'The server is busy or restarting. Try again in a moment.',
    importing: 'An import of your data is running. Try again when it is done.',
    rate: 'Your company sent many requests in a short time. Try again in a moment.',
    forbidden: 'Your role does not allow this.',
    signedOut: 'Your session has ended. Sign in again.',
    other: 'Something went wrong on our side. Try again.',
  },
  de: {
    network: 'Der Server ist nicht erreichbar. Bitte die Verbindung prüfen und noch einmal versuchen.',
    unavailable: 'Der Server ist ausgelastet oder startet gerade neu. Bitte gleich noch einmal versuchen.',
    importing: 'Ein Import Ihrer Daten läuft. Bitte versuchen Sie es danach noch einmal.',
    rate: 'Ihr Unternehmen hat in kurzer Zeit viele Anfragen gesendet. Bitte gleich noch einmal versuchen.',
    forbidden: 'Ihre Rolle erlaubt das nicht.',
    signedOut: 'Ihre Sitzung ist beendet. Bitte melden Sie sich wieder an.',
    other: 'Auf unserer Seite ist etwas schiefgegangen. Bitte noch einmal versuchen.',
  },
});

/** What the API says about an error that the user can fix. */
export const sentenceOfUserError = ({ code, message }: Pick<UserError, 'code' | 'message'>): string =>
  currentLanguage() === 'de' ? (germanOfUserError[code] ?? message) : message;

/** One sentence about a request that failed, for people. */
export function sentenceOfFault(error: unknown): string {
  const text = currentTexts(faultTexts);
  if (!(error instanceof RenewalsError)) return text.other;
  if (error.code === 'IMPORT_RUNNING') return text.importing;
  if (error.code === 'UNAUTHENTICATED') return text.signedOut;
  if (error.code === 'FORBIDDEN') return text.forbidden;
  if (error.name === 'ConnectionError' || error.name === 'TimeoutError') return text.network;
  if (error.name === 'UnavailableError') return text.unavailable;
  if (error.name === 'RateLimitError') return text.rate;
  return error.name === 'GraphQLRequestError' && currentLanguage() === 'en' ? error.message : text.other;
}
