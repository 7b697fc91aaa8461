import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts';
import { openDatabase } from './database.ts';
import { cancelStatement } from './end-connections.ts';
import { openOwner } from './owner-access.ts';

let database: TestDatabase;
beforeAll(async () => void (database = await createTestDatabase()));
afterAll(() => database.close());

const count = 8;
const long = 'select pg_sleep(300) -- a long statement';
const running = async () =>
  (
    await database.superuserPool.query(
      `select from pg_stat_activity where datname = current_database() and query = $1 and state = 'active'`,
      [long],
    )
  ).rowCount;

type Work = { abort(): Promise<void>; run(statement: string): Promise<pg.QueryResult> };

async function open(who: 'an owner' | 'a server'): Promise<Work> {
  const config = { databaseUrl: database.url, poolSize: count, statementTimeoutMs: 0, dataDir: '', environment: 'test' as const };
  if (who === 'an owner') {
    const { abort, connect } = await openOwner(config);
    return { abort, run: async (statement) => await (await connect()).query(statement) };
  }
  const { abort, pool } = await openDatabase(config, { migrate: false });
  return { abort, run: (statement) => pool.query(statement) };
}

// A pooler has process ids of its own, and PgBouncer 1.18 does not survive every way to ask for an end.
test.each(['an owner', 'a server'] as const)('what %s aborts ends in the database, and what is in front of it goes on', async (who) => {
  const { abort, run } = await open(who);
  const stopped = Array.from({ length: count }, () => expect(run(long)).rejects.toThrow());
  while ((await running()) !== count);
  await abort();
  await Promise.all(stopped);
  while ((await running()) !== 0);
  expect((await database.pool.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
});

test('who asks for an end leaves it to the other side to close the connection', async () => {
  let hasLeft = false;
  const pooler = createServer({ allowHalfOpen: true }, (socket) => {
    socket.once('end', () => (hasLeft = true));
    socket.once('data', async () => {
      await sleep(100);
      socket.end();
    });
  }).listen(0, '127.0.0.1');
  await once(pooler, 'listening');
  const client = Object.assign(new pg.Client({ host: '127.0.0.1', port: (pooler.address() as AddressInfo).port }), {
    ...{ processID: 1, secretKey: 1 },
  });
  const asked = cancelStatement(client);
  await once(pooler, 'connection');
  await sleep(50);
  expect(hasLeft).toBe(false);
  await asked;
  pooler.close();
});
