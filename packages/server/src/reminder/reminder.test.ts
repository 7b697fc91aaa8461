// Long: one set of rows that every list shows.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { addDays } from '../calendar-date.ts';
import { createPartnerUser } from '../partner/partner-user.queries.ts';
import { TestData } from '../../testing/test-data.ts';
import { startTestServer, type TestServer } from '../../testing/test-server.ts';

const today = '2026-11-22';
let server: TestServer;
let data: TestData;
let admin: string;
let ids: Record<'globex' | 'ended' | 'change' | 'endedChange' | 'contact' | 'ann' | 'gone', string>;
let elsewhere: TestData;

async function insert(of: TestData, table: string, values: Record<string, unknown>): Promise<string> {
  const row: Record<string, unknown> = { id: randomUUID(), ...values };
  const columns = Object.keys(row);
  await of.change((tx) =>
    tx.query(
      `insert into ${table} (partner_id, ${columns.join(', ')}) values ($1, ${columns.map((_, index) => `$${index + 2}`).join(', ')})`,
      [of.partnerId, ...Object.values(row)],
    ),
  );
  return row['id'] as string;
}

let minute = 0;
async function message(values: Record<string, unknown>, of = data): Promise<string> {
  minute += 1;
  const plannedAt = `2026-11-20T10:${String(minute).padStart(2, '0')}:00.000Z`;
  const row = { kind: 'DEADLINE_REMINDER', key: randomUUID(), planned_at: plannedAt, not_before: plannedAt, ...values };
  const isEnded = 'state' in row && row.state !== 'WAITING';
  return await insert(of, 'outbox_message', { ...row, ...(isEnded && { ended_at: plannedAt }) });
}

const rem = (id: string) => `rem_${id}`;
let sent: string;
let skipped: string;
let waiting: string;
let notice: string;
let test1: string;
let goneUser: string;
let lostChange: string;
let hidden: string;

beforeAll(async () => {
  server = await startTestServer({ businessDate: today });
  data = await TestData.of(server.database.pool, { name: 'Acme', passedThrough: today });
  admin = await server.createToken(data.partnerId, 'ADMIN');
  const globex = await data.customer({ name: 'Globex', owner: 'PARTNER' });
  const ended = await data.customer({ name: 'CANARY Ended' });
  const contact = await data.user(globex, { name: 'Jürgen Müller', email: 'juergen@globex.example', isPrimaryContact: true });
  const { id: change } = await data.renewal(globex, addDays(today, 60));
  const { id: endedChange } = await data.renewal(ended, addDays(today, 60));
  const userOf = async (name: string) =>
    (await createPartnerUser(server.database.pool, data.partnerId, {
      ...{ name, email: `${name.toLowerCase()}@acme.example`, role: 'ADMIN' as const, actor: 'test' },
    }))!;
  const [ann, gone] = [await userOf('Ann'), await userOf('Gone')];
  ids = { globex, ended, change, endedChange, contact, ann, gone };
  const ofChange = { customer_id: globex, contract_change_id: change };
  const details = { deadline: '2026-12-07', daysBefore: 30, language: 'de' };
  sent = await message({
    ...{ ...ofChange, recipient_kind: 'USER', recipient_id: ann, details, state: 'SENT', address: 'ann.old@acme.example', attempts: 1 },
  });
  skipped = await message({ ...ofChange, recipient_kind: 'USER', recipient_id: ann, details, state: 'SKIPPED', reason: 'OVERTAKEN' });
  notice = await message({
    ...{ ...ofChange, kind: 'CUSTOMER_NOTICE', recipient_kind: 'CONTACT', recipient_id: contact, bundle_id: globex },
    ...{ state: 'FAILED', reason: 'A_REASON_OF_TOMORROW', address: 'juergen@globex.example' },
  });
  lostChange = await message({ customer_id: globex, contract_change_id: randomUUID(), recipient_kind: 'VENDOR', state: 'KEPT' });
  hidden = await message({ customer_id: ended, contract_change_id: endedChange, recipient_kind: 'USER', recipient_id: ann, details });
  test1 = await message({ kind: 'TEST', recipient_kind: 'USER', recipient_id: ann });
  goneUser = await message({ kind: 'WEEKLY_DIGEST', recipient_kind: 'USER', recipient_id: gone, state: 'SKIPPED', reason: 'USER_GONE' });
  waiting = await message({
    ...ofChange,
    kind: 'AFTER_DEADLINE',
    recipient_kind: 'USER',
    recipient_id: ann,
    details: { deadline: '2026-12-07', daysBefore: -1 },
  });
  await message({ kind: 'WEBHOOK', customer_id: globex });
  for (const [document, id] of [
    ['endAssociation(input: { customerId: $id })', `cus_${ended}`],
    ['removePartnerUser(input: { userId: $id })', `usr_${gone}`],
  ])
    await ask(`mutation ($id: ID!) { ${document} { userErrors { code } } }`, { id });
  elsewhere = await TestData.of(server.database.pool, { name: 'Elsewhere', passedThrough: today });
  const theirs = await elsewhere.customer({ name: 'CANARY Theirs' });
  await message({ customer_id: theirs, recipient_kind: 'VENDOR', state: 'SENT', address: 'canary@vendor.example' }, elsewhere);
});
afterAll(() => server.close());

async function ask(document: string, variables: Record<string, unknown> = {}, token = admin) {
  const { body, text } = await server.query(document, variables, { token });
  if (body.errors) throw new Error(JSON.stringify(body.errors));
  expect(text).not.toMatch(/CANARY|canary/);
  return body.data;
}

async function list(filter: Record<string, unknown> | null, token = admin): Promise<string[]> {
  const document = 'query ($filter: ReminderFilter) { reminders(filter: $filter) { totalCount nodes { id } } }';
  const { totalCount, nodes } = (await ask(document, { filter }, token)).reminders;
  expect(totalCount).toBe(nodes.length);
  return nodes.map((node: { id: string }) => node.id.slice(4));
}

describe('reminders', () => {
  test('are listed latest first, without those of ended associations and of other kinds', async () => {
    expect(await list(null)).toEqual([waiting, goneUser, test1, lostChange, notice, skipped, sent]);
    expect(await list({})).toHaveLength(7);
    for (const role of ['VIEWER', 'MANAGER'] as const)
      expect(await list(null, await server.createToken(data.partnerId, role))).toHaveLength(7);
    expect(await list(null, await server.createToken(elsewhere.partnerId, 'ADMIN')).catch((error: Error) => error.message)).toHaveLength(1);
  });

  test('say to whom, when, about what, and why not', async () => {
    const fields =
      'kind state reason recipientKind recipientName recipientAddress user { name } contact { name email } deadline daysBefore language ' +
      'plannedAt notBefore endedAt attempts bundle customer { name association { communicationOwner primaryContact { name } } } ' +
      'contractChange { id status customer { name } }';
    const document = `query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Reminder { ${fields} } } }`;
    const { nodes } = await ask(document, { ids: [sent, skipped, notice, lostChange, test1, goneUser, waiting].map(rem) });
    const customer = { name: 'Globex', association: { communicationOwner: 'PARTNER', primaryContact: { name: 'Jürgen Müller' } } };
    const contractChange = { id: `cch_${ids.change}`, status: 'PENDING', customer: { name: 'Globex' } };
    const plannedAt = '2026-11-20T10:01:00.000Z';
    expect(nodes[0]).toEqual({
      ...{ kind: 'DEADLINE_REMINDER', state: 'SENT', reason: null, recipientKind: 'USER', recipientName: 'Ann' },
      ...{ recipientAddress: 'ann.old@acme.example', user: { name: 'Ann' }, contact: null, deadline: '2026-12-07', daysBefore: 30 },
      ...{ language: 'DE', plannedAt, notBefore: plannedAt, endedAt: plannedAt, attempts: 1, bundle: null, customer, contractChange },
    });
    expect(nodes[1]).toMatchObject({ state: 'SKIPPED', reason: 'OVERTAKEN', recipientAddress: 'ann@acme.example' });
    expect(nodes[2]).toMatchObject({
      ...{ kind: 'CUSTOMER_NOTICE', state: 'FAILED', reason: 'OTHER', recipientKind: 'CONTACT', recipientName: 'Jürgen Müller' },
      ...{ user: null, contact: { name: 'Jürgen Müller', email: 'juergen@globex.example' }, deadline: null, bundle: ids.globex },
    });
    expect(nodes[3]).toMatchObject({
      recipientKind: 'VENDOR',
      recipientName: null,
      recipientAddress: null,
      customer,
      contractChange: null,
    });
    expect(nodes[4]).toMatchObject({ kind: 'TEST', state: 'WAITING', endedAt: null, customer: null, contractChange: null });
    expect(nodes[5]).toMatchObject({ reason: 'USER_GONE', recipientName: 'Gone', user: null });
    expect(nodes[6]).toMatchObject({ kind: 'AFTER_DEADLINE', daysBefore: null, contractChange });
  });

  test('that the viewer may not see are not there', async () => {
    const { rows } = await server.database.superuserPool.query<{ id: string }>('select id from outbox_message where partner_id = $1', [
      elsewhere.partnerId,
    ]);
    const missing = [hidden, rows[0]!.id, randomUUID()].map(rem);
    expect((await ask('query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', { ids: [...missing, rem(sent)] })).nodes).toEqual([
      ...[null, null, null, { id: rem(sent) }],
    ]);
    for (const filter of [{ customerId: { eq: `cus_${ids.ended}` } }, { contractChangeId: { in: [`cch_${ids.endedChange}`] } }])
      expect(await list(filter)).toEqual([]);
  });

  test.each([
    ['kind', () => ({ kind: { in: ['TEST', 'WEEKLY_DIGEST'] } }), () => [goneUser, test1]],
    ['state', () => ({ state: { eq: 'SKIPPED' } }), () => [goneUser, skipped]],
    ['state and kind', () => ({ state: { eq: 'SKIPPED' }, kind: { eq: 'DEADLINE_REMINDER' } }), () => [skipped]],
    ['a later one in its place', () => ({ isOvertaken: true }), () => [skipped]],
    ['no later one in its place', () => ({ isOvertaken: false }), () => [waiting, goneUser, test1, lostChange, notice, sent]],
    ['customer', () => ({ customerId: { eq: `cus_${ids.globex}` } }), () => [waiting, lostChange, notice, skipped, sent]],
    ['change', () => ({ contractChangeId: { eq: `cch_${ids.change}` } }), () => [waiting, notice, skipped, sent]],
    ['an ID of another type', () => ({ customerId: { eq: `cch_${ids.change}` } }), () => []],
    ['part of a name, without accents', () => ({ recipient: 'MULLER' }), () => [notice]],
    ['part of an address as it was', () => ({ recipient: 'ann.old@' }), () => [sent]],
    ['a wildcard that means itself', () => ({ recipient: '%' }), () => []],
    ['blank text', () => ({ recipient: '  ' }), () => [waiting, goneUser, test1, lostChange, notice, skipped, sent]],
    ['time of planning', () => ({ plannedAt: { gte: '2026-11-20T10:02:00Z', lt: '2026-11-20T11:04:00+01:00' } }), () => [notice, skipped]],
    ['time of the end', () => ({ endedAt: { lte: '2026-11-20T10:01:00Z' } }), () => [sent]],
    ['no end', () => ({ endedAt: { isNull: true } }), () => [waiting, test1]],
    ['a comparison with null', () => ({ endedAt: { lt: null } }), () => []],
  ])('are filtered by %s', async (_, filter, expected) => {
    expect(await list(filter())).toEqual(expected());
  });

  test('are paged both ways', async () => {
    const page = async (args: string) =>
      (await ask(`{ reminders(${args}) { nodes { id } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }`)).reminders;
    const all = await list(null);
    const first = await page('first: 3');
    const second = await page(`first: 3, after: "${first.pageInfo.endCursor}"`);
    expect([...first.nodes, ...second.nodes].map(({ id }) => id)).toEqual(all.slice(0, 6).map(rem));
    const back = await page(`last: 2, before: "${second.pageInfo.startCursor}"`);
    expect(back.nodes.map(({ id }: { id: string }) => id)).toEqual(all.slice(1, 3).map(rem));
    expect([first.pageInfo.hasPreviousPage, second.pageInfo.hasNextPage, back.pageInfo.hasPreviousPage]).toEqual([false, true, true]);
  });

  test('of customers and changes are read in one statement each, and counted in another', async () => {
    server.database.markStatements();
    const document = `{ upcomingContractChanges { nodes { id reminders(first: 2) { totalCount nodes { id customer { name } contractChange { id } } }
      customer { reminders { totalCount nodes { id } } } } } }`;
    const [row] = (await ask(document)).upcomingContractChanges.nodes;
    expect(row.reminders.totalCount).toBe(4);
    expect(row.reminders.nodes).toEqual(
      [waiting, notice].map((id) => ({
        ...{ id: rem(id), customer: { name: 'Globex' }, contractChange: { id: row.id } },
      })),
    );
    expect(row.customer.reminders.nodes.map(({ id }: { id: string }) => id)).toEqual([waiting, lostChange, notice, skipped, sent].map(rem));
    const names = server.database.statements().map((text) => /\/\* (\w+)/.exec(text)?.[1] ?? '');
    expect(names.filter((name) => name.includes('Reminders')).toSorted()).toEqual([
      ...['countRemindersOf', 'countRemindersOf', 'findChangesOfReminders', 'findRemindersOf', 'findRemindersOf'],
    ]);
  });
});

test('the timeline says who got a reminder, by the ID of the API', async () => {
  for (const [recipientKind, recipientId, action] of [
    ['USER', ids.ann, 'SEND_REMINDER'],
    ['CONTACT', ids.contact, 'FAIL_REMINDER'],
    ['VENDOR', null, 'SKIP_REMINDER'],
  ] as const)
    await insert(data, 'audit_event', {
      ...{ action, actor: 'reminders', actor_kind: 'SYSTEM', customer_id: ids.globex, contract_change_id: ids.change },
      after: JSON.stringify({ kind: 'DEADLINE_REMINDER', recipientKind, recipientId }),
    });
  const document = 'query ($id: ID!) { node(id: $id) { ... on ContractChange { timeline { nodes { action changes { field after } } } } } }';
  const { nodes } = (await ask(document, { id: `cch_${ids.change}` })).node.timeline;
  const recipients = nodes.map(({ action, changes }: { action: string; changes: { field: string; after: unknown }[] }) => [
    action,
    changes.find(({ field }) => field === 'recipientId')?.after ?? null,
  ]);
  expect(Object.fromEntries(recipients)).toEqual({
    ...{ SEND_REMINDER: `usr_${ids.ann}`, FAIL_REMINDER: `cusr_${ids.contact}`, SKIP_REMINDER: null },
  });
});

describe('suppressions', () => {
  const listed = async (args = '', token = admin) =>
    (await ask(`{ suppressions${args} { totalCount nodes { id address reason kind detail liftedAt liftedBy } } }`, {}, token)).suppressions;
  const lift = async (id: string, token = admin) =>
    (
      await ask(
        'mutation ($id: ID!) { liftSuppression(input: { suppressionId: $id }) { suppression { address liftedBy } userErrors { code field } } }',
        { id },
        token,
      )
    ).liftSuppression;

  test('are listed, lifted once by an ADMIN, and stay as proof', async () => {
    const bounced = await insert(data, 'mail_suppression', {
      ...{ address: 'ann@acme.example', reason: 'BOUNCED', detail: '550 <b>no such user</b>', suppressed_at: '2026-11-20T10:00:00Z' },
    });
    const ofContact = await insert(data, 'mail_suppression', {
      ...{ address: 'juergen@globex.example', reason: 'UNSUBSCRIBED', kind: 'CUSTOMER_NOTICE', outbox_message_id: notice },
      suppressed_at: '2026-11-20T11:00:00Z',
    });
    // About the ended customer; the first address is that of another customer's contact, too.
    const shared = await insert(data, 'mail_suppression', {
      address: 'juergen@globex.example',
      reason: 'BOUNCED',
      outbox_message_id: hidden,
    });
    const canary = await insert(data, 'mail_suppression', {
      address: 'canary@ended.example',
      reason: 'BOUNCED',
      outbox_message_id: hidden,
    });
    const theirs = await insert(elsewhere, 'mail_suppression', { address: 'canary@elsewhere.example', reason: 'BOUNCED' });
    const all = await listed();
    expect(all.totalCount).toBe(3);
    expect(all.nodes.map(({ id }: { id: string }) => id)).toEqual([shared, ofContact, bounced].map((id) => `sup_${id}`));
    expect(all.nodes[2]).toEqual({
      ...{ id: `sup_${bounced}`, address: 'ann@acme.example', reason: 'BOUNCED', kind: null, detail: '550 <b>no such user</b>' },
      ...{ liftedAt: null, liftedBy: null },
    });
    expect((await listed('(first: 1)')).nodes).toHaveLength(1);
    for (const id of [`sup_${canary}`, `sup_${theirs}`, `sup_${randomUUID()}`, `rem_${sent}`, 'x'])
      expect(await lift(id)).toEqual({ suppression: null, userErrors: [{ code: 'NOT_FOUND', field: ['input', 'suppressionId'] }] });
    await expect(lift(`sup_${bounced}`, await server.createToken(data.partnerId, 'MANAGER'))).rejects.toThrow(/FORBIDDEN/);
    for (const _ of [1, 2])
      expect(await lift(`sup_${bounced}`)).toMatchObject({ suppression: { address: 'ann@acme.example' }, userErrors: [] });
    expect((await listed()).totalCount).toBe(2);
    const [lifted] = (await listed('(includeLifted: true)')).nodes.filter(({ id }: { id: string }) => id === `sup_${bounced}`);
    expect(lifted).toMatchObject({ liftedAt: expect.any(String), liftedBy: expect.stringMatching(/^API key/) });
    const { nodes } = await ask('query ($ids: [ID!]!) { nodes(ids: $ids) { id ... on Suppression { address } } }', {
      ids: [`sup_${bounced}`, `sup_${canary}`, `sup_${theirs}`],
    });
    expect(nodes).toEqual([{ id: `sup_${bounced}`, address: 'ann@acme.example' }, null, null]);
    const { rows } = await server.database.superuserPool.query(
      `select before from audit_event where partner_id = $1 and action = 'LIFT_SUPPRESSION'`,
      [data.partnerId],
    );
    expect(rows).toEqual([{ before: { suppressionId: bounced, address: 'ann@acme.example', reason: 'BOUNCED', kind: null } }]);
  });
});
