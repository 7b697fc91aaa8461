import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts';
import { importFolder } from './import-folder.ts';

const fixtures = new URL('fixtures', import.meta.url).pathname;
const businessDate = '2026-11-22';

describe('the sample export', () => {
  let database: TestDatabase;
  const partnerId = randomUUID();
  beforeAll(async () => void (database = await createTestDatabase()));
  afterAll(() => database.close());

  test('x', async () => {
    const report = await importFolder({ pool: database.pool, partnerId, newPartnerName: 'Acme', folder: fixtures, businessDate });
    console.log(JSON.stringify(report, null, 1));
    const again = await importFolder({ pool: database.pool, partnerId, folder: fixtures, businessDate });
    console.log(JSON.stringify(again.files.map(({ faults, ...rest }) => rest)));
    expect(1).toBe(1);
  });
});
