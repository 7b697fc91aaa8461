// Long: accounts with one id, with two, merged ones, and repeated rows share their helpers.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { csvFolder } from '../../testing/csv-folder.ts';
import { startTestServer, type TestServer } from '../../testing/test-server.ts';
import { importFolder } from './import-folder.ts';
import type { ImportReport } from './import-report.ts';
import { rowDifferences } from '../../testing/row-differences.ts';

// Accounts by Hub ID, by their own id, and merged.

const businessDate = '2026-01-15';

let server: TestServer;
let partnerId: string;
let count = 0;
beforeAll(async () => void (server = await startTestServer({ businessDate })));
afterAll(() => server.close());
beforeEach(() => {
  partnerId = randomUUID();
  count = 0;
});

const fixture = (path: string) => new URL(`fixtures/${path}`, import.meta.url).pathname;

async function run(folder: string | Record<string, readonly string[]>): Promise<ImportReport> {
  return await importFolder({
    pool: server.database.pool,
    partnerId,
    newPartnerName: (count += 1) === 1 ? `Partner ${partnerId}` : undefined,
    folder: typeof folder === 'string' ? folder : csvFolder(folder),
    businessDate,
  });
}

const sql = async (text: string) => (await server.database.superuserPool.query(text, [partnerId])).rows as Record<string, unknown>[];

async function ask(document: string, variables: Record<string, unknown> = {}) {
  const { body } = await server.query(document, variables, { token: await server.createToken(partnerId, 'ADMIN') });
  if (body.errors) throw new Error(JSON.stringify(body.errors));
  return body.data;
}

/** How many rows of a file were created, updated, unchanged, skipped and refused. */
const counts = ({ files }: ImportReport) =>
  files.map(({ created, updated, unchanged, skipped, refused }) => [created, updated, unchanged, skipped, refused]);
const faults = ({ files }: ImportReport) =>
  files.flatMap((file) => file.faults.map(({ line, column, value, reason }) => `${file.file}:${line} ${column} ${value}: ${reason}`));
const notes = ({ files }: ImportReport) =>
  files.flatMap((file) => file.rowNotes.map(({ line, value, reason }) => `${line} ${value}: ${reason}`));

const accounts = () => sql('select hub_id, external_id, name from customer where partner_id = $1 order by name');
const owners = () =>
  sql(`select contract.external_id as contract, customer.name as customer from contract
    join customer on customer.partner_id = $1 and customer.id = contract.customer_id where contract.partner_id = $1 order by 1`);

/** Dashboard rows equal their definition. */
async function expectFreshDashboard() {
  expect(await rowDifferences(server.database.superuserPool, partnerId)).toEqual([]);
}

const contractHeader = 'Contract ID,Hub ID,Account ID,Product,Start date,Term,Billing frequency,MRR,Currency';
const contract = (id: string, hubId: string, account: string) => `${id},${hubId},${account},P,2025-03-01,12,monthly,100,EUR`;

describe('an account without a Hub ID', () => {
  test('partner-center: goes in by its own id, shows it, and has no Hub ID', async () => {
    const report = await run(fixture('field-exports/partner-center'));
    expect(counts(report)[0]).toEqual([2, 0, 0, 0, 0]);
    expect(report.files[1]!.created).toBeGreaterThan(0);
    const { customers, upcomingContractChanges } = await ask(`{
      customers { nodes { name hubId externalId } }
      upcomingContractChanges(orderBy: [{ field: HUB_ID, direction: DESC }]) { nodes { customer { name hubId externalId } } }
    }`);
    const alpha = { name: 'Alpha GmbH', hubId: null, externalId: 'aaaaaaaa-0000-0000-0000-000000000001' };
    const beta = { name: 'Beta Ltd', hubId: null, externalId: 'bbbbbbbb-0000-0000-0000-000000000002' };
    expect(customers.nodes).toEqual([alpha, beta]);
    for (const { customer } of upcomingContractChanges.nodes) expect([alpha, beta]).toContainEqual(customer);
    expect((await run(fixture('field-exports/partner-center'))).files[0]!.unchanged).toBe(2);
  });

  test('stripe: goes in by the ids of a customers file', async () => {
    const header = 'customers.id,Name,Domain';
    const report = await run({
      'companies.csv': [header, 'cus_A,Alpha GmbH,alpha.example.com', 'cus_B,Beta Ltd,'],
      'contacts.csv': ['Record ID,First name,Email,customers.id', 'c1,Ann,ann@a.example,cus_A', 'c2,Ben,ben@c.example,cus_C'],
      'contracts.csv': [contractHeader, contract('K1', '', 'cus_A'), contract('K2', '', 'cus_B'), contract('K3', '', 'cus_C')],
    });
    expect(counts(report)).toEqual([
      [2, 0, 0, 0, 0],
      [1, 0, 0, 0, 1],
      [2, 0, 0, 0, 1],
    ]);
    expect(faults(report)).toEqual([
      'contacts.csv:3 customers.id cus_C: No customer has this account ID.',
      'contracts.csv:4 Account ID cus_C: No customer has this account ID.',
    ]);
    expect(await owners()).toEqual([
      { contract: 'K1', customer: 'Alpha GmbH' },
      { contract: 'K2', customer: 'Beta Ltd' },
    ]);
  });

  test('stripe: Hub IDs in a column of the file name the customers', async () => {
    const report = await run(fixture('field-exports/stripe'));
    expect(counts(report)[0]).toEqual([3, 0, 0, 0, 0]);
    expect((await accounts()).map((each) => [each['hub_id'], each['external_id']])).toEqual([
      ['15723394180', null],
      ['15723394181', null],
      ['15723394182', null],
    ]);
  });
});

describe('an account with both ids', () => {
  const header = 'Hub ID,Account ID,Company name';

  test('is known by either, and gets the other one when a file tells it', async () => {
    await run({ 'companies.csv': [header, '1,,One', ',two,Two', '3,three,Three'] });
    const both = ['1,one,One', '2,two,Two', '3,three,Three'];
    expect(counts(await run({ 'companies.csv': [header, ...both] }))).toEqual([[0, 2, 1, 0, 0]]);
    const expected = [
      { hub_id: '1', external_id: 'one', name: 'One' },
      { hub_id: '3', external_id: 'three', name: 'Three' },
      { hub_id: '2', external_id: 'two', name: 'Two' },
    ];
    expect(await accounts()).toEqual(expected);
    // A file with one of the two ids takes none away.
    expect(counts(await run({ 'companies.csv': ['Hub ID,Company name', '1,One', '2,Two'] }))).toEqual([[0, 0, 2, 0, 0]]);
    expect(counts(await run({ 'companies.csv': ['Account ID,Company name', 'one,One', 'two,Zwei'] }))).toEqual([[0, 1, 1, 0, 0]]);
    expect((await accounts()).map((each) => each['hub_id'])).toEqual(['1', '3', '2']);
    const report = await run({
      'contracts.csv': [contractHeader, contract('K1', '1', 'one'), contract('K2', '', 'two'), contract('K3', '3', '')],
    });
    expect(counts(report)).toEqual([[3, 0, 0, 0, 0]]);
  });

  test('is refused when the two belong to two customers, in every file', async () => {
    await run({ 'companies.csv': [header, '1,one,One', '2,two,Two', ',three,Three'] });
    const report = await run({
      'companies.csv': [header, '1,two,Torn', '9,one,Other', '3,three,Three'],
      'contacts.csv': ['Record ID,Email,Hub ID,Account ID', 'c1,a@x.example,1,two', 'c2,b@x.example,1,one'],
      'contracts.csv': [contractHeader, contract('K1', '2', 'one'), contract('K2', '2', 'new')],
    });
    const torn = 'The Hub ID and the account ID belong to two customers.';
    expect(faults(report)).toEqual([
      `companies.csv:2 Account ID two: ${torn}`,
      `companies.csv:3 Account ID one: ${torn}`,
      `contacts.csv:2 Account ID two: ${torn}`,
      `contracts.csv:2 Account ID one: ${torn}`,
    ]);
    expect(await accounts()).toEqual([
      { hub_id: '1', external_id: 'one', name: 'One' },
      { hub_id: '3', external_id: 'three', name: 'Three' },
      { hub_id: '2', external_id: 'two', name: 'Two' },
    ]);
  });

  test('stands in a file once, whichever id its rows have', async () => {
    await run({ 'companies.csv': [header, '1,one,One'] });
    const report = await run({ 'companies.csv': [header, '1,,Uno', ',one,Eins', '2,two,Two', '3,two,Three'] });
    expect(faults(report)).toEqual([
      'companies.csv:3 Account ID one: Another row of this file has the Hub ID of this account.',
      'companies.csv:5 Account ID two: repeated: stands already on line 4.',
    ]);
    expect((await accounts()).map(({ name }) => name)).toEqual(['Two', 'Uno']);
  });
});

describe('a repeated row', () => {
  test('is skipped with a note if it says the same, and refused if it does not', async () => {
    const report = await run({
      'companies.csv': ['Hub ID,Company name', '1,One', '1, One ', '1,Other', '1,One'],
      'contacts.csv': ['Record ID,Email,Hub ID', 'c1,a@x.example,1', 'c1,a@x.example,1'],
    });
    expect(counts(report)).toEqual([
      [1, 0, 0, 2, 1],
      [1, 0, 0, 1, 0],
    ]);
    expect(faults(report)).toEqual(['companies.csv:4 Hub ID 1: repeated: stands already on line 2.']);
    expect(notes(report)).toEqual([
      '3 1: The same row stands on line 2.',
      '5 1: The same row stands on line 2.',
      '3 c1: The same row stands on line 2.',
    ]);
    expect((await accounts()).map(({ name }) => name)).toEqual(['One']);
  });

  test('repeats the fault of the row that it repeats', async () => {
    const report = await run({
      'companies.csv': ['Hub ID,Company name', '1,'],
      'contracts.csv': [contractHeader, contract('K1', '7', ''), contract('K1', '7', ''), contract('K2', '1', '')],
      'changes.csv': ['Change ID,Contract ID,Type,Effective date,New max contacts', 'C1,K1,contact upgrade,2026-02-01,5'],
    });
    expect(faults(report).slice(1)).toEqual([
      'contracts.csv:2 Hub ID 7: No customer has this Hub ID.',
      'contracts.csv:3 Hub ID 7: No customer has this Hub ID.',
      'contracts.csv:4 Hub ID 1: The company was refused on line 2 of companies.csv.',
      'changes.csv:2 Contract ID K1: The contract was refused on line 2 of contracts.csv.',
    ]);
  });

  test('of a contract with another product says so', async () => {
    const report = await run({
      'companies.csv': ['Hub ID,Company name', '1,One'],
      'contracts.csv': [
        contractHeader,
        'C-100,1,,Marketing Hub,2025-08-01,12,monthly,800,EUR',
        'C-100,1,,Sales Hub,2025-08-01,12,monthly,200,EUR',
      ],
    });
    expect(faults(report)).toEqual([
      'contracts.csv:3 Contract ID C-100: repeated: line 2 has the same contract with the product "Marketing Hub". One contract cannot have two products.',
    ]);
  });
});

test('reimport: users move between the customers that an export names, and who is inactive stops being active', async () => {
  await run(fixture('field-cases/reimport/1'));
  const users = () =>
    sql(`select member.external_id as id, member.name, customer.name as customer, member.is_active from customer_user member
      join customer on customer.partner_id = $1 and customer.id = member.customer_id where member.partner_id = $1 order by 1`);
  const report = await run(fixture('field-cases/reimport/2'));
  expect(counts(report).slice(0, 2)).toEqual([
    [0, 0, 1, 0, 0],
    [0, 2, 0, 0, 0],
  ]);
  expect(await users()).toEqual([
    { id: 'c1', name: 'Ann One', customer: 'Contacts Inc', is_active: false },
    { id: 'c2', name: 'Bob Two', customer: 'Contacts Inc', is_active: true },
    { id: 'c3', name: 'Cid Three', customer: 'Surviving Account', is_active: true },
  ]);
});

describe('merged accounts', () => {
  const companies = ['Record ID,Company name,Merged object IDs', '201,Old Account,', '202,Surviving Account,', '203,Other,'];
  const merged = ['Record ID,Company name,Merged object IDs', '202,Surviving Account,201;999', '203,Other,'];
  const first = {
    'companies.csv': companies,
    'contacts.csv': ['Record ID,First name,Email,Hub ID', 'c1,Cid,cid@old.example.com,201'],
    'contracts.csv': [contractHeader, contract('K1', '201', ''), contract('K2', '202', '')],
    'changes.csv': ['Change ID,Contract ID,Type,Effective date,New max contacts', 'C1,K1,contact upgrade,2026-02-10,5'],
  };
  const audited = async () =>
    (
      await sql(
        'select action, before, after from audit_event where partner_id = $1 and customer_id is not null order by action, after::text',
      )
    ).map(({ action, before, after }) => [action, before, after]);

  test('become one customer, with the contracts, changes and users of both', async () => {
    await run(first);
    const { customer: old } = await ask('{ customer(by: { hubId: "201" }) { id users { nodes { id } } } }');
    await ask(
      `mutation ($id: ID!, $contact: ID!) { setPrimaryContact(input: { customerId: $id, contactId: $contact }) { userErrors { code } } }`,
      { id: old.id, contact: old.users.nodes[0].id },
    );
    const report = await run({ 'companies.csv': merged });
    expect(counts(report)).toEqual([[0, 1, 1, 0, 0]]);
    expect(report.files[0]!.notes).toContain('1 account was merged into another.');
    expect(await owners()).toEqual([
      { contract: 'K1', customer: 'Surviving Account' },
      { contract: 'K2', customer: 'Surviving Account' },
    ]);
    const { customer, gone, endedCustomers, upcomingContractChanges } = await ask(`{
      customer(by: { hubId: "202" }) { users { nodes { name } } timeline { nodes { action actor { kind name } changes { field after } } } }
      gone: customer(by: { hubId: "201" }) { id }
      endedCustomers { totalCount }
      upcomingContractChanges { nodes { customer { hubId } contract { externalId } } }
    }`);
    expect(customer.users.nodes).toEqual([{ name: 'Cid' }]);
    expect(customer.timeline.nodes[0]).toEqual({
      ...{ action: 'MERGE_ACCOUNTS', actor: { kind: 'IMPORT', name: 'import' } },
      changes: [
        { field: 'mergedName', after: 'Old Account' },
        { field: 'mergedHubId', after: '201' },
      ],
    });
    expect([gone, endedCustomers.totalCount]).toEqual([null, 0]);
    expect(upcomingContractChanges.nodes.map((node: { customer: { hubId: string } }) => node.customer.hubId)).toEqual([
      '202',
      '202',
      '202',
    ]);
    expect((await audited()).map(([action]) => action)).toEqual([
      'CLEAR_PRIMARY_CONTACT',
      'MERGE_ACCOUNTS',
      'MERGE_ACCOUNTS',
      'SET_PRIMARY_CONTACT',
    ]);
    await expectFreshDashboard();
    const { resumeAssociation } = await ask(
      `mutation ($id: ID!) { resumeAssociation(input: { customerId: $id }) { userErrors { code } } }`,
      {
        id: old.id,
      },
    );
    expect(resumeAssociation.userErrors).toEqual([{ code: 'NOT_FOUND' }]);
  });

  test('stay one: a later file that names the old Hub ID means the surviving customer, and the old row changes nothing', async () => {
    await run(first);
    await run({ 'companies.csv': merged });
    const report = await run({ ...first, 'contracts.csv': [...first['contracts.csv'], contract('K3', '201', '')] });
    expect(counts(report)).toEqual([
      [0, 1, 1, 1, 0],
      [0, 0, 1, 0, 0],
      [1, 0, 2, 0, 0],
      [0, 0, 1, 0, 0],
    ]);
    expect(notes(report)).toEqual(['2 201: This account was merged into Surviving Account; the row was left out.']);
    expect((await owners()).map(({ customer }) => customer)).toEqual(Array(3).fill('Surviving Account'));
    expect((await accounts()).map(({ name }) => name)).toEqual(['Old Account', 'Other', 'Surviving Account']);
    const isMerged = (await audited()).length;
    expect(counts(await run({ 'companies.csv': merged }))).toEqual([[0, 1, 1, 0, 0]]);
    expect((await audited()).length).toBe(isMerged);
    await expectFreshDashboard();
  });

  test('follow a second merge, keep the account ids of both, and merge no circle', async () => {
    await run({ 'companies.csv': ['Hub ID,Account ID,Company name', '201,a,A', '202,b,B', '203,,C'] });
    const header = 'Hub ID,Account ID,Company name,Merged object IDs';
    await run({ 'companies.csv': [header, '201,a,A,202', '202,b,B,201'] });
    expect(await sql('select from customer where partner_id = $1 and merged_into_id is not null')).toEqual([]);
    await run({ 'companies.csv': [header, '202,b,B,201'] });
    await run({ 'companies.csv': [header, '203,,C,201;202'] });
    expect(
      await sql(`select customer.name, survivor.name as survivor from customer
        join customer survivor on survivor.partner_id = $1 and survivor.id = customer.merged_into_id where customer.partner_id = $1 order by 1`),
    ).toEqual([
      { name: 'A', survivor: 'C' },
      { name: 'B', survivor: 'C' },
    ]);
    // The account "a" is C now, and the id stays where it was.
    const report = await run({
      'companies.csv': ['Hub ID,Account ID,Company name', '203,a,See'],
      'contracts.csv': [contractHeader, contract('K1', '', 'a'), contract('K2', '', 'b'), contract('K3', '201', 'b')],
    });
    expect([counts(report), faults(report)]).toEqual([
      [
        [0, 1, 0, 0, 0],
        [3, 0, 0, 0, 0],
      ],
      [],
    ]);
    expect((await owners()).map(({ customer }) => customer)).toEqual(['See', 'See', 'See']);
  });

  test("count the usage of a day once, the surviving account's own", async () => {
    await run(first);
    const usage = (...rows: string[]) => ({ 'usage.csv': ['Hub ID,App,Date,Contacts used', ...rows] });
    const report = await run({ 'companies.csv': merged, ...usage('201,A,2026-01-01,5', '202,A,2026-01-01,6', '201,A,2026-01-02,7') });
    expect(faults(report)).toEqual([
      "usage.csv:2 Hub ID 201: This account was merged into another, and another row of this file has that customer's usage of this day.",
    ]);
    const days = () => sql('select date, contacts_used from app_usage where partner_id = $1 order by date');
    const expected = [
      { date: '2026-01-01', contacts_used: 6 },
      { date: '2026-01-02', contacts_used: 7 },
    ];
    expect(await days()).toEqual(expected);
    await run({
      'companies.csv': [...merged.slice(0, 1), '202,Surviving Account,201;203'],
      ...usage('203,A,2026-01-03,8', '201,A,2026-01-03,9'),
    });
    expect(await days()).toEqual([...expected, { date: '2026-01-03', contacts_used: 8 }]);
  });

  test('leave those of other partners and ended ones alone', async () => {
    await run(first);
    const other = partnerId;
    partnerId = randomUUID();
    count = 0;
    await run(first);
    const { customer } = await ask('{ customer(by: { hubId: "201" }) { id } }');
    await ask('mutation ($id: ID!) { endAssociation(input: { customerId: $id }) { userErrors { code } } }', { id: customer.id });
    await run({ 'companies.csv': merged });
    expect((await owners()).map(({ customer: name }) => name)).toEqual(['Old Account', 'Surviving Account']);
    partnerId = other;
    expect((await owners()).map(({ customer: name }) => name)).toEqual(['Old Account', 'Surviving Account']);
  });
});

test('a name keeps the part that a file lacks', async () => {
  const name = async () => (await sql('select name from customer_user where partner_id = $1')).map((row) => row['name']);
  await run({
    'companies.csv': ['Hub ID,Company name', '1,One'],
    'contacts.csv': ['Record ID,First name,Last name,Email,Hub ID', 'c1,Ann,One,ann@a.example,1'],
  });
  await run({ 'contacts.csv': ['Record ID,Last name,Email,Hub ID', 'c1,Two,ann@a.example,1'] });
  expect(await name()).toEqual(['Ann Two']);
  await run({ 'contacts.csv': ['Record ID,First name,Email,Hub ID', 'c1,,ann@a.example,1'] });
  expect(await name()).toEqual(['Two']);
});
