import type { ReminderKind, ReminderReason, ReminderRecipientKind, ReminderState } from '@partner-renewals/sdk';
import { texts } from '../text/language.ts';

const kindsInEnglish: Record<ReminderKind, string> = {
  DEADLINE_REMINDER: 'Deadline reminder',
  CUSTOMER_NOTICE: 'Notice to the customer',
  AFTER_DEADLINE: 'After the deadline',
  ON_EFFECTIVE_DATE: 'On the effective date',
  WEEKLY_DIGEST: 'Weekly digest',
  TEST: 'Test',
};
const kindsInGerman: Record<ReminderKind, string> = {
  DEADLINE_REMINDER: 'Fristerinnerung',
  CUSTOMER_NOTICE: 'Hinweis an den Kunden',
  AFTER_DEADLINE: 'Nach der Frist',
  ON_EFFECTIVE_DATE: 'Am Tag der Änderung',
  WEEKLY_DIGEST: 'Wochenübersicht',
  TEST: 'Testmail',
};
const statesInEnglish: Record<ReminderState, string> = {
  SENT: 'Sent',
  WAITING: 'Waiting',
  SKIPPED: 'Not sent',
  FAILED: 'Failed',
  KEPT: 'Not sent, kept here',
};
const statesInGerman: Record<ReminderState, string> = {
  SENT: 'Gesendet',
  WAITING: 'Wartet',
  SKIPPED: 'Nicht gesendet',
  FAILED: 'Fehlgeschlagen',
  KEPT: 'Nicht gesendet, hier abgelegt',
};
const recipientsInEnglish: Record<ReminderRecipientKind, string> = {
  USER: 'User of the company',
  CONTACT: 'Primary contact',
  VENDOR: 'The vendor',
};
const recipientsInGerman: Record<ReminderRecipientKind, string> = {
  USER: 'Benutzer des Unternehmens',
  CONTACT: 'Primärer Kundenkontakt',
  VENDOR: 'Der Anbieter',
};
const reasonsInEnglish: Record<ReminderReason, string> = {
  ADDRESS_REJECTED: 'The mail server rejected the address, which is blocked from now on.',
  ASSOCIATION_ENDED: 'The association with the customer had ended.',
  CONTACT_GONE: 'The recipient was no longer the primary contact.',
  DECIDED: 'The customer had decided.',
  GAVE_UP: 'The mail server stayed unavailable.',
  INVALID: 'The message could not be composed.',
  MAIL_REJECTED: 'The mail server rejected the message.',
  MOVED: 'The date moved; reminders of the new date follow.',
  MUTED: 'The reminders were muted.',
  NOTHING_TO_SAY: 'Nothing was left to decide.',
  NOT_DECIDABLE: 'The change could no longer be decided.',
  OTHER: 'Another reason.',
  OVERTAKEN: 'A later reminder of the same change was due, too.',
  OWNER_CHANGED: 'The communication owner had changed.',
  SNOOZED: 'The recipient had postponed the reminders.',
  SUPPRESSED: 'The address is blocked.',
  SWITCHED_OFF: 'This kind was switched off.',
  TOO_LATE: 'The last day to decide had passed.',
  UNSUBSCRIBED: 'The recipient had unsubscribed.',
  USER_GONE: 'The recipient is no longer a user.',
};
const reasonsInGerman: Record<ReminderReason, string> = {
  ADDRESS_REJECTED: 'Der Mailserver hat die Adresse abgelehnt; sie ist seitdem gesperrt.',
  ASSOCIATION_ENDED: 'Die Zuordnung des Kunden war beendet.',
  CONTACT_GONE: 'Der Empfänger war nicht mehr primärer Kundenkontakt.',
  DECIDED: 'Der Kunde hatte entschieden.',
  GAVE_UP: 'Der Mailserver blieb unerreichbar.',
  INVALID: 'Die Nachricht ließ sich nicht erstellen.',
  MAIL_REJECTED: 'Der Mailserver hat die Nachricht abgelehnt.',
  MOVED: 'Das Datum hat sich verschoben; Erinnerungen zum neuen folgen.',
  MUTED: 'Die Erinnerungen waren stummgeschaltet.',
  NOTHING_TO_SAY: 'Es war nichts mehr zu entscheiden.',
  NOT_DECIDABLE: 'Über die Änderung ließ sich nicht mehr entscheiden.',
  OTHER: 'Ein anderer Grund.',
  OVERTAKEN: 'Eine spätere Erinnerung zu derselben Änderung war auch fällig.',
  OWNER_CHANGED: 'Der Kommunikations-Bearbeiter hatte gewechselt.',
  SNOOZED: 'Der Empfänger hatte die Erinnerungen verschoben.',
  SUPPRESSED: 'Die Adresse ist gesperrt.',
  SWITCHED_OFF: 'Diese Art war ausgeschaltet.',
  TOO_LATE: 'Der letzte Tag zum Entscheiden war vorbei.',
  UNSUBSCRIBED: 'Der Empfänger hatte abbestellt.',
  USER_GONE: 'Der Empfänger ist kein Benutzer mehr.',
};

/** The words of the API's enums about reminders. */
export const reminderWords = texts({
  en: { kinds: kindsInEnglish, states: statesInEnglish, recipients: recipientsInEnglish, reasons: reasonsInEnglish },
  de: { kinds: kindsInGerman, states: statesInGerman, recipients: recipientsInGerman, reasons: reasonsInGerman },
});
