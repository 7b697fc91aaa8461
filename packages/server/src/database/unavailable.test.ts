import { afterAll, beforeAll, expect, test } from '@jest/globals';
import pg from 'pg';
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts';
import { isDatabaseUnavailable } from './unavailable.ts';

let database: TestDatabase;
beforeAll(async () => void (database = await createTestDatabase()));
afterAll(() => database.close());

const failureOf = (work: Promise<unknown>) => work.then(() => null).catch((error: unknown) => error);

test('a database that nobody answers for is away', async () => {
  expect(isDatabaseUnavailable(await failureOf(new pg.Client('postgres://nobody@127.0.0.1:1/nothing').connect()))).toBe(true);
});

test('a database whose connections are all in use is away', async () => {
  const pool = new pg.Pool({ connectionString: database.url, max: 1, connectionTimeoutMillis: 50 });
  const taken = await pool.connect();
  expect(isDatabaseUnavailable(await failureOf(pool.query('select 1')))).toBe(true);
  taken.release();
  await pool.end();
});

test('a database that ends the connection is away', async () => {
  const running = database.pool.query('select pg_sleep(10)');
  const failure = failureOf(running);
  const ended = `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and query like 'select pg_sleep%'`;
  while ((await database.superuserPool.query(ended)).rowCount === 0);
  expect(isDatabaseUnavailable(await failure)).toBe(true);
});

test('a database that refuses a statement is not away, and neither is any other fault', async () => {
  expect(isDatabaseUnavailable(await failureOf(database.pool.query('select 1/0')))).toBe(false);
  expect(isDatabaseUnavailable(new Error('other'))).toBe(false);
  expect(isDatabaseUnavailable('ECONNREFUSED')).toBe(false);
});
