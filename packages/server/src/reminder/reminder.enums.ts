import { registerEnum } from '../graphql/register-enum.ts';
import type { ReminderKind } from './reminder-kind.ts';
import type { SkipReason } from './skip-reason.ts';

export const ReminderKindEnum = registerEnum<ReminderKind>('ReminderKind', 'A kind of reminder.', {
  DEADLINE_REMINDER: 'Before the last day to act, to users of the partner; to the vendor, where it is the communication owner.',
  CUSTOMER_NOTICE: 'The same to the primary contact of the customer, if the partner is the communication owner and has switched it on.',
  AFTER_DEADLINE: 'On the day after the deadline: the contract renews by itself.',
  ON_EFFECTIVE_DATE: 'On the effective date: renewed, confirmed, cancelled or lapsed.',
  WEEKLY_DIGEST: 'Once a week, all that can still be decided.',
  TEST: 'Asked for by a user, to see how a reminder looks.',
});

export type ReminderState = 'WAITING' | 'SENT' | 'KEPT' | 'SKIPPED' | 'FAILED';
export const ReminderStateEnum = registerEnum<ReminderState>('ReminderState', 'What became of a reminder.', {
  WAITING: 'It has not been sent yet.',
  SENT: 'The mail server accepted it.',
  KEPT: 'It was kept at the server instead of being sent, because no mail server is configured.',
  SKIPPED: 'It was not sent; the reason says why.',
  FAILED: 'It could not be sent; the reason says why.',
});

export type RecipientKind = 'USER' | 'CONTACT' | 'VENDOR';
export const RecipientKindEnum = registerEnum<RecipientKind>('ReminderRecipientKind', 'A kind of recipient.', {
  USER: 'A user of the partner.',
  CONTACT: 'The primary contact of the customer.',
  VENDOR: 'The vendor.',
});

type FailReason = 'ADDRESS_REJECTED' | 'MAIL_REJECTED' | 'GAVE_UP' | 'INVALID';

/** Reasons of skipped and of failed reminders. A reason that is not listed is OTHER in the API. */
export const ReminderReasonEnum = registerEnum('ReminderReason', 'Why a reminder was skipped, or failed.', {
  OVERTAKEN: 'A later reminder of the same change was due, too.',
  MOVED: 'The deadline or effective date moved; reminders of the new date follow.',
  ASSOCIATION_ENDED: 'The association with the customer ended.',
  DECIDED: 'The customer had decided.',
  NOT_DECIDABLE: 'The change could no longer be decided, or was withdrawn.',
  OWNER_CHANGED: 'The communication owner changed.',
  CONTACT_GONE: 'The recipient is no longer the primary contact.',
  USER_GONE: 'The recipient is no longer a user of the partner.',
  MUTED: 'The reminders were muted, for the recipient or for everyone.',
  SNOOZED: 'The recipient had postponed the reminders.',
  SWITCHED_OFF: 'The kind was switched off, by the partner or by the recipient.',
  UNSUBSCRIBED: 'The recipient had unsubscribed.',
  SUPPRESSED: 'Mail to the address had been rejected before; see suppressions.',
  TOO_LATE: 'The last day to act had passed.',
  NOTHING_TO_SAY: 'Nothing was left to decide.',
  ADDRESS_REJECTED: 'The mail server rejected the address, which is suppressed from then on.',
  MAIL_REJECTED: 'The mail server rejected the message.',
  GAVE_UP: 'The mail server stayed unavailable.',
  INVALID: 'The message could not be composed.',
  OTHER: 'Any other reason.',
} satisfies Record<SkipReason | FailReason | 'OTHER', string>);
export type ReminderReason = keyof typeof ReminderReasonEnum;

export type ReminderChoice = 'DEFAULT' | 'ON' | 'OFF';
export const ReminderChoiceEnum = registerEnum<ReminderChoice>('ReminderChoice', 'What a user chose for a kind of reminder.', {
  DEFAULT: "Deadlines and outcomes go to the partner's point of contact, or without one to its ADMINs; the digest to nobody.",
  ON: 'The user gets them.',
  OFF: 'The user does not get them.',
});

export const weekdays = ['MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY', 'SUNDAY'] as const;
export type Weekday = (typeof weekdays)[number];
export const WeekdayEnum = registerEnum<Weekday>('Weekday', 'A day of the week.', {
  MONDAY: 'Monday.',
  TUESDAY: 'Tuesday.',
  WEDNESDAY: 'Wednesday.',
  THURSDAY: 'Thursday.',
  FRIDAY: 'Friday.',
  SATURDAY: 'Saturday.',
  SUNDAY: 'Sunday.',
});

export const SuppressionReasonEnum = registerEnum<'BOUNCED' | 'UNSUBSCRIBED'>('SuppressionReason', 'Why no mail goes to an address.', {
  BOUNCED: 'A mail server rejected the address.',
  UNSUBSCRIBED: 'The reader unsubscribed.',
});
