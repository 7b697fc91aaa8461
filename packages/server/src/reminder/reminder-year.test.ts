import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { addDays, addMonths, daysBetween } from '../calendar-date.ts';
import { MailDay, type SentMail } from '../../testing/mail-day.ts';
import { modelYear, type ModelContract } from '../../testing/reminder-year.model.ts';
import { createStories } from '../../testing/customer-stories.ts';
import { TestData } from '../../testing/test-data.ts';
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts';

// A year of days that pass one by one, and with gaps of up to 40 days in which no planner runs, against an independent model.

const start = '2026-01-05';
const days = Array.from({ length: 366 }, (_, index) => addDays(start, index));

/** Contracts with every story: terms from 1 to 24 months, owners, contacts, decisions in time and late, upgrades. */
const contracts: ModelContract[] = [
  { name: 'annual', owner: 'PARTNER', hasContact: true, termMonths: 12, first: '2026-06-18' },
  { name: 'annual of the vendor', owner: 'VENDOR', hasContact: true, termMonths: 12, first: '2026-07-02' },
  { name: 'early and next year', owner: 'PARTNER', hasContact: true, termMonths: 12, first: '2026-01-12' },
  { name: 'without a contact', owner: 'PARTNER', hasContact: false, termMonths: 12, first: '2026-09-01' },
  { name: 'quarterly', owner: 'PARTNER', hasContact: true, termMonths: 3, first: '2026-03-10' },
  { name: 'two months', owner: 'VENDOR', hasContact: false, termMonths: 2, first: '2026-02-20' },
  { name: 'monthly', owner: 'PARTNER', hasContact: true, termMonths: 1, first: '2026-01-15' },
  { name: 'half a year', owner: 'VENDOR', hasContact: true, termMonths: 6, first: '2026-05-05' },
  { name: 'two years', owner: 'PARTNER', hasContact: true, termMonths: 24, first: '2027-03-01' },
  {
    name: 'accepted',
    owner: 'PARTNER',
    hasContact: true,
    termMonths: 12,
    first: '2026-08-10',
    decision: { action: 'ACCEPT', on: '2026-06-15' },
  },
  {
    name: 'cancelled',
    owner: 'VENDOR',
    hasContact: true,
    termMonths: 3,
    first: '2026-08-20',
    decision: { action: 'REQUEST_CANCELLATION', on: '2026-07-03' },
  },
  {
    name: 'cancelled on the last day',
    owner: 'PARTNER',
    hasContact: true,
    termMonths: 12,
    first: '2026-10-10',
    decision: { action: 'REQUEST_CANCELLATION', on: '2026-08-26' },
  },
  {
    name: 'cancelled too late',
    owner: 'PARTNER',
    hasContact: true,
    termMonths: 12,
    first: '2026-10-20',
    decision: { action: 'REQUEST_CANCELLATION', on: '2026-09-06' },
  },
  { name: 'upgraded', owner: 'PARTNER', hasContact: true, termMonths: 12, first: '2027-06-01', upgrade: { on: '2026-04-22' } },
  {
    name: 'upgraded at once',
    owner: 'VENDOR',
    hasContact: false,
    termMonths: 12,
    first: '2027-07-01',
    upgrade: { on: '2026-11-11', decision: { action: 'ACCEPT', on: '2026-10-20' } },
  },
  // Six with one deadline: their reminders leave in one mail.
  ...Array.from({ length: 6 }, (_, index) => ({
    name: `together ${index}`,
    owner: 'PARTNER' as const,
    hasContact: true,
    termMonths: 12,
    first: '2026-12-01',
  })),
];

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());

async function createWorld(name: string): Promise<TestData> {
  const data = await TestData.of(database.pool, { name, passedThrough: start });
  await data.change(async (tx) => {
    const run = (sql: string, ...values: unknown[]) => tx.query(sql, [tx.partnerId, ...values]);
    await run(
      `insert into partner_user (partner_id, id, name, email, role) values
        ($1, gen_random_uuid(), 'Ada', 'ada@partner.example', 'ADMIN'), ($1, gen_random_uuid(), 'Vera', 'vera@partner.example', 'VIEWER')`,
    );
    await run('insert into reminder_settings (partner_id, customer_notices) values ($1, true)');
    await run(
      `insert into reminder_preference (partner_id, partner_user_id, weekly_digest) select $1, id, true from partner_user where partner_id = $1 and name = 'Vera'`,
    );
  });
  await createStories(
    data,
    contracts.map(({ hasContact, first, decision, upgrade, ...contract }) => ({
      ...contract,
      ...(hasContact && { contact: 'contact@customer.example' }),
      ...{ anchor: addMonths(first, -48), renewalMonths: 48 },
      // Decisions dated ahead count from their day on.
      changes: [
        { type: 'RENEWAL', on: first, decisions: decision ? [decision] : [] },
        ...(upgrade ? [{ type: 'CONTACT_TIER_UPGRADE', on: upgrade.on, decisions: upgrade.decision ? [upgrade.decision] : [] }] : []),
      ],
    })),
  );
  return data;
}

const dateOf = ({ at }: SentMail) => at.toISOString().slice(0, 10);

/** Lives a year, in which a planner runs on some days only. */
async function live(name: string, planningDays: readonly string[]) {
  const data = await createWorld(name);
  const mailDay = new MailDay({ pool: database.pool, vendorAddress: 'renewals@vendor.example' });
  for (const day of planningDays) await mailDay.at(day).run(data.partnerId);
  const { rows } = await database.superuserPool.query<{ id: string; key: string; state: string; reason: string | null; kind: string }>(
    `select message.id, message.kind, message.state, message.reason,
       concat_ws(' ', message.kind, message.recipient_kind, customer.name, message.details ->> 'deadline', message.details ->> 'daysBefore') as key
     from outbox_message message left join customer on customer.partner_id = message.partner_id and customer.id = message.customer_id
     where message.partner_id = $1`,
    [data.partnerId],
  );
  const keys = new Map(rows.map(({ id, key }) => [id, key]));
  const ofChanges = rows.filter(({ kind }) => kind !== 'WEEKLY_DIGEST');
  return {
    mails: mailDay.sent,
    sent: mailDay.sent
      .flatMap((mail) => mail.messages.map(({ id, kind }) => (kind === 'WEEKLY_DIGEST' ? [] : [`${dateOf(mail)} ${keys.get(id)!}`])))
      .flat()
      .toSorted(),
    skipped: ofChanges
      .filter(({ state }) => state === 'SKIPPED')
      .map(({ key, reason }) => `${key} ${reason}`)
      .toSorted(),
    waiting: rows.filter(({ state }) => state === 'WAITING').length,
    digests: rows.filter(({ kind }) => kind === 'WEEKLY_DIGEST'),
  };
}

/** Days with gaps of 1 to 40 days, always the same for a seed. */
function gappyDays(seed: number): string[] {
  let state = seed;
  const chosen = [start];
  for (let day = start; ;) {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    day = addDays(day, 1 + (Math.floor(state / 65_536) % 40));
    if (day > days.at(-1)!) return chosen;
    chosen.push(day);
  }
}

const withoutDay = (sent: string) => sent.slice('2026-01-05 '.length);

test('a year of days, one by one, sends what the model says, and nothing else', async () => {
  const model = modelYear(contracts, days);
  const year = await live('one by one', days);
  expect(year.sent).toEqual(model.sent);
  expect(year.skipped).toEqual(model.skipped);
  expect(year.waiting).toBe(0);
  expect(model.sent.length).toBeGreaterThan(100);
  // Each message once, and the day it names is still to come.
  expect(new Set(year.sent.map(withoutDay)).size).toBe(year.sent.length);
  const overdue = year.mails.filter(
    ({ data }) => data.kind === 'DEADLINE_REMINDER' && data.items.some(({ lastMoment }) => lastMoment <= data.now),
  );
  expect(overdue).toEqual([]);
  // Only the two-month terms skip some: they open after their first reminder was due.
  expect(year.skipped.filter((each) => !/ two months .* OVERTAKEN$/.test(each))).toEqual([]);
  expect(year.sent.filter((each) => each.includes(' monthly '))).toEqual([]);
  const bundles = year.mails.filter(({ messages }) => messages.length > 1);
  expect(new Set(bundles.map(({ messages }) => messages.length))).toEqual(new Set([6]));
  // Every Monday, one digest.
  expect(year.digests).toHaveLength(53);
  expect(new Set(year.digests.map(({ state, reason }) => reason ?? state))).toEqual(new Set(['SENT']));
});

describe('a year with gaps of up to 40 days', () => {
  test.each([1, 2])('equals the year without gaps, but for what a gap made pointless (%i)', async (seed) => {
    const planningDays = gappyDays(seed);
    const model = modelYear(contracts, planningDays);
    const year = await live(`gaps ${seed}`, planningDays);
    expect(year.sent).toEqual(model.sent);
    expect(year.skipped).toEqual(model.skipped);
    const oneByOne = modelYear(contracts, days.slice(0, 1 + daysBetween(start, planningDays.at(-1)!)));
    const sent = new Set(year.sent.map(withoutDay));
    const skipped = new Set(year.skipped.map((each) => each.replace(/ (OVERTAKEN|TOO_LATE)$/, '')));
    // No mail that a year without gaps does not send, and none lost without a reason.
    const expected = new Set(oneByOne.sent.map(withoutDay));
    expect([...sent].filter((each) => !expected.has(each))).toEqual([]);
    const lost = [...expected].filter((each) => !sent.has(each) && !skipped.has(each));
    // A decision came within the gap.
    expect(lost.filter((each) => !/ (accepted|cancelled|cancelled on the last day|upgraded at once) /.test(each))).toEqual([]);
    expect(skipped.size).toBeGreaterThan(10);
    expect(year.digests.length).toBeGreaterThan(40);
  });
});
