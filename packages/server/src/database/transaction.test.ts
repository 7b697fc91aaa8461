import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts';
import { currentTestCluster } from '../../testing/test-cluster.ts';
import { inPartnerTransaction, type Db, type PartnerTransaction } from './transaction.ts';

let database: TestDatabase;
beforeAll(async () => void (database = await createTestDatabase()));
afterAll(() => database.close());

const partnerNow = `select current_setting('app.partner_id') as id`;

test.each([
  ['fails', true],
  ['commits', false],
])('a branch of work that %s sends nothing into the next transaction of the connection', async (_, fails) => {
  let goOn = () => {};
  const ended = new Promise<void>((resolve) => (goOn = resolve));
  let branch: Promise<unknown> = Promise.resolve();
  const work = async (tx: PartnerTransaction) => {
    branch = ended.then(async () => await tx.query(partnerNow));
    if (fails) throw new Error('refused');
  };
  const ending = await inPartnerTransaction(database.pool, randomUUID(), work).catch((error: Error) => error.message);
  expect(ending).toBe(fails ? 'refused' : undefined);
  const next = randomUUID();
  await inPartnerTransaction(database.pool, next, async (tx) => {
    goOn();
    await expect(branch).rejects.toThrow('A statement came after the end of its transaction.');
    expect((await tx.query(partnerNow)).rows).toEqual([{ id: next }]);
  });
});

test('reads after the commit that go on after their failure send nothing into the next transaction of the connection', async () => {
  let goOn = () => {};
  const ended = new Promise<void>((resolve) => (goOn = resolve));
  let branch: Promise<unknown> = Promise.resolve();
  let isSlowOver = false;
  const after = async (_: unknown, db: Db) => {
    void db.query('select pg_sleep(0.2)').then(() => (isSlowOver = true));
    branch = ended.then(async () => await db.query(partnerNow));
    await Promise.reject(new Error('unreadable'));
  };
  const result = await inPartnerTransaction(database.pool, randomUUID(), async () => 'written', { isRoutine: true, after });
  // Behind a pooler nothing is read there.
  expect([result, isSlowOver]).toEqual(['written', currentTestCluster().poolerUrl === undefined]);
  goOn();
  const message = await branch.then(
    () => 'sent',
    (error: Error) => error.message,
  );
  expect(message).toBe(currentTestCluster().poolerUrl === undefined ? 'A statement came after the end of its transaction.' : 'sent');
});

test('a commit that is a rollback fails, whatever was read in its packet, and leaves the connection usable', async () => {
  const work = async (tx: PartnerTransaction) => tx.leaveToCommit(tx.query('select 1 / $1::int', [0]));
  const after = async (_: unknown, db: Db) => await db.query('select 1');
  await expect(inPartnerTransaction(database.pool, randomUUID(), work, { isRoutine: true, after })).rejects.toMatchObject({
    code: '22012',
  });
  const next = randomUUID();
  const found = await inPartnerTransaction(database.pool, next, async (tx) => (await tx.query(partnerNow)).rows);
  expect(found).toEqual([{ id: next }]);
});
