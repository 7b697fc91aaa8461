import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { parseIntoClientConfig } from 'pg-connection-string';
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts';
import { startTcpProxy } from '../../testing/tcp.proxy.ts';
import { DatabaseSetupError } from './database-setup-error.ts';
import { openDatabase } from './database.ts';
import { hostsOf } from './hosts.ts';
import { inPartnerTransaction } from './transaction.ts';
import { TestData } from '../../testing/test-data.ts';

const healMs = 5_000;
let database: TestDatabase;
let partnerId: string;
beforeAll(async () => {
  database = await createTestDatabase();
  ({ partnerId } = await TestData.of(database.pool, { name: 'Acme', passedThrough: '2026-11-22' }));
});
afterAll(() => database.close());

test('when the host in use goes, reads and writes go on with another one, and back again', async () => {
  const { host, port = 5432, user, password, database: name } = parseIntoClientConfig(database.url);
  // The embedded PostgreSQL has a socket in a folder.
  const way = host!.startsWith('/') ? { path: `${host}/.s.PGSQL.${port}` } : { host: host!, port };
  const [one, two] = [await startTcpProxy(way), await startTcpProxy(way)];
  const databaseUrl = `postgres://${user}:${String(password)}@127.0.0.1:${one.port},127.0.0.1:${two.port}/${name}`;
  const config = { databaseUrl, dataDir: '', environment: 'test' as const, poolSize: 2, statementTimeoutMs: 5_000 };
  const { pool, close } = await openDatabase(config, { migrate: false });
  const works = async () => {
    await pool.query('select 1');
    return await inPartnerTransaction(pool, partnerId, async (tx) => (await tx.query('select name from partner')).rows);
  };
  const worksAgain = async () => {
    for (const begun = performance.now(); performance.now() - begun < healMs;) {
      const rows = await works().catch(() => null);
      if (rows) return rows;
    }
    return null;
  };
  expect(await works()).toEqual([{ name: 'Acme' }]);
  one.close();
  expect(await worksAgain()).toEqual([{ name: 'Acme' }]);
  const again = await startTcpProxy(way, one.port);
  two.close();
  expect(await worksAgain()).toEqual([{ name: 'Acme' }]);
  await close();
  again.close();
});

test('an address that cannot be read gives a sentence without its password', () => {
  const advice =
    'An address of the database cannot be read. Encode special characters of its user and password: % is %25, / is %2F, ? is %3F, # is %23.';
  for (const password of ['hush/hush', 'hush#hush', 'hush?hush']) {
    const read = () => hostsOf(`postgres://user:${password}@one:5432,two:5432/renewals`);
    expect(read).toThrow(new DatabaseSetupError(advice));
  }
  expect(() => hostsOf('postgres://user:hush@one/renewals?sslmode=verify-full&sslrootcert=/nowhere/ca.pem')).toThrow(
    new DatabaseSetupError('A file that an address of the database names cannot be read: /nowhere/ca.pem (ENOENT).'),
  );
  expect(() => hostsOf('postgres://user:hush@one/renewals?sslmode=verify_full')).toThrow('sslmode must be one of disable,');
  expect(hostsOf(`postgres://user:${encodeURIComponent('a/b#c?d%e')}@one/renewals`).config.password).toBe('a/b#c?d%e');
});
