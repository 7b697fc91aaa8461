import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import pg from 'pg';
import { pino } from 'pino';
import { readConfig } from '../config.ts';
import { isDatabaseUnavailable } from '../database/unavailable.ts';
import { openDatabase } from '../database/database.ts';
import { readAs } from '../database/reader.ts';
import { TestData } from '../../testing/test-data.ts';
import { startTestServer, type GraphqlAnswer, type TestServer } from '../../testing/test-server.ts';
import { startServer } from './server.ts';

const today = '2026-11-22';
let testServer: TestServer;
let token: string;
let partnerId: string;
let customerId: string;
let url: string;
let pool: pg.Pool;
let close: () => Promise<void>;

// The serving pool is small and has short timeouts, so that its limits take effect within seconds.
beforeAll(async () => {
  testServer = await startTestServer({ businessDate: today });
  const data = await TestData.of(testServer.database.pool, { name: 'Acme', passedThrough: today });
  ({ partnerId } = data);
  customerId = await data.customer({ name: 'Globex' });
  token = await testServer.createToken(data.partnerId, 'ADMIN');
  const config = readConfig({
    NODE_ENV: 'test',
    PORT: '0',
    EXPLORERS: 'off',
    STATEMENT_TIMEOUT_MS: '700',
    POOL_SIZE: '3',
    BUSINESS_DATE: today,
  });
  const database = await openDatabase({ ...config, databaseUrl: testServer.database.url }, { migrate: false });
  const server = await startServer({ config, database, now: Date.now, lingerMs: 0, log: pino({ level: 'silent' }) });
  url = server.url;
  pool = database.pool;
  close = async () => {
    await server.close();
    await database.close();
  };
  await ask('{ viewer { role } }');
});
afterAll(async () => {
  await close();
  await testServer.close();
});

async function ask(query: string, key = token): Promise<GraphqlAnswer & { ms: number }> {
  const startedAt = performance.now();
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
    body: JSON.stringify({ query }),
  });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    body: JSON.parse(text) as GraphqlAnswer['body'],
    text,
    ms: performance.now() - startedAt,
  };
}

/** Runs statements in a separate transaction that stays open until the work ends. */
async function during<T>(statements: string, work: () => Promise<T>): Promise<T> {
  const client = await testServer.database.superuserPool.connect();
  await client.query('begin');
  try {
    await client.query(statements);
    return await work();
  } finally {
    await client.query('rollback');
    client.release();
  }
}

const setOwner = () =>
  `mutation { setCommunicationOwner(input: { customerId: "cus_${customerId}", owner: PARTNER }) { userErrors { message } customer { name } } }`;

describe('a slow or blocked database gives an error with a code, and the server recovers', () => {
  test('a row that another transaction has locked', async () => {
    const { status, body, ms } = await during('select from customer_association for update', () => ask(setOwner()));
    const isTimeout = body.errors?.[0]?.extensions['code'] === 'TIMEOUT';
    expect([status, body.data, body.errors?.map(({ extensions }) => extensions)]).toEqual([
      isTimeout ? 200 : 503,
      { setCommunicationOwner: null },
      [{ code: isTimeout ? 'TIMEOUT' : 'UNAVAILABLE' }],
    ]);
    expect(ms).toBeLessThan(3_000);
    expect((await ask(setOwner())).body.data.setCommunicationOwner).toEqual({ userErrors: [], customer: { name: 'Globex' } });
  });

  test('a table that another transaction has locked', async () => {
    const { status, body } = await during('lock table dashboard_row in access exclusive mode', () =>
      ask('{ upcomingContractChanges { totalCount } }'),
    );
    const isTimeout = body.errors?.[0]?.extensions['code'] === 'TIMEOUT';
    expect([status, body.data, body.errors?.map(({ extensions }) => extensions)]).toEqual([
      isTimeout ? 200 : 503,
      { upcomingContractChanges: null },
      [{ code: isTimeout ? 'TIMEOUT' : 'UNAVAILABLE' }],
    ]);
    expect((await ask('{ upcomingContractChanges { totalCount } }')).body.errors).toBeUndefined();
  });

  test('a statement over the timeout, in a read or after a write', async () => {
    const superuser = testServer.database.superuserPool;
    await superuser.query(`create policy slow on customer as restrictive for select using (pg_sleep(30) is not null)`);
    const { status, body, ms } = await ask('{ customers { nodes { name } } }');
    const written = await ask(setOwner());
    await superuser.query('drop policy slow on customer');
    for (const [data, answer] of [
      [{ customers: null }, { status, body, ms }],
      // The write is committed; only what it reads back is missing.
      [{ setCommunicationOwner: { customer: null, userErrors: [] } }, written],
    ] as const) {
      expect([answer.status, answer.body.data, answer.body.errors?.map(({ message, extensions }) => ({ message, ...extensions }))]).toEqual(
        [200, data, [{ message: 'The request took too long and was cancelled.', code: 'TIMEOUT' }]],
      );
      expect(answer.ms).toBeLessThan(5_000);
    }
    expect((await ask('{ customers { nodes { name } } }')).body.data).toEqual({ customers: { nodes: [{ name: 'Globex' }] } });
  });

  test('no free connection', async () => {
    const connections = await Promise.all(Array.from({ length: 3 }, () => pool.connect()));
    const unknownKey = await testServer.createToken(await testServer.createPartner('Other'), 'VIEWER');
    const [known, unknown, health] = await Promise.all([
      ask('{ customers { totalCount } }'),
      ask('{ viewer { role } }', unknownKey),
      fetch(`${url}/healthz`),
    ]);
    for (const client of connections) client.release();
    const refusals = [known, unknown].map(({ status, body, headers }) => [
      status,
      headers.get('retry-after'),
      body.errors?.map(({ extensions }) => extensions),
    ]);
    expect(refusals).toEqual([
      [503, '1', [{ code: 'UNAVAILABLE' }]],
      [503, '1', [{ code: 'UNAVAILABLE' }]],
    ]);
    expect(known.ms).toBeLessThan(8_000);
    expect(health.status).toBe(200);
    expect((await ask('{ customers { totalCount } }')).body.data).toEqual({ customers: { totalCount: 1 } });
  });

  test('a database that stops responding', async () => {
    const proxy = await startProxy(testServer.database.url);
    const settings = { databaseUrl: proxy.url, dataDir: '', environment: 'test', poolSize: 3, statementTimeoutMs: 300 } as const;
    const silenced = await openDatabase(settings, { migrate: false });
    await silenced.pool.query('select 1');
    proxy.isSilent = true;
    const startedAt = performance.now();
    const error: unknown = await silenced.pool.query('select 1').catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'ETIMEDOUT' });
    expect(isDatabaseUnavailable(error)).toBe(true);
    expect(performance.now() - startedAt).toBeLessThan(4_000);
    proxy.isSilent = false;
    expect((await silenced.pool.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
    await silenced.close();
    proxy.close();
  });

  test('a network that has lost all connections, of which neither side is told', async () => {
    const proxy = await startProxy(testServer.database.directUrl('process ids'));
    const settings = { databaseUrl: proxy.url, dataDir: '', environment: 'test', poolSize: 4, statementTimeoutMs: 10_000 } as const;
    const cutOff = await openDatabase(settings, { migrate: false });
    const lock = { name: 'lockInTest', select: 'select 1 from partner where id = scope.partner_id', values: [] };
    const read = () => readAs(cutOff.pool, partnerId).select(lock);
    const slow = cutOff.pool.query('select pg_sleep(3) is not null as has_slept');
    const writer = await cutOff.pool.connect();
    writer.on('error', () => {});
    await writer.query('begin');
    await writer.query(`select set_config('app.partner_id', '${partnerId}', true)`);
    await writer.query('select from partner for update');
    // A process that was busy has not read the answer yet.
    const answer = writer.query('select 1 as one');
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2_200);
    expect((await answer).rows).toEqual([{ one: 1 }]);
    // A slow statement on a connection that works goes on.
    await expect(slow).resolves.toMatchObject({ rows: [{ has_slept: true }] });
    await Promise.all([read(), cutOff.pool.query('select 1')]);
    proxy.lose();
    const startedAt = performance.now();
    const written = writer.query('select 1').catch((error: unknown) => error);
    expect(await read()).toEqual([[1]]);
    expect(await written).toMatchObject({ code: 'ETIMEDOUT' });
    writer.release(true);
    // The transaction of the lost connection has ended, and with it its lock.
    await testServer.database.superuserPool.query(`set lock_timeout = '1s'; select from partner for update; reset lock_timeout`);
    expect(performance.now() - startedAt).toBeLessThan(5_000);
    await cutOff.pool.query('select 1');
    proxy.lose();
    const closingAt = performance.now();
    // An open socket would keep the process alive.
    await Promise.all([once(cutOff.pool, 'remove'), cutOff.close()]);
    expect(performance.now() - closingAt).toBeLessThan(3_000);
    proxy.close();
  });
});

/** A proxy to the database that drops all data while it is silent, like a broken network, or all later data of connections it loses. */
async function startProxy(databaseUrl: string) {
  const { user, password, database, host, port } = new pg.Client(databaseUrl);
  const sockets: Socket[] = [];
  const lost = new WeakSet<Socket>();
  const proxy = { isSilent: false, url: '', lose: () => sockets.forEach((socket) => lost.add(socket)), close: closeProxy };
  const server = createServer({ allowHalfOpen: true }, (client) => {
    const upstream = connect(host.startsWith('/') ? { path: `${host}/.s.PGSQL.${port}` } : { host, port });
    sockets.push(client, upstream);
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      from.on('data', (bytes: Buffer) => void (proxy.isSilent || lost.has(from) || to.write(bytes)));
      from.on('error', () => {});
      // Nor does the other side hear of an end.
      from.on('close', () => void (lost.has(from) || to.destroy()));
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  function closeProxy() {
    server.close();
    for (const socket of sockets) socket.destroy();
  }
  proxy.url = `postgres://${user}:${encodeURIComponent(String(password))}@127.0.0.1:${(server.address() as AddressInfo).port}/${database}`;
  return proxy;
}
