// Long: one group for each rule of what is told late.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { csvFolder } from '../../testing/csv-folder.ts';
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts';
import { decidingDecisionSql, lateRequestSql } from '../contract-change/contract-change.rules.ts';
import { passDays } from '../contract-change/passing-days.queries.ts';
import { importFolder } from './import-folder.ts';
import type { FileReport } from './import-report.ts';

// Imports that tell after a date what was decided before it, and what contracts.csv says about days that have passed.

let database: TestDatabase;
let partnerId: string;
let isNew: boolean;
let count = 0;
beforeAll(async () => void (database = await createTestDatabase()));
afterAll(() => database.close());
beforeEach(() => {
  partnerId = randomUUID();
  isNew = true;
});

async function run(businessDate: string, files: Record<string, string[]>, isDryRun = false): Promise<FileReport[]> {
  const newPartnerName = isNew ? `Partner ${(count += 1)}` : undefined;
  const folder = csvFolder(files);
  const { files: reports } = await importFolder({ pool: database.pool, partnerId, newPartnerName, folder, businessDate, isDryRun });
  isNew = false;
  return reports;
}

const sql = async (text: string) => (await database.superuserPool.query(text, [partnerId])).rows as Record<string, unknown>[];
const contract = async () => (await sql('select mrr, ended_on, renewal_start_date as renewal from contract where partner_id = $1'))[0]!;
const rows = () =>
  sql(`select type, effective_date as on, is_accepted, is_cancelled, has_late_cancellation as is_late, new_mrr
    from dashboard_row where partner_id = $1 order by 2, 1`);
const renewalDates = async () => (await rows()).filter((row) => row['type'] === 'RENEWAL').map((row) => row['on']);

const companies = ['Record ID,Company name', '1,Acme'];
const contracts = (more = '', cells = '', mrr = '100', term = 'P12M') => [
  `Contract ID,Hub ID,Product,Subscription start date,Term,Billing Frequency,MRR,Currency${more}`,
  `K,1,Basic,2025-03-01,${term},monthly,${mrr},EUR${cells}`,
];
const changeHeader = 'Change ID,Contract ID,Type,Effective date,New max contacts,Estimated new MRR,Accepted on,Cancellation requested on';
const renewal = (date: string, accepted: string, cancelled: string, id = 'R') => `${id},K,renewal,${date},,,${accepted},${cancelled}`;
const changes = (...lines: string[]) => ({ 'changes.csv': [changeHeader, ...lines] });
const first = (date: string) => run(date, { 'companies.csv': companies, 'contracts.csv': contracts() });

test('the decision of a change is the one that its status follows from, also if a later one came too late (rule 26)', async () => {
  await first('2026-01-10');
  await run('2026-02-10', changes(renewal('2026-03-01', '2026-02-01', '2026-01-12')));
  expect(await rows()).toMatchObject([{ on: '2026-03-01', is_cancelled: true, is_accepted: false }]);
  const decision = `select decision.action, decision.decided_on from contract_change change
    cross join lateral (${decidingDecisionSql('change', `date '2026-02-10'`)}) decision where change.partner_id = $1`;
  expect(await sql(decision)).toEqual([{ action: 'REQUEST_CANCELLATION', decided_on: '2026-01-12' }]);
});

// The first renewal is on 2026-03-01, and its deadline on 2026-01-15.
describe('a cancellation of a renewal, told after its date (rule 21)', () => {
  beforeEach(() => first('2026-01-10'));

  test('ends the contract on that date if it was in time; later renewals leave the dashboard, audited', async () => {
    await passDays(database.pool, partnerId, '2026-05-01');
    expect(await contract()).toMatchObject({ ended_on: null, renewal: '2027-03-01' });
    await run('2026-05-01', changes(renewal('2026-03-01', '', '2026-01-12')));
    expect(await contract()).toMatchObject({ ended_on: '2026-03-01' });
    expect(await renewalDates()).toEqual(['2026-03-01']);
    expect(await sql(`select action, before, after from audit_event where partner_id = $1 and action = 'END_CONTRACT'`)).toEqual([
      { action: 'END_CONTRACT', before: { contract: 'K', endedOn: null }, after: { contract: 'K', endedOn: '2026-03-01' } },
    ]);
  });

  test('takes an upgrade with it that was applied since, and gives back the terms of that date', async () => {
    await run('2026-03-10', changes('U,K,contact upgrade,2026-04-01,5000,150,2026-03-05,'));
    await passDays(database.pool, partnerId, '2026-05-01');
    expect(await contract()).toMatchObject({ mrr: '150' });
    await run('2026-05-01', changes(renewal('2026-03-01', '', '2026-01-12')));
    expect(await contract()).toMatchObject({ mrr: '100', ended_on: '2026-03-01' });
    expect((await rows()).map((row) => row['type'])).toEqual(['RENEWAL']);
  });

  test('counts for the next renewal if it was late, also when that has passed too', async () => {
    await run('2026-05-01', changes(renewal('2026-03-01', '', '2026-01-20')));
    expect((await rows()).map(({ on, is_cancelled, is_late }) => [on, is_cancelled, is_late])).toEqual([
      ['2026-03-01', false, true],
      ['2027-03-01', true, false],
    ]);
    partnerId = randomUUID();
    isNew = true;
    await first('2026-01-10');
    await run('2027-06-01', changes(renewal('2026-03-01', '', '2026-01-20')));
    expect(await contract()).toMatchObject({ ended_on: '2027-03-01' });
  });

  test('is not carried on if an acceptance of the same renewal follows it, also when that is told later still', async () => {
    await run('2026-05-01', changes(renewal('2026-03-01', '', '2026-01-20')));
    await run('2026-05-02', changes(renewal('2026-03-01', '2026-01-25', '2026-01-20')));
    expect((await rows())[1]).toMatchObject({ on: '2027-03-01', is_cancelled: false });
    expect(await contract()).toMatchObject({ ended_on: null });
  });

  test('is not carried on, but a request of the next renewal itself stays', async () => {
    await run('2026-05-01', changes(renewal('2026-03-01', '', '2026-01-20')));
    const next = renewal('2027-03-01', '', '2026-05-02', 'R2');
    await run('2026-05-02', changes(renewal('2026-03-01', '', '2026-01-20'), next));
    await run('2026-05-03', changes(renewal('2026-03-01', '2026-01-25', '2026-01-20'), next));
    expect((await rows())[1]).toMatchObject({ on: '2027-03-01', is_cancelled: true });
  });

  test('goes on after all if an acceptance in time is told later', async () => {
    await run('2026-05-01', changes(renewal('2026-03-01', '', '2026-01-10')));
    expect(await contract()).toMatchObject({ ended_on: '2026-03-01' });
    await run('2026-05-02', changes(renewal('2026-03-01', '2026-01-14', '2026-01-10')));
    expect(await contract()).toMatchObject({ ended_on: null, renewal: '2027-03-01' });
    expect(await sql(`select action from audit_event where partner_id = $1 and action like '%CONTRACT' order by occurred_at`)).toEqual([
      { action: 'END_CONTRACT' },
      { action: 'RESUME_CONTRACT' },
    ]);
  });

  test('ends it on that date also if the contract was imported with other terms since', async () => {
    await run('2026-04-01', { 'contracts.csv': contracts('', '', '115') });
    await run('2026-04-01', { 'contracts.csv': contracts('', '', '120') });
    await run('2026-05-01', changes(renewal('2026-03-01', '', '2026-01-12')));
    expect(await contract()).toMatchObject({ ended_on: '2026-03-01', mrr: '100' });
    await run('2026-05-02', changes(renewal('2026-03-01', '2026-01-13', '2026-01-12')));
    expect(await contract()).toMatchObject({ ended_on: null, mrr: '120' });
  });
});

// Deadlines: of 2026-02-01 2025-12-18, of 2026-03-01 2026-01-15, of 2026-04-01 2026-02-15.
describe('late cancellations of a monthly renewal (rule 21)', () => {
  const monthly = (date: string) => run(date, { 'companies.csv': companies, 'contracts.csv': contracts('', '', '100', 'P1M') });

  test('count for the first renewal whose deadline they meet; of several, the earliest renewal met is the one', async () => {
    await monthly('2026-01-10');
    await run('2026-05-01', changes(renewal('2026-02-01', '', '2026-01-20')));
    expect(await contract()).toMatchObject({ ended_on: '2026-04-01' });
    await run('2026-05-02', changes(renewal('2026-02-01', '', '2026-01-12')));
    expect(await contract()).toMatchObject({ ended_on: '2026-03-01' });
  });

  test('are told by the latest that stands: one taken back, of a renewal accepted since, is not it', async () => {
    await monthly('2026-02-10');
    const next = renewal('2026-04-01', '', '2026-02-20', 'S');
    const lateRequest = `select late.decided_on from contract_change change
      cross join lateral (${lateRequestSql('change', `date '2026-03-11'`)}) late
      where change.partner_id = $1 and change.effective_date = '2026-04-01'`;
    await run('2026-03-10', changes(renewal('2026-03-01', '', '2026-02-25'), next));
    expect(await sql(lateRequest)).toEqual([{ decided_on: '2026-02-25' }]);
    await run('2026-03-11', changes(renewal('2026-03-01', '2026-02-26', '2026-02-25'), next));
    expect(await sql(lateRequest)).toEqual([{ decided_on: '2026-02-20' }]);
  });

  test('of history count for a renewal that has passed since', async () => {
    await monthly('2026-03-10');
    await run('2026-06-10', changes(renewal('2026-03-01', '', '2026-01-20')));
    expect(await contract()).toMatchObject({ ended_on: '2026-04-01' });
  });
});

describe('an upgrade after its date (rule 22)', () => {
  const upgrade = (accepted: string) => changes(`U,K,contact upgrade,2026-02-01,5000,150,${accepted},`);
  beforeEach(() => first('2026-01-10'));

  test('is not changed by a decision dated after it, neither its status nor the terms', async () => {
    await run('2026-01-20', upgrade(''));
    await run('2026-02-10', upgrade('2026-02-02'));
    expect(await contract()).toMatchObject({ mrr: '100' });
    expect((await rows())[0]).toMatchObject({ type: 'CONTACT_TIER_UPGRADE', is_accepted: false });
  });

  test('is applied when an acceptance dated up to it is told later', async () => {
    await run('2026-01-20', upgrade(''));
    await run('2026-02-10', upgrade('2026-02-01'));
    expect(await contract()).toMatchObject({ mrr: '150' });
    expect((await rows())[0]).toMatchObject({ is_accepted: true });
  });

  test('is applied before a change that took effect later', async () => {
    const later = 'V,K,contact upgrade,2026-02-05,9000,190,2026-01-21,';
    await run('2026-01-20', changes('U,K,contact upgrade,2026-02-01,5000,150,,', later));
    await run('2026-02-10', changes('U,K,contact upgrade,2026-02-01,5000,150,2026-01-30,', later));
    expect(await contract()).toMatchObject({ mrr: '190' });
    expect(await sql(`select external_id, from_mrr from contract_change where partner_id = $1 and type <> 'RENEWAL' order by 1`)).toEqual([
      { external_id: 'U', from_mrr: '100' },
      { external_id: 'V', from_mrr: '150' },
    ]);
  });
});

describe('several changes of one day (rule 23)', () => {
  const upgrade = (id: string, mrr: string, accepted: string) => `${id},K,contact upgrade,2026-01-20,3000,${mrr},${accepted},`;

  /** The amount that the renewal's row and, after the day, the contract have, and the row's place among the three. */
  async function outcome(): Promise<unknown[]> {
    const { type, new_mrr: ofRow } = (await rows()).at(-1)!;
    const [last] = await sql('select max(position) as position from dashboard_row where partner_id = $1');
    await passDays(database.pool, partnerId, '2026-01-21');
    return [type, last!['position'], ofRow, (await contract())['mrr']];
  }

  test.each([
    ['the later acceptance wins', 'A', '2026-01-06', 'B', '2026-01-05', '160'],
    ['at the same date, the later identifier wins', 'A', '2026-01-05', 'B', '2026-01-05', '150'],
    ['identifiers are in the order of code points', 'a', '2026-01-05', 'B', '2026-01-05', '160'],
  ])('%s, in the contract and the rows', async (_, one, acceptedOfOne, other, acceptedOfOther, mrr) => {
    await first('2026-01-02');
    // The order of the lines does not count.
    await run('2026-01-08', changes(upgrade(other, '150', acceptedOfOther), upgrade(one, '160', acceptedOfOne)));
    expect(await outcome()).toEqual(['RENEWAL', 2, mrr, mrr]);
  });

  test('at the same date, the acceptance told later wins', async () => {
    await first('2026-01-02');
    await run('2026-01-08', changes(upgrade('A', '160', ''), upgrade('B', '150', '2026-01-05')));
    await run('2026-01-09', changes(upgrade('A', '160', '2026-01-05'), upgrade('B', '150', '2026-01-05')));
    expect(await outcome()).toEqual(['RENEWAL', 2, '160', '160']);
  });
});

describe("contracts.csv is today's state (rule 25)", () => {
  test('a change from before its import is history; one from after the last change of its row is applied', async () => {
    await first('2026-01-10');
    await run('2026-01-20', { 'contracts.csv': contracts() });
    await run('2026-01-25', changes('U,K,contact upgrade,2026-01-15,5000,150,2026-01-11,'));
    expect(await contract()).toMatchObject({ mrr: '150' });
    await run('2026-01-28', { 'contracts.csv': contracts('', '', '180') });
    await run('2026-01-29', changes('V,K,contact upgrade,2026-01-26,9000,190,2026-01-21,'));
    expect(await contract()).toMatchObject({ mrr: '180' });
    expect(await sql(`select is_applied from contract_change where partner_id = $1 and external_id = 'V'`)).toEqual([{ is_applied: true }]);
  });

  test('a change of the day of its import is not history', async () => {
    await first('2026-01-20');
    await run('2026-01-20', changes('U,K,contact upgrade,2026-01-20,5000,150,2026-01-11,'));
    await passDays(database.pool, partnerId, '2026-01-21');
    expect(await contract()).toMatchObject({ mrr: '150' });
  });

  test('an applied change that moves to before its import gives back the terms, and applies again when it moves back', async () => {
    await first('2026-01-10');
    const upgrade = (date: string) => changes(`U,K,contact upgrade,${date},5000,150,2026-01-04,`);
    await run('2026-01-10', upgrade('2026-01-20'));
    await run('2026-02-01', upgrade('2026-01-05'));
    expect(await contract()).toMatchObject({ mrr: '100' });
    await run('2026-02-02', upgrade('2026-01-25'));
    expect(await contract()).toMatchObject({ mrr: '150' });
    expect(await sql(`select from_mrr from contract_change where partner_id = $1 and external_id = 'U'`)).toEqual([{ from_mrr: '100' }]);
  });

  test('a Change ID that is used again for the next renewal leaves the terms of the one before', async () => {
    await first('2026-01-10');
    await run('2026-01-11', changes('R,K,renewal,2026-03-01,,120,,'));
    await passDays(database.pool, partnerId, '2026-03-02');
    expect(await contract()).toMatchObject({ mrr: '120' });
    await run('2026-12-01', changes('R,K,renewal,2027-03-01,,130,,'));
    expect(await contract()).toMatchObject({ mrr: '120' });
    const renewals = `select external_id as id, effective_date as on, new_mrr from contract_change where partner_id = $1 order by 2`;
    expect(await sql(renewals)).toEqual([
      { id: null, on: '2026-03-01', new_mrr: '120' },
      { id: 'R', on: '2027-03-01', new_mrr: '130' },
    ]);
  });

  test('an amount with other zeros at its end says nothing new', async () => {
    await first('2026-01-10');
    await run('2026-01-11', changes('U,K,contact upgrade,2026-01-20,5000,150,2026-01-11,'));
    await passDays(database.pool, partnerId, '2026-01-21');
    await run('2026-01-25', { 'contracts.csv': contracts('', '', '100.00') });
    expect(await contract()).toMatchObject({ mrr: '150' });
  });

  test('a column that is new and empty does not make a row one of today', async () => {
    await first('2026-01-10');
    await run('2026-01-20', { 'contracts.csv': contracts(',End date,Status,Notice period', ',,,') });
    await run('2026-01-25', changes('U,K,contact upgrade,2026-01-15,5000,150,2026-01-11,'));
    expect(await contract()).toMatchObject({ mrr: '150' });
  });

  test('a renewal of the past is history, and its late request counts for the open renewal', async () => {
    const reports = await run('2026-03-10', {
      'companies.csv': companies,
      'contracts.csv': contracts(),
      ...changes(renewal('2026-03-01', '', '2026-02-01')),
    });
    expect(reports.flatMap(({ faults }) => faults)).toEqual([]);
    expect((await rows()).map(({ on, is_cancelled, is_late }) => [on, is_cancelled, is_late])).toEqual([
      ['2026-03-01', false, true],
      ['2027-03-01', true, false],
    ]);
  });

  test('an end date that has passed ends the contract on that day, with all that came after it', async () => {
    await first('2026-01-10');
    await run('2026-02-20', changes('U,K,contact upgrade,2026-02-10,5000,150,2026-02-01,'));
    await passDays(database.pool, partnerId, '2026-04-01');
    const [report] = await run('2026-04-01', { 'contracts.csv': contracts(',End date', ',2026-02-05') });
    expect(report!.rowNotes.map(({ reason }) => reason)).toEqual(['The contract ended on 2026-02-05.']);
    expect(await contract()).toMatchObject({ ended_on: '2026-02-05', mrr: '100' });
    expect(await rows()).toEqual([]);
    expect(await sql('select effective_date from contract_change where partner_id = $1 and settled_on is not null')).toEqual([]);
  });

  test('a status without an end date ends it on the day of the import, and keeps that day', async () => {
    await first('2026-01-10');
    await run('2026-01-20', { 'contracts.csv': contracts(',Status', ',canceled') });
    expect(await renewalDates()).toEqual([]);
    await run('2026-01-25', { 'contracts.csv': contracts(',Status', ',canceled', '90') });
    expect(await contract()).toMatchObject({ ended_on: '2026-01-20' });
    expect(await renewalDates()).toEqual([]);
  });

  test('a status without an end date ends a contract whose end lay ahead on the day of the import', async () => {
    await first('2026-01-10');
    await run('2026-01-11', { 'contracts.csv': contracts(',End date,Status', ',2026-02-10,active') });
    await run('2026-01-20', { 'contracts.csv': contracts(',End date,Status', ',,canceled') });
    expect(await contract()).toMatchObject({ ended_on: '2026-01-20' });
  });

  test('an end date to come on a renewal is a cancellation in time, which another end date withdraws', async () => {
    await first('2026-01-10');
    const ends = (date: string) => ({ 'contracts.csv': contracts(',End date', `,${date}`) });
    await run('2026-01-11', ends('2026-03-01'));
    expect((await rows())[0]).toMatchObject({ on: '2026-03-01', is_cancelled: true });
    await run('2026-01-12', ends(''));
    expect((await rows())[0]).toMatchObject({ is_cancelled: false });
    await run('2026-01-13', ends('2027-03-01'));
    expect((await rows())[0]).toMatchObject({ is_cancelled: false });
    await passDays(database.pool, partnerId, '2026-03-02');
    expect((await rows())[1]).toMatchObject({ on: '2027-03-01', is_cancelled: true });
  });

  test('an end date follows the dates of the contract, which may make its day a renewal or none', async () => {
    await first('2026-01-10');
    const ends = (start: string) => ({
      'contracts.csv': contracts(',End date', ',2026-04-01').map((line) => line.replace('2025-03-01', start)),
    });
    await run('2026-01-11', ends('2025-04-01'));
    expect(await rows()).toMatchObject([{ on: '2026-04-01', is_cancelled: true }]);
    await run('2026-01-12', ends('2025-05-01'));
    expect(await contract()).toMatchObject({ ended_on: '2026-04-01', renewal: '2026-05-01' });
    expect(await rows()).toEqual([]);
    await run('2026-01-13', ends('2025-04-01'));
    expect(await contract()).toMatchObject({ ended_on: null });
    expect(await rows()).toMatchObject([{ on: '2026-04-01', is_cancelled: true }]);
  });

  test('an end date that is taken back withdraws only its own cancellation', async () => {
    await first('2026-01-10');
    await run('2026-01-11', { 'contracts.csv': contracts(',End date', ',2026-03-01') });
    await run('2026-01-12', changes(renewal('2026-03-01', '', '2026-01-12')));
    await run('2026-01-13', { 'contracts.csv': contracts(',End date', ',') });
    expect((await rows())[0]).toMatchObject({ is_cancelled: true });
  });

  test('an end date to come on another day ends the contract on that day, and what comes after it leaves at once', async () => {
    await first('2026-01-10');
    await run('2026-01-10', changes('U,K,contact upgrade,2026-02-10,5000,150,,', 'V,K,contact upgrade,2026-02-11,5000,150,,'));
    await run('2026-01-11', { 'contracts.csv': contracts(',End date', ',2026-02-10') });
    expect((await rows()).map(({ on }) => on)).toEqual(['2026-02-10']);
    await passDays(database.pool, partnerId, '2026-02-11');
    expect(await contract()).toMatchObject({ ended_on: '2026-02-10' });
  });

  test('a contract goes on when a later export says that it did not end', async () => {
    await first('2026-01-10');
    await run('2026-02-20', { 'contracts.csv': contracts(',End date', ',2026-02-05') });
    await run('2026-04-01', { 'contracts.csv': contracts(',End date', ',') });
    expect(await contract()).toMatchObject({ ended_on: null, renewal: '2027-03-01' });
    expect(await renewalDates()).toEqual(['2026-03-01', '2027-03-01']);
  });
});

describe('a notice period (rule 26)', () => {
  const deadlines = () =>
    sql(`select effective_date as on, renewal_deadline as deadline from contract_change where partner_id = $1 order by 1`);

  test('is a term of the contract, 45 days by default; months are those of the calendar', async () => {
    const notice = (cell: string) => ({ 'companies.csv': companies, 'contracts.csv': contracts(',Notice period', `,${cell}`) });
    for (const [cell, deadline] of [
      ['', '2026-01-15'],
      ['30', '2026-01-30'],
      ['P2M', '2026-01-01'],
      ['2 months', '2026-01-01'],
    ] as const) {
      partnerId = randomUUID();
      isNew = true;
      await run('2025-12-01', notice(cell));
      expect(await deadlines()).toEqual([{ on: '2026-03-01', deadline }]);
    }
  });

  test('that changes counts from the next renewal on', async () => {
    await first('2025-12-01');
    await run('2025-12-02', { 'contracts.csv': contracts(',Notice period', ',10') });
    expect(await deadlines()).toEqual([{ on: '2026-03-01', deadline: '2026-01-15' }]);
    await passDays(database.pool, partnerId, '2026-03-02');
    expect((await deadlines())[1]).toEqual({ on: '2027-03-01', deadline: '2027-02-19' });
  });

  test('that changes counts for a renewal that was announced before, and has not opened', async () => {
    await first('2025-12-01');
    await run('2025-12-01', changes(renewal('2027-03-01', '', '')));
    await run('2025-12-02', { 'contracts.csv': contracts(',Notice period', ',10') });
    await passDays(database.pool, partnerId, '2026-03-02');
    expect((await deadlines())[1]).toEqual({ on: '2027-03-01', deadline: '2027-02-19' });
  });

  test('that changes leaves the open renewal as it is, also when its days pass again', async () => {
    await first('2025-12-01');
    await run('2026-03-02', { 'contracts.csv': contracts(',Notice period', ',10') });
    await run('2026-03-03', changes(renewal('2026-03-01', '2026-01-10', '')));
    expect((await deadlines())[1]).toEqual({ on: '2027-03-01', deadline: '2027-01-15' });
  });
});

describe('an imported renewal (rule 27)', () => {
  test('opened the day after the one before it; the first one of a contract that has not begun is always there', async () => {
    await first('2026-05-01');
    expect(await sql('select opened_on from contract_change where partner_id = $1')).toEqual([{ opened_on: '2026-03-02' }]);
    partnerId = randomUUID();
    isNew = true;
    await first('2025-01-01');
    expect(await sql('select opened_on from contract_change where partner_id = $1')).toEqual([{ opened_on: null }]);
  });
});

test('a renewal of history opened one term before, but not before the start (rule 27)', async () => {
  await run('2026-06-01', { 'companies.csv': companies, 'contracts.csv': contracts('', '', '100', 'P6M') });
  await run('2026-06-02', changes(renewal('2026-03-01', '', ''), renewal('2025-06-01', '', '', 'S')));
  const opened = 'select external_id as id, opened_on from contract_change where partner_id = $1 and is_history order by 1';
  expect(await sql(opened)).toEqual([
    { id: 'R', opened_on: '2025-09-02' },
    { id: 'S', opened_on: '2025-03-02' },
  ]);
});

describe('a decision dated ahead (rule 28)', () => {
  test('is taken with a note, and counts from its day on', async () => {
    await first('2026-01-02');
    const [report] = await run('2026-01-05', changes(renewal('2026-03-01', '', '2026-01-10')));
    expect(report!.rowNotes).toMatchObject([{ line: 2, column: 'Cancellation requested on', value: '2026-01-10' }]);
    expect(report!.rowNotes[0]!.reason).toContain('2026-01-10');
    expect((await rows())[0]).toMatchObject({ is_cancelled: false });
    await passDays(database.pool, partnerId, '2026-01-10');
    expect((await rows())[0]).toMatchObject({ is_cancelled: true });
  });
});

describe('a contract without a term', () => {
  test('is taken without a renewal, and told; a term that is told later opens one', async () => {
    const [, report] = await run('2026-01-10', { 'companies.csv': companies, 'contracts.csv': contracts('', '', '100', '') });
    expect(report).toMatchObject({ created: 1, rowNotes: [{ reason: 'The contract has no term, and so no renewal.' }] });
    expect(await contract()).toMatchObject({ renewal: null, ended_on: null });
    expect(await rows()).toEqual([]);
    await run('2026-01-11', changes('U,K,contact upgrade,2026-02-01,5000,150,2026-01-10,'));
    expect(await rows()).toMatchObject([{ type: 'CONTACT_TIER_UPGRADE', new_mrr: '150' }]);
    await run('2026-01-12', { 'contracts.csv': contracts() });
    expect(await renewalDates()).toEqual(['2026-03-01']);
  });
});

describe('a contract that loses its term', () => {
  test('has no renewal any more, nor takes one; a term that is told later opens it again', async () => {
    await first('2026-01-10');
    await run('2026-01-11', { 'contracts.csv': contracts('', '', '100', '') });
    expect(await contract()).toMatchObject({ renewal: null, ended_on: null });
    expect(await rows()).toEqual([]);
    const [report] = await run('2026-01-12', changes(renewal('2027-03-01', '', '')));
    expect(report!.faults.map(({ column, reason }) => [column, reason])).toEqual([
      ['Effective date', 'The contract has no term, and so no renewal.'],
    ]);
    await run('2026-01-13', { 'contracts.csv': contracts() });
    expect(await renewalDates()).toEqual(['2026-03-01']);
  });
});

describe('auto-renew (rule 19)', () => {
  const renews = (value: string) => ({ 'contracts.csv': contracts(',Auto-renew', `,${value}`) });

  test('"off" cancels, and "on" withdraws that', async () => {
    await first('2026-01-02');
    await run('2026-01-03', renews('no'));
    expect((await rows())[0]).toMatchObject({ is_cancelled: true });
    await run('2026-01-04', renews('yes'));
    expect((await rows())[0]).toMatchObject({ is_cancelled: false });
  });

  test('"off" after the deadline counts on it, keeps its date when told again, and can no longer be withdrawn', async () => {
    const decisions = () => sql('select action, decided_on from contract_change_decision where partner_id = $1');
    await first('2026-01-20');
    await run('2026-01-21', renews('no'));
    expect(await decisions()).toEqual([{ action: 'REQUEST_CANCELLATION', decided_on: '2026-01-15' }]);
    await run('2026-01-22', { 'contracts.csv': contracts(',Auto-renew', ',no', '110') });
    await run('2026-01-23', renews('yes'));
    expect(await decisions()).toHaveLength(1);
    expect((await rows())[0]).toMatchObject({ is_cancelled: true });
  });

  test('"on" withdraws only what "off" requested', async () => {
    await first('2026-01-02');
    await run('2026-01-03', renews('no'));
    expect((await rows())[0]).toMatchObject({ is_cancelled: true });
    await run('2026-01-04', changes(renewal('2026-03-01', '', '2026-01-04')));
    await run('2026-01-05', renews('yes'));
    expect((await rows())[0]).toMatchObject({ is_cancelled: true });
  });
});

describe('a dry run', () => {
  test('writes nothing at all, not even the days that passed', async () => {
    await first('2026-01-10');
    const all = () =>
      sql(`select (select passed_through from partner where id = $1) as day, (select count(*)::int from contract_change where partner_id = $1) as changes,
        (select count(*)::int from audit_event where partner_id = $1) as events`);
    const before = await all();
    const [report] = await run('2026-05-01', changes(renewal('2026-03-01', '', '2026-01-12')), true);
    expect(report).toMatchObject({ created: 1 });
    expect(await all()).toEqual(before);
  });
});
