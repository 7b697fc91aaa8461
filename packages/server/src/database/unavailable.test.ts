import { afterAll, beforeAll, expect, test } from '@jest/globals';
import pg from 'pg';
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts';
import { isDatabaseUnavailable } from './unavailable.ts';

let database: TestDatabase;
beforeAll(async () => void (database = await createTestDatabase()));
afterAll(() => database.close());

const failureOf = (work: Promise<unknown>) => work.then(() => null).catch((error: unknown) => error);

test('a database that does not respond is unavailable', async () => {
  expect(isDatabaseUnavailable(await failureOf(new pg.Client('postgres://nobody@127.0.0.1:1/nothing').connect()))).toBe(true);
});

test('a database whose connections are all in use is unavailable', async () => {
  const pool = new pg.Pool({ connectionString: database.url, max: 1, connectionTimeoutMillis: 500 });
  const taken = await pool.connect();
  expect(isDatabaseUnavailable(await failureOf(pool.query('select 1')))).toBe(true);
  taken.release();
  await pool.end();
});

test('a database that closes the connection is unavailable', async () => {
  const running = database.pool.query('select pg_sleep(10)');
  const failure = failureOf(running);
  const ended = `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and query like 'select pg_sleep%'`;
  while ((await database.superuserPool.query(ended)).rowCount === 0);
  expect(isDatabaseUnavailable(await failure)).toBe(true);
});

test('a failed statement or another error does not mean that the database is unavailable', async () => {
  expect(isDatabaseUnavailable(await failureOf(database.pool.query('select 1/0')))).toBe(false);
  expect(isDatabaseUnavailable(new Error('other'))).toBe(false);
  expect(isDatabaseUnavailable('ECONNREFUSED')).toBe(false);
});
