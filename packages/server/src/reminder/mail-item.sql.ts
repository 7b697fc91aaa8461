import type { CalendarDate } from '../calendar-date.ts';
import { statusSql, type ContractChangeType } from '../contract-change/contract-change.rules.ts';
import type { BillingFrequency, ContractTerms } from '../contract/contract.entity.ts';
import { eachTerm } from '../contract/contract.terms.ts';
import type { CommunicationOwner } from '../customer/communication-owner.rules.ts';
import { lastMomentOf } from './last-day.rules.ts';
import type { MailItem, MailOutcome, MailUsage, Person } from './reminder-mail.types.ts';
import { lastDayToActSql, ownerSql } from './reminder-rules.sql.ts';

type Terms = {
  max_contacts: number | null;
  email_limit: number | null;
  billing_frequency: BillingFrequency | null;
  billing_interval_months: number | null;
  subscription_term_months: number | null;
  mrr: string;
  currency_code: string;
};

/** A change as a mail shows it, read from the database. */
export type ItemRow = {
  customerName: string;
  product: string;
  changeType: ContractChangeType;
  outcome: MailOutcome | null;
  current: Terms;
  new: Terms;
  effectiveDate: CalendarDate;
  lastDay: CalendarDate;
  owner: CommunicationOwner;
  primaryContact: Person | null;
  usage: MailUsage | null;
};

// Amounts stay texts: they are shown as they came.
const termsSql = (prefix: 'current' | 'new') =>
  `json_build_object(${eachTerm((term) => `'${term}', row.${prefix}_${term}${term === 'mrr' ? '::text' : ''}`)})`;

/** The apps of a customer count its contacts each for itself, but share its e-mails. */
const usageSql = `(select json_build_object('date', usage.date, 'contactsUsed', max(usage.contacts_used), 'emailsSent', sum(usage.emails_sent))
  from app_usage usage where usage.partner_id = row.partner_id and usage.customer_id = row.customer_id
  group by usage.date order by usage.date desc limit 1)`;

/** SQL: what became of a change that can no longer be decided. */
export const outcomeSql = (today: string) => `case
  when row.effective_date > ${today} then 'RENEWS'
  else case ${statusSql('row', today)} when 'CANCELLATION_REQUESTED' then 'CANCELLED' when 'PENDING' then 'LAPSED'
    else ${statusSql('row', today)}::text end end`;

/** SQL: an {@link ItemRow} as JSON, of a dashboard row with its contract. */
export const itemSql = (outcome: string) => `json_build_object('customerName', row.customer_name, 'product', contract.product,
  'changeType', row.type, 'outcome', ${outcome}, 'current', ${termsSql('current')}, 'new', ${termsSql('new')},
  'effectiveDate', row.effective_date, 'lastDay', ${lastDayToActSql}, 'owner', ${ownerSql}, 'usage', ${usageSql},
  'primaryContact', case when row.primary_contact_id is not null
    then json_build_object('name', row.primary_contact_name, 'email', row.primary_contact_email) end)`;

const termsOf = (terms: Terms): ContractTerms => ({
  maxContacts: terms.max_contacts,
  emailLimit: terms.email_limit,
  billingFrequency: terms.billing_frequency,
  billingIntervalMonths: terms.billing_interval_months,
  subscriptionTermMonths: terms.subscription_term_months,
  mrr: { amount: terms.mrr, currencyCode: terms.currency_code },
});

export const itemOf = ({ current, new: next, lastDay, ...row }: ItemRow, links: MailItem['links'], businessTimeZone: string): MailItem => ({
  ...row,
  currentTerms: termsOf(current),
  newTerms: termsOf(next),
  lastMoment: lastMomentOf(lastDay, businessTimeZone),
  links,
});
