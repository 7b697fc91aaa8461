import { afterAll, beforeAll, expect, test } from '@jest/globals';
import pg, { type Pool } from 'pg';
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts';
import { payerPool } from './payer-pool.ts';
import { maxSharedOf, queryShared } from './shared-connections.ts';

let database: TestDatabase;
let pool: Pool;
let max: number;

beforeAll(async () => {
  database = await createTestDatabase();
  ({ pool } = database);
  max = pool.options.max;
});
afterAll(() => database.close());

const sleepSql = 'select pg_sleep(0.3)';

async function measured(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  return performance.now() - begun;
}

test('slow queries of one payer leave connections to another, and to the rest of the server', async () => {
  const slow = Array.from({ length: 3 * max }, () => payerPool(pool, 'slow').query('select pg_sleep(0.06)'));
  await payerPool(pool, 'slow')
    .query('select 1')
    .catch(() => {});
  const again = Array.from({ length: 3 * max }, () => payerPool(pool, 'slow').query('select pg_sleep(0.06)'));
  expect(pool.waitingCount).toBe(0);
  expect(await measured(() => payerPool(pool, 'other').query('select 1'))).toBeLessThan(250);
  expect(await measured(() => pool.query('select 1'))).toBeLessThan(250);
  await Promise.all([...slow, ...again]);
});

test('a payer beside others gets a third of the connections, also if those use only shared ones', async () => {
  const inUse = async (payer: string) => {
    let most = 0;
    let running = 0;
    const one = async () => {
      const client = await payerPool(pool, payer).connect();
      most = Math.max(most, (running += 1));
      await client.query('select pg_sleep(0.02)');
      running -= 1;
      client.release();
    };
    await Promise.all(Array.from({ length: 20 }, one));
    return most;
  };
  // Behind a pooler, no connections are shared. One is kept for work of nobody.
  const third = Math.ceil((max - maxSharedOf(pool) - 1) / 3);
  // The requests before were of others.
  expect(await inUse('slow')).toBe(third);
  await queryShared(payerPool(pool, 'other'), { text: 'select 1' });
  expect(await inUse('slow')).toBe(third);
});

test('a transaction of a payer beside others runs beside its slow read', async () => {
  payerPool(pool, 'other');
  const reads = Array.from({ length: 3 }, () => payerPool(pool, 'mixed').query(sleepSql));
  const time = await measured(async () => {
    const client = await payerPool(pool, 'mixed').connect();
    await client.query('select 1');
    client.release();
  });
  expect(time).toBeLessThan(250);
  // One read after another.
  expect(await measured(() => Promise.all(reads))).toBeGreaterThan(500);
});

test('a connection that fails is given back', async () => {
  for (let count = 0; count < 3 * max; count += 1) {
    await expect(payerPool(pool, 'failing').query('select nothing')).rejects.toThrow('nothing');
  }
  await expect(payerPool(pool, 'failing').query('select 1')).resolves.toMatchObject({ rowCount: 1 });
});

test('a connection that cannot be opened is given back', async () => {
  const unreachable = new pg.Pool({ host: '/nowhere', max: 4 });
  for (let count = 0; count < 12; count += 1)
    await expect(payerPool(unreachable, 'failing').query('select 1')).rejects.toMatchObject({ code: 'ENOENT' });
  await unreachable.end();
}, 60_000);
