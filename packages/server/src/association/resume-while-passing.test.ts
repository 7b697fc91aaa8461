import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts';
import { TestData } from '../../testing/test-data.ts';
import { passDays } from '../contract-change/passing-days.queries.ts';
import { inPartnerTransaction } from '../database/transaction.ts';
import type { Write } from '../writing/write.ts';
import { resumeAssociation } from './association.queries.ts';
import { rowDifferences } from '../../testing/row-differences.ts';

let database: TestDatabase;
beforeAll(async () => void (database = await createTestDatabase()));
afterAll(() => database.close());

test('a customer that resumes while days pass has the rows of the new day', async () => {
  const data = await TestData.of(database.pool, { name: 'Acme', passedThrough: '2026-02-27' });
  const customerId = await data.customer({ name: 'Globex' });
  const { contractId } = await data.renewal(customerId, '2026-05-20');
  const upgrade = await data.changeOf(customerId, contractId, {
    type: 'CONTACT_TIER_UPGRADE',
    effective_date: '2026-02-28',
    new_mrr: '999',
  });
  await data.decide(upgrade, 'ACCEPT', '2026-02-20');
  await database.superuserPool.query('update customer_association set ended_at = now() where partner_id = $1', [data.partnerId]);

  const actor = { kind: 'SYSTEM', id: 'test', name: 'test' } as unknown as Write['actor'];
  let passing: Promise<void> = Promise.resolve();
  await inPartnerTransaction(database.pool, data.partnerId, async (tx) => {
    await resumeAssociation({ tx, viewer: {} as Write['viewer'], actor, today: '2026-02-27', requestId: 'r' }, customerId);
    passing = passDays(database.pool, data.partnerId, '2026-03-01');
    await Promise.race([passing, new Promise((resolve) => setTimeout(resolve, 500))]);
  });
  await passing;
  expect(await rowDifferences(database.superuserPool, data.partnerId)).toEqual([]);
});
