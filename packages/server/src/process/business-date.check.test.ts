import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts';
import { addDays, businessDate } from '../calendar-date.ts';
import { BusinessDateRefused, refuseWrongBusinessDate } from './business-date.check.ts';

let database: TestDatabase;
beforeAll(async () => void (database = await createTestDatabase()));
afterAll(() => database.close());

const dayMs = 24 * 60 * 60_000;
const check = async (days: number, fixed: { businessDate?: string } = {}) =>
  await refuseWrongBusinessDate(database.pool, { businessTimeZone: 'UTC', ...fixed }, () => Date.now() + days * dayMs);

test.each([-2, 2, 400])("a clock that is %d days from the database's is refused", async (days) => {
  const today = businessDate(Date.now(), 'UTC');
  await expect(check(days)).rejects.toThrow(BusinessDateRefused);
  await expect(check(days)).rejects.toThrow(`The clock says ${addDays(today, days)}, and the database's clock says ${today}.`);
  await check(days, { businessDate: '2031-01-01' });
});

test.each([-1, 0, 1])("a clock that is %d days from the database's is taken", async (days) => {
  await expect(check(days)).resolves.toBeUndefined();
});
