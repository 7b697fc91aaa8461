import { afterAll, beforeAll, expect, test } from '@jest/globals';
import pg from 'pg';
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts';
import { databaseFault, isDatabaseUnavailable, isTimeout } from './unavailable.ts';

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

test.each([
  ['a socket that is not there', { code: 'ENOENT', syscall: 'connect', path: '/run/postgresql/.s.PGSQL.5432' }, 'UNREACHABLE'],
  ['a file that is not there', { code: 'ENOENT', syscall: 'open', path: '/data/customers.csv' }, null],
  ['a connection that was closed', { code: 'EPIPE', syscall: 'write' }, 'UNREACHABLE'],
  ['a certificate that nobody vouches for', { code: 'SELF_SIGNED_CERT_IN_CHAIN' }, 'TLS_FAILED'],
  ['an error of connections', { code: '08006' }, 'UNREACHABLE'],
  ['an unknown error that ends the connection', { code: 'XX000', severity: 'FATAL' }, 'NOT_ACCEPTING'],
  ['an unknown error that ends the server', { code: 'XX000', severity: 'PANIC' }, 'NOT_ACCEPTING'],
  ['an unknown error of a statement', { code: 'XX000', severity: 'ERROR' }, null],
  ['a transaction that idled for too long', { code: '25P03', severity: 'FATAL' }, null],
])('the fault of %s', (_, fields, fault) => {
  expect(databaseFault(Object.assign(new Error('words'), fields))).toBe(fault);
});

test.each([
  ['a table', 'select from nowhere', 'TABLES_MISSING'],
  ['a table that is written', 'copy nowhere from stdin', 'TABLES_MISSING'],
  ['a function', 'select nothing()', 'TABLES_MISSING'],
  ['a type', `select 'x'::nothing[]`, 'TABLES_MISSING'],
  ['a schema', 'select nowhere.nothing()', 'TABLES_MISSING'],
  ['a name that no table of the statement has', 'select nowhere.id from partner', null],
  ['an operator', `select true < 'x'::text`, null],
  ['a setting', 'show nowhere', null],
  ['a column', 'select nothing from partner', null],
])('%s that is missing is a fault of the database only in new or closed ones', async (_, statement, fault) => {
  expect(databaseFault(await failureOf(database.pool.query(statement)))).toBe(fault);
});

test('a statement and a transaction can time out', () => {
  expect(['57014', '25P03', '55P03'].map((code) => isTimeout(Object.assign(new Error('words'), { code })))).toEqual([true, true, false]);
});
