import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { encodeCursor } from '../reading/cursor.ts';
import { projectionOf, type FieldTable } from '../reading/projection.ts';
import { bigPartnerId, loadCustomersOfRows, loadDashboardRows } from '../../testing/dashboard-rows.ts';
import { executions, statementOf, wantedPage } from '../../testing/statement-plan.ts';
import { findContracts, findProductsOfCustomers } from '../contract/contract.queries.ts';
import { productFields } from '../contract/contract.fields.ts';
import { countUsageOfCustomers, findUsageOfCustomers } from '../customer/app-usage.queries.ts';
import { appUsageFields, customerFields, customerUserFields } from '../customer/customer.fields.ts';
import { countUsersOfCustomers, findCustomersBy, findCustomerUsers, findUsersOfCustomers } from '../customer/customer.queries.ts';
import type { Reader } from '../database/reader.ts';
import { countTimelinesOf, findTimelinesOf } from '../timeline/timeline.queries.ts';
import { timelineFields } from '../timeline/timeline.fields.ts';
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts';
import {
  countHistoryOfCustomers,
  findChanges,
  findHistoryOfCustomers,
  findUpcomingOfChanged,
  findUpcomingOfCustomers,
  type Changed,
} from '../contract-change/contract-change.queries.ts';
import { findNextCancellableRenewals } from '../contract-change/next-cancellable-renewal.queries.ts';
import { contractChangeFields } from '../contract-change/contract-change.fields.ts';
import { ContractChangeOrderFieldEnum, orderOf } from './dashboard.order.ts';
import { countUpcoming, findUpcoming } from './dashboard.queries.ts';
import { columns } from '../contract-change/contract-change.columns.ts';

// Query plans of the default order for a partner with 20,000 customers. The benchmarks measure times; this test fixes the plans.

const today = '2026-11-22';
const dates = { asOf: today, today };
const allColumns = projectionOf(contractChangeFields, [
  'id',
  'version',
  ...Object.values(columns).flatMap((column) => Object.keys(column.fields)),
]);
const ofBigPartner = { partnerId: bigPartnerId, today };
const order = orderOf(null);

let database: TestDatabase;
let deepCursor: string;
beforeAll(async () => {
  database = await createTestDatabase();
  await loadDashboardRows(database.superuserPool, today, { customersOfBigPartner: 20_000, rowsInAll: 60_000 });
  await loadCustomersOfRows(database.superuserPool);
  const { rows } = await database.superuserPool.query(
    'select effective_date, id from dashboard_row where partner_id = $1 order by effective_date, id offset 5000 limit 1',
    [bigPartnerId],
  );
  deepCursor = encodeCursor(bigPartnerId, order.name, { keys: [rows[0].effective_date], id: rows[0].id });
}, 120_000);
afterAll(() => database.close());

describe.each([
  ['the first page', null],
  ['the page after row 5,000', () => deepCursor],
  ['the last page', 'backward'],
])('%s of a partner with 20,000 customers', (_, at) => {
  test('is an index scan of a few rows without a sort, on executions 1 and 6', async () => {
    const wanted = wantedPage(allColumns, { cursor: typeof at === 'function' ? at() : null, isBackward: at === 'backward' });
    const statement = await statementOf(ofBigPartner, (reader) => findUpcoming(reader, wanted, { set: dates, order }));
    const runs = await executions(database.pool, statement, 6);
    for (const { plan, nodes } of [runs[0], runs[5]].map((run) => run!)) {
      const scan = nodes.find((node) => node['Relation Name'] === 'dashboard_row');
      expect(scan).toMatchObject({ 'Node Type': 'Index Scan', 'Index Name': 'dashboard_row_effective_date_idx' });
      // The final sort covers only the rows of the page; the rows it is taken from must not be sorted.
      const limit = nodes.find((node) => node['Node Type'] === 'Limit');
      expect(JSON.stringify(limit)).not.toContain('"Sort"');
      expect(plan['Shared Hit Blocks']).toBeLessThan(150);
    }
  });
});

const some = async (column: string, count: number) => {
  const { rows } = await database.superuserPool.query(
    `select ${column} as id from dashboard_row where partner_id = $1 and effective_date > $2 order by md5(id::text) limit $3`,
    [bigPartnerId, today, count],
  );
  return rows.map(({ id }) => id as string);
};

describe('the rows in a payload', () => {
  const plansOf = async (changed: Changed) => {
    const statement = await statementOf(ofBigPartner, (reader) => findUpcomingOfChanged(reader, allColumns, changed));
    const runs = await executions(database.pool, statement, 6);
    return [runs[0]!, runs[5]!];
  };
  test.each([1, 250])('of %i customers of 20,000 are read without the other rows', async (count) => {
    for (const { plan } of await plansOf({ customerIds: await some('customer_id', count) })) {
      expect(plan['Shared Hit Blocks']).toBeLessThan(60 + 20 * count);
    }
  });

  test('of the contract of a change, too', async () => {
    const [id] = await some('id', 1);
    for (const { plan } of await plansOf({ contractOf: id! })) expect(plan['Shared Hit Blocks']).toBeLessThan(100);
  });

  test('of all customers with the default owner end with the 250th row', async () => {
    for (const { plan } of await plansOf('default owners')) expect(plan['Shared Hit Blocks']).toBeLessThan(2_000);
  });
});

describe.each([1, 50])('%i of 20,000', (count) => {
  const all = (table: FieldTable) => projectionOf(table, Object.keys(table.leaves));
  const page = (table: FieldTable) => wantedPage(all(table));
  const days = { from: '2026-11-01', to: '2027-06-30' };
  type Read = (reader: Reader, ids: readonly string[]) => Promise<unknown>;
  const ofCustomers: Record<string, Read> = {
    customers: (reader, ids) => findCustomersBy(reader, all(customerFields), { ids }),
    'their upcoming changes': (reader, ids) => findUpcomingOfCustomers(reader, allColumns, ids),
    'all their changes': (reader, ids) => findHistoryOfCustomers(reader, wantedPage(allColumns), ids),
    'counts of all their changes': (reader, ids) => countHistoryOfCustomers(reader, ids),
    'their products': (reader, ids) => findProductsOfCustomers(reader, all(productFields), ids),
    'their users': (reader, ids) => findUsersOfCustomers(reader, page(customerUserFields), ids, {}),
    'their users found by a search': (reader, ids) => findUsersOfCustomers(reader, page(customerUserFields), ids, { query: 'person' }),
    'counts of their users': (reader, ids) => countUsersOfCustomers(reader, ids, {}),
    'their app usage': (reader, ids) => findUsageOfCustomers(reader, page(appUsageFields), ids, days),
    'counts of their app usage': (reader, ids) => countUsageOfCustomers(reader, ids, days),
    'their timelines': (reader, ids) => findTimelinesOf('customer')(reader, page(timelineFields), ids),
    'counts of their timelines': (reader, ids) => countTimelinesOf('customer')(reader, ids),
  };
  const ofOthers: Record<string, Read> = {
    id: (reader, ids) => findChanges(reader, allColumns, ids),
    contract_id: (reader, ids) => findContracts(reader, all(productFields), ids),
    primary_contact_id: (reader, ids) => findCustomerUsers(reader, all(customerUserFields), ids),
  };

  test.each([
    ...Object.entries(ofCustomers).map(([what, read]) => [what, 'customer_id', read] as const),
    ...Object.entries(ofOthers).map(([column, read]) => [`rows by ${column}`, column, read] as const),
    ['renewals to cancel late', 'id', findNextCancellableRenewals] as const,
  ])('%s are read without the rows of others', async (_, column, read) => {
    const ids = await some(column, count);
    const statement = await statementOf(ofBigPartner, (reader) => read(reader, ids));
    const runs = await executions(database.pool, statement, 6);
    for (const { plan } of [runs[0], runs[5]].map((run) => run!)) expect(plan['Shared Hit Blocks']).toBeLessThan(60 + 60 * count);
  });
});

test('a big partner does not slow down a small one', async () => {
  const { rows } = await database.superuserPool.query(
    'select partner_id, count(*) from dashboard_row where partner_id <> $1 group by 1 order by 2 limit 1',
    [bigPartnerId],
  );
  const statement = await statementOf({ partnerId: rows[0].partner_id, today }, (reader) =>
    findUpcoming(reader, wantedPage(allColumns), { set: dates, order }),
  );
  const [run] = await executions(database.pool, statement, 1);
  expect(run?.plan['Shared Hit Blocks']).toBeLessThan(60);
});

test.each([
  ['all', {}],
  ['those found by a search', { query: 'vande' }],
])('a count of %s goes through the narrow index', async (_, set) => {
  const statement = await statementOf(ofBigPartner, (reader) => countUpcoming(reader, { ...dates, ...set }));
  const runs = await executions(database.pool, statement, 6);
  for (const { plan, nodes } of [runs[0], runs[5]].map((run) => run!)) {
    expect(nodes.find((node) => node['Relation Name'] === 'dashboard_row')).toMatchObject({
      'Node Type': 'Index Only Scan',
      'Index Name': 'dashboard_row_effective_date_idx',
    });
    // A search fetches each matching row from the table.
    expect(plan['Shared Hit Blocks']).toBeLessThan(12_000);
  }
});

test('of rows that do not match, a search reads only the index', async () => {
  const set = { ...dates, query: 'nowhere to be found' };
  const statement = await statementOf(ofBigPartner, (reader) => findUpcoming(reader, wantedPage(allColumns), { set, order }));
  const runs = await executions(database.pool, statement, 6);
  for (const { plan, nodes } of [runs[0], runs[5]].map((run) => run!)) {
    expect(nodes.find((node) => node['Node Type'] === 'Index Only Scan')).toMatchObject({
      'Index Name': 'dashboard_row_effective_date_idx',
    });
    expect(plan['Shared Hit Blocks']).toBeLessThan(1000);
  }
});

test.each(Object.keys(ContractChangeOrderFieldEnum).filter((field) => field !== 'EFFECTIVE_DATE'))(
  'a page sorted by %s finds its rows in an index alone, and fetches what it shows for them alone',
  async (field) => {
    const by = orderOf([{ field, direction: 'DESC' }]);
    const statement = await statementOf(ofBigPartner, (reader) => findUpcoming(reader, wantedPage(allColumns), { set: dates, order: by }));
    const runs = await executions(database.pool, statement, 6);
    for (const { nodes } of [runs[0], runs[5]].map((run) => run!)) {
      expect(nodes.filter((node) => node['Relation Name'] === 'dashboard_row')).toEqual([
        expect.objectContaining({ 'Node Type': 'Index Only Scan', 'Actual Rows': 20_000 }),
        expect.objectContaining({ 'Node Type': 'Index Scan', 'Index Name': 'dashboard_row_pkey', 'Actual Loops': 51 }),
      ]);
    }
  },
);
