// Long: one table of everything that can happen between planning and sending.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { endAssociation, resumeAssociation } from '../association/association.queries.ts';
import { systemActor } from '../access/actor.ts';
import { refreshDashboardRows } from '../contract-change/dashboard-row.queries.ts';
import { inPartnerTransaction, type PartnerTransaction } from '../database/transaction.ts';
import { createStories } from '../../testing/customer-stories.ts';
import { MailDay } from '../../testing/mail-day.ts';
import { TestData } from '../../testing/test-data.ts';
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts';

// What happens between planning and sending: the reminder is checked right before it leaves, and says why it did not.

const today = '2026-03-16';
/** In 14 days, the deadline passes. */
const effectiveDate = '2026-05-14';
const deadline = '2026-03-30';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());

type Story = { data: TestData; day: MailDay; customerId: string; changeId: string; contractId: string; userId: string };

/** A partner with one administrator and one customer, whose renewal can be decided for 14 days. */
async function story({
  owner = 'PARTNER',
  vendorAddress = null,
  notices = true,
}: { owner?: 'VENDOR' | 'PARTNER'; vendorAddress?: string | null; notices?: boolean } = {}): Promise<Story> {
  const data = await TestData.of(database.pool, { name: randomUUID(), passedThrough: today });
  const name = 'Blumen Åström';
  await createStories(data, [
    {
      ...{ name, owner, contact: 'bo@blumen.example', anchor: '2022-05-14', termMonths: 12, renewalMonths: 48 },
      changes: [{ type: 'RENEWAL', on: effectiveDate }],
    },
  ]);
  const userId = randomUUID();
  const { rows } = await inPartnerTransaction(data.pool, data.partnerId, async (tx) => {
    await tx.query(
      `insert into partner_user (partner_id, id, name, email, role) values ($1, $2, 'Ada Admin', 'ada@partner.example', 'ADMIN')`,
      [tx.partnerId, userId],
    );
    await tx.query('insert into reminder_settings (partner_id, customer_notices) values ($1, $2)', [tx.partnerId, notices]);
    return await tx.query<Pick<Story, 'customerId' | 'changeId' | 'contractId'>>(
      'select customer_id as "customerId", id as "changeId", contract_id as "contractId" from contract_change where partner_id = $1',
      [tx.partnerId],
    );
  });
  const day = new MailDay({ pool: database.pool, vendorAddress }).at(today);
  return { data, day, userId, ...rows[0]! };
}

const messagesOf = async ({ data }: Story) =>
  (
    await database.superuserPool.query<{ message: string }>(
      `select concat_ws(' ', kind, recipient_kind, details ->> 'deadline', details ->> 'daysBefore', coalesce(reason, state::text)) as message
       from outbox_message where partner_id = $1 and reason is distinct from 'OVERTAKEN' order by 1`,
      [data.partnerId],
    )
  ).rows.map(({ message }) => message);

const eventsOf = async ({ data }: Story) =>
  (
    await database.superuserPool.query<{ event: string }>(
      `select concat_ws(' ', action, after ->> 'kind', after ->> 'reason') as event from audit_event
       where partner_id = $1 and action like '%_REMINDER' and customer_id is not null and contract_change_id is not null order by 1`,
      [data.partnerId],
    )
  ).rows.map(({ event }) => event);

const run =
  (sql: string, ...values: unknown[]) =>
  (tx: PartnerTransaction) =>
    tx.query(sql, [tx.partnerId, ...values]);
const writeOf = (tx: PartnerTransaction) => ({
  ...{ tx, actor: systemActor('test'), today, requestId: 'test' },
  viewer: { partnerId: tx.partnerId, credentialId: 'test', partnerUserId: null, role: 'ADMIN' as const },
});

const [reminder, notice] = [`DEADLINE_REMINDER USER ${deadline} 14`, `CUSTOMER_NOTICE CONTACT ${deadline} 14`];

const byAddress = ([one]: unknown[], [other]: unknown[]) => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1);

test('a reminder and a notice that nothing speaks against are sent, once, and show in the timeline', async () => {
  const told = await story();
  const { data, day } = told;
  const sent = await day.run(data.partnerId);
  expect(sent.map(({ mail }) => [mail.to, mail.senderName, mail.replyTo]).toSorted(byAddress)).toEqual([
    [{ name: 'Ada Admin', address: 'ada@partner.example' }, null, null],
    [
      { name: 'Contact of Blumen Åström', address: 'bo@blumen.example' },
      expect.any(String),
      { name: 'Ada Admin', address: 'ada@partner.example' },
    ],
  ]);
  const [ofUser, ofContact] = sent.toSorted((one, other) => (one.data.kind < other.data.kind ? 1 : -1));
  expect(ofUser?.data).toMatchObject({ language: 'en', timeZone: 'UTC', why: 'ADMIN', more: 0, ask: null });
  expect(ofUser?.data.items[0]).toMatchObject({
    ...{ customerName: 'Blumen Åström', product: 'Hub', outcome: null, effectiveDate, owner: 'PARTNER' },
    currentTerms: { mrr: { amount: '100', currencyCode: 'EUR' } },
    primaryContact: { name: 'Contact of Blumen Åström', email: 'bo@blumen.example' },
    links: { accept: expect.any(String), requestCancellation: expect.any(String), snooze: expect.any(String) },
    lastMoment: new Date('2026-03-31T00:00:00Z'),
  });
  expect(ofContact?.data).toMatchObject({ why: 'PRIMARY_CONTACT', ask: { email: 'ada@partner.example' } });
  expect(ofContact?.data.items[0]?.links).toEqual({});
  expect(await messagesOf(told)).toEqual([`${notice} SENT`, `${reminder} SENT`]);
  expect(await eventsOf(told)).toEqual(['SEND_REMINDER CUSTOMER_NOTICE', 'SEND_REMINDER DEADLINE_REMINDER']);
  expect(await day.run(data.partnerId)).toEqual([]);
});

test('an answer reaches whom the mail names: the vendor for users, the partner for the vendor', async () => {
  const { data, day } = await story({ owner: 'VENDOR', vendorAddress: 'partners@vendor.example' });
  const sent = await day.run(data.partnerId);
  const asked = sent
    .toSorted((one, other) => (one.mail.to.address < other.mail.to.address ? -1 : 1))
    .map(({ mail: { to, replyTo, text } }) => [to.address, replyTo, /Reply to this e-mail to ask ([\w ]+)/.exec(text)?.[1]]);
  expect(asked).toEqual([
    ['ada@partner.example', { name: null, address: 'partners@vendor.example' }, 'the vendor'],
    ['partners@vendor.example', { name: 'Ada Admin', address: 'ada@partner.example' }, expect.stringMatching(/^Ada Admin at/)],
  ]);
});

type Between = (told: Story) => Promise<unknown>;
const change =
  (work: (told: Story) => (tx: PartnerTransaction) => Promise<unknown>): Between =>
  (told) =>
    told.data.change(work(told));
const mute = (values: (told: Story) => Record<string, unknown>) =>
  change((told) => {
    const given = Object.entries(values(told));
    return run(
      `insert into reminder_mute (partner_id, id, created_by, ${given.map(([column]) => column).join(', ')})
       values ($1, gen_random_uuid(), 'test', ${given.map((_, index) => `$${index + 2}`).join(', ')})`,
      ...given.map(([, value]) => value),
    );
  });
const suppress = (address: string, reason: string, kind: string | null = null) =>
  change(() =>
    run(
      'insert into mail_suppression (partner_id, id, address, reason, kind) values ($1, gen_random_uuid(), $2, $3, $4)',
      address,
      reason,
      kind,
    ),
  );
const prefer = (column: string, value: unknown) =>
  change(({ userId }) =>
    run(`insert into reminder_preference (partner_id, partner_user_id, ${column}) values ($1, $2, $3)`, userId, value),
  );

/** What happens, and the reasons of the user's reminder and of the customer's notice; SENT where it concerns only the other. */
const events: readonly [what: string, happens: Between, ofReminder: string, ofNotice: string][] = [
  [
    'the association ends',
    change(
      ({ customerId }) =>
        async (tx) =>
          await endAssociation(writeOf(tx), customerId),
    ),
    'ASSOCIATION_ENDED',
    'ASSOCIATION_ENDED',
  ],
  ['the renewal is accepted', ({ data, changeId }) => data.decide(changeId, 'ACCEPT', today), 'DECIDED', 'DECIDED'],
  ['its cancellation is requested', ({ data, changeId }) => data.decide(changeId, 'REQUEST_CANCELLATION', today), 'DECIDED', 'DECIDED'],
  [
    'the change is gone',
    change(({ changeId }) => async (tx) => {
      await tx.query('delete from dashboard_row where partner_id = $1 and id = $2', [tx.partnerId, changeId]);
      // The server itself deletes none.
      await tx.query('set local role none');
      await tx.query('delete from contract_change where partner_id = $1 and id = $2', [tx.partnerId, changeId]);
    }),
    'NOT_DECIDABLE',
    'NOT_DECIDABLE',
  ],
  [
    'the contract ends',
    change(({ contractId }) => run('update contract set cancelled_on = $3 where partner_id = $1 and id = $2', contractId, '2026-03-20')),
    'NOT_DECIDABLE',
    'NOT_DECIDABLE',
  ],
  [
    'the effective date moves',
    change(({ changeId, contractId }) => async (tx) => {
      await tx.query('update contract set anchor_date = anchor_date + 5 where partner_id = $1 and id = $2', [tx.partnerId, contractId]);
      await tx.query('update contract_change set effective_date = effective_date + 5 where partner_id = $1 and id = $2', [
        tx.partnerId,
        changeId,
      ]);
    }),
    'MOVED',
    'MOVED',
  ],
  [
    'the vendor becomes the owner',
    change(({ customerId }) =>
      run(`update customer_association set communication_owner = 'VENDOR' where partner_id = $1 and customer_id = $2`, customerId),
    ),
    'SENT',
    'OWNER_CHANGED',
  ],
  [
    'the vendor becomes the owner, and the user wants own customers only',
    async (told) => {
      await prefer('only_own_customers', true)(told);
      await told.data.change(
        run(`update customer_association set communication_owner = 'VENDOR' where partner_id = $1 and customer_id = $2`, told.customerId),
      );
    },
    'OWNER_CHANGED',
    'OWNER_CHANGED',
  ],
  [
    'another contact becomes the primary one',
    async ({ data, customerId }) => void (await data.user(customerId, { name: 'Chidi', isPrimaryContact: true })),
    'SENT',
    'CONTACT_GONE',
  ],
  [
    'nobody is the primary contact any more',
    change(({ customerId }) =>
      run('update customer_association set primary_contact_id = null where partner_id = $1 and customer_id = $2', customerId),
    ),
    'SENT',
    'CONTACT_GONE',
  ],
  [
    'the user is removed',
    change(({ userId }) => run('update partner_user set removed_at = now() where partner_id = $1 and id = $2', userId)),
    'USER_GONE',
    'SENT',
  ],
  [
    'the user is no administrator any more',
    change(({ userId }) => run(`update partner_user set role = 'MANAGER' where partner_id = $1 and id = $2`, userId)),
    'SWITCHED_OFF',
    'SENT',
  ],
  ['the user switches reminders off', prefer('deadline_reminders', false), 'SWITCHED_OFF', 'SENT'],
  [
    'the partner switches reminders off',
    change(() => run('update reminder_settings set deadline_reminders = false where partner_id = $1')),
    'SWITCHED_OFF',
    'SENT',
  ],
  [
    'the partner switches notices off',
    change(() => run('update reminder_settings set customer_notices = false where partner_id = $1')),
    'SENT',
    'SWITCHED_OFF',
  ],
  [
    'the user mutes the customer',
    mute(({ customerId, userId }) => ({ customer_id: customerId, partner_user_id: userId })),
    'MUTED',
    'SENT',
  ],
  ['the customer is muted for everyone', mute(({ customerId }) => ({ customer_id: customerId })), 'MUTED', 'MUTED'],
  [
    'the change is muted for everyone until a later day',
    mute(({ changeId }) => ({ contract_change_id: changeId, until: '2026-03-17' })),
    'MUTED',
    'MUTED',
  ],
  ['a mute ends today', mute(({ changeId }) => ({ contract_change_id: changeId, until: today })), 'SENT', 'SENT'],
  ['a mute was ended', mute(({ changeId }) => ({ contract_change_id: changeId, ended_at: new Date(), ended_by: 'test' })), 'SENT', 'SENT'],
  [
    'the user snoozes the change',
    mute(({ changeId, userId }) => ({ contract_change_id: changeId, partner_user_id: userId, is_snooze: true, until: '2026-03-20' })),
    'SNOOZED',
    'SENT',
  ],
  ['the mailbox of the contact refuses mail', suppress('bo@blumen.example', 'BOUNCED'), 'SENT', 'SUPPRESSED'],
  ['the contact unsubscribes from notices', suppress('bo@blumen.example', 'UNSUBSCRIBED', 'CUSTOMER_NOTICE'), 'SENT', 'UNSUBSCRIBED'],
  ['the contact unsubscribes from another kind', suppress('bo@blumen.example', 'UNSUBSCRIBED', 'WEEKLY_DIGEST'), 'SENT', 'SENT'],
  ['the mailbox of the user refuses mail', suppress('ada@partner.example', 'BOUNCED'), 'SUPPRESSED', 'SENT'],
  ['the last day to act passes', async ({ day }) => void day.at('2026-03-31'), 'TOO_LATE', 'TOO_LATE'],
];

describe('between planning and sending', () => {
  test.each(events)('%s', async (_what, happens, ofReminder, ofNotice) => {
    const told = await story();
    const { data, day } = told;
    expect(await day.planNow(data.partnerId)).toBe(4);
    await happens(told);
    if (day.today !== today) await data.change(run('update partner set passed_through = $2 where id = $1', day.today));
    const sent = await day.deliver(data.partnerId);
    expect(sent.map(({ data: { kind } }) => kind).toSorted()).toEqual([
      ...(ofNotice === 'SENT' ? ['CUSTOMER_NOTICE'] : []),
      ...(ofReminder === 'SENT' ? ['DEADLINE_REMINDER'] : []),
    ]);
    expect(await messagesOf(told)).toEqual([`${notice} ${ofNotice}`, `${reminder} ${ofReminder}`]);
    const expected = Object.entries({ DEADLINE_REMINDER: ofReminder, CUSTOMER_NOTICE: ofNotice })
      // The end of an association is an entry of the timeline itself.
      .filter(([, reason]) => reason !== 'ASSOCIATION_ENDED')
      .map(([kind, reason]) => (reason === 'SENT' ? `SEND_REMINDER ${kind}` : `SKIP_REMINDER ${kind} ${reason}`));
    expect(await eventsOf(told)).toEqual(expected.toSorted());
  });
});

test('the end of an association between claim and check is the last word', async () => {
  const told = await story();
  const { data, day, customerId } = told;
  await day.planNow(data.partnerId);
  const claimed = await day.claim(data.partnerId);
  expect(claimed.messages).toHaveLength(2);
  await data.change((tx) => endAssociation(writeOf(tx), customerId));
  expect(await day.deliverClaimed(data.partnerId, claimed)).toEqual([]);
  expect(await messagesOf(told)).toEqual([`${notice} ASSOCIATION_ENDED`, `${reminder} ASSOCIATION_ENDED`]);
});

test('what waited for a customer that is looked after again comes once more; what was sent does not', async () => {
  const told = await story({ notices: false });
  const { data, day, customerId } = told;
  await day.planNow(data.partnerId);
  await data.change((tx) => endAssociation(writeOf(tx), customerId));
  expect(await day.run(data.partnerId)).toEqual([]);
  await data.change((tx) => resumeAssociation(writeOf(tx), customerId));
  expect(await day.run(data.partnerId)).toHaveLength(1);
  await data.change((tx) => endAssociation(writeOf(tx), customerId));
  await data.change((tx) => resumeAssociation(writeOf(tx), customerId));
  expect(await day.run(data.partnerId)).toEqual([]);
  expect(await messagesOf(told)).toEqual([`${reminder} ASSOCIATION_ENDED`, `${reminder} SENT`]);
});

test('what was skipped for a reason that is over comes once more, and nothing is planned while the reason lasts', async () => {
  const told = await story();
  const { data, day, changeId } = told;
  const own = (owner: string) => data.change(run('update customer_association set communication_owner = $2 where partner_id = $1', owner));
  await day.planNow(data.partnerId);
  await data.decide(changeId, 'REQUEST_CANCELLATION', today);
  expect([await day.run(data.partnerId), await day.planNow(data.partnerId)]).toEqual([[], 0]);
  await data.decide(changeId, 'WITHDRAW_CANCELLATION', today);
  await day.planNow(data.partnerId);
  await own('VENDOR');
  await data.change((tx) => refreshDashboardRows(tx, 'all'));
  expect((await day.deliver(data.partnerId)).map(({ data: { kind } }) => kind)).toEqual(['DEADLINE_REMINDER']);
  expect([await day.run(data.partnerId), await day.planNow(data.partnerId)]).toEqual([[], 0]);
  await own('PARTNER');
  await data.change((tx) => refreshDashboardRows(tx, 'all'));
  expect((await day.run(data.partnerId)).map(({ data: { kind } }) => kind)).toEqual(['CUSTOMER_NOTICE']);
  expect(await day.run(data.partnerId)).toEqual([]);
  expect(await messagesOf(told)).toEqual([
    ...['DECIDED', 'OWNER_CHANGED', 'SENT'].map((end) => `${notice} ${end}`),
    ...['DECIDED', 'SENT'].map((end) => `${reminder} ${end}`),
  ]);
});

test('what is due waits without an attempt while days that have not come are passed, as after a clock that was ahead', async () => {
  const { data, day } = await story({ notices: false });
  await day.planNow(data.partnerId);
  expect(await day.at('2026-03-15', new Date('2026-03-16T12:00:00Z')).deliver(data.partnerId)).toEqual([]);
  expect(await day.at(today, new Date('2026-03-16T12:02:00Z')).deliver(data.partnerId)).toHaveLength(1);
  const { rows } = await database.superuserPool.query(
    'select state::text, attempts from outbox_message where partner_id = $1 and reason is null',
    [data.partnerId],
  );
  expect(rows).toEqual([{ state: 'SENT', attempts: 1 }]);
});

test('a deadline that moves away and back is told at each place once', async () => {
  const told = await story({ notices: false });
  const { data, day, changeId, contractId } = told;
  const move = (days: number) =>
    data.change(async (tx) => {
      await tx.query('update contract set anchor_date = anchor_date + $3::int where partner_id = $1 and id = $2', [
        tx.partnerId,
        contractId,
        days,
      ]);
      await tx.query('update contract_change set effective_date = effective_date + $3::int where partner_id = $1 and id = $2', [
        tx.partnerId,
        changeId,
        days,
      ]);
    });
  await day.planNow(data.partnerId);
  await move(1);
  await day.planNow(data.partnerId);
  await move(-1);
  expect(await day.run(data.partnerId)).toHaveLength(1);
  await move(1);
  await move(-1);
  expect(await day.run(data.partnerId)).toEqual([]);
  expect(await messagesOf(told)).toEqual([
    `${reminder} MOVED`,
    `${reminder} SENT`,
    // One day later, 15 days are left: the reminder of 30 days is due.
    'DEADLINE_REMINDER USER 2026-03-31 30 MOVED',
  ]);
});
