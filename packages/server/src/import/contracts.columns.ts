import { boolean, contractStatus, currency, customerReference, text } from './cell.parsers.ts';
import { date } from './date.parsers.ts';
import { toldByRows, type ImportFile, type Row } from './import-file.ts';
import { amount, count } from './number.parsers.ts';
import { billingFrequency, letters, noticePeriod, term } from './period.parsers.ts';

export const contractsFile: ImportFile = {
  name: 'contracts.csv',
  noun: 'contract',
  key: ['external_id'],
  columns: [
    {
      header: 'Contract ID',
      aliases: [
        ...['Contract', 'Contract number', 'Vertragsnummer', 'Subscription ID', 'subscriptions.id'],
        ...['Record ID', 'Datensatz-ID', 'id'],
      ],
      isRequired: true,
      into: { external_id: 'text' },
      parse: text(100),
    },
    {
      header: 'Hub ID',
      aliases: [
        ...['Company ID', 'Associated Company ID', 'Record ID - Company'],
        ...['Primary Associated Company ID', 'Associated Company IDs (Primary)', 'Zugehörige Unternehmens-ID (primär)'],
        ...['Associated Company IDs', 'Zugehörige Unternehmens-ID', 'Zugehörige Unternehmens-IDs'],
        ...['hub_id (metadata)', 'subscriptions.cf_hub_id'],
      ],
      isRequired: true,
      unless: 'Account ID',
      into: { hub_id: 'bigint' },
      parse: customerReference,
    },
    {
      header: 'Account ID',
      aliases: ['Customer ID', 'CustomerTenantId', 'customers.id'],
      into: { external_account_id: 'text' },
      parse: text(100),
    },
    {
      header: 'Product',
      aliases: ['Product name', 'Produkt', 'OfferName', 'Plan', 'plan_id', 'subscriptions.plan_id', 'Name'],
      isRequired: true,
      into: { product: 'text' },
      parse: text(255),
    },
    {
      header: 'Subscription start date',
      aliases: [
        ...['Start date', 'Subscription start', 'Contract Start Date', 'Billing start date', 'Vertragsbeginn'],
        ...['Start Date (UTC)', 'EffectiveStartDate', 'subscriptions.started_at', 'term_start_date'],
      ],
      isRequired: true,
      into: { start_date: 'date' },
      parse: date,
    },
    {
      header: 'Term',
      aliases: [
        ...['Subscription term', 'Abonnementzeitraum', 'Term (months)', 'Contract Term (months)', 'TermDuration'],
        ...['Laufzeit', 'Laufzeit (Monate)'],
      ],
      isRequired: true,
      // Such a contract goes on until somebody ends it.
      mayBeEmpty: true,
      mayShare: true,
      into: { term_months: 'integer' },
      parse: term,
    },
    {
      header: 'Billing Frequency',
      aliases: [
        { count: 'billing_period', unit: 'billing_period_unit' },
        ...['Billing', 'Rechnungshäufigkeit', 'BillingCycle', 'Interval', 'Billing period', 'Abrechnungsintervall', 'Zahlungsweise'],
      ],
      isRequired: true,
      mayBeEmpty: true,
      mayShare: true,
      into: { billing_frequency: 'billing_frequency', billing_interval_months: 'integer' },
      parse: billingFrequency,
    },
    {
      header: 'Max contacts',
      aliases: ['Maximum contacts', 'Contact tier', 'Max. Kontakte'],
      isNumber: true,
      into: { max_contacts: 'integer' },
      parse: count,
    },
    { header: 'Email limit', aliases: ['Email send limit'], isNumber: true, into: { email_limit: 'integer' }, parse: count },
    {
      header: 'MRR',
      aliases: ['Current MRR', 'Monthly recurring revenue', 'subscriptions.mrr', 'Monatlich wiederkehrender Umsatz', 'Aktueller MRR'],
      isRequired: true,
      isNumber: true,
      currency: 'currency_code',
      into: { mrr: 'numeric' },
      parse: amount,
    },
    {
      header: 'Currency',
      aliases: ['Currency code', 'Währung', 'MRR Currency', 'subscriptions.currency_code'],
      isRequired: true,
      into: { currency_code: 'text' },
      parse: currency,
    },
    {
      header: 'Auto-renew',
      aliases: [...['Auto-renewal', 'Automatic renewal', 'AutoRenewEnabled', 'Automatische Verlängerung'], { not: 'Cancel At Period End' }],
      into: { auto_renew: 'boolean' },
      parse: boolean,
    },
    {
      header: 'Notice period',
      aliases: ['Notice period (days)', 'Kündigungsfrist'],
      // One of the two: months of the calendar are no number of days.
      into: { notice_period_days: 'integer', notice_period_months: 'integer' },
      parse: noticePeriod,
    },
    { header: 'End date', aliases: ['Ended on', 'Ended At (UTC)'], into: { end_date: 'date' }, parse: date },
    { header: 'Status', aliases: ['subscriptions.status'], isDetail: true, into: { status: 'text' }, parse: contractStatus },
  ],
  skip: (row, cells) => (hasNoCustomer(row) && isTotal(cells) ? 'This looks like a line of totals and was left out.' : null),
  complete(row) {
    if (row['status'] === 'NON_RENEWING') row['auto_renew'] ??= 'false';
  },
  check: (row) =>
    row['term_months'] !== null && row['billing_frequency'] === null
      ? [{ header: 'Billing Frequency', reason: 'A value is needed here.' }]
      : [],
  tell(row, today) {
    const notes = [];
    if (row['term_months'] === null) notes.push({ header: 'Term', reason: 'The contract has no term, and so no renewal.' });
    const end = row['end_date'] ?? null;
    if (end !== null && today !== undefined && end < today) notes.push({ header: 'End date', reason: `The contract ended on ${end}.` });
    else if (end === null && row['status'] === 'ENDED') notes.push({ header: 'Status', reason: 'The contract has ended.' });
    return notes;
  },
  derived: toldByRows,
};

const hasNoCustomer = (row: Row) => row['hub_id'] === null && row['external_account_id'] === null;

const totals = new Set(
  ['Total', 'Totals', 'Grand total', 'Subtotal', 'Sum', 'Summe', 'Gesamt', 'Gesamtsumme', 'Zwischensumme'].map(letters),
);

const isTotal = (cells: readonly string[]) => totals.has(letters(cells.find((cell) => cell.trim() !== '') ?? ''));
