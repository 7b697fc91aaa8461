import type { UserError, UserErrorCode } from '@partner-renewals/sdk';
import { currentLanguage } from './language.ts';

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

/** What the API says about an error that the user can fix. */
export const sentenceOfUserError = ({ code, message }: Pick<UserError, 'code' | 'message'>): string =>
  currentLanguage() === 'de' ? (germanOfUserError[code] ?? message) : message;
