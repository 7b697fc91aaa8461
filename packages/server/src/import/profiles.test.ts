// Longer than other files: every row of every kind of export, with all its values.
import { describe, expect, test } from '@jest/globals';
import { notesOf, readAsImport, reasonsOf, valuesOf } from '../../testing/read-file.ts';
import { companiesFile } from './companies.columns.ts';
import { contactsFile } from './contacts.columns.ts';
import { contractsFile } from './contracts.columns.ts';

const fixture = (path: string) => new URL(`fixtures/${path}`, import.meta.url).pathname;
const monthly = { billing_frequency: 'MONTHLY', billing_interval_months: '1' };
const annually = { billing_frequency: 'ANNUALLY', billing_interval_months: '12' };
const quarterly = { billing_frequency: 'QUARTERLY', billing_interval_months: '3' };

describe('a HubSpot export', () => {
  test('in English goes in', async () => {
    const companies = await readAsImport(companiesFile, fixture('field-exports/hubspot-en/companies.csv'));
    expect(companies.profile).toBe('HubSpot export (English)');
    expect(valuesOf(companies).slice(0, 3)).toEqual([
      {
        hub_id: '15723394180',
        name: 'Müller & Söhne GmbH',
        website: 'https://mueller-soehne.example.com',
        website_key: 'mueller-soehne.example.com',
      },
      { hub_id: '15723394181', name: "O'Hara, Smith & Co.", website: 'https://ohara.example.com', website_key: 'ohara.example.com' },
      { hub_id: '15723394182', name: 'Acme' },
    ]);
    expect(reasonsOf(companies)).toEqual([[], [], [], ['Company name: A value is needed here.']]);
    expect(companies.notes).toEqual([expect.stringMatching(/^Columns not used: Company owner, .*Website URL, .*Associated Contact\.$/)]);

    const contacts = await readAsImport(contactsFile, fixture('field-exports/hubspot-en/contacts.csv'));
    expect(contacts.profile).toBe('HubSpot export (English)');
    expect(valuesOf(contacts)).toMatchObject([
      { external_id: '101', name: 'Anna Beispiel', email: 'anna@mueller-soehne.example.com', job_title: 'CEO', hub_id: '15723394180' },
      { external_id: '102', name: 'Ben Muster', hub_id: '15723394180' },
      { external_id: '103', name: 'info@ohara.example.com', hub_id: '15723394181' },
      {},
    ]);
    expect(reasonsOf(contacts).flat()).toEqual([]);
    expect(notesOf(contacts)[3]).toEqual(['The contact belongs to no company and was left out.']);

    const contracts = await readAsImport(contractsFile, fixture('field-exports/hubspot-en/contracts.csv'));
    const rest = { product: 'CMS Hub', hub_id: '15723394182', start_date: '2024-05-31', mrr: '360', currency_code: 'USD' };
    expect(valuesOf(contracts)).toEqual([
      {
        external_id: '9001',
        hub_id: '15723394180',
        product: 'Marketing Hub Professional',
        start_date: '2025-03-31',
        term_months: '12',
        ...monthly,
        mrr: '890.00',
        currency_code: 'EUR',
      },
      {
        external_id: '9002',
        hub_id: '15723394181',
        product: 'Sales Hub Starter',
        start_date: '2025-04-15',
        term_months: '12',
        ...annually,
        mrr: '135',
        currency_code: 'EUR',
      },
      {
        external_id: '9003',
        hub_id: '15723394182',
        product: 'Service Hub Pro',
        start_date: '2024-05-31',
        term_months: '24',
        billing_frequency: 'SEMI_ANNUALLY',
        billing_interval_months: '6',
        mrr: '1350.00',
        currency_code: 'USD',
      },
      { external_id: '9004', ...rest, term_months: '36', billing_frequency: 'OTHER', billing_interval_months: '24' },
      // It has no term.
      { external_id: '9005', ...rest, ...monthly },
    ]);
  });

  test('in German goes in, with its decimal commas and dates', async () => {
    const companies = await readAsImport(companiesFile, fixture('field-exports/hubspot-de/companies.csv'));
    expect(companies.profile).toBe('HubSpot export (German)');
    expect(valuesOf(companies)).toMatchObject([
      { hub_id: '15723394180', name: 'Müller & Söhne GmbH', website_key: 'mueller-soehne.example.com' },
      { hub_id: '15723394181', name: 'Straße & Partner KG', website_key: 'strasse.example.com' },
    ]);
    const contacts = await readAsImport(contactsFile, fixture('field-exports/hubspot-de/contacts.csv'));
    expect(contacts.profile).toBe('HubSpot export (German)');
    expect(valuesOf(contacts)).toEqual([
      {
        external_id: '101',
        first_name: 'Anna',
        last_name: 'Beispiel',
        name: 'Anna Beispiel',
        email: 'anna@mueller-soehne.example.com',
        job_title: 'Geschäftsführerin',
        hub_id: '15723394180',
      },
    ]);
    const contracts = await readAsImport(contractsFile, fixture('field-exports/hubspot-de/contracts.csv'));
    expect(valuesOf(contracts)).toEqual([
      {
        external_id: 'V-001',
        hub_id: '15723394180',
        product: 'Marketing Hub Pro',
        start_date: '2025-03-31',
        term_months: '12',
        ...monthly,
        max_contacts: '10000',
        mrr: '1234.50',
        currency_code: 'EUR',
        auto_renew: 'true',
      },
      {
        external_id: 'V-002',
        hub_id: '15723394181',
        product: 'Sales Hub',
        start_date: '2025-04-15',
        term_months: '12',
        ...quarterly,
        mrr: '1234.50',
        currency_code: 'EUR',
        auto_renew: 'false',
      },
      {
        external_id: 'V-003',
        hub_id: '15723394181',
        product: 'Service Hub',
        start_date: '2024-05-01',
        term_months: '24',
        ...annually,
        max_contacts: '2000',
        mrr: '89.00',
        currency_code: 'EUR',
        auto_renew: 'true',
      },
      {
        external_id: 'V-004',
        hub_id: '15723394181',
        product: 'CMS Hub',
        start_date: '2024-05-01',
        term_months: '12',
        ...annually,
        max_contacts: '2000',
        mrr: '89',
        currency_code: 'EUR',
        auto_renew: 'true',
      },
      {},
    ]);
    expect(reasonsOf(contracts).flat()).toEqual([]);
    expect(contracts.notes).toEqual(['Numbers were read with a decimal comma.']);
    expect(notesOf(contracts)[4]).toEqual(['This looks like a line of totals and was left out.']);
  });
});

test('a Stripe export goes in: its amounts become those of a month, and its renewals follow from the interval', async () => {
  const contracts = await readAsImport(contractsFile, fixture('field-exports/stripe/contracts.csv'));
  expect(contracts.profile).toBe('Stripe export');
  expect(valuesOf(contracts)).toEqual([
    {
      external_id: 'sub_1AAAAAAAAAAAAAAAAAAAAAAA',
      hub_id: '15723394180',
      external_account_id: 'cus_AAAAAAAAAAAAAA',
      product: 'price_1AAA',
      start_date: '2025-03-31',
      term_months: '1',
      ...monthly,
      mrr: '890.00',
      currency_code: 'EUR',
      auto_renew: 'true',
      status: 'ACTIVE',
    },
    {
      external_id: 'sub_1BBBBBBBBBBBBBBBBBBBBBBB',
      hub_id: '15723394181',
      external_account_id: 'cus_BBBBBBBBBBBBBB',
      product: 'price_1BBB',
      start_date: '2024-02-29',
      term_months: '12',
      ...annually,
      mrr: '100.00',
      currency_code: 'USD',
      auto_renew: 'false',
      status: 'ACTIVE',
    },
    {
      external_id: 'sub_1CCCCCCCCCCCCCCCCCCCCCCC',
      hub_id: '15723394182',
      external_account_id: 'cus_CCCCCCCCCCCCCC',
      product: 'price_1CCC',
      start_date: '2025-11-01',
      term_months: '3',
      ...quarterly,
      mrr: '16667',
      currency_code: 'JPY',
      auto_renew: 'true',
      status: 'ACTIVE',
    },
    {
      external_id: 'sub_1DDDDDDDDDDDDDDDDDDDDDDD',
      hub_id: '15723394182',
      external_account_id: 'cus_DDDDDDDDDDDDDD',
      product: 'price_1CCC',
      start_date: '2023-11-01',
      term_months: '1',
      ...monthly,
      mrr: '99.00',
      currency_code: 'USD',
      auto_renew: 'true',
      end_date: '2024-12-01',
      status: 'ENDED',
    },
  ]);
  expect(notesOf(contracts)).toEqual([
    [],
    ['The quantity is 3: 1200.00 is taken for the amount of all of them.'],
    ['50000 for 3 months has no exact monthly amount: rounded to 16667.'],
    [],
  ]);
  expect(contracts.notes).toEqual([
    expect.stringMatching(/^Columns not used: Customer Description, .*Canceled At \(UTC\), Customer Name\.$/),
  ]);
});

test('a Chargebee export goes in: count and unit in two columns, and a status that tells whether it renews', async () => {
  const contracts = await readAsImport(contractsFile, fixture('field-exports/chargebee/contracts.csv'));
  expect(contracts.profile).toBe('Chargebee export');
  expect(valuesOf(contracts)).toEqual([
    {
      external_id: 'AzqJuKSXAAAAAAAA',
      hub_id: '15723394180',
      external_account_id: 'cust_a',
      product: 'marketing-pro-EUR-Monthly',
      start_date: '2025-03-31',
      term_months: '1',
      ...monthly,
      mrr: '890.00',
      currency_code: 'EUR',
      auto_renew: 'true',
      status: 'ACTIVE',
    },
    {
      external_id: 'AzqJuKSXBBBBBBBB',
      hub_id: '15723394181',
      external_account_id: 'cust_b',
      product: 'sales-USD-Yearly',
      start_date: '2024-02-29',
      term_months: '12',
      ...annually,
      mrr: '100.00',
      currency_code: 'USD',
      auto_renew: 'false',
      status: 'NON_RENEWING',
    },
    {
      external_id: 'AzqJuKSXCCCCCCCC',
      hub_id: '15723394182',
      external_account_id: 'cust_c',
      product: 'cms-JPY-Quarterly',
      start_date: '2025-11-01',
      term_months: '3',
      ...quarterly,
      mrr: '16666.67',
      currency_code: 'JPY',
      auto_renew: 'true',
      status: 'ACTIVE',
    },
  ]);
  expect(reasonsOf(contracts).flat()).toEqual([]);
});

test('a Partner Center export goes in: accounts keep the ids they came with, and unit prices are multiplied', async () => {
  const companies = await readAsImport(companiesFile, fixture('field-exports/partner-center/companies.csv'));
  expect(companies.profile).toBe('Microsoft Partner Center export');
  expect(valuesOf(companies)).toMatchObject([
    { external_account_id: 'aaaaaaaa-0000-0000-0000-000000000001', name: 'Alpha GmbH', website_key: 'alpha.onmicrosoft.com' },
    { external_account_id: 'bbbbbbbb-0000-0000-0000-000000000002', name: 'Beta Ltd' },
  ]);
  const contracts = await readAsImport(contractsFile, fixture('field-exports/partner-center/contracts.csv'));
  expect(contracts.profile).toBe('Microsoft Partner Center export');
  expect(valuesOf(contracts)).toEqual([
    {
      external_id: '11111111-0000-0000-0000-000000000001',
      external_account_id: 'aaaaaaaa-0000-0000-0000-000000000001',
      product: 'Microsoft 365 Business Premium',
      start_date: '2025-03-31',
      term_months: '12',
      ...monthly,
      mrr: '175.00',
      currency_code: 'EUR',
      auto_renew: 'true',
      status: 'ACTIVE',
    },
    {
      external_id: '22222222-0000-0000-0000-000000000002',
      external_account_id: 'bbbbbbbb-0000-0000-0000-000000000002',
      product: 'Power BI Pro',
      start_date: '2024-02-29',
      term_months: '36',
      ...annually,
      mrr: '3.29',
      currency_code: 'EUR',
      auto_renew: 'false',
      status: 'ACTIVE',
    },
    {
      external_id: '33333333-0000-0000-0000-000000000003',
      external_account_id: 'bbbbbbbb-0000-0000-0000-000000000002',
      product: 'Exchange Online',
      start_date: '2025-12-15',
      term_months: '1',
      ...monthly,
      mrr: '20.00',
      currency_code: 'EUR',
      auto_renew: 'true',
      status: 'ACTIVE',
    },
    // It has no term.
    {
      external_id: '44444444-0000-0000-0000-000000000004',
      external_account_id: 'bbbbbbbb-0000-0000-0000-000000000002',
      product: 'Azure plan',
      start_date: '2025-12-15',
      mrr: '0',
      currency_code: 'EUR',
      status: 'ACTIVE',
    },
  ]);
});
