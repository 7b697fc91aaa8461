import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import type { PoolClient } from 'pg';
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts';
import { TestData } from '../../testing/test-data.ts';
import { currentTestCluster } from '../../testing/test-cluster.ts';
import { inPartnerTransaction, type PartnerTransaction } from './transaction.ts';

let database: TestDatabase;
let data: TestData;
beforeAll(async () => {
  database = await createTestDatabase();
  data = await TestData.of(database.pool, { name: 'Acme', passedThrough: '2026-11-22' });
});
afterAll(() => database.close());

const routine = <T>(work: (tx: PartnerTransaction) => Promise<T>) =>
  inPartnerTransaction(database.pool, data.partnerId, work, { isRoutine: true });

const insert = (tx: PartnerTransaction, key: string) =>
  tx.query(`insert into idempotency_key (partner_id, principal, field, key, input_digest) values ($1, 'test', 'test', $2, '')`, [
    tx.partnerId,
    key,
  ]);
const fail = (tx: PartnerTransaction) => tx.query('select 1 / $1::int', [0]);

const isStored = async (key: string) =>
  (await database.superuserPool.query('select from idempotency_key where key = $1', [key])).rows.length > 0;

/** The packets that work writes to the sockets of the pool. */
async function packetsOf(work: () => Promise<unknown>): Promise<number> {
  let packets = 0;
  const stops: (() => void)[] = [];
  const watch = (client: PoolClient) => {
    const stream = (client as PoolClient & { connection: { stream: Socket & Record<'_write' | '_writev', unknown> } }).connection.stream;
    for (const name of ['_write', '_writev'] as const) {
      const write = stream[name] as (...given: unknown[]) => void;
      stream[name] = (...given: unknown[]) => {
        packets += 1;
        write.apply(stream, given);
      };
      stops.push(() => (stream[name] = write));
    }
  };
  database.pool.on('acquire', watch);
  await work();
  database.pool.off('acquire', watch);
  for (const stop of stops) stop();
  return packets;
}

test('statements that do not wait for each other travel with the begin and the commit', async () => {
  const packets = await packetsOf(() =>
    routine(async (tx) => {
      await Promise.all([insert(tx, randomUUID()), insert(tx, randomUUID())]);
      tx.leaveToCommit(insert(tx, randomUUID()), insert(tx, randomUUID()));
    }),
  );
  // Behind a pooler, each statement waits for the one before.
  expect(packets).toBe(currentTestCluster().poolerUrl === undefined ? 2 : 6);
});

test('the first statement that fails is told, whether the work reads its result or leaves it to the commit', async () => {
  const [before, after] = [randomUUID(), randomUUID()];
  const left = routine(async (tx) => tx.leaveToCommit(insert(tx, before), fail(tx), insert(tx, after)));
  await expect(left).rejects.toMatchObject({ code: '22012' });
  const thenRead = routine(async (tx) => {
    tx.leaveToCommit(insert(tx, before), fail(tx));
    await insert(tx, after);
  });
  await expect(thenRead).rejects.toMatchObject({ code: '22012' });
  expect([await isStored(before), await isStored(after)]).toEqual([false, false]);
});

test('what was sent before the work gives up is rolled back', async () => {
  const key = randomUUID();
  const giveUp = routine(async (tx) => {
    tx.leaveToCommit(insert(tx, key));
    throw new Error('given up');
  });
  await expect(giveUp).rejects.toThrow('given up');
  expect(await isStored(key)).toBe(false);
});

test('afterwards a connection sends one statement at a time again', async () => {
  const used = new Set<PoolClient>();
  const note = (client: PoolClient) => void used.add(client);
  database.pool.on('acquire', note);
  await routine(async (tx) => void (await insert(tx, randomUUID())));
  await routine(fail).catch(() => undefined);
  database.pool.off('acquire', note);
  expect(used.size).toBeGreaterThan(0);
  for (const client of used) expect((client as PoolClient & { pipeline: boolean }).pipeline).toBe(false);
});
