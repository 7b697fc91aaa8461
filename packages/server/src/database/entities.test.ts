import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { DataSource } from 'typeorm';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts';
import { entities } from './entities.ts';

let database: TestDatabase;
beforeAll(async () => void (database = await createTestDatabase()));
afterAll(() => database.close());

test('every entity has just the columns that the migrations make, of the same types', async () => {
  const dataSource = await new DataSource({ type: 'postgres', url: database.url, entities, synchronize: false }).initialize();
  const { upQueries } = await dataSource.driver.createSchemaBuilder().log();
  await dataSource.destroy();
  // Keys, checks and indexes are the migrations' alone: no entity repeats them. Domains show as their base type.
  const columnChanges = upQueries
    .map(({ query }) => query)
    .filter((query) => /\b(ADD|DROP|ALTER|RENAME) (COLUMN )?"|CREATE TABLE|CREATE TYPE/.test(query))
    .filter((query) => !/ADD CONSTRAINT|DROP CONSTRAINT/.test(query));
  // TypeORM knows generated columns only from a table of its own: it would make them anew.
  const generated = new Set(columnChanges.flatMap((query) => /^(ALTER TABLE "\w+") ADD ("\w+") .*GENERATED/.exec(query)?.slice(1, 3).join(' ') ?? []));
  const table = (query: string) => query.replace(/^(ALTER TABLE "\w+") (?:ADD|DROP COLUMN) ("\w+").*$/, '$1 $2');
  expect(columnChanges.filter((query) => !generated.has(table(query)))).toEqual([]);
});
