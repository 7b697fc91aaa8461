import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createStories } from '../../testing/customer-stories.ts';
import { MailDay } from '../../testing/mail-day.ts';
import { TestData } from '../../testing/test-data.ts';
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts';
import { inPartnerTransaction } from '../database/transaction.ts';

let database: TestDatabase;
beforeAll(async () => void (database = await createTestDatabase()));
afterAll(() => database.close());

test('what is still waiting when the window closes leaves when it opens again', async () => {
  const today = '2026-03-16';
  const data = await TestData.of(database.pool, { name: 'Partner', passedThrough: today });
  const renewal = { anchor: '2022-05-14', termMonths: 12, renewalMonths: 48 };
  await createStories(data, [
    { name: 'Acme', owner: 'PARTNER', contact: 'bo@acme.example', ...renewal, changes: [{ type: 'RENEWAL', on: '2026-05-14' }] },
  ]);
  await inPartnerTransaction(database.pool, data.partnerId, async (tx) => {
    await tx.query(
      `insert into partner_user (partner_id, id, name, email, role) values ($1, gen_random_uuid(), 'Ada', 'ada@partner.example', 'ADMIN')`,
      [tx.partnerId],
    );
    await tx.query(`insert into reminder_settings (partner_id, time_zone) values ($1, 'Asia/Tokyo')`, [tx.partnerId]);
  });
  const day = new MailDay({ pool: database.pool, vendorAddress: 'vendor@vendor.example' });
  // In Tokyo, the window ends at 18:00, which is 09:00 in UTC.
  await day.at(today, new Date(`${today}T08:59:59Z`)).planNow(data.partnerId);
  expect(await day.at(today, new Date(`${today}T09:00:00Z`)).deliver(data.partnerId)).toEqual([]);
  expect(await day.at(today, new Date(`${today}T22:59:59Z`)).deliver(data.partnerId)).toEqual([]);
  const sent = await day.at(today, new Date(`${today}T23:00:00Z`)).deliver(data.partnerId);
  expect(sent.map(({ mail }) => mail.to.address)).toEqual(['ada@partner.example']);
  const { rows } = await database.superuserPool.query('select state::text, attempts from outbox_message where reason is null');
  expect(rows).toEqual([{ state: 'SENT', attempts: 1 }]);
});
