import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { addDays } from '../calendar-date.ts';
import { currentTestCluster } from '../../testing/test-cluster.ts';
import { TestData } from '../../testing/test-data.ts';
import { startTestServer, type TestServer } from '../../testing/test-server.ts';

const today = '2026-11-22';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ businessDate: today });
  // Notes each statement with its backend, and ends the backend of the next one with a name that is armed.
  await server.database.superuserPool.query(`
    create table seen (name text, pid integer);
    create table armed (name text);
    create sequence ending;
    create function watch_statements() returns boolean language plpgsql security definer as $$ begin
      insert into seen values (substring(current_query() from '/\\* (\\w+) \\*/'), pg_backend_pid());
      if exists (select from armed where current_query() ~ name) then
        -- What a sequence has given stays given when the backend ends.
        if nextval('ending') = 1 then perform pg_terminate_backend(pg_backend_pid()); end if;
      end if;
      return true;
    end $$`);
  for (const table of ['dashboard_row', 'customer', 'customer_association'])
    await server.database.superuserPool.query(`create policy watching on ${table} as restrictive using (watch_statements())`);
});
afterAll(() => server.close());

let customerId: string;
let changeId: string;
let token: string;
beforeEach(async () => {
  const data = await TestData.of(server.database.pool, { name: `Acme ${randomUUID()}`, passedThrough: today, ownsAll: true });
  customerId = await data.customer({ name: 'Globex' });
  await data.renewal(customerId, addDays(today, 60));
  token = await server.createToken(data.partnerId, 'ADMIN');
  const { rows } = await server.database.superuserPool.query('select id from dashboard_row where customer_id = $1', [customerId]);
  changeId = rows[0].id;
  await server.database.superuserPool.query('truncate seen, armed');
});

const edit = () => ({
  document: `mutation ($id: ID!) { done: setCommunicationOwner(input: { customerId: $id, owner: VENDOR }) {
    association { communicationOwner } customer { name upcomingContractChanges { communicationOwner } }
    contractChanges { communicationOwner } userErrors { code } } }`,
  id: `cus_${customerId}`,
  payload: {
    association: { communicationOwner: 'VENDOR' },
    customer: { name: 'Globex', upcomingContractChanges: [{ communicationOwner: 'VENDOR' }] },
    contractChanges: [{ communicationOwner: 'VENDOR' }],
    userErrors: [],
  },
});

const decision = () => ({
  document: `mutation ($id: ID!) { done: acceptContractChange(input: { contractChangeId: $id }) {
    contractChange { status } contractChanges { status } userErrors { code } } }`,
  id: `cch_${changeId}`,
  payload: { contractChange: { status: 'RENEWED' }, contractChanges: [{ status: 'RENEWED' }], userErrors: [] },
});

test.each([
  ['an edit', ['findAssociations', 'findCustomersBy', 'findUpcomingOfChanged'], edit],
  ['a decision', ['findChanges', 'findUpcomingOfChanged'], decision],
])('the payload of %s is read on the connection of the write', async (_, reads, of) => {
  const { document, id, payload } = of();
  expect((await server.query(document, { id }, { token })).body).toEqual({ data: { done: payload } });
  const { rows } = await server.database.superuserPool.query<{ name: string; pids: number[] }>(
    'select name, array_agg(distinct pid) as pids from seen group by name',
  );
  const pidsOf = (name: string) => rows.find((row) => row.name === name)?.pids.join();
  const elsewhere = reads.filter((name) => pidsOf(name) !== pidsOf('refreshDashboardRows'));
  // Behind a pooler, the next statement may reach another backend.
  expect(currentTestCluster().poolerUrl === undefined ? elsewhere : []).toEqual([]);
});

test.each([
  ['an edit', 'findAssociations', edit],
  ['an edit', 'findUpcomingOfChanged', edit],
  ['a decision', 'findUpcomingOfChanged', decision],
])('the payload of %s is whole though its connection is lost in %s', async (_, name, of) => {
  await server.database.superuserPool.query('insert into armed values ($1)', [name]);
  await server.database.superuserPool.query('alter sequence ending restart');
  const { document, id, payload } = of();
  expect((await server.query(document, { id }, { token })).body).toEqual({ data: { done: payload } });
  const { rows } = await server.database.superuserPool.query('select last_value from ending');
  expect(Number(rows[0].last_value)).toBeGreaterThan(1);
});
