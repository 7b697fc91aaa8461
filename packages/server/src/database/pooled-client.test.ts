import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { text } from 'node:stream/consumers';
import pg from 'pg';
import { parseIntoClientConfig } from 'pg-connection-string';
import { to as copyTo } from 'pg-copy-streams';
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts';
import { hostsOf } from './hosts.ts';
import { openDatabase } from './database.ts';
import { readAs } from './reader.ts';
import { replicaOf } from './replica.ts';
import { createServingPool } from './serving-pool.ts';
import { inPartnerTransaction } from './transaction.ts';

let database: TestDatabase;
let pool: pg.Pool;
const partnerId = randomUUID();

/** What holds in a statement, and what a session keeps without one. */
const settings = `select current_user::text as role, current_setting('statement_timeout') as statement, current_setting('lock_timeout') as lock,
  current_setting('search_path') as path, current_setting('app.partner_id', true) as partner`;
const inStatement = { role: 'renewals_serving', statement: '700ms', lock: '700ms', path: 'public' };

beforeAll(async () => {
  database = await createTestDatabase({ direct: 'one session' });
  await database.superuserPool.query(`insert into partner (id, name) values ($1, 'Acme')`, [partnerId]);
  // As behind a pooler, but always on the same connection of the database.
  pool = createServingPool(
    { config: parseIntoClientConfig(database.url), isPooled: true, role: 'renewals_serving' },
    { poolSize: 1, statementTimeoutMs: 700 },
    () => {},
  );
});
afterAll(async () => {
  await pool.end();
  await database.close();
});

/** What the session keeps: a query that is handed in as an object goes out as it is. */
async function kept(): Promise<unknown> {
  const client = await pool.connect();
  try {
    return await new Promise((resolve, reject) => {
      const query = new pg.Query(settings, [], (error: Error | undefined, result: pg.QueryResult) =>
        error ? reject(error) : resolve(result.rows[0]),
      );
      client.query(query);
    });
  } finally {
    client.release();
  }
}

test('behind a pooler, settings hold in each statement and transaction, and the session keeps none', async () => {
  const fresh = await kept();
  expect(fresh).toMatchObject({ role: 'renewals_test_owner', statement: '0', lock: '0' });
  expect((await pool.query(settings)).rows).toEqual([{ ...inStatement, partner: '' }]);
  await expect(pool.query('select pg_sleep(5)')).rejects.toThrow('statement timeout');
  await expect(pool.query('select nonsense')).rejects.toThrow('nonsense');
  const name = { name: 'nameInTest', select: 'select partner.name from partner where partner.id = scope.partner_id', values: [] };
  const reads = await Promise.all(Array.from({ length: 5 }, () => readAs(pool, partnerId).select(name)));
  expect(reads).toEqual(Array.from({ length: 5 }, () => [['Acme']]));
  const seen = await inPartnerTransaction(pool, partnerId, async (tx) => (await tx.query(settings)).rows);
  expect(seen).toEqual([{ ...inStatement, partner: partnerId }]);
  await expect(inPartnerTransaction(pool, partnerId, (tx) => tx.query('select pg_sleep(5)'))).rejects.toThrow('statement timeout');
  const copied = await inPartnerTransaction(pool, partnerId, (tx) => text(tx.query(copyTo('copy (select 7) to stdout'))));
  expect(copied).toBe('7\n');
  // PostgreSQL keeps the name of a setting that it does not know, without a value.
  expect(await kept()).toEqual({ ...(fresh as object), partner: '' });
});

test('behind a pooler, a transaction keeps the modes that it names', async () => {
  const client = await pool.connect();
  const modes = `select current_setting('transaction_isolation') as level, current_setting('transaction_read_only') as "isReadOnly", current_user::text as role`;
  await client.query('begin isolation level repeatable read, read only');
  expect((await client.query(modes)).rows).toEqual([{ level: 'repeatable read', isReadOnly: 'on', role: 'renewals_serving' }]);
  await client.query('commit');
  expect((await client.query(modes)).rows).toEqual([{ level: 'read committed', isReadOnly: 'off', role: 'renewals_serving' }]);
  client.release();
});

test('an address of several hosts is read as PostgreSQL does, and one that answers is used', async () => {
  const hosts = hostsOf('postgres://a:b@one:5433,two/renewals?target_session_attrs=read-write');
  expect(hosts).toMatchObject({ isOne: false, config: { host: 'one', port: 5433, database: 'renewals', user: 'a' } });
  expect(() => hostsOf('postgres://one,two/renewals?target_session_attrs=writable')).toThrow('target_session_attrs must be one of any,');
  await expect(hostsOf('postgres://127.0.0.1:1,127.0.0.1:2/renewals').find()).rejects.toThrow(
    '127.0.0.1:1: ECONNREFUSED; 127.0.0.1:2: ECONNREFUSED',
  );
});

test('lists are read from the database of READ_DATABASE_URL once it has the last write of the partner, else from the primary', async () => {
  const standby = await createTestDatabase();
  await standby.superuserPool.query(`insert into partner (id, name) values ($1, 'Acme of the standby')`, [partnerId]);
  const { pool: served, close } = await openDatabase(
    { databaseUrl: database.url, readDatabaseUrl: standby.url, dataDir: '', environment: 'test', poolSize: 2, statementTimeoutMs: 5_000 },
    { migrate: false },
  );
  const replica = replicaOf(served)!;
  const names = () =>
    readAs(served, partnerId, replica.pool).select({
      name: 'nameInTest',
      select: 'select partner.name from partner where partner.id = scope.partner_id',
      values: [],
    });
  expect(await names()).toEqual([['Acme of the standby']]);
  await inPartnerTransaction(served, partnerId, (tx) => tx.query('select 1'));
  expect(await names()).toEqual([['Acme of the standby']]);
  replica.note(partnerId, 'FFFFFFFF/0');
  expect(await names()).toEqual([['Acme']]);
  expect(await readAs(served, randomUUID(), replica.pool).select({ name: 'test', select: 'select 1', values: [] })).toEqual([[1]]);
  expect(await replica.isCurrent(randomUUID())).toBe(true);
  await close();
  await standby.close();
});
