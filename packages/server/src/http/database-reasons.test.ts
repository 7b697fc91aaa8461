// Long: the reasons of an outage, all on one server that is broken in as many ways.
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { TestData } from '../../testing/test-data.ts';
import { asSuperuser, currentTestCluster, ownerLogin, urlOf } from '../../testing/test-cluster.ts';
import { startTestServer, type TestServer } from '../../testing/test-server.ts';
import { addDays } from '../calendar-date.ts';
import { readConfig } from '../config.ts';
import { openDatabase } from '../database/database.ts';
import { createRecentFaults } from '../database/recent-faults.ts';
import { serializeError } from '../process/log.ts';
import { startServer } from './server.ts';

const today = '2026-11-22';
let server: TestServer;
let token: string;
let customerId: string;

beforeAll(async () => {
  server = await startTestServer({ businessDate: today });
  const data = await TestData.of(server.database.pool, { name: 'Acme', passedThrough: today });
  customerId = await data.customer({ name: 'Globex' });
  token = await server.createToken(data.partnerId, 'ADMIN');
  // The function fails with the SQLSTATE in the table, as PostgreSQL does in an outage.
  await server.database.superuserPool.query(`
    create table outage (code text);
    grant select on outage to public;
    create function outage() returns boolean language plpgsql as $$
      declare found text := (select code from outage);
      begin
        if found is not null then raise exception 'a message with internals' using errcode = found; end if;
        return true;
      end $$;
    create function outage_of_writes() returns trigger language plpgsql as $$ begin perform outage(); return new; end $$;
    create trigger outage before update on customer_association for each row execute function outage_of_writes();
    create policy outage on customer as restrictive for select using (outage());`);
});
afterEach(() => server.database.superuserPool.query('delete from outage'));
afterAll(() => server.close());

const fail = (code: string) => server.database.superuserPool.query('insert into outage values ($1)', [code]);
const owner = (value: string) => `setCommunicationOwner(input: { customerId: "cus_${customerId}", owner: ${value} }) { customer { name } }`;
const write = () => server.query(`mutation { ${owner('PARTNER')} }`, undefined, { token });
const readyz = async (url = server.url) => {
  const response = await fetch(`${url}/readyz`);
  return [response.status, await response.json()];
};

describe('an outage is told for what it is: 503 with Retry-After and UNAVAILABLE, and its reason in words in the log', () => {
  test.each([
    ['25006', 'READ_ONLY'],
    ['53100', 'DISK_FULL'],
    ['53200', 'OUT_OF_MEMORY'],
    ['53300', 'TOO_MANY_CONNECTIONS'],
    ['53400', 'LIMIT_REACHED'],
    ['57P01', 'NOT_ACCEPTING'],
    ['57P03', 'NOT_ACCEPTING'],
    ['58030', 'STORAGE_FAILED'],
    ['58P01', 'STORAGE_FAILED'],
    ['08006', 'UNREACHABLE'],
    ['3D000', 'LOGIN_REFUSED'],
    ['55P03', 'CONFLICT'],
  ])('SQLSTATE %s: %s', async (code, fault) => {
    await fail(code);
    const { status, headers, body, text } = await write();
    expect([status, headers.get('retry-after'), body.data, body.errors?.map(({ extensions }) => extensions)]).toEqual([
      ...[503, '1', { setCommunicationOwner: null }],
      [{ code: 'UNAVAILABLE' }],
    ]);
    expect(text).not.toContain('internals');
    const line = server.log.findLast(({ msg }) => msg === 'operation failed');
    expect(line).toMatchObject({ err: { code, fault, explanation: expect.stringMatching(/^[A-Z].+\.$/) } });
    expect(JSON.stringify(line)).not.toContain('internals');
  });

  test('a statement that is cancelled is no outage, and neither is an error of the program', async () => {
    await fail('57014');
    expect(await write()).toMatchObject({ status: 200, body: { errors: [{ extensions: { code: 'TIMEOUT' } }] } });
    await server.database.superuserPool.query(`update outage set code = '22012'`);
    expect(await write()).toMatchObject({ status: 200, body: { errors: [{ extensions: { code: 'INTERNAL_SERVER_ERROR' } }] } });
  });

  test('the next request that succeeds has no Retry-After, also when its query was compiled', async () => {
    const read = () => server.query(`{ customer(by: { id: "cus_${customerId}" }) { users { nodes { email } } } }`, undefined, { token });
    for (let round = 0; round < 3; round += 1) await read();
    await fail('53200');
    const failed = await read();
    expect([failed.status, failed.headers.get('retry-after')]).toEqual([503, '1']);
    await server.database.superuserPool.query('delete from outage');
    const answered = await read();
    expect([answered.status, answered.headers.get('retry-after'), answered.body.errors]).toEqual([200, null, undefined]);
  });
});

describe('a partial result', () => {
  test('of a query keeps what was found: each failed field tells in how many seconds to ask again', async () => {
    await fail('53200');
    const { status, headers, body } = await server.query(
      `{ viewer { role } customer(by: { id: "cus_${customerId}" }) { users { nodes { email } } } }`,
      undefined,
      { token },
    );
    expect([status, headers.get('retry-after'), body.data]).toEqual([200, null, { viewer: { role: 'ADMIN' }, customer: null }]);
    expect(body.errors?.map(({ extensions }) => extensions)).toEqual([{ code: 'UNAVAILABLE', retryAfter: 1 }]);
  });

  test('of several mutations is never a 503, since one of them may have succeeded', async () => {
    await fail('53100');
    const { status, headers, body } = await server.query(`mutation { a: ${owner('VENDOR')} b: ${owner('PARTNER')} }`, undefined, { token });
    expect([status, headers.get('retry-after')]).toEqual([200, null]);
    expect(body.errors![0]!.extensions).toEqual({ code: 'UNAVAILABLE', retryAfter: 1 });
  });
});

describe('/readyz', () => {
  test('is not ready while writes meet a full disk, with the reason and nothing else', async () => {
    await fail('53100');
    await write();
    expect(await readyz()).toEqual([503, { status: 'not ready', reason: 'DISK_FULL' }]);
    expect(server.log.findLast(({ msg }) => msg === 'not ready')).toMatchObject({
      reason: 'DISK_FULL',
      explanation: 'The disk of the database is full.',
    });
  });

  test('is ready again some seconds after the last such write', () => {
    let now = 0;
    const faults = createRecentFaults(() => now);
    faults.note('DISK_FULL');
    now = 14_999;
    expect(faults.current()).toBe('DISK_FULL');
    now = 15_000;
    expect(faults.current()).toBeNull();
    // A single heavy request must not take the process out of service.
    faults.note('OUT_OF_MEMORY');
    expect(faults.current()).toBeNull();
  });
});

/** What is altered holds for connections that begin later. A pooler keeps its own, so the earlier ones end. */
async function alterDatabase(change: string): Promise<void> {
  const { name } = server.database;
  const end = 'select pg_terminate_backend(pid) from pg_stat_activity where datname = $1 and usename = $2';
  await asSuperuser(currentTestCluster(), async (admin) => {
    await admin.query(`alter database "${name}" ${change}`);
    while ((await admin.query(end, [name, ownerLogin.name])).rowCount! > 0) await sleep(10);
  });
}

describe('another server on a database', () => {
  test('that is read-only answers reads, refuses changes, and tells it in /readyz', async () => {
    await alterDatabase('set default_transaction_read_only = on');
    const standby = await startOther();
    expect(await standby.ask(`{ customer(by: { id: "cus_${customerId}" }) { name } }`)).toEqual([
      200,
      null,
      { data: { customer: { name: 'Globex' } } },
    ]);
    expect(await standby.ask(`mutation { ${owner('VENDOR')} }`)).toMatchObject([
      ...[503, '1'],
      { errors: [{ message: 'The database accepts no changes at present; try again later.', extensions: { code: 'UNAVAILABLE' } }] },
    ]);
    // Its connections are new: each was given up after the refused change.
    expect(await readyz(standby.url)).toEqual([200, { status: 'ready for reading', reason: 'READ_ONLY' }]);
    await alterDatabase('reset default_transaction_read_only');
    await standby.close();
  });

  test('that is read-only serves partners whose days it cannot pass, with the rows of the day before, and tells it in /readyz', async () => {
    await alterDatabase('set default_transaction_read_only = on');
    const standby = await startOther(addDays(today, 1));
    for (let round = 0; round < 3; round += 1)
      expect(await standby.ask(`{ customer(by: { id: "cus_${customerId}" }) { name } }`)).toEqual([
        200,
        null,
        { data: { customer: { name: 'Globex' } } },
      ]);
    expect(await standby.ask(`mutation { ${owner('VENDOR')} }`)).toMatchObject([
      503,
      '1',
      { errors: [{ extensions: { code: 'UNAVAILABLE' } }] },
    ]);
    const warnings = ['Days of some partners have not passed: the database is read-only.'];
    let ready = await readyz(standby.url);
    while (!JSON.stringify(ready).includes('warnings')) ready = await readyz(standby.url);
    expect(ready).toEqual([200, { status: 'ready for reading', reason: 'READ_ONLY', warnings }]);
    await standby.close();
    await alterDatabase('reset default_transaction_read_only');
  });

  test('that is taken away from it is unavailable, not broken', async () => {
    const other = await startOther();
    expect((await other.ask('{ viewer { role } }'))[0]).toBe(200);
    await alterDatabase('allow_connections off');
    const answer = await other.ask(`{ customer(by: { id: "cus_${customerId}" }) { name } }`);
    const ready = await readyz(other.url);
    await alterDatabase('allow_connections on');
    expect(answer).toMatchObject([503, '1', { errors: [{ extensions: { code: 'UNAVAILABLE' } }] }]);
    // Through PgBouncer, the reason is not known.
    expect(ready).toEqual([503, { status: 'not ready', reason: currentTestCluster().poolerUrl ? 'UNREACHABLE' : 'NOT_ACCEPTING' }]);
    await other.close();
  });
});

test('a server whose new connections are refused is not ready, although those from before still work', async () => {
  // Of a pooler, the connections to the database are its own.
  const { name } = server.database;
  const other = await startOther(today, urlOf(currentTestCluster(), name, ownerLogin));
  // Reads would be tried again, on a connection that is there.
  const ask = () => other.ask(`mutation { ${owner('VENDOR')} }`);
  const metric = async () => /^renewals_ready (\d)$/m.exec(await (await fetch(`${other.url}/metrics`)).text())?.[1];
  expect([(await ask())[0], await metric()]).toEqual([200, '1']);
  const allow = (value: string) =>
    asSuperuser(currentTestCluster(), (admin) => admin.query(`alter database "${name}" allow_connections ${value}`));
  await allow('off');
  let statuses: unknown[] = [];
  while (!statuses.includes(503)) statuses = (await Promise.all(Array.from({ length: 8 }, ask))).map(([status]) => status);
  expect(statuses).toContain(200);
  const readyAfter = async (earlier: number): Promise<unknown[]> => {
    for (;;) {
      const ready = await readyz(other.url);
      if (ready[0] !== earlier) return ready;
    }
  };
  expect([await readyAfter(200), await metric()]).toEqual([[503, { status: 'not ready', reason: 'NOT_ACCEPTING' }], '0']);
  await allow('on');
  expect([await readyAfter(503), await metric()]).toEqual([[200, { status: 'ready' }], '1']);
  await other.close();
});

async function startOther(date = today, databaseUrl = server.database.url) {
  const config = readConfig({ NODE_ENV: 'test', PORT: '0', EXPLORERS: 'off', BUSINESS_DATE: date });
  const database = await openDatabase({ ...config, databaseUrl }, { migrate: false });
  const log = pino({ serializers: { err: serializeError } }, new Writable({ write: (_line, _encoding, done) => done() }));
  const { url, close } = await startServer({ config, database, now: Date.now, lingerMs: 0, log });
  return {
    url,
    async ask(query: string) {
      const response = await fetch(`${url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
        body: JSON.stringify({ query }),
      });
      const { data, errors } = (await response.json()) as { data?: unknown; errors?: unknown };
      return [
        response.status,
        response.headers.get('retry-after'),
        { ...(data != null && { data }), ...(errors !== undefined && { errors }) },
      ];
    },
    async close() {
      await close();
      await database.close();
    },
  };
}
