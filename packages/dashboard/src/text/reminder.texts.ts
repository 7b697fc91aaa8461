import type { ReminderKind, ReminderReason, ReminderRecipientKind, ReminderState } from '@partner-renewals/sdk';
import { texts } from './language.ts';

// A new value of the API breaks the build here, until it has a sentence in both languages.

type Kinds = Record<ReminderKind, string>;
type States = Record<ReminderState, string>;
type Reasons = Record<ReminderReason, string>;
type Recipients = Record<ReminderRecipientKind, string>;

/** What e-mails are about, what became of them, and why. */
export const reminderTexts = texts({
  en: {
    kind: {
      AFTER_DEADLINE: 'After the deadline',
      CUSTOMER_NOTICE: 'Notice to the customer',
      DEADLINE_REMINDER: 'Reminder of the deadline',
      ON_EFFECTIVE_DATE: 'On the effective date',
      TEST: 'Test reminder',
      WEEKLY_DIGEST: 'Weekly digest',
    } satisfies Kinds,
    state: {
      FAILED: 'Failed',
      KEPT: 'Kept',
      SENT: 'Sent',
      SKIPPED: 'Not sent',
      WAITING: 'Waiting',
    } satisfies States,
    stateHint: {
      FAILED: 'It could not be sent.',
      KEPT: 'No mail server is set up. The mailbox of the server has it.',
      SENT: 'The mail server accepted it.',
      SKIPPED: 'It was not sent.',
      WAITING: 'It has not been sent yet.',
    } satisfies States,
    reason: {
      ADDRESS_REJECTED: 'The mail server rejected the address. Nothing is sent to it from now on.',
      ASSOCIATION_ENDED: 'The association with the customer had ended.',
      CONTACT_GONE: 'The recipient was no longer the primary contact.',
      DECIDED: 'The customer had already decided.',
      GAVE_UP: 'The mail server stayed unavailable.',
      INVALID: 'The message could not be composed.',
      MAIL_REJECTED: 'The mail server rejected the message.',
      MOVED: 'The date moved. Reminders of the new date follow.',
      MUTED: 'Reminders were muted.',
      NOTHING_TO_SAY: 'Nothing was left to decide.',
      NOT_DECIDABLE: 'The change could no longer be decided.',
      OTHER: 'Another reason.',
      OVERTAKEN: 'A later reminder of the same change was due as well.',
      OWNER_CHANGED: 'The communication owner had changed.',
      SNOOZED: 'The recipient had postponed reminders.',
      SUPPRESSED: 'Mail to this address had been rejected before.',
      SWITCHED_OFF: 'This kind of reminder is switched off.',
      TOO_LATE: 'The last day to act had passed.',
      UNSUBSCRIBED: 'The recipient had unsubscribed.',
      USER_GONE: 'The recipient is no longer a user.',
    } satisfies Reasons,
    recipientKind: { CONTACT: 'primary contact', USER: 'your team', VENDOR: 'vendor' } satisfies Recipients,
    daysBefore: (days: number) => (days === 0 ? 'on the last day' : days === 1 ? '1 day before' : `${days} days before`),
  },
  de: {
    kind: {
      AFTER_DEADLINE: 'Nach der Frist',
      CUSTOMER_NOTICE: 'Nachricht an den Kunden',
      DEADLINE_REMINDER: 'Erinnerung an die Frist',
      ON_EFFECTIVE_DATE: 'Am Stichtag',
      TEST: 'Test-Erinnerung',
      WEEKLY_DIGEST: 'Wochenübersicht',
    },
    state: {
      FAILED: 'Fehlgeschlagen',
      KEPT: 'Behalten',
      SENT: 'Gesendet',
      SKIPPED: 'Nicht gesendet',
      WAITING: 'Wartet',
    },
    stateHint: {
      FAILED: 'Sie konnte nicht gesendet werden.',
      KEPT: 'Kein Mailserver ist eingerichtet. Sie liegt im Postfach des Servers.',
      SENT: 'Der Mailserver hat sie angenommen.',
      SKIPPED: 'Sie wurde nicht gesendet.',
      WAITING: 'Sie wurde noch nicht gesendet.',
    },
    reason: {
      ADDRESS_REJECTED: 'Der Mailserver hat die Adresse abgelehnt. Ab jetzt geht nichts mehr an sie.',
      ASSOCIATION_ENDED: 'Die Zuordnung zum Kunden war beendet.',
      CONTACT_GONE: 'Der Empfänger war nicht mehr primärer Kundenkontakt.',
      DECIDED: 'Der Kunde hatte schon entschieden.',
      GAVE_UP: 'Der Mailserver war zu lange nicht erreichbar.',
      INVALID: 'Die Nachricht ließ sich nicht erstellen.',
      MAIL_REJECTED: 'Der Mailserver hat die Nachricht abgelehnt.',
      MOVED: 'Der Termin wurde verschoben. Zum neuen Termin folgen Erinnerungen.',
      MUTED: 'Die Erinnerungen waren stummgeschaltet.',
      NOTHING_TO_SAY: 'Es gab nichts mehr zu entscheiden.',
      NOT_DECIDABLE: 'Über die Änderung konnte nicht mehr entschieden werden.',
      OTHER: 'Ein anderer Grund.',
      OVERTAKEN: 'Eine spätere Erinnerung an dieselbe Änderung war ebenfalls fällig.',
      OWNER_CHANGED: 'Der Kommunikations-Bearbeiter hatte gewechselt.',
      SNOOZED: 'Der Empfänger hatte die Erinnerungen verschoben.',
      SUPPRESSED: 'E-Mails an diese Adresse wurden früher abgelehnt.',
      SWITCHED_OFF: 'Diese Art von Erinnerung ist ausgeschaltet.',
      TOO_LATE: 'Der letzte Tag zum Handeln war vorbei.',
      UNSUBSCRIBED: 'Der Empfänger hatte sich abgemeldet.',
      USER_GONE: 'Der Empfänger ist kein Benutzer mehr.',
    },
    recipientKind: { CONTACT: 'primärer Kundenkontakt', USER: 'Ihr Team', VENDOR: 'Anbieter' },
    daysBefore: (days) => (days === 0 ? 'am letzten Tag' : days === 1 ? '1 Tag vorher' : `${days} Tage vorher`),
  },
});
