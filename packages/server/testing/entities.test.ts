import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { DataSource } from 'typeorm';
import { ContractChange, ContractChangeDecisionRecord } from '../src/contract-change/contract-change.entity.ts';
import { Contract } from '../src/contract/contract.entity.ts';
import { AppUsage, Customer, CustomerAssociation, CustomerUser } from '../src/customer/customer.entity.ts';
import { Partner, PartnerUser } from '../src/partner/partner.entity.ts';
import { createTestDatabase, type TestDatabase } from './test-database.ts';

const entities = [
  AppUsage,
  Contract,
  ContractChange,
  ContractChangeDecisionRecord,
  Customer,
  CustomerAssociation,
  CustomerUser,
  Partner,
  PartnerUser,
];

let database: TestDatabase;
beforeAll(async () => void (database = await createTestDatabase()));
afterAll(() => database.close());

test('every entity has exactly the columns of the migrations, with the same types', async () => {
  const dataSource = await new DataSource({ type: 'postgres', url: database.url, entities, synchronize: false }).initialize();
  // Only migrations define keys, checks and indexes; no entity repeats them.
  const described = dataSource.entityMetadatas.flatMap(({ tableName, columns }) =>
    columns.map((column) => ({
      column: `${tableName}.${column.databaseName}`,
      type: column.enumName ?? dataSource.driver.normalizeType(column),
      isNullable: column.isNullable,
      isKey: column.isPrimary,
    })),
  );
  const { rows } = await database.ownerPool.query(
    `select c.table_name || '.' || c.column_name as column,
       case when c.data_type = 'USER-DEFINED' then c.udt_name else c.data_type end as type,
       c.is_nullable = 'YES' as "isNullable",
       exists (select from information_schema.key_column_usage k
         where k.table_name = c.table_name and k.column_name = c.column_name and k.constraint_name = c.table_name || '_pkey') as "isKey"
     from information_schema.columns c where c.table_name = any ($1)`,
    [dataSource.entityMetadatas.map((entity) => entity.tableName)],
  );
  await dataSource.destroy();
  const byName = (a: { column: string }, b: { column: string }) => (a.column < b.column ? -1 : 1);
  expect(described.sort(byName)).toEqual(rows.sort(byName));
});
