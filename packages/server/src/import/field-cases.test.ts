// Long: one test for each field case and each kind of export.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { csvFolder } from '../../testing/csv-folder.ts';
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts';
import { importFolder, type ImportOptions } from './import-folder.ts';
import { exitCode, type ImportReport } from './import-report.ts';

// Exports as people have them, from the folder to the tables.

const fixture = (path: string) => new URL(`fixtures/${path}`, import.meta.url).pathname;

let database: TestDatabase;
let partnerId: string;
let count = 0;
beforeAll(async () => void (database = await createTestDatabase()));
afterAll(() => database.close());
beforeEach(() => void (partnerId = randomUUID()));

const run = (folder: string, options: Partial<ImportOptions> = {}): Promise<ImportReport> =>
  importFolder({
    pool: database.pool,
    partnerId,
    newPartnerName: `Partner ${(count += 1)}`,
    folder,
    businessDate: '2026-01-15',
    ...options,
  });

const sql = async (text: string) => (await database.superuserPool.query(text, [partnerId])).rows as Record<string, unknown>[];
const contracts = () =>
  sql(
    `select external_id, mrr::text, currency_code, renewal_start_date::text as renewal, auto_renew from contract where partner_id = $1 order by external_id`,
  );
const faults = (report: ImportReport) =>
  report.files.flatMap((file) => file.faults.map(({ line, column, reason }) => `${file.file}:${line} ${column}: ${reason}`));
const counts = (report: ImportReport) =>
  Object.fromEntries(report.files.map((file) => [file.file, [file.created, file.skipped, file.refused, file.rowNoteCount]]));

describe('field cases', () => {
  test('cascade: a website that cannot be read refuses neither the company nor its contracts', async () => {
    const report = await run(fixture('field-cases/cascade'));
    expect(counts(report)).toEqual({ 'companies.csv': [2, 0, 0, 1], 'contracts.csv': [2, 0, 0, 0] });
    expect(exitCode(report)).toBe(0);
    expect(await sql('select name, website from customer where partner_id = $1 order by hub_id')).toEqual([
      { name: 'Alpha', website: null },
      { name: 'Beta', website: 'https://a.example.com' },
    ]);
    expect(report.files[0]!.rowNotes).toEqual([
      {
        file: 'companies.csv',
        line: 3,
        column: 'Domain',
        value: 'a.example.com;b.example.com',
        reason: 'There are several websites; the first one, a.example.com, was taken.',
      },
    ]);
  });

  test('cronly2: no row is lost between carriage returns, nor the cancellation', async () => {
    const report = await run(fixture('field-cases/cronly2'));
    expect(counts(report)).toEqual({ 'companies.csv': [1, 0, 0, 0], 'contracts.csv': [2, 0, 0, 0] });
    expect(await sql('select action, source from contract_change_decision where partner_id = $1')).toEqual([
      { action: 'REQUEST_CANCELLATION', source: 'AUTO_RENEW' },
    ]);
  });

  test('thousand: what can be read in two ways is refused; with --decimal comma all of it goes in', async () => {
    const report = await run(fixture('field-cases/thousand'));
    expect(faults(report)).toEqual([
      expect.stringMatching(/^contracts\.csv:2 MRR: This is 1350 with a decimal comma and 1\.350 with a decimal point/),
      expect.stringMatching(/^contracts\.csv:3 MRR: This is 2400 with a decimal comma and 2\.400 with a decimal point/),
    ]);
    expect(exitCode(report)).toBe(2);
    partnerId = randomUUID();
    const again = await run(fixture('field-cases/thousand'), { decimal: 'comma' });
    expect(faults(again)).toEqual([]);
    expect((await contracts()).map(({ mrr }) => mrr)).toEqual(['1350', '2400', '890']);
  });

  test.each([
    ['fmt-comma-in-header', [1, 0, 0, 0]],
    ['fmt-cp1252', [2, 0, 0, 0]],
    ['fmt-sepline', [1, 0, 0, 0]],
    ['fmt-tab', [1, 0, 0, 0]],
    ['fmt-ragged', [1, 0, 1, 1]],
    ['fmt-headerdup', [0, 0, 0, 0]],
  ])('%s goes in as far as it can', async (name, expected) => {
    expect(counts(await run(fixture(`field-cases/${name}`)))).toEqual({ 'companies.csv': expected });
  });

  test('a row that is refused has no note beside its fault', async () => {
    const contacts = ['Record ID,E-mail,Associated Company ID', 'c1,a@x.example,1;2', 'c2,b@x.example,8;9'];
    const report = await run(csvFolder({ 'companies.csv': ['Record ID,Company name', '1,Acme'], 'contacts.csv': contacts }));
    expect(report.files[1]).toMatchObject({
      created: 1,
      refused: 1,
      rowNoteCount: 1,
      rowNotes: [{ line: 2, value: '1;2' }],
      faults: [{ line: 3 }],
    });
  });

  test('flat: one table serves as both files', async () => {
    const report = await run(fixture('field-cases/flat'));
    expect(counts(report)['contracts.csv']).toEqual([2, 0, 0, 0]);
    expect(counts(report)['companies.csv']![0]).toBe(1);
  });

  test('an import that writes nothing leaves no partner behind', async () => {
    const report = await run(fixture('field-cases/fmt-headerdup'));
    expect(exitCode(report)).toBe(1);
    expect(await sql('select from partner where id = $1')).toEqual([]);
    expect(exitCode(await run(csvFolder({ 'companies.csv': ['Record ID,Company name'] })))).toBe(0);
    expect(await sql('select from partner where id = $1')).toEqual([]);
  });

  test('what a file says cannot steer the terminal, in faults of cells and in those of the database', async () => {
    const folder = csvFolder({
      'companies.csv': ['Record ID,Company name', '\u001b[2Jx,Acme', '7,Seven'],
      'changes.csv': ['Change ID,Contract ID,Type,Effective date,New email limit', 'C,\u202eK\u0007,email overage,2026-02-01,5'],
    });
    const all: unknown[] = [];
    const report = await run(folder, { onFaults: (batch) => void all.push(...batch) });
    const told = report.files.flatMap((file) => file.faults);
    expect(told.map(({ value }) => value)).toEqual(['\\u{1b}[2Jx', '\\u{202e}K\\u{7}']);
    expect(all).toEqual(told);
  });
});

// What exports of several days, or of the past, say about today.
describe('field cases of days', () => {
  const rows = () =>
    sql(`select row.type, contract.external_id as contract, row.effective_date::text as on, row.current_mrr::text as mrr, row.new_mrr::text as new_mrr
      from dashboard_row row join contract on contract.partner_id = row.partner_id and contract.id = row.contract_id
      where row.partner_id = $1 order by 2, 3, 1`);
  /** Imports the folders of a series one after another. */
  async function series(name: string, days: readonly string[]): Promise<ImportReport[]> {
    const reports: ImportReport[] = [];
    for (const [index, businessDate] of days.entries()) {
      const folder = fixture(`field-cases/${name}/${index + 1}`);
      reports.push(await run(folder, { businessDate, ...(index > 0 && { newPartnerName: undefined }) }));
    }
    return reports;
  }

  test('history: upgrades of the past leave the terms of today', async () => {
    const report = await run(fixture('field-cases/history'), { businessDate: '2026-06-02' });
    expect(faults(report)).toEqual([]);
    expect((await contracts()).map(({ external_id, mrr }) => [external_id, mrr])).toEqual([
      ['H1', '180.00'],
      ['H2', '180.00'],
    ]);
    expect((await rows()).filter(({ type }) => type === 'RENEWAL')).toEqual([
      { type: 'RENEWAL', contract: 'H1', on: '2026-08-01', mrr: '180.00', new_mrr: '180.00' },
      { type: 'RENEWAL', contract: 'H2', on: '2026-08-01', mrr: '180.00', new_mrr: '180.00' },
    ]);
  });

  test('same-day: of two upgrades on one day the later acceptance wins, in all twenty contracts', async () => {
    await run(fixture('field-cases/same-day'), { businessDate: '2026-01-10' });
    const renewals = (await rows()).filter(({ type }) => type === 'RENEWAL');
    expect(renewals.map((row) => row['new_mrr'])).toEqual(Array(20).fill('160.00'));
    await run(fixture('field-cases/same-day'), { businessDate: '2026-01-21', newPartnerName: undefined });
    expect((await contracts()).map(({ mrr }) => mrr)).toEqual(Array(20).fill('160.00'));
  });

  test('forecast: a renewal after a confirmed upgrade has the terms of the upgrade', async () => {
    await run(fixture('field-cases/forecast'), { businessDate: '2026-05-03' });
    expect(await rows()).toEqual([
      { type: 'CONTACT_TIER_UPGRADE', contract: 'F1', on: '2026-06-01', mrr: '100.00', new_mrr: '150.00' },
      { type: 'RENEWAL', contract: 'F1', on: '2026-08-01', mrr: '100.00', new_mrr: '150.00' },
      { type: 'CONTACT_TIER_UPGRADE', contract: 'F3', on: '2026-06-01', mrr: '100.00', new_mrr: '150.00' },
      { type: 'RENEWAL', contract: 'F3', on: '2026-12-01', mrr: '100.00', new_mrr: '150.00' },
    ]);
  });

  test('multi: an ended subscription goes in as ended, and a second product of a contract is told', async () => {
    const [first, second] = await series('multi', ['2026-06-02', '2026-06-02', '2026-06-03']);
    expect(faults(first!)).toEqual([expect.stringMatching(/^contracts\.csv:3 Contract ID: .*Marketing Hub/)]);
    expect(first!.files[1]!.rowNotes.map(({ line, reason }) => [line, reason])).toEqual([[4, 'The contract ended on 2024-12-01.']]);
    expect(counts(second!)['contracts.csv']).toEqual([0, 0, 1, 1]);
    expect(
      await sql(
        `select external_id, ended_on::text from contract where partner_id = $1 and external_id in ('C-100', 'C-104', 'sub_D') order by 1`,
      ),
    ).toEqual([
      { external_id: 'C-100', ended_on: null },
      { external_id: 'C-104', ended_on: null },
      { external_id: 'sub_D', ended_on: '2024-12-01' },
    ]);
    expect((await rows()).map(({ contract }) => contract)).not.toContain('sub_D');
  });

  test('partial: a file with fewer columns clears nothing', async () => {
    const state = () =>
      sql(`select customer.website, member.job_title, member.is_active, contract.max_contacts, contract.email_limit, change.new_mrr::text as new_mrr
        from customer join customer_user member on member.customer_id = customer.id join contract on contract.customer_id = customer.id
        join contract_change change on change.contract_id = contract.id and change.external_id = 'U1'
        where customer.partner_id = $1`);
    const [, second] = await series('partial', ['2026-06-02', '2026-06-03']);
    expect(second!.files.map(({ unchanged }) => unchanged)).toEqual([1, 1, 1, 1]);
    expect(await state()).toEqual([
      { website: 'https://alpha.example.com', job_title: 'CEO', is_active: false, max_contacts: 1000, email_limit: 5000, new_mrr: '150' },
    ]);
  });

  test('reimport: contracts move to the account that survived, and a cancellation is not lost', async () => {
    const [, second] = await series('reimport', ['2026-01-15', '2026-01-16']);
    expect(faults(second!)).toEqual([]);
    const state = `select contract.external_id as contract, customer.hub_id, contract.renewal_start_date::text as renewal, row.is_cancelled
      from contract join customer on customer.partner_id = contract.partner_id and customer.id = contract.customer_id
      join dashboard_row row on row.partner_id = contract.partner_id and row.contract_id = contract.id and row.effective_date = contract.renewal_start_date
      where contract.partner_id = $1 and contract.external_id in ('M1', 'M4', 'M5') order by 1`;
    expect(await sql(state)).toEqual([
      { contract: 'M1', hub_id: '202', renewal: '2026-04-01', is_cancelled: true },
      { contract: 'M4', hub_id: '204', renewal: '2027-03-01', is_cancelled: false },
      { contract: 'M5', hub_id: '205', renewal: '2027-04-10', is_cancelled: false },
    ]);
    const users = `select member.external_id as contact, customer.hub_id, member.is_active from customer_user member
      join customer on customer.partner_id = member.partner_id and customer.id = member.customer_id where member.partner_id = $1 order by 1`;
    expect(await sql(users)).toEqual([
      { contact: 'c1', hub_id: '207', is_active: false },
      { contact: 'c2', hub_id: '207', is_active: true },
      { contact: 'c3', hub_id: '202', is_active: true },
    ]);
  });

  test('clock: a dry run for a later day leaves today as it is', async () => {
    await run(fixture('field-cases/clock'), { businessDate: '2026-06-02' });
    const all = () =>
      sql(`select external_id, renewal_start_date::text as renewal, term_start::text from contract where partner_id = $1 order by 1`);
    const before = await all();
    await run(fixture('field-cases/clock'), { businessDate: '2026-07-02', newPartnerName: undefined, isDryRun: true });
    expect(await all()).toEqual(before);
    expect(await sql('select passed_through::text as day from partner where id = $1')).toEqual([{ day: '2026-06-02' }]);
  });
});

describe('field exports', () => {
  test('hubspot-en goes in with one command; a contact without a company is skipped', async () => {
    const report = await run(fixture('field-exports/hubspot-en'));
    expect(report.files.map(({ profile }) => profile)).toEqual(Array(3).fill('HubSpot export (English)'));
    expect(counts(report)).toMatchObject({ 'companies.csv': [3, 0, 1, 0], 'contacts.csv': [3, 1, 0, 1] });
    expect((await contracts()).slice(0, 4)).toMatchObject([
      { external_id: '9001', mrr: '890.00', currency_code: 'EUR', renewal: '2026-03-31' },
      { external_id: '9002', mrr: '135', currency_code: 'EUR', renewal: '2026-04-15' },
      { external_id: '9003', mrr: '1350.00', currency_code: 'USD', renewal: '2026-05-31' },
      { external_id: '9004', mrr: '360', currency_code: 'USD', renewal: '2027-05-31' },
    ]);
  });

  test('hubspot-de goes in with one command', async () => {
    const report = await run(fixture('field-exports/hubspot-de'));
    expect(report.files.map(({ profile }) => profile)).toEqual(['HubSpot export (German)', 'HubSpot export (German)', null]);
    expect(faults(report)).toEqual([]);
    expect(counts(report)['contracts.csv']).toEqual([4, 1, 0, 1]);
    expect(await contracts()).toEqual([
      { external_id: 'V-001', mrr: '1234.50', currency_code: 'EUR', renewal: '2026-03-31', auto_renew: true },
      { external_id: 'V-002', mrr: '1234.50', currency_code: 'EUR', renewal: '2026-04-15', auto_renew: false },
      { external_id: 'V-003', mrr: '89.00', currency_code: 'EUR', renewal: '2026-05-01', auto_renew: true },
      { external_id: 'V-004', mrr: '89', currency_code: 'EUR', renewal: '2026-05-01', auto_renew: true },
    ]);
  });

  test('stripe goes in with one command', async () => {
    const report = await run(fixture('field-exports/stripe'));
    expect(report.files.map(({ profile }) => profile)).toEqual([null, 'Stripe export']);
    expect((await contracts()).slice(0, 3)).toMatchObject([
      { mrr: '890.00', currency_code: 'EUR', renewal: '2026-01-31', auto_renew: true },
      { mrr: '100.00', currency_code: 'USD', renewal: '2026-02-28', auto_renew: false },
      { mrr: '16667', currency_code: 'JPY', renewal: '2026-02-01', auto_renew: true },
    ]);
    expect(report.files[1]!.rowNotes.map(({ line }) => line)).toEqual([3, 4, 5]);
    expect(report.files[1]!.rowNotes[2]!.reason).toMatch(/^The contract (has )?ended/);
  });

  test('chargebee goes in with one command', async () => {
    const report = await run(fixture('field-exports/chargebee'));
    expect(faults(report)).toEqual([]);
    expect(await contracts()).toMatchObject([
      { mrr: '890.00', currency_code: 'EUR', renewal: '2026-01-31', auto_renew: true },
      { mrr: '100.00', currency_code: 'USD', renewal: '2026-02-28', auto_renew: false },
      { mrr: '16666.67', currency_code: 'JPY', renewal: '2026-02-01', auto_renew: true },
    ]);
  });

  test('partner-center goes in with one command, by account ids; a contract without a term has no renewal', async () => {
    const report = await run(fixture('field-exports/partner-center'));
    expect(report.files.map(({ profile, rows, faultCount }) => [profile, rows, faultCount])).toEqual([
      ['Microsoft Partner Center export', 2, 0],
      ['Microsoft Partner Center export', 4, 0],
    ]);
    expect(
      (await contracts()).map(({ external_id, mrr, renewal, auto_renew }) => [String(external_id).slice(0, 1), mrr, renewal, auto_renew]),
    ).toEqual([
      ['1', '175.00', '2026-03-31', true],
      ['2', '3.29', '2027-02-28', false],
      ['3', '20.00', '2026-01-15', true],
      ['4', '0', null, null],
    ]);
    expect(report.files[1]!.rowNotes.at(-1)).toMatchObject({ line: 5, reason: 'The contract has no term, and so no renewal.' });
    expect(await sql('select name, hub_id, external_id from customer where partner_id = $1 order by name')).toEqual([
      { name: 'Alpha GmbH', hub_id: null, external_id: 'aaaaaaaa-0000-0000-0000-000000000001' },
      { name: 'Beta Ltd', hub_id: null, external_id: 'bbbbbbbb-0000-0000-0000-000000000002' },
    ]);
  });
});
