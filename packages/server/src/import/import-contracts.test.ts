import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { csvFolder } from '../../testing/csv-folder.ts';
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts';
import { importFolder } from './import-folder.ts';
import type { FileReport } from './import-report.ts';
import { rowDifferences } from '../../testing/row-differences.ts';

// What imports do to contracts and changes that are there already, as days pass between them.

let database: TestDatabase;
let partnerId: string;
let newPartnerName: string | undefined;
let count = 0;
beforeAll(async () => void (database = await createTestDatabase()));
afterAll(() => database.close());
beforeEach(() => {
  partnerId = randomUUID();
  newPartnerName = `Partner ${(count += 1)}`;
});

const companies = ['Record ID,Company name', '1,Acme', '2,Globex'];
const contractHeader = 'Contract ID,Hub ID,Product,Subscription start date,Term,Billing Frequency,Max contacts,MRR,Currency,Auto-renew';
const contract = (start: string, term = 'P12M', mrr = '100', autoRenew = 'true') => [
  contractHeader,
  `K,1,Basic,${start},${term},monthly,1000,${mrr},EUR,${autoRenew}`,
];
const changeHeader =
  'Change ID,Contract ID,Type,Effective date,New max contacts,New term,Estimated new MRR,Accepted on,Cancellation requested on';

async function run(businessDate: string, files: Record<string, string[]>): Promise<FileReport[]> {
  const { files: reports } = await importFolder({ pool: database.pool, partnerId, newPartnerName, folder: csvFolder(files), businessDate });
  newPartnerName = undefined;
  expect(await rowDifferences(database.superuserPool, partnerId)).toEqual([]);
  return reports;
}

const reasons = (reports: FileReport[]) =>
  reports.flatMap(({ faults }) => faults.map(({ line, column, reason }) => `${line} ${column}: ${reason}`));
const sql = async (text: string) => (await database.superuserPool.query(text, [partnerId])).rows as Record<string, unknown>[];
const dates = async () => (await sql('select term_start, renewal_start_date, ended_on from contract where partner_id = $1'))[0]!;
const renewals = () =>
  sql(
    `select effective_date as on, settled_on, is_applied, version, external_id from contract_change where partner_id = $1 and type = 'RENEWAL' order by 1`,
  );
const shown = () => sql('select type, effective_date as on, new_mrr from dashboard_row where partner_id = $1 order by 2, 1');

describe('a contract that is imported again', () => {
  beforeEach(async () => void (await run('2026-11-22', { 'companies.csv': companies, 'contracts.csv': contract('2026-01-31') })));

  test('with another price keeps its dates', async () => {
    await run('2026-11-23', { 'contracts.csv': contract('2026-01-31', 'P12M', '120') });
    expect(await dates()).toEqual({ term_start: '2026-01-31', renewal_start_date: '2027-01-31', ended_on: null });
    expect(await renewals()).toMatchObject([{ on: '2027-01-31', version: 1 }]);
    expect(await shown()).toEqual([{ type: 'RENEWAL', on: '2027-01-31', new_mrr: '120' }]);
  });

  test('with another start takes its renewal along', async () => {
    await run('2026-11-23', { 'contracts.csv': contract('2026-02-28') });
    expect(await dates()).toEqual({ term_start: '2026-02-28', renewal_start_date: '2027-02-28', ended_on: null });
    expect(await renewals()).toMatchObject([{ on: '2027-02-28', version: 2 }]);
  });

  test('with another term counts it from the start of the running term', async () => {
    await run('2027-02-10', { 'contracts.csv': contract('2026-01-31', 'P1M') });
    expect(await dates()).toEqual({ term_start: '2027-01-31', renewal_start_date: '2027-02-28', ended_on: null });
    expect(await renewals()).toMatchObject([
      { on: '2027-01-31', is_applied: true },
      { on: '2027-02-28', settled_on: null },
    ]);
  });

  test('with the term it was imported with keeps the dates that an applied term gave it', async () => {
    const announced = [changeHeader, 'X,K,renewal,2027-01-31,,P24M,200,2026-12-01,'];
    await run('2026-11-23', { 'changes.csv': announced });
    await run('2027-02-10', { 'contracts.csv': contract('2026-01-31', 'P12M', '150') });
    expect(await dates()).toEqual({ term_start: '2027-01-31', renewal_start_date: '2029-01-31', ended_on: null });
  });

  test('with another start after it ended lives again, with a renewal of its own', async () => {
    await run('2026-11-23', { 'contracts.csv': contract('2026-01-31', 'P12M', '100', 'false') });
    await run('2027-02-10', { 'companies.csv': companies });
    expect(await dates()).toMatchObject({ ended_on: '2027-01-31' });
    await run('2027-02-10', { 'contracts.csv': contract('2026-01-31', 'P12M', '101', 'false') });
    expect(await dates()).toMatchObject({ ended_on: '2027-01-31' });
    await run('2027-02-11', { 'contracts.csv': contract('2027-02-01', 'P12M', '101', 'false') });
    expect(await dates()).toEqual({ term_start: '2027-02-01', renewal_start_date: '2028-02-01', ended_on: null });
    expect(
      await sql(`select on_, action from (
      select c.effective_date as on_, d.action, d.decided_on from contract_change c
      join contract_change_decision d on d.partner_id = c.partner_id and d.contract_change_id = c.id where c.partner_id = $1) x order by 1`),
    ).toEqual([
      { on_: '2027-01-31', action: 'REQUEST_CANCELLATION' },
      { on_: '2028-02-01', action: 'REQUEST_CANCELLATION' },
    ]);
  });
});

describe('an announced renewal', () => {
  beforeEach(async () => void (await run('2026-11-22', { 'companies.csv': companies, 'contracts.csv': contract('2026-01-31') })));

  test('that has not opened yet is shown once it has, with the terms announced', async () => {
    const announced = [
      changeHeader,
      'X-1,K,renewal,2027-01-31,,P6M,110,,',
      'X-2,K,renewal,2027-07-31,,,130,,',
      'X-3,K,renewal,2028-01-31,,,140,,',
    ];
    expect(reasons(await run('2026-11-22', { 'changes.csv': announced }))).toEqual([]);
    expect(await shown()).toEqual([{ type: 'RENEWAL', on: '2027-01-31', new_mrr: '110' }]);
    await run('2027-02-01', { 'changes.csv': announced });
    expect((await shown()).at(-1)).toEqual({ type: 'RENEWAL', on: '2027-07-31', new_mrr: '130' });
  });

  test('on another day than a renewal, or announced twice, is refused; the next date is named', async () => {
    const announced = [
      changeHeader,
      'X-1,K,renewal,2027-01-30,,,110,,',
      'X-2,K,renewal,2027-01-31,,,120,,',
      'X-3,K,renewal,2027-01-31,,,130,,',
    ];
    expect(reasons(await run('2026-11-22', { 'changes.csv': announced }))).toEqual([
      '2 Effective date: The contract has no renewal on this date; its next one is on 2027-01-31.',
      '4 Effective date: This renewal is announced by another change already.',
    ]);
  });

  test('moves from one renewal to a later one, and leaves the first as it stands', async () => {
    await run('2026-11-22', { 'changes.csv': [changeHeader, 'X-1,K,renewal,2027-01-31,,,110,,'] });
    await run('2026-11-22', { 'changes.csv': [changeHeader, 'X-1,K,renewal,2028-01-31,,,110,,'] });
    expect(await shown()).toEqual([{ type: 'RENEWAL', on: '2027-01-31', new_mrr: '100' }]);
    expect(await renewals()).toMatchObject([
      { on: '2027-01-31', external_id: null },
      { on: '2028-01-31', external_id: 'X-1' },
    ]);
  });

  test('that says the same after the days have passed is unchanged; one that says more changes the terms since', async () => {
    const announced = (mrr: string) => [changeHeader, `X-1,K,renewal,2027-01-31,,,${mrr},,`];
    await run('2026-11-22', { 'changes.csv': announced('110') });
    expect(await run('2027-02-10', { 'changes.csv': announced('110') })).toMatchObject([{ unchanged: 1 }]);
    expect(await run('2027-02-10', { 'changes.csv': announced('115') })).toMatchObject([{ updated: 1 }]);
    expect((await renewals())[0]).toMatchObject({ on: '2027-01-31', settled_on: '2027-02-01', is_applied: true });
    expect((await sql('select mrr from contract where partner_id = $1'))[0]).toEqual({ mrr: '115' });
  });
});

describe('an upgrade that is imported again', () => {
  const upgrade = (on: string, mrr: string, accepted = '', contractId = 'K', type = 'contact upgrade') => ({
    'changes.csv': [changeHeader, `X-1,${contractId},${type},${on},5000,,${mrr},${accepted},`],
  });
  const change = async () =>
    (
      await sql(`select effective_date as on, settled_on, is_applied from contract_change where partner_id = $1 and external_id = 'X-1'`)
    )[0];
  beforeEach(async () => {
    const other = 'K2,2,Basic,2026-01-31,P12M,monthly,1000,100,EUR,true';
    await run('2026-11-22', {
      'companies.csv': companies,
      'contracts.csv': [...contract('2026-01-31'), other],
      ...upgrade('2026-11-25', '110'),
    });
  });

  test('accepted after it lapsed, is applied after all', async () => {
    await run('2026-11-28', { 'companies.csv': companies });
    expect(await change()).toEqual({ on: '2026-11-25', settled_on: '2026-11-26', is_applied: false });
    await run('2026-11-28', upgrade('2026-11-25', '110', '2026-11-20'));
    expect(await change()).toEqual({ on: '2026-11-25', settled_on: '2026-11-26', is_applied: true });
    expect(await sql(`select max_contacts from contract where partner_id = $1 and external_id = 'K'`)).toEqual([{ max_contacts: 5000 }]);
  });

  test('put off after it was applied, takes effect again', async () => {
    await run('2026-11-28', upgrade('2026-11-25', '110', '2026-11-20'));
    await run('2026-11-29', upgrade('2026-12-25', '110', '2026-11-20'));
    expect(await change()).toEqual({ on: '2026-12-25', settled_on: null, is_applied: null });
  });

  test('corrected after it was applied, is applied on its new day', async () => {
    await run('2026-11-28', upgrade('2026-11-25', '110', '2026-11-20'));
    await run('2026-11-29', upgrade('2026-11-24', '115', '2026-11-20'));
    expect(await change()).toEqual({ on: '2026-11-24', settled_on: '2026-11-25', is_applied: true });
    expect(await sql(`select mrr from contract where partner_id = $1 and external_id = 'K'`)).toEqual([{ mrr: '115' }]);
  });

  test('cannot move to another contract, nor become a renewal', async () => {
    expect(reasons(await run('2026-11-22', upgrade('2026-11-25', '111', '', 'K2')))).toEqual([
      '2 Contract ID: The change belongs to another contract and cannot move.',
    ]);
    expect(reasons(await run('2026-11-22', upgrade('2027-01-31', '111', '', 'K', 'renewal')))).toEqual([
      '2 Type: A renewal cannot turn into another type, nor another type into a renewal.',
    ]);
  });
});

test('changes of a contract that is skipped because its customer ended are skipped too', async () => {
  await run('2026-11-22', { 'companies.csv': companies });
  await sql('update customer_association set ended_at = now() where partner_id = $1');
  const files = { 'contracts.csv': contract('2026-01-31'), 'changes.csv': [changeHeader, 'X-1,K,contact upgrade,2026-12-01,5,,1,,'] };
  expect(await run('2026-11-22', files)).toMatchObject([
    { skipped: 1, refused: 0 },
    { skipped: 1, refused: 0 },
  ]);
});

test('a contact who moves to another company leaves the primary contact of the first', async () => {
  const contact = (hubId: string, mail = 'zoe@acme.example') => ({
    'contacts.csv': ['Record ID,Last name,E-mail,Associated Company ID', `7,Trần,${mail},${hubId}`],
  });
  await run('2026-11-22', { 'companies.csv': companies, ...contact('1') });
  await sql(`update customer_association a set primary_contact_id = u.id from customer_user u
    where a.partner_id = $1 and u.partner_id = $1 and u.customer_id = a.customer_id`);
  expect(reasons(await run('2026-11-22', contact('99', 'bad')))).toEqual([
    '2 E-mail: Not an e-mail address.',
    '2 Associated Company ID: No customer has this Hub ID.',
  ]);
  await run('2026-11-22', contact('2'));
  expect(await sql('select m.hub_id from customer_user u join customer m on m.id = u.customer_id where u.partner_id = $1')).toEqual([
    { hub_id: '2' },
  ]);
  expect(await sql('select version from customer_association where partner_id = $1 and primary_contact_id is null order by 1')).toEqual([
    { version: 1 },
    { version: 2 },
  ]);
});
