import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { addDays, addMonths } from '../calendar-date.ts';
import { createPlanner } from './planner.queries.ts';
import { createStories } from '../../testing/customer-stories.ts';
import { TestData } from '../../testing/test-data.ts';
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts';

// The rules of when, walked for every day from 130 before the effective date to 3 after it. What is expected is written out as data: no rule
// is imported. Days count to the effective date, as on the calendar: the deadline of a renewal is day -45, as its notice period is 45 days.

const today = '2026-03-16';
const noon = new Date('2026-03-16T12:00:00Z');
const vendorAddress = 'renewals@vendor.example';

const changes = ['ANNUAL', 'MONTHLY', 'UPGRADE', 'OVERAGE'] as const;
const decisions = ['NONE', 'ACCEPT', 'REQUEST_CANCELLATION'] as const;
const owners = ['VENDOR', 'PARTNER'] as const;
type Change = (typeof changes)[number];
type Story = { change: Change; decision: (typeof decisions)[number]; owner: (typeof owners)[number] };

/** Days on which something is due: from, to, days before, and the messages before it that it overtakes. */
type Due = readonly [from: number, to: number, daysBefore: number, overtakes: readonly number[]];

const usual: Readonly<Record<'renewal' | 'other', readonly Due[]>> = {
  renewal: [
    [-75, -60, 30, []],
    [-59, -53, 14, [30]],
    [-52, -47, 7, [30, 14]],
    [-46, -45, 1, [30, 14, 7]],
  ],
  other: [
    [-30, -15, 30, []],
    [-14, -8, 14, [30]],
    [-7, -2, 7, [30, 14]],
    [-1, -1, 1, [30, 14, 7]],
  ],
};
const own: typeof usual = {
  renewal: [
    [-105, -51, 60, []],
    [-50, -46, 5, [60]],
    [-45, -45, 0, [60, 5]],
  ],
  other: [
    [-60, -6, 60, []],
    // Day 0 is too late for an upgrade: its last day to act is the day before.
    [-5, -1, 5, [60]],
  ],
};

type Expected = { kind: string; recipient: string; days: number; state: string };

/** What the days of a story expect for one recipient of reminders. */
function reminders(kind: string, recipient: string, day: number, dues: readonly Due[]): Expected[] {
  return dues
    .filter(([from, to]) => day >= from && day <= to)
    .flatMap(([, , days, overtakes]) => [
      { kind, recipient, days, state: 'WAITING' },
      ...overtakes.map((overtaken) => ({ kind, recipient, days: overtaken, state: 'OVERTAKEN' })),
    ]);
}

const isRenewal = (change: Change) => change === 'ANNUAL' || change === 'MONTHLY';
const offsetsFor = (offsets: typeof usual, change: Change) => offsets[isRenewal(change) ? 'renewal' : 'other'];

/** Results, as the first planning of a partner tells them: those of today. */
function results(recipient: string, { change, decision }: Story, day: number): Expected[] {
  const renewsByItself = isRenewal(change) && decision === 'NONE' && day === -44;
  return [
    ...(renewsByItself ? [{ kind: 'AFTER_DEADLINE', recipient, days: -1, state: 'WAITING' }] : []),
    ...(day === 0 ? [{ kind: 'ON_EFFECTIVE_DATE', recipient, days: 0, state: 'WAITING' }] : []),
  ];
}

type Settings = Record<string, unknown>;
type Case = {
  settings: Settings | null;
  pointOfContact?: boolean;
  preferences?: Record<string, Settings>;
  expected: (story: Story, day: number) => Expected[];
};

const isOpen = ({ change, decision }: Story) => change !== 'MONTHLY' && decision === 'NONE';
const toVendor = (story: Story, day: number) =>
  story.owner === 'VENDOR' && story.change !== 'MONTHLY'
    ? [
        ...(isOpen(story) ? reminders('DEADLINE_REMINDER', 'vendor', day, offsetsFor(usual, story.change)) : []),
        ...results('vendor', story, day),
      ]
    : [];
const toUser = (user: string, story: Story, day: number, offsets = usual) => [
  ...(isOpen(story) ? reminders('DEADLINE_REMINDER', user, day, offsetsFor(offsets, story.change)) : []),
  ...(story.change === 'MONTHLY' ? [] : results(user, story, day)),
];
const toContact = (story: Story, day: number, offsets = usual) =>
  story.owner === 'PARTNER' && isOpen(story) ? reminders('CUSTOMER_NOTICE', 'contact', day, offsetsFor(offsets, story.change)) : [];

const cases: Record<string, Case> = {
  'the defaults: the administrators, and the vendor where it is the owner': {
    settings: null,
    expected: (story, day) => [...toVendor(story, day), ...toUser('Ada Admin', story, day), ...toUser('Otto Admin', story, day)],
  },
  'a point of contact instead of the administrators': {
    settings: null,
    pointOfContact: true,
    expected: (story, day) => [...toVendor(story, day), ...toUser('Mika Manager', story, day)],
  },
  'notices to the customer where the partner is the owner': {
    settings: { customer_notices: true, customer_language: 'de' },
    pointOfContact: true,
    expected: (story, day) => [...toVendor(story, day), ...toUser('Mika Manager', story, day), ...toContact(story, day)],
  },
  'own days, for users and for customers': {
    settings: { customer_notices: true, deadline_offsets: [60, 5, 0], customer_offsets: [60, 5, 0] },
    pointOfContact: true,
    expected: (story, day) => [...toVendor(story, day), ...toUser('Mika Manager', story, day, own), ...toContact(story, day, own)],
  },
  'no days': {
    settings: { customer_notices: true, deadline_offsets: [], customer_offsets: [] },
    pointOfContact: true,
    expected: (story, day) => [...toVendor(story, day), ...(story.change === 'MONTHLY' ? [] : results('Mika Manager', story, day))],
  },
  'all switched off': {
    settings: { deadline_reminders: false, after_the_fact: false, weekly_digest: false },
    pointOfContact: true,
    expected: (story, day) => toVendor(story, day),
  },
  'short terms too': {
    settings: { short_terms: true },
    pointOfContact: true,
    expected: (story, day) => {
      const all = { ...story, change: story.change === 'MONTHLY' ? ('ANNUAL' as const) : story.change };
      return [...toVendor(all, day), ...toUser('Mika Manager', all, day)];
    },
  },
  'a user limited to customers of the partner, one who wants no reminders, and one who chose them': {
    settings: null,
    preferences: {
      'Ada Admin': { only_own_customers: true },
      'Otto Admin': { deadline_reminders: false },
      'Vera Viewer': { deadline_reminders: true, language: 'de' },
    },
    expected: (story, day) => [
      ...toVendor(story, day),
      ...(story.owner === 'PARTNER' ? toUser('Ada Admin', story, day) : []),
      ...(story.change === 'MONTHLY' ? [] : results('Otto Admin', story, day)),
      ...(isOpen(story) ? reminders('DEADLINE_REMINDER', 'Vera Viewer', day, offsetsFor(usual, story.change)) : []),
    ],
  },
};

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());

const stories = changes.flatMap((change) =>
  decisions.flatMap((decision) =>
    owners.flatMap((owner) => Array.from({ length: 134 }, (_, index) => ({ change, decision, owner, day: index - 130 }))),
  ),
);
const nameOf = ({ change, decision, owner, day }: Story & { day: number }) => `${change} ${decision} ${owner} ${day}`;

/** The people and settings of a partner, and a customer for each story. */
async function createPartner(data: TestData, { settings, pointOfContact = false, preferences = {} }: Case): Promise<void> {
  await data.change(async (tx) => {
    const run = (sql: string, values: unknown[] = []) => tx.query(sql, [tx.partnerId, ...values]);
    await run(
      `insert into partner_user (partner_id, id, name, email, role)
       select $1::uuid, md5(name || $1::uuid)::uuid, name, replace(lower(name), ' ', '.') || '@partner.example', upper(split_part(name, ' ', 2))::viewer_role
       from unnest(array['Ada Admin', 'Otto Admin', 'Mika Manager', 'Vera Viewer']) name`,
    );
    if (pointOfContact) await run(`update partner set point_of_contact_id = md5('Mika Manager' || $1::uuid)::uuid where id = $1::uuid`);
    if (settings !== null)
      await run(
        `insert into reminder_settings (partner_id, ${Object.keys(settings).join(', ')}) values ($1, ${Object.keys(settings)
          .map((_, index) => `$${index + 2}`)
          .join(', ')})`,
        Object.values(settings),
      );
    for (const [name, values] of Object.entries(preferences))
      await run(
        `insert into reminder_preference (partner_id, partner_user_id, ${Object.keys(values).join(', ')})
         values ($1::uuid, md5($2::text || $1::uuid)::uuid, ${Object.keys(values)
           .map((_, index) => `$${index + 3}`)
           .join(', ')})`,
        [name, ...Object.values(values)],
      );
  });
  await createStories(
    data,
    stories.map((story) => {
      const on = addDays(today, -story.day);
      const type = { ANNUAL: 'RENEWAL', MONTHLY: 'RENEWAL', UPGRADE: 'CONTACT_TIER_UPGRADE', OVERAGE: 'EMAIL_OVERAGE' }[story.change];
      return {
        ...{
          name: nameOf(story),
          owner: story.owner,
          contact: 'contact@customer.example',
          termMonths: story.change === 'MONTHLY' ? 1 : 12,
        },
        ...{ anchor: addMonths(isRenewal(story.change) ? on : addDays(today, 200), -48), renewalMonths: 48 },
        changes: [{ type, on, decisions: story.decision === 'NONE' ? [] : [{ action: story.decision, on: addDays(today, -120) }] }],
      };
    }),
  );
}

async function messagesOf(data: TestData): Promise<Map<string, string[]>> {
  const { rows } = await database.superuserPool.query<{ customer: string; message: string }>(
    `select customer.name as customer, concat_ws(' ', message.kind, coalesce(person.name, lower(message.recipient_kind)), message.details ->> 'daysBefore',
       coalesce(message.reason, message.state::text)) as message
     from outbox_message message join customer on customer.partner_id = message.partner_id and customer.id = message.customer_id
     left join partner_user person on person.partner_id = message.partner_id and person.id = message.recipient_id
     where message.partner_id = $1`,
    [data.partnerId],
  );
  const found = new Map<string, string[]>();
  for (const { customer, message } of rows) found.set(customer, [...(found.get(customer) ?? []), message]);
  return found;
}

describe('on each of 134 days, for each change, decision and owner, the planner plans', () => {
  test.each(Object.entries(cases))('%s', async (name, each) => {
    const data = await TestData.of(database.pool, { name, passedThrough: today });
    await createPartner(data, each);
    const planReminders = createPlanner({ businessTimeZone: 'UTC', vendorAddress });
    const { planned } = await planReminders(data.pool, data.partnerId, { today, now: noon });
    const messages = await messagesOf(data);
    const differences: object[] = [];
    let count = 0;
    for (const story of stories) {
      const expected = each
        .expected(story, story.day)
        .map((message) => `${message.kind} ${message.recipient} ${message.days} ${message.state}`);
      const found = messages.get(nameOf(story)) ?? [];
      count += expected.length;
      if (expected.toSorted().join() !== found.toSorted().join()) differences.push({ story: nameOf(story), expected, found });
    }
    expect(differences.slice(0, 3)).toEqual([]);
    expect(differences).toHaveLength(0);
    expect(planned).toBe(count);
    // Most days are silent.
    expect(stories.filter((story) => !messages.has(nameOf(story))).length).toBeGreaterThan(count === 0 ? 0 : 2_000);
    expect(await planReminders(data.pool, data.partnerId, { today, now: noon })).toEqual({ planned: 0, skipped: {} });
  });
});
