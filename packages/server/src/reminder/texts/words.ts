import type { ContractChangeType } from '../../contract-change/contract-change.rules.ts';
import type { MailOutcome, MailReason } from '../reminder-mail.types.ts';

/** A change, with the parts of it that sentences name already in the reader's language. */
export type ChangeWords = {
  customer: string;
  product: string;
  type: ContractChangeType;
  effectiveDate: string;
  /** Length of the new term in months; null if there is none. */
  termMonths: number | null;
  /** Whether any term is new. */
  hasNewTerms: boolean;
};

/** Everything that mails say, in one language. Labels of columns are not here: `contract-change.columns.ts` has them. */
export type Words = {
  // The last day to act
  decideBy: string;
  changesPossibleUntil: string;
  /** Before the day in a list. */
  decideByShort: string;
  changesUntilShort: string;
  /** Beside the day. */
  daysLeft(days: number): string;
  /** In a subject. */
  daysLeftShort(days: number): string;
  /** A day that ends at a time of the day, because the reader's zone is not the business time zone. */
  dayUntil(day: string, time: string, zone: string): string;

  // Subjects and headings
  reminderSubject(change: ChangeWords, days: number): string;
  /** Also the title in a list. */
  reminderHeading(change: ChangeWords): string;
  noticeSubject(change: ChangeWords, days: number): string;
  noticeHeading(change: ChangeWords): string;
  outcomeSubject(change: ChangeWords, outcome: MailOutcome): string;
  /** Without the customer, in a list. */
  outcomeShort(change: ChangeWords, outcome: MailOutcome): string;
  toDecide(count: number): string;
  toDecideSubject(count: number, first: string): string;
  noticesSubject(count: number, first: string): string;
  outcomesSubject(count: number, areOver: boolean): string;
  digestSubject(toDecide: number, outcomes: number): string;
  digestHeading: string;
  toDecideSection: string;
  outcomesSection: string;
  testSubject(subject: string): string;
  testNote: string;

  // Sentences
  greeting(name: string | null): string;
  ifNobodyActs(change: ChangeWords): string;
  ifYouDoNothing(change: ChangeWords): string;
  outcome(change: ChangeWords, outcome: MailOutcome): string;
  onBehalf: string;
  vendorCommunicates: string;
  /** The same, in a list. */
  vendorCommunicatesShort: string;
  vendorIsOwner(partner: string): string;
  replyToDecide: string;
  more(count: number): string;
  totals(count: number, mrr: string): string;
  noContact: string;

  // Facts
  factsCaption(product: string): string;
  effectiveDate: string;
  /** What a customer calls MRR. */
  monthlyPrice: string;
  mrr: string;
  contactsUsed: string;
  emailsSent: string;
  usage(used: string, limit: string | null, date: string): string;
  months(months: number): string;

  // Links
  accept(type: ContractChangeType): string;
  requestCancellation: string;
  snooze: string;
  open: string;
  dashboard: string;

  // The end of a mail
  why(reason: MailReason, partner: string, customer: string | null): string;
  askVendor: string;
  askPartner(person: string, partner: string): string;
  stop: { deadline: string; notice: string; afterwards: string; digest: string };
};

export const plural = (locale: string) => {
  const rules = new Intl.PluralRules(locale);
  return (count: number, one: string, other: string): string => (rules.select(count) === 'one' ? one : other);
};
