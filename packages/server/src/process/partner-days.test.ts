import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { pino } from 'pino';
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts';
import { TestData } from '../../testing/test-data.ts';
import { createMetrics } from './metrics.ts';
import { PartnerDays } from './partner-days.ts';

const today = '2026-03-01';
let database: TestDatabase;
beforeAll(async () => void (database = await createTestDatabase()));
afterAll(() => database.close());

let count = 0;
/** A partner with a renewal that is due. */
async function partnerBehind(): Promise<string> {
  const data = await TestData.of(database.pool, { name: `Partner ${(count += 1)}`, passedThrough: '2026-02-27' });
  await data.renewal(await data.customer({ name: 'Globex' }), '2026-02-28');
  return data.partnerId;
}
const createDays = ({ mostDays = 10, metrics = createMetrics() } = {}) =>
  new PartnerDays({ pool: database.pool, log: pino({ level: 'silent' }), metrics, mostDays });

test('requests of one partner that come together share one run', async () => {
  const partnerId = await partnerBehind();
  const days = createDays();
  database.markStatements();
  expect(await Promise.all(Array.from({ length: 5 }, async () => await days.pass(partnerId, today)))).toEqual(Array(5).fill('through'));
  expect(database.statements().filter((text) => text.includes('/* lockPartnerDays */'))).toHaveLength(1);
});

test('a partner whose days another process passes is tried again later, not for ever', async () => {
  const partnerId = await partnerBehind();
  const days = createDays();
  const other = await database.superuserPool.connect();
  await other.query('begin');
  await other.query('select from partner where id = $1 for update', [partnerId]);
  expect(await days.pass(partnerId, today)).toBe('later');
  await other.query('commit');
  other.release();
  database.markStatements();
  expect([await days.pass(partnerId, today), days.due(), database.statements()]).toEqual(['later', [], []]);
  while (days.due().length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
  expect(await days.pass(partnerId, today)).toBe('through');
});

test('each day that passes counts once, also when months pass in several transactions', async () => {
  const metrics = createMetrics();
  const days = createDays({ mostDays: 100, metrics });
  expect(await days.pass(await partnerBehind(), '2026-05-10')).toBe('through');
  expect((await metrics.passingSeconds.get()).values.find(({ metricName }) => metricName?.endsWith('_count'))!.value).toBeGreaterThan(2);
  expect((await metrics.daysPassed.get()).values).toMatchObject([{ value: 72 }]);
});

test('a partner that is no longer behind is forgotten, and others keep their failures', async () => {
  const days = createDays();
  const tooMany = createDays({ mostDays: 1 });
  const [one, other] = [await partnerBehind(), await partnerBehind()];
  expect([await tooMany.pass(one, today), tooMany.barred]).toEqual(['barred', 1]);
  tooMany.setBehind([one, other]);
  expect([tooMany.count, tooMany.barred, tooMany.due()]).toEqual([2, 1, [other]]);
  tooMany.setBehind([other]);
  expect([tooMany.count, tooMany.barred, tooMany.has(one)]).toEqual([1, 0, false]);
  days.stop();
  database.markStatements();
  const begun = performance.now();
  expect([await days.pass(other, today), database.statements()]).toEqual(['later', []]);
  expect(performance.now() - begun).toBeLessThan(500);
});
