import type { CalendarDate } from '../calendar-date.ts';
import type { ContractChangeType } from '../contract-change/contract-change.rules.ts';
import type { ContractTerms } from '../contract/contract.entity.ts';
import type { CommunicationOwner } from '../customer/communication-owner.rules.ts';
import type { ReminderKind, ReminderLanguage } from './reminder-kind.ts';

/** Somebody to talk to. */
export type Person = { name: string; email: string };

/**
 * What became of a change. RENEWS: its deadline has passed, so it renews on its effective date. LAPSED: nobody decided on an upgrade or
 * overage, so it did not apply.
 */
export type MailOutcome = 'RENEWS' | 'RENEWED' | 'CANCELLED' | 'LAPSED' | 'CONFIRMED';

/** The latest measurement; null is not measured. */
export type MailUsage = { contactsUsed: number | null; emailsSent: number | null; date: CalendarDate };

/** One contract change in a mail. */
export type MailItem = {
  customerName: string;
  product: string;
  changeType: ContractChangeType;
  /** Null while it can be decided. */
  outcome: MailOutcome | null;
  currentTerms: ContractTerms;
  newTerms: ContractTerms;
  effectiveDate: CalendarDate;
  /** The end of the last day to act: the instant when the next business day begins. The texts derive day, time and days left from it. */
  lastMoment: Date;
  owner: CommunicationOwner;
  primaryContact: Person | null;
  usage: MailUsage | null;
  /** Addresses below PUBLIC_URL. What the reader may not do has none. */
  links: { accept?: string; requestCancellation?: string; snooze?: string; open?: string };
};

/** Why the reader gets the mail. */
export type MailReason =
  /** The point of contact of the partner. */
  | 'POINT_OF_CONTACT'
  /** An administrator of a partner without a point of contact. */
  | 'ADMIN'
  /** Switched on by the reader. */
  | 'CHOSEN'
  /** The reader snoozed the change until now. */
  | 'SNOOZE_ENDED'
  | 'PRIMARY_CONTACT'
  | 'VENDOR_ADDRESS'
  /** Asked for by the reader, to see how it looks. */
  | 'TEST';

/** Sums of one currency. */
export type MailTotal = { currencyCode: string; count: number; currentMrr: string; newMrr: string };

/** Everything that the text of a mail is made from. */
export type ReminderMail = {
  kind: ReminderKind;
  language: ReminderLanguage;
  /** The reader's time zone: that of the partner. */
  timeZone: string;
  now: Date;
  reader: { kind: 'USER' | 'CONTACT' | 'VENDOR'; name: string | null };
  partnerName: string;
  /** Who can answer questions: for a contact the partner, for a user of the partner the vendor. */
  ask: Person | null;
  /** One, or those of a bundle or digest. A test has one that is made up. */
  items: readonly MailItem[];
  /** Changes that can be decided beyond the items. */
  more: number;
  /** Of a digest: all changes that can be decided, a contract once. Amounts are decimal numbers. */
  totals: readonly MailTotal[];
  why: MailReason;
  /** Opens a page that stops this kind of mail; null for a test. */
  unsubscribeUrl: string | null;
  /** Where the reader sees all changes; null if there is no such page. */
  dashboardUrl: string | null;
};

/** A mail's words. */
export type MailText = { subject: string; text: string; html: string };
