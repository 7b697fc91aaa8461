import { amount, billingFrequency, boolean, count, currency, date, hubId, term, text } from './cell.parsers.ts';
import type { ImportFile } from './import-file.ts';

export const contractsFile: ImportFile = {
  name: 'contracts.csv',
  noun: 'contract',
  key: ['external_id'],
  columns: [
    { header: 'Contract ID', aliases: ['Contract', 'Contract number'], isRequired: true, into: { external_id: 'text' }, parse: text(100) },
    {
      header: 'Hub ID',
      aliases: ['Company ID', 'Associated Company ID', 'Record ID - Company'],
      isRequired: true,
      into: { hub_id: 'bigint' },
      parse: hubId,
    },
    { header: 'Product', aliases: ['Product name', 'Produkt'], isRequired: true, into: { product: 'text' }, parse: text(255) },
    {
      header: 'Subscription start date',
      aliases: ['Start date', 'Subscription start'],
      isRequired: true,
      into: { start_date: 'date' },
      parse: date,
    },
    {
      header: 'Term',
      aliases: ['Subscription term', 'Abonnementzeitraum'],
      isRequired: true,
      into: { term_months: 'integer' },
      parse: term,
    },
    {
      header: 'Billing Frequency',
      aliases: ['Billing', 'Rechnungshäufigkeit'],
      isRequired: true,
      into: { billing_frequency: 'billing_frequency', billing_interval_months: 'integer' },
      parse: billingFrequency,
    },
    { header: 'Max contacts', aliases: ['Maximum contacts', 'Contact tier'], into: { max_contacts: 'integer' }, parse: count },
    { header: 'Email limit', aliases: ['Email send limit'], into: { email_limit: 'integer' }, parse: count },
    { header: 'MRR', aliases: ['Current MRR', 'Monthly recurring revenue'], isRequired: true, into: { mrr: 'numeric' }, parse: amount },
    { header: 'Currency', aliases: ['Currency code', 'Währung'], isRequired: true, into: { currency_code: 'text' }, parse: currency },
    { header: 'Auto-renew', aliases: ['Auto-renewal', 'Automatic renewal'], into: { auto_renew: 'boolean' }, parse: boolean },
  ],
};
