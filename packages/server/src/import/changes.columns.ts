import { contractChangeType, currency, text } from './cell.parsers.ts';
import { date } from './date.parsers.ts';
import { toldByRows, type ImportFile } from './import-file.ts';
import { amount, count } from './number.parsers.ts';
import { billingFrequency, term } from './period.parsers.ts';

export const changesFile: ImportFile = {
  name: 'changes.csv',
  noun: 'change',
  key: ['external_id'],
  columns: [
    { header: 'Change ID', aliases: ['Change', 'Contract change ID'], isRequired: true, into: { external_id: 'text' }, parse: text(100) },
    {
      header: 'Contract ID',
      aliases: ['Contract', 'Contract number', 'Vertragsnummer', 'Subscription ID'],
      isRequired: true,
      into: { contract_external_id: 'text' },
      parse: text(100),
    },
    {
      header: 'Type',
      aliases: ['Contract type', 'Change type', 'Vertragsart'],
      isRequired: true,
      into: { type: 'contract_change_type' },
      parse: contractChangeType,
    },
    {
      header: 'Effective date',
      aliases: ['Renewal start date', 'Verlängerungs-Startdatum'],
      isRequired: true,
      into: { effective_date: 'date' },
      parse: date,
    },
    { header: 'New max contacts', aliases: ['New contact tier'], isNumber: true, into: { new_max_contacts: 'integer' }, parse: count },
    { header: 'New email limit', aliases: [], isNumber: true, into: { new_email_limit: 'integer' }, parse: count },
    { header: 'New term', aliases: ['New subscription term'], into: { new_subscription_term_months: 'integer' }, parse: term },
    {
      header: 'New billing frequency',
      aliases: [],
      into: { new_billing_frequency: 'billing_frequency', new_billing_interval_months: 'integer' },
      parse: billingFrequency,
    },
    {
      header: 'Estimated new MRR',
      aliases: ['New MRR'],
      isNumber: true,
      currency: 'new_currency_code',
      into: { new_mrr: 'numeric' },
      parse: amount,
    },
    { header: 'New currency', aliases: ['New currency code'], into: { new_currency_code: 'text' }, parse: currency },
    { header: 'Accepted on', aliases: ['Accepted'], into: { accepted_on: 'date' }, parse: date },
    { header: 'Cancellation requested on', aliases: ['Cancellation requested'], into: { cancellation_requested_on: 'date' }, parse: date },
  ],
  check(row) {
    const faults = [];
    if (row['type'] === 'CONTACT_TIER_UPGRADE' && row['new_max_contacts'] === null) {
      faults.push({ header: 'New max contacts', reason: 'A contact upgrade needs the new maximum of contacts.' });
    }
    if (row['type'] === 'EMAIL_OVERAGE' && row['new_email_limit'] === null) {
      faults.push({ header: 'New email limit', reason: 'An email overage needs the new email limit.' });
    }
    if (row['new_currency_code'] !== null && row['new_mrr'] === null) {
      faults.push({ header: 'Estimated new MRR', reason: 'A new currency needs a new amount.' });
    }
    return faults;
  },
  tell: (row, today) =>
    (
      [
        ['Accepted on', 'accepted_on'],
        ['Cancellation requested on', 'cancellation_requested_on'],
      ] as const
    )
      .filter(([, name]) => today !== undefined && (row[name] ?? '') > today)
      .map(([header, name]) => ({ header, reason: `The decision counts from ${row[name]} on, since its date is ahead.` })),
  derived: toldByRows,
};
