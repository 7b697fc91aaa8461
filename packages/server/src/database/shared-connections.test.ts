import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { text } from 'node:stream/consumers';
import type { PoolClient, QueryArrayConfig } from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { awaitedLocks, untilLocksAreAwaited } from '../../testing/lock-waits.ts';
import { currentTestCluster } from '../../testing/test-cluster.ts';
import { TestData } from '../../testing/test-data.ts';
import { startTestServer, type TestServer } from '../../testing/test-server.ts';
import { openDatabase } from './database.ts';
import { queryShared } from './shared-connections.ts';

const today = '2026-11-22';
const page = '{ upcomingContractChanges { nodes { customer { name } } } }';
let server: TestServer;
const partners: { name: string; id: string; token: string }[] = [];

beforeAll(async () => {
  server = await startTestServer({ businessDate: today });
  for (const name of ['Acme', 'Initech']) {
    const data = await TestData.of(server.database.pool, { name, passedThrough: today });
    const customerId = await data.customer({ name: `Customer of ${name}` });
    await data.renewal(customerId, '2027-01-15');
    partners.push({ name, id: data.partnerId, token: await server.createToken(data.partnerId, 'ADMIN') });
  }
  await queryAtOnce(2);
});
afterAll(() => server.close());

/** Queries a page for all partners in turn, and returns each response with its partner. */
async function queryAtOnce(count: number) {
  const asked = Array.from({ length: count }, (_, index) => partners[index % partners.length]!);
  const answers = await Promise.all(asked.map(({ token }) => server.query(page, {}, { token })));
  return answers.map(({ body }, index) => ({ body, partner: asked[index]! }));
}

const pageOf = (name: string) => ({ data: { upcomingContractChanges: { nodes: [{ customer: { name: `Customer of ${name}` } }] } } });

test('concurrent pages share few connections, and each partner gets its own rows', async () => {
  const taken = new Set<PoolClient>();
  const take = (client: PoolClient) => void taken.add(client);
  server.database.pool.on('acquire', take);
  const answers = await queryAtOnce(60);
  server.database.pool.off('acquire', take);
  for (const { body, partner } of answers) expect(body).toEqual(pageOf(partner.name));
  expect(taken.size).toBeLessThanOrEqual(4);
});

test('a page that fails does not affect the other pages on its connection', async () => {
  const { superuserPool } = server.database;
  const [failing] = partners;
  await superuserPool.query(
    `create policy failing on dashboard_row as restrictive for select using (case when partner_id = '${failing!.id}' then 1 / (length(partner_id::text) - 36) > 0 else true end)`,
  );
  const answers = await queryAtOnce(40);
  await superuserPool.query('drop policy failing on dashboard_row');
  const failed = { data: { upcomingContractChanges: null }, errors: [{ extensions: { code: 'INTERNAL_SERVER_ERROR' } }] };
  for (const { body, partner } of answers) expect(body).toMatchObject(partner === failing ? failed : pageOf(partner.name));
  for (const { body, partner } of await queryAtOnce(4)) expect(body).toEqual(pageOf(partner.name));
});

test('pages whose connections are lost are retried on others', async () => {
  const asking = queryAtOnce(60);
  await server.database.superuserPool.query(
    `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and application_name = 'partner-renewals'`,
  );
  for (const { body, partner } of await asking) expect(body).toEqual(pageOf(partner.name));
});

test('lists of one partner that take long leave a shared connection to another partner', async () => {
  const [acme, initech] = partners;
  const { superuserPool } = server.database;
  // Both are known, and all connections are open.
  await queryAtOnce(60);
  const holder = await superuserPool.connect();
  await holder.query(`
    create function public.wait_while_held() returns boolean language plpgsql as
      $$ begin perform pg_advisory_xact_lock_shared(4712); return true; end $$;
    create policy held on dashboard_row as restrictive for select using (case when partner_id = '${acme!.id}' then public.wait_while_held() else true end);
    select pg_advisory_lock(4712)`);
  const lists = Array.from({ length: 12 }, (_, index) => `a${index}: upcomingContractChanges { nodes { customer { name } } }`);
  const waiting = server.query(`{ ${lists.join(' ')} }`, {}, { token: acme!.token });
  try {
    // Through a pooler, no connection is shared: two are a partner's.
    const most = currentTestCluster().poolerUrl ? 2 : 3;
    await untilLocksAreAwaited(superuserPool, most);
    expect((await server.query(page, {}, { token: initech!.token })).body).toEqual(pageOf('Initech'));
    expect(await awaitedLocks(superuserPool)).toBe(most);
  } finally {
    await holder.query('select pg_advisory_unlock(4712)');
    expect(Object.keys((await waiting).body.data)).toHaveLength(12);
    await holder.query('drop policy held on dashboard_row; drop function public.wait_while_held()');
    holder.release();
  }
});

test('at least half of the connections stay available for exclusive use, and at most four are shared', async () => {
  for (const [poolSize, shared] of [
    [2, 1],
    [10, 4],
  ] as const) {
    const databaseUrl = server.database.directUrl('shared connections');
    const settings = { databaseUrl, dataDir: '', environment: 'test', poolSize, statementTimeoutMs: 5000 } as const;
    const { pool, close } = await openDatabase(settings, { migrate: false });
    const stop = new AbortController();
    const backends = new Set<unknown>();
    // The durations differ, so that at least one query is always in flight.
    const reading = Array.from({ length: 20 }, async (_, index) => {
      while (!stop.signal.aborted) {
        const { rows } = await queryShared<[number, unknown]>(pool, {
          text: 'select pg_backend_pid(), pg_sleep($1)',
          values: [index / 2000],
          rowMode: 'array',
        } as QueryArrayConfig);
        backends.add(rows[0]![0]);
      }
    });
    const clients = await Promise.all(Array.from({ length: poolSize - shared }, () => pool.connect()));
    for (const client of clients) client.release();
    stop.abort();
    await Promise.all(reading);
    await close();
    expect(backends.size).toBe(shared);
  }
});

test('COPY works on a connection that was shared before', async () => {
  const { pool } = server.database;
  await Promise.all(Array.from({ length: 8 }, () => queryShared(pool, { text: 'select 1' })));
  const client = await pool.connect();
  const copied = await text(client.query(copyTo('copy (select 7) to stdout')));
  client.release();
  expect(copied).toBe('7\n');
});
