import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import pg from 'pg';
import { pino } from 'pino';
import { readConfig } from '../config.ts';
import { isDatabaseUnavailable } from '../database/unavailable.ts';
import { openDatabase } from '../database/database.ts';
import { TestData } from '../../testing/test-data.ts';
import { startTestServer, type GraphqlAnswer, type TestServer } from '../../testing/test-server.ts';
import { startServer } from './server.ts';

const today = '2026-11-22';
let laidOut: TestServer;
let token: string;
let customerId: string;
let url: string;
let pool: pg.Pool;
let close: () => Promise<void>;

// The serving pool as configured, small and impatient: what its bounds do is seen in seconds.
beforeAll(async () => {
  laidOut = await startTestServer({ businessDate: today });
  const data = await TestData.of(laidOut.database.pool, { name: 'Acme', passedThrough: today });
  customerId = await data.customer({ name: 'Globex' });
  token = await laidOut.createToken(data.partnerId, 'ADMIN');
  const config = readConfig({
    NODE_ENV: 'test',
    PORT: '0',
    EXPLORERS: 'off',
    STATEMENT_TIMEOUT_MS: '700',
    POOL_SIZE: '3',
    BUSINESS_DATE: today,
  });
  const database = await openDatabase({ ...config, databaseUrl: laidOut.database.url }, { migrate: false });
  const server = await startServer({ config, database, now: Date.now, log: pino({ level: 'silent' }) });
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
  await laidOut.close();
});

async function ask(query: string, key = token): Promise<GraphqlAnswer & { ms: number }> {
  const begun = performance.now();
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
    ms: performance.now() - begun,
  };
}

/** Runs statements beside the server, in a transaction that lasts as long as the work. */
async function during<T>(statements: string, work: () => Promise<T>): Promise<T> {
  const client = await laidOut.database.superuserPool.connect();
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

describe('what the database does not do in time is a typed error, and heals', () => {
  test('a row that somebody else has locked', async () => {
    const { status, body, ms } = await during('select from customer_association for update', () => ask(setOwner()));
    expect([status, body.data, body.errors?.map(({ extensions }) => extensions)]).toEqual([
      200,
      null,
      [{ code: expect.stringMatching(/^(UNAVAILABLE|TIMEOUT)$/) }],
    ]);
    expect(ms).toBeLessThan(3_000);
    expect((await ask(setOwner())).body.data.setCommunicationOwner).toEqual({ userErrors: [], customer: { name: 'Globex' } });
  });

  test('a table that somebody else has locked', async () => {
    const { status, body } = await during('lock table dashboard_row in access exclusive mode', () =>
      ask('{ upcomingContractChanges { totalCount } }'),
    );
    expect([status, body.data, body.errors?.map(({ extensions }) => extensions)]).toEqual([
      200,
      null,
      [{ code: expect.stringMatching(/^(UNAVAILABLE|TIMEOUT)$/) }],
    ]);
    expect((await ask('{ upcomingContractChanges { totalCount } }')).body.errors).toBeUndefined();
  });

  test('a statement that takes too long, reading or writing', async () => {
    const superuser = laidOut.database.superuserPool;
    await superuser.query(`create policy slow on customer as restrictive for select using (pg_sleep(30) is not null)`);
    const { status, body, ms } = await ask('{ customers { nodes { name } } }');
    const written = await ask(setOwner());
    await superuser.query('drop policy slow on customer');
    for (const answer of [{ status, body, ms }, written]) {
      expect([answer.status, answer.body.data, answer.body.errors?.map(({ message, extensions }) => ({ message, ...extensions }))]).toEqual(
        [200, null, [{ message: 'This took too long and was stopped.', code: 'TIMEOUT' }]],
      );
      expect(answer.ms).toBeLessThan(5_000);
    }
    expect((await ask('{ customers { nodes { name } } }')).body.data).toEqual({ customers: { nodes: [{ name: 'Globex' }] } });
  });

  test('a connection, where all are in use', async () => {
    const taken = await Promise.all(Array.from({ length: 3 }, () => pool.connect()));
    const unknownKey = await laidOut.createToken(await laidOut.createPartner('Other'), 'VIEWER');
    const [known, unknown, health] = await Promise.all([
      ask('{ customers { totalCount } }'),
      ask('{ viewer { role } }', unknownKey),
      fetch(`${url}/healthz`),
    ]);
    for (const client of taken) client.release();
    const refusals = [known, unknown].map(({ status, body, headers }) => [
      status,
      headers.get('retry-after'),
      body.errors?.map(({ extensions }) => extensions),
    ]);
    expect(refusals).toEqual([
      [200, null, [{ code: 'UNAVAILABLE' }]],
      [503, '1', [{ code: 'UNAVAILABLE' }]],
    ]);
    expect(known.ms).toBeLessThan(8_000);
    expect(health.status).toBe(200);
    expect((await ask('{ customers { totalCount } }')).body.data).toEqual({ customers: { totalCount: 1 } });
  });

  test('a database that says nothing at all any more', async () => {
    const way = await wayToDatabase(laidOut.database.url);
    const settings = { databaseUrl: way.url, dataDir: '', environment: 'test', poolSize: 3, statementTimeoutMs: 300 } as const;
    const silenced = await openDatabase(settings, { migrate: false });
    await silenced.pool.query('select 1');
    way.isSilent = true;
    const begun = performance.now();
    const error: unknown = await silenced.pool.query('select 1').catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'ETIMEDOUT' });
    expect(isDatabaseUnavailable(error)).toBe(true);
    expect(performance.now() - begun).toBeLessThan(4_000);
    way.isSilent = false;
    expect((await silenced.pool.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
    await silenced.close();
    way.close();
  });
});

/** A way to the database on which nothing passes any more when it is told so, as over a network that is gone. */
async function wayToDatabase(databaseUrl: string) {
  const { user, password, database, host, port } = new pg.Client(databaseUrl);
  const sockets: Socket[] = [];
  const way = { isSilent: false, url: '', close: closeWay };
  const server = createServer((near) => {
    const far = connect(host.startsWith('/') ? { path: `${host}/.s.PGSQL.${port}` } : { host, port });
    sockets.push(near, far);
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      from.on('data', (bytes: Buffer) => void (way.isSilent || to.write(bytes)));
      from.on('error', () => {});
      from.on('close', () => to.destroy());
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  function closeWay() {
    server.close();
    for (const socket of sockets) socket.destroy();
  }
  way.url = `postgres://${user}:${encodeURIComponent(String(password))}@127.0.0.1:${(server.address() as AddressInfo).port}/${database}`;
  return way;
}
