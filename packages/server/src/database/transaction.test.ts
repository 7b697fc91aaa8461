import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts';
import { inPartnerTransaction, type PartnerTransaction } from './transaction.ts';

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
