import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { createTestDatabase, type TestDatabase } from './test-database.ts';

describe('a test database', () => {
  let database: TestDatabase;
  beforeAll(async () => void (database = await createTestDatabase()));
  afterAll(() => database.close());

  test('is migrated, and no other test sees its rows', async () => {
    const other = await createTestDatabase();
    await database.superuserPool.query(`insert into partner (id, name) values ($1, 'Acme')`, [randomUUID()]);
    expect((await database.superuserPool.query('select name from partner')).rows).toEqual([{ name: 'Acme' }]);
    expect((await other.superuserPool.query('select name from partner')).rows).toEqual([]);
    await other.close();
  });

  test('has a pool that is subject to row-level security', async () => {
    expect((await database.pool.query('select name from partner')).rows).toEqual([]);
    expect((await database.pool.query('select name from list_partners()')).rows).toEqual([{ name: 'Acme' }]);
  });

  test('lists its statements since the mark, including multi-line and prepared ones', async () => {
    await database.pool.query('select 1');
    database.markStatements();
    await database.pool.query('select 2');
    await database.pool.query({ name: 'three', text: 'select\n  $1::int -- three', values: [3] });
    await database.superuserPool.query('select 4');
    expect(database.statements()).toEqual(['select 2', 'select\n  $1::int -- three']);
  });
});
