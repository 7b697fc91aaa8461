import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { TestData } from '../../testing/test-data.ts';
import { startTestServer, type GraphqlAnswer, type TestServer } from '../../testing/test-server.ts';

const today = '2026-11-22';
let priced: TestServer;
let token: string;
let customerId: string;
beforeAll(async () => {
  priced = await startTestServer({
    businessDate: today,
    config: { maxQueryCost: 300, costBucket: 10_000, costRestorePerSecond: 0.01, costPerDatabaseMs: 100 },
  });
  const data = await TestData.of(priced.database.pool, { name: 'Priced', passedThrough: today });
  customerId = await data.customer({ name: 'Globex' });
  token = await priced.createToken(data.partnerId, 'ADMIN');
});
afterAll(() => priced.close());

const left = async () => (await priced.query('{ __typename }', {}, { token })).cost!.bucket.remaining;
const customers = '{ customers(first: 1) { nodes { id } } }';
const setOwner = (owner = 'PARTNER') =>
  priced.query(
    `mutation { setCommunicationOwner(input: { customerId: "cus_${customerId}", owner: ${owner} }) { userErrors { message } } }`,
    {},
    { token },
  );

/** Keeps the rows or the table locked until the request has waited for that long, or until it is answered. */
async function whileLocked(lock: string, ask: () => Promise<GraphqlAnswer>, ms = Infinity): Promise<GraphqlAnswer> {
  const locker = await priced.database.superuserPool.connect();
  await locker.query(`begin; ${lock}`);
  const answer = ask();
  const ended = new AbortController();
  void answer.finally(() => ended.abort());
  while (!ended.signal.aborted) {
    // Not by the locker: what a transaction reads of other sessions, it keeps.
    const { rows } = await priced.database.superuserPool.query<{ ms: number }>(
      `select extract(epoch from clock_timestamp() - query_start) * 1000 as ms from pg_stat_activity
       where datname = current_database() and wait_event_type = 'Lock'`,
    );
    if ((rows[0]?.ms ?? 0) > ms) break;
  }
  await locker.query('commit');
  locker.release();
  return await answer;
}

test('a long read is paid for by its time, up to the highest cost of a query', async () => {
  await priced.query(customers, {}, { token });
  const before = await left();
  const answer = await whileLocked('lock table customer in access exclusive mode', () => priced.query(customers, {}, { token }), 100);
  expect(answer.status).toBe(200);
  expect(before - 1 - (await left())).toBe(300);
});

test('a long write is paid for, too, but a short one is not', async () => {
  await setOwner();
  const usual = await left();
  const { cost } = await setOwner();
  expect(usual - 1 - (await left())).toBe(cost!.requested);
  const before = await left();
  const answer = await whileLocked('select from customer_association for update', () => setOwner(), 300);
  expect(answer.body.data).toEqual({ setCommunicationOwner: { userErrors: [] } });
  expect(before - 1 - (await left())).toBe(300);
});

test('beside others, a partner waits after a long write', async () => {
  const other = await priced.createToken(await priced.createPartner('Other'), 'VIEWER');
  const ask = (as: string) => priced.query('{ viewer { role } }', {}, { token: as });
  let waitedMs = 0;
  // A slow machine may ask after the wait is over.
  for (let tries = 0; waitedMs < 200 && tries < 5; tries += 1) {
    await ask(other);
    await whileLocked('select from customer_association for update', () => setOwner(), 1_200);
    const begun = performance.now();
    await ask(token);
    waitedMs = performance.now() - begun;
  }
  expect(waitedMs).toBeGreaterThan(200);
});

test('a write that waited in vain for a lock pays nothing for the wait', async () => {
  const before = await left();
  const answer = await whileLocked('select from customer_association for update', () => setOwner());
  expect(answer.body.errors![0]!.extensions['code']).toMatch(/^(UNAVAILABLE|IMPORT_RUNNING)$/);
  expect(before - 1 - (await left())).toBeLessThan(50);
});

test('a commit is free, however long it waits for the disk or for a standby', async () => {
  await priced.database.superuserPool.query(`
    create function public.wait_at_commit() returns trigger language plpgsql as $$ begin perform pg_sleep(0.3); return null; end $$;
    create constraint trigger slow after update on public.customer_association deferrable initially deferred
      for each row execute function public.wait_at_commit()`);
  await setOwner();
  const before = await left();
  const begun = performance.now();
  const { cost, body } = await setOwner('VENDOR');
  expect(body.data).toEqual({ setCommunicationOwner: { userErrors: [] } });
  expect(performance.now() - begun).toBeGreaterThan(300);
  expect(before - 1 - (await left())).toBe(cost!.requested);
});
