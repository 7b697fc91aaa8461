import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { createStories } from '../../testing/customer-stories.ts';
import { MailDay } from '../../testing/mail-day.ts';
import { TestData } from '../../testing/test-data.ts';
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts';
import { createPlanner } from './planner.queries.ts';

const today = '2026-03-16';
const now = new Date(`${today}T12:00:00Z`);
const aMinuteLater = new Date(now.getTime() + 60_000);

let database: TestDatabase;
beforeAll(async () => void (database = await createTestDatabase()));
afterAll(() => database.close());

/** A partner with an administrator and renewals that can be decided for 14 days. */
async function partnerWith(customers: number) {
  const data = await TestData.of(database.pool, { name: randomUUID(), passedThrough: today });
  const story = { owner: 'VENDOR' as const, anchor: '2022-05-14', termMonths: 12, renewalMonths: 48 };
  const changes = [{ type: 'RENEWAL' as const, on: '2026-05-14' }];
  await createStories(
    data,
    Array.from({ length: customers }, (_, index) => ({ ...story, name: `Customer ${index}`, changes })),
  );
  await data.change((tx) =>
    tx.query(`insert into partner_user (partner_id, id, name, email, role) values ($1, $2, 'Ada Admin', 'ada@partner.example', 'ADMIN')`, [
      tx.partnerId,
      randomUUID(),
    ]),
  );
  return { partnerId: data.partnerId, day: new MailDay({ pool: database.pool }).at(today, now) };
}

test('what is planned in pieces leaves a minute later in one mail, and is planned once', async () => {
  const { partnerId, day } = await partnerWith(14);
  const plan = createPlanner({ businessTimeZone: 'UTC', vendorAddress: null, mostInPiece: 6 });
  // Of each change, the reminder of 30 days is skipped.
  expect([await plan(database.pool, partnerId, { today, now }), await plan(database.pool, partnerId, { today, now })]).toEqual([
    { planned: 28, skipped: { OVERTAKEN: 14 } },
    { planned: 0, skipped: {} },
  ]);
  expect(await day.deliver(partnerId)).toEqual([]);
  const sent = await day.at(today, aMinuteLater).deliver(partnerId);
  expect(sent.map(({ messages }) => messages.length)).toEqual([14]);
});

test('a process that stops plans no further piece, and the next planning finds the rest', async () => {
  const { partnerId } = await partnerWith(14);
  const plan = createPlanner({ businessTimeZone: 'UTC', vendorAddress: null, mostInPiece: 6 });
  expect([
    await plan(database.pool, partnerId, { today, now, isStopping: () => true }),
    await plan(database.pool, partnerId, { today, now }),
  ]).toEqual([
    { planned: 12, skipped: { OVERTAKEN: 6 } },
    { planned: 16, skipped: { OVERTAKEN: 8 } },
  ]);
});

test('what is planned at once leaves at once', async () => {
  const { partnerId, day } = await partnerWith(6);
  await day.planNow(partnerId);
  expect(await day.deliver(partnerId)).toHaveLength(1);
});

test('parts of a bundle are mails of their own, and each has the same ID when it is tried again', async () => {
  const { partnerId, day } = await partnerWith(6);
  await day.planNow(partnerId);
  const { claim, messages } = await day.claim(partnerId);
  expect(new Set(messages.map(({ bundleId }) => bundleId)).size).toBe(1);
  const [first, rest] = [messages.slice(0, 2), messages.slice(2)];
  const again = { claim, messages: first.toReversed() };
  // Nobody recorded the first attempt: the process died.
  const before = await day.mailOf(partnerId, first);
  const sent = [...(await day.deliverClaimed(partnerId, again)), ...(await day.deliverClaimed(partnerId, { claim, messages: rest }))];
  expect(sent.map(({ mail }) => mail.id === before.id)).toEqual([true, false]);
});
