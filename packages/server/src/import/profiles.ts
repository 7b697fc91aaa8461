import type { Source } from './import-file.ts';

/** A kind of export: how its files are recognised, and where the columns of ours stand in them. */
export type Profile = {
  /** what `--profile` calls it */
  name: string;
  /** what people call it, after "a" */
  title: string;
  files: Readonly<Record<string, ProfileFile>>;
};

type ProfileFile = {
  /** headers that are all there, and others of which one is */
  signs: readonly string[];
  anyOf?: readonly string[];
  /** columns of ours that stand elsewhere than in a plain file, by their header in the file's table */
  columns?: Readonly<Record<string, readonly Source[]>>;
};

const interval = { count: 'subscriptions.billing_period', unit: 'subscriptions.billing_period_unit' };

/** Its statuses, by letters alone, as an answer to whether the subscription renews; empty = it has ended. */
const chargebeeRenews = { future: 'yes', intrial: 'yes', active: 'yes', paused: 'yes', nonrenewing: 'no', cancelled: '', transferred: '' };

/** All kinds of export that are known. Where a column has other names alone, its name stands in the table of the file's columns. */
export const profiles: readonly Profile[] = [
  {
    name: 'hubspot-en',
    title: 'HubSpot export (English)',
    files: {
      'companies.csv': {
        signs: ['Record ID', 'Company name'],
        anyOf: ['Company owner', 'Create Date', 'Last Activity Date', 'Associated Contact IDs', 'Merged object IDs'],
      },
      'contacts.csv': {
        signs: ['Record ID', 'Email'],
        anyOf: ['Contact owner', 'Marketing contact status', 'Lead Status', 'Primary Associated Company ID', 'Associated Company IDs'],
      },
      'contracts.csv': {
        signs: ['Record ID', 'Name'],
        anyOf: ['Billing start date', 'Associated Company IDs (Primary)', 'Net price'],
        columns: { 'Contract ID': ['Record ID'], Product: ['Name'] },
      },
    },
  },
  {
    name: 'hubspot-de',
    title: 'HubSpot export (German)',
    files: {
      'companies.csv': { signs: ['Datensatz-ID'], anyOf: ['Unternehmensname', 'Firmenname', 'Domainname des Unternehmens'] },
      'contacts.csv': {
        signs: ['Datensatz-ID'],
        anyOf: ['Zuständiger Mitarbeiter für Kontakt', 'Zugehörige Unternehmens-ID (primär)', 'Zugehörige Unternehmens-ID', 'Nachname'],
      },
      'contracts.csv': {
        signs: ['Datensatz-ID', 'Name'],
        columns: { 'Contract ID': ['Datensatz-ID'], Product: ['Name'] },
      },
    },
  },
  {
    name: 'stripe',
    title: 'Stripe export',
    files: {
      'companies.csv': {
        signs: ['id', 'Email', 'Created (UTC)'],
        columns: { 'Account ID': ['id'], 'Company name': ['Name', 'Description'] },
      },
      'contracts.csv': {
        signs: ['id', 'Customer ID', 'Plan', 'Interval', 'Amount'],
        columns: {
          Product: ['Plan'],
          // Stripe renews a subscription every time it is billed.
          Term: ['Interval'],
          MRR: [{ amount: 'Amount', per: 'Interval', total: 'Quantity' }],
        },
      },
    },
  },
  {
    name: 'chargebee',
    title: 'Chargebee export',
    files: {
      'companies.csv': {
        signs: ['customers.id', 'customers.company'],
        columns: { 'Record ID': ['customers.cf_hub_id'], 'Company name': ['customers.company'] },
      },
      'contracts.csv': {
        signs: ['subscriptions.id', 'subscriptions.plan_id'],
        columns: {
          Term: [interval],
          'Billing Frequency': [interval],
          'Auto-renew': [{ of: 'subscriptions.status', words: chargebeeRenews }],
        },
      },
    },
  },
  {
    name: 'partner-center',
    title: 'Microsoft Partner Center export',
    files: {
      'companies.csv': { signs: ['Microsoft ID', 'Company name'] },
      'contracts.csv': {
        signs: ['SubscriptionId', 'CustomerTenantId'],
        anyOf: ['OfferName', 'BillingCycle', 'TermDuration'],
        columns: { MRR: [{ amount: 'UnitPrice', times: 'Quantity', per: 'BillingCycle' }] },
      },
    },
  },
  { name: 'plain', title: 'plain file', files: {} },
];
