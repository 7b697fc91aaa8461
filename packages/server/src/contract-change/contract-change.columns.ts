import { communicationOwners, communicationOwnerSql } from '../customer/communication-owner.rules.ts';
import { ownerLeaves } from '../customer/customer.fields.ts';
import type { SortKey } from '../reading/keyset.ts';
import type { Leaf } from '../reading/projection.ts';
import { contractChangeStatuses, contractChangeTypes, statusSql, type StatusFacts } from './contract-change.rules.ts';

// Long because it is a table: to add a column, add a row here (see the README's recipe).

/** SQL of the requested business date; `Parameters` replaces it with a parameter. */
export const asOfSql = ':asOf';

/** SQL of the communication owner of a dashboard row. */
export const rowOwnerSql = communicationOwnerSql('row.manual_owner', 'settings.owns_all_transactional_conversations');

export type Translated = { EN: string; DE: string };

export type Column = {
  /** LOCKED: cannot be removed, only moved · DEFAULT: shown unless removed · OPTIONAL: shown if chosen. */
  class: 'LOCKED' | 'DEFAULT' | 'OPTIONAL';
  label: Translated;
  description: Translated;
  /** The path below ContractChange that a client selects for this column. */
  path: string;
  /** Further paths that its label needs although they are not below `path`. */
  beside?: readonly string[];
  /** Leaves at or below that path, read from the dashboard row. */
  fields: Readonly<Record<string, Leaf>>;
  orderField: string;
  sort: readonly SortKey[];
  /** Labels of the values if the column has a fixed set of values. */
  values?: Readonly<Record<string, Translated>>;
};

const names = 'collate "und-x-icu"';

/** SQL of the facts that determine the status, in the order of {@link statusFacts}. */
export const statusSources = [
  'row.type',
  `row.effective_date - ${asOfSql}`,
  'row.notice_period_days',
  'row.is_accepted',
  'row.is_cancelled',
];

export function statusFacts([type, daysUntilEffective, noticePeriodDays, isAccepted, isCancelled]: readonly never[]): StatusFacts {
  return { type, daysUntilEffective, noticePeriodDays, isAccepted, isCancelled } as unknown as StatusFacts;
}

const number = (sql: string): SortKey[] => [{ sql, type: 'integer' }];
const money = (amount: string, currency: string): SortKey[] => [
  { sql: currency, type: 'text' },
  { sql: amount, type: 'numeric' },
];

export const columns = {
  CUSTOMER_NAME: {
    class: 'LOCKED',
    label: { EN: 'Customer name', DE: 'Kundenname' },
    description: { EN: 'Name of the customer.', DE: 'Name des Kunden.' },
    path: 'customer.name',
    fields: { 'customer.name': { sql: ['row.customer_name'] } },
    orderField: 'CUSTOMER_NAME',
    sort: [{ sql: `row.customer_name ${names}`, type: 'text' }],
  },
  COMMUNICATION_OWNER: {
    class: 'LOCKED',
    label: { EN: 'Communication owner', DE: 'Kommunikations-Bearbeiter' },
    description: {
      EN: 'Who communicates the details of the contract change to the customer.',
      DE: 'Wer dem Kunden die Einzelheiten der Vertragsänderung mitteilt.',
    },
    path: 'communicationOwner',
    fields: ownerLeaves('row.manual_owner'),
    orderField: 'COMMUNICATION_OWNER',
    sort: [{ sql: rowOwnerSql, type: { name: 'communication_owner', values: communicationOwners } }],
    values: { VENDOR: { EN: 'Vendor', DE: 'Anbieter' }, PARTNER: { EN: 'Partner', DE: 'Partner' } },
  },
  PRIMARY_CONTACT: {
    class: 'DEFAULT',
    label: { EN: 'Primary contact', DE: 'Primärer Kundenkontakt' },
    description: {
      EN: 'Who at the customer receives information about the contract change.',
      DE: 'Wer beim Kunden über die Vertragsänderung informiert wird.',
    },
    path: 'primaryContact',
    fields: {
      'primaryContact.name': { sql: ['row.primary_contact_name'] },
      'primaryContact.email': { sql: ['row.primary_contact_email'] },
    },
    orderField: 'PRIMARY_CONTACT',
    sort: [{ sql: `row.primary_contact_name ${names}`, type: 'text' }],
  },
  CONTRACT_TYPE: {
    class: 'LOCKED',
    label: { EN: 'Contract type', DE: 'Vertragsart' },
    description: { EN: 'Type of the contract change.', DE: 'Art der Vertragsänderung.' },
    path: 'type',
    fields: { type: { sql: ['row.type'] } },
    orderField: 'TYPE',
    sort: [{ sql: 'row.type', type: { name: 'contract_change_type', values: contractChangeTypes } }],
    values: {
      RENEWAL: { EN: 'Renewal', DE: 'Verlängerung' },
      CONTACT_TIER_UPGRADE: { EN: 'Contact upgrade', DE: 'Kontakt-Upgrade' },
      EMAIL_OVERAGE: { EN: 'Email overage', DE: 'Überziehung des E-Mail-Volumens' },
    },
  },
  STATUS: {
    class: 'LOCKED',
    label: { EN: 'Status', DE: 'Status' },
    description: { EN: 'Status of the contract change.', DE: 'Status der Vertragsänderung.' },
    path: 'status',
    fields: { status: { sql: [statusSql('row', asOfSql)] } },
    orderField: 'STATUS',
    sort: [{ sql: statusSql('row', asOfSql), type: { name: 'contract_change_status', values: contractChangeStatuses } }],
    values: {
      RENEWED: { EN: 'Renewed', DE: 'Verlängert' },
      CONFIRMED: { EN: 'Confirmed', DE: 'Bestätigt' },
      PENDING: { EN: 'Pending', DE: 'Ausstehend' },
      CANCELLATION_REQUESTED: { EN: 'Cancellation requested', DE: 'Kündigung beantragt' },
    },
  },
  RENEWAL_DEADLINE: {
    class: 'LOCKED',
    label: { EN: 'Renewal deadline', DE: 'Verlängerungs-Enddatum' },
    description: {
      EN: 'Last day on which the terms can change.',
      DE: 'Letzter Tag, an dem die Vertragsbedingungen geändert werden können.',
    },
    path: 'renewalDeadline',
    fields: { renewalDeadline: { sql: ['row.renewal_deadline'] } },
    orderField: 'RENEWAL_DEADLINE',
    sort: [{ sql: 'row.renewal_deadline', type: 'date' }],
  },
  WEBSITE: {
    class: 'OPTIONAL',
    label: { EN: 'Website', DE: 'Website' },
    description: { EN: 'Website of the customer.', DE: 'Website des Kunden.' },
    path: 'customer.website',
    fields: { 'customer.website': { sql: ['row.website'] } },
    orderField: 'WEBSITE',
    sort: [{ sql: `row.website ${names}`, type: 'text' }],
  },
  HUB_ID: {
    class: 'OPTIONAL',
    label: { EN: 'Hub ID', DE: 'Hub-ID' },
    description: { EN: "The vendor's ID for the customer's account.", DE: 'Kennung des Kunden-Accounts beim Anbieter.' },
    path: 'customer.hubId',
    fields: { 'customer.hubId': { sql: ['row.hub_id'] } },
    orderField: 'HUB_ID',
    sort: [{ sql: 'row.hub_id', type: 'bigint' }],
  },
  RENEWAL_START_DATE: {
    class: 'OPTIONAL',
    label: { EN: 'Renewal start date', DE: 'Verlängerungs-Startdatum' },
    description: { EN: 'First day of the renewed terms.', DE: 'Erster Tag, an dem die Verlängerungsbedingungen gelten.' },
    path: 'renewalStartDate',
    fields: { renewalStartDate: { sql: [`case when row.type = 'RENEWAL' then row.effective_date end`] } },
    orderField: 'RENEWAL_START_DATE',
    sort: [{ sql: `(case when row.type = 'RENEWAL' then row.effective_date end)`, type: 'date' }],
  },
  MAX_CONTACTS: {
    class: 'OPTIONAL',
    label: { EN: 'Max contacts', DE: 'Maximale Kontaktanzahl' },
    description: { EN: "Limit of the customer's contact tier.", DE: 'Kontaktstufenlimit des Kunden.' },
    path: 'currentTerms.maxContacts',
    fields: { 'currentTerms.maxContacts': { sql: ['row.current_max_contacts'] } },
    orderField: 'MAX_CONTACTS',
    sort: number('row.current_max_contacts'),
  },
  EMAIL_LIMIT: {
    class: 'OPTIONAL',
    label: { EN: 'Email limit', DE: 'E-Mail-Limit' },
    description: {
      EN: 'Number of e-mails the customer may send per month.',
      DE: 'Anzahl der E-Mails, die der Kunde pro Monat versenden darf.',
    },
    path: 'currentTerms.emailLimit',
    fields: { 'currentTerms.emailLimit': { sql: ['row.current_email_limit'] } },
    orderField: 'EMAIL_LIMIT',
    sort: number('row.current_email_limit'),
  },
  BILLING_FREQUENCY: {
    class: 'OPTIONAL',
    label: { EN: 'Billing frequency', DE: 'Rechnungshäufigkeit' },
    description: { EN: 'How often the customer is billed.', DE: 'Wie oft der Kunde eine Rechnung erhält.' },
    path: 'currentTerms.billingFrequency',
    beside: ['currentTerms.billingIntervalMonths'],
    fields: {
      'currentTerms.billingFrequency': { sql: ['row.current_billing_frequency'] },
      'currentTerms.billingIntervalMonths': { sql: ['row.current_billing_interval_months'] },
    },
    orderField: 'BILLING_FREQUENCY',
    sort: number('row.current_billing_interval_months'),
    values: {
      MONTHLY: { EN: 'Monthly', DE: 'Monatlich' },
      QUARTERLY: { EN: 'Quarterly', DE: 'Vierteljährlich' },
      SEMI_ANNUALLY: { EN: 'Semi-annually', DE: 'Halbjährlich' },
      ANNUALLY: { EN: 'Annually', DE: 'Jährlich' },
      OTHER: { EN: 'Other (n) months', DE: 'Sonstige (n) Monate' },
    },
  },
  SUBSCRIPTION_TERM: {
    class: 'OPTIONAL',
    label: { EN: 'Subscription term', DE: 'Abonnementzeitraum' },
    description: { EN: 'Length of the current subscription term in months.', DE: 'Länge des aktuellen Abonnementzeitraums in Monaten.' },
    path: 'currentTerms.subscriptionTermMonths',
    fields: { 'currentTerms.subscriptionTermMonths': { sql: ['row.current_subscription_term_months'] } },
    orderField: 'SUBSCRIPTION_TERM',
    sort: number('row.current_subscription_term_months'),
  },
  CURRENT_MRR: {
    class: 'OPTIONAL',
    label: { EN: 'Current MRR', DE: 'Aktueller MRR' },
    description: {
      EN: 'Monthly recurring revenue (MRR) of the current contract.',
      DE: 'Monatlich wiederkehrender Umsatz (MRR) des aktuellen Vertrags.',
    },
    path: 'currentTerms.mrr',
    fields: {
      'currentTerms.mrr.amount': { sql: ['row.current_mrr'] },
      'currentTerms.mrr.currencyCode': { sql: ['row.current_currency_code'] },
    },
    orderField: 'CURRENT_MRR',
    sort: money('row.current_mrr', 'row.current_currency_code'),
  },
  ESTIMATED_NEW_MRR: {
    class: 'OPTIONAL',
    label: { EN: 'Estimated new MRR', DE: 'Geschätzter neuer MRR' },
    description: {
      EN: 'Estimated monthly recurring revenue (MRR) under the new terms.',
      DE: 'Geschätzter monatlich wiederkehrender Umsatz (MRR) zu den neuen Vertragsbedingungen.',
    },
    path: 'newTerms.mrr',
    fields: { 'newTerms.mrr.amount': { sql: ['row.new_mrr'] }, 'newTerms.mrr.currencyCode': { sql: ['row.new_currency_code'] } },
    orderField: 'ESTIMATED_NEW_MRR',
    sort: money('row.new_mrr', 'row.new_currency_code'),
  },
} as const satisfies Record<string, Column>;

export type ColumnKey = keyof typeof columns;
export const columnKeys = Object.keys(columns) as ColumnKey[];

/** The columns of a viewer who has not chosen any. */
export const defaultColumnKeys = columnKeys.filter((key) => columns[key].class !== 'OPTIONAL');
