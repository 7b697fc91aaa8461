import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { addDays } from '../calendar-date.ts';
import { readAs } from '../database/reader.ts';
import { createPartnerUser } from '../partner/partner-user.queries.ts';
import { TestData } from '../../testing/test-data.ts';
import { startTestServer, type TestServer } from '../../testing/test-server.ts';
import { readMutes } from './reminder-mute.queries.ts';
import { muteReasonSql } from './reminder-mute.sql.ts';

const today = '2026-11-22';
let server: TestServer;
let data: TestData;
let customer: string;
let change: string;
let other: string;
let ann: { id: string; token: string };
let bob: { id: string; token: string };
let count = 0;
beforeAll(async () => void (server = await startTestServer({ businessDate: today })));
afterAll(() => server.close());
beforeEach(async () => {
  server.setBusinessDate(today);
  data = await TestData.of(server.database.pool, { name: `Partner ${(count += 1)}`, passedThrough: today });
  customer = await data.customer({ name: 'Globex' });
  ({ id: change } = await data.renewal(customer, addDays(today, 60)));
  ({ id: other } = await data.renewal(customer, addDays(today, 90)));
  ann = await user('Ann', 'MANAGER');
  bob = await user('Bob', 'VIEWER');
});

async function user(name: string, role: 'VIEWER' | 'MANAGER') {
  const email = `${name}-${count}@partner.example`;
  const id = (await createPartnerUser(server.database.pool, data.partnerId, { name, email, role, actor: 'test' }))!;
  return { id, token: await server.createToken(data.partnerId, role, { partnerUserId: id }) };
}

async function ask(document: string, variables: Record<string, unknown>, token: string) {
  const { body } = await server.query(document, variables, { token });
  if (body.errors) throw new Error(JSON.stringify(body.errors));
  return body.data;
}

const mutesOf = 'reminderMutes { totalCount nodes { coversCustomer forEveryone coversViewer user { name } isSnooze until mutedBy } }';

async function run(field: 'muteReminders' | 'unmuteReminders' | 'snoozeReminders', input: Record<string, unknown>, token = ann.token) {
  const type = `${field[0]!.toUpperCase()}${field.slice(1)}Input!`;
  const document = `mutation ($input: ${type}) { ${field}(input: $input) {
    customer { ${mutesOf} } contractChanges { id ${mutesOf} } userErrors { code field message } } }`;
  return (await ask(document, { input }, token))[field];
}

const onChange = async (id: string, token = ann.token) =>
  (await ask(`query ($id: ID!) { node(id: $id) { ... on ContractChange { ${mutesOf} } } }`, { id: `cch_${id}` }, token)).node.reminderMutes;

/** Why a reminder of the change is silent, for a user or for the contact. */
async function reason(changeId: string, userId: string | null, day = today) {
  const { rows } = await server.database.superuserPool.query(
    `select ${muteReasonSql({ partnerId: '$1', customerId: '$2', changeId: '$3', userId: '$4', day: '$5::date' })} as reason`,
    [data.partnerId, customer, changeId, userId, day],
  );
  return rows[0].reason;
}

const audit = async () =>
  (
    await server.database.superuserPool.query(
      `select action, actor, customer_id, contract_change_id, before, after from audit_event
       where partner_id = $1 and action like '%REMINDERS' order by occurred_at`,
      [data.partnerId],
    )
  ).rows;

describe('reminders', () => {
  test('of a change are muted for the viewer alone, with who did it and until when', async () => {
    const until = addDays(today, 10);
    const mute = {
      ...{ coversCustomer: false, forEveryone: false, coversViewer: true, user: { name: 'Bob' }, isSnooze: false, until, mutedBy: 'Bob' },
    };
    const payload = await run('muteReminders', { contractChangeId: `cch_${change}`, until }, bob.token);
    expect(payload).toEqual({
      customer: { reminderMutes: { totalCount: 0, nodes: [] } },
      contractChanges: [
        { id: `cch_${change}`, reminderMutes: { totalCount: 1, nodes: [mute] } },
        { id: `cch_${other}`, reminderMutes: { totalCount: 0, nodes: [] } },
      ],
      userErrors: [],
    });
    expect(await onChange(change)).toEqual({ totalCount: 1, nodes: [{ ...mute, coversViewer: false }] });
    expect([await reason(change, bob.id), await reason(change, ann.id), await reason(change, null), await reason(other, bob.id)]).toEqual([
      ...['MUTED', null, null, null],
    ]);
    // On the day itself, reminders come again.
    expect([await reason(change, bob.id, addDays(until, -1)), await reason(change, bob.id, until)]).toEqual(['MUTED', null]);
    expect(await audit()).toEqual([
      {
        ...{ action: 'MUTE_REMINDERS', actor: 'Bob', customer_id: customer, contract_change_id: change },
        ...{ before: null, after: { until, forEveryone: false } },
      },
    ]);
  });

  test('of a customer are muted for everyone, on each of its changes, until somebody ends it', async () => {
    const { customer: shown, contractChanges } = await run('muteReminders', { customerId: `cus_${customer}`, forEveryone: true });
    const mute = { coversCustomer: true, forEveryone: true, coversViewer: true, user: null, isSnooze: false, until: null, mutedBy: 'Ann' };
    for (const each of [shown, ...contractChanges]) expect(each.reminderMutes).toEqual({ totalCount: 1, nodes: [mute] });
    expect([await reason(change, null), await reason(other, bob.id)]).toEqual(['MUTED', 'MUTED']);
    await run('unmuteReminders', { customerId: `cus_${customer}` });
    expect(await reason(change, null)).toBe('MUTED');
    const { contractChanges: after } = await run('unmuteReminders', { customerId: `cus_${customer}`, forEveryone: true });
    expect(after[0].reminderMutes).toEqual({ totalCount: 0, nodes: [] });
    expect(await reason(change, null)).toBeNull();
    expect((await audit()).map(({ action }) => action)).toEqual(['MUTE_REMINDERS', 'UNMUTE_REMINDERS']);
  });

  test('that are muted twice are muted once; another day replaces the first', async () => {
    const input = { contractChangeId: `cch_${change}`, until: addDays(today, 5) };
    await Promise.all([1, 2, 3].map(() => run('muteReminders', input)));
    await run('muteReminders', { ...input, until: addDays(today, 6) });
    // The ID of the change as it is on another day means the change.
    await run('muteReminders', { contractChangeId: `cch_${change}_${addDays(today, 3)}`, until: addDays(today, 6) });
    expect((await onChange(change)).nodes).toMatchObject([{ until: addDays(today, 6) }]);
    expect(await readMutes(readAs(server.database.pool, data.partnerId), today)).toMatchObject([
      { userId: ann.id, contractChangeId: change, customerId: null, until: addDays(today, 6) },
    ]);
    for (const _ of [1, 2]) await run('unmuteReminders', { contractChangeId: `cch_${change}` });
    expect((await audit()).map(({ action, before, after }) => [action, before?.until, after?.until])).toEqual([
      ['MUTE_REMINDERS', undefined, addDays(today, 5)],
      ['MUTE_REMINDERS', addDays(today, 5), addDays(today, 6)],
      ['UNMUTE_REMINDERS', addDays(today, 6), undefined],
    ]);
    // What ended stays as proof.
    const { rows } = await server.database.superuserPool.query('select ended_by from reminder_mute where partner_id = $1', [
      data.partnerId,
    ]);
    expect(rows).toEqual([{ ended_by: 'Ann' }, { ended_by: 'Ann' }]);
  });

  test('are snoozed up to the last day to act', async () => {
    const lastDay = addDays(today, 15);
    const { contractChanges } = await run('snoozeReminders', { contractChangeId: `cch_${change}`, until: lastDay }, bob.token);
    expect(contractChanges[0].reminderMutes.nodes).toMatchObject([{ isSnooze: true, until: lastDay, user: { name: 'Bob' } }]);
    expect([await reason(change, bob.id), await reason(change, bob.id, lastDay)]).toEqual(['SNOOZED', null]);
    await run('muteReminders', { contractChangeId: `cch_${change}` }, bob.token);
    expect(await reason(change, bob.id)).toBe('MUTED');
    await run('unmuteReminders', { contractChangeId: `cch_${change}` }, bob.token);
    expect((await onChange(change)).totalCount).toBe(0);
    const upgrade = await data.changeOf(customer, await data.contract(customer), {
      ...{ type: 'CONTACT_TIER_UPGRADE', effective_date: addDays(today, 20) },
    });
    expect((await run('snoozeReminders', { contractChangeId: `cch_${upgrade}`, until: addDays(today, 19) })).userErrors).toEqual([]);
    expect((await run('snoozeReminders', { contractChangeId: `cch_${upgrade}`, until: addDays(today, 20) })).userErrors).toEqual([
      { code: 'INVALID', field: ['input', 'until'], message: `Choose a day up to ${addDays(today, 19)}, the last day to act.` },
    ]);
    const { id: late } = await data.renewal(customer, addDays(today, 45));
    expect((await run('snoozeReminders', { contractChangeId: `cch_${late}`, until: addDays(today, 1) })).userErrors).toMatchObject([
      { code: 'INVALID', message: 'Its last day to act is over, or is today.' },
    ]);
  });
});

describe('to mute reminders is refused', () => {
  test('on a day that is not after today, or is far away', async () => {
    for (const until of [today, addDays(today, -1), '9999-12-31'])
      for (const field of ['muteReminders', 'snoozeReminders'] as const)
        expect((await run(field, { contractChangeId: `cch_${change}`, until })).userErrors).toEqual([
          { code: 'INVALID', field: ['input', 'until'], message: 'Choose a day after today, within ten years.' },
        ]);
  });

  test('for everyone by a VIEWER, and for an API key without a user', async () => {
    for (const field of ['muteReminders', 'unmuteReminders'] as const) {
      expect((await run(field, { contractChangeId: `cch_${change}`, forEveryone: true }, bob.token)).userErrors).toMatchObject([
        { code: 'NOT_ALLOWED', field: ['input', 'forEveryone'] },
      ]);
    }
    const key = await server.createToken(data.partnerId, 'ADMIN');
    expect((await run('muteReminders', { customerId: `cus_${customer}` }, key)).userErrors).toMatchObject([
      { code: 'INVALID', field: null },
    ]);
    expect((await run('snoozeReminders', { contractChangeId: `cch_${change}`, until: addDays(today, 1) }, key)).userErrors).toMatchObject([
      { code: 'INVALID' },
    ]);
    expect((await run('muteReminders', { customerId: `cus_${customer}`, forEveryone: true }, key)).userErrors).toEqual([]);
  });

  test('without exactly one object, and for one that is not there', async () => {
    for (const input of [{}, { customerId: `cus_${customer}`, contractChangeId: `cch_${change}` }, { customerId: null }])
      expect((await run('muteReminders', input)).userErrors).toEqual([
        { code: 'INVALID', field: null, message: 'Give either customerId or contractChangeId.' },
      ]);
    const elsewhere = await TestData.of(server.database.pool, { name: `Other ${count}`, passedThrough: today });
    const theirs = await elsewhere.customer({ name: 'Theirs' });
    const { id: theirChange } = await elsewhere.renewal(theirs, addDays(today, 60));
    const nobody = '00000000-0000-0000-0000-000000000000';
    await ask(
      'mutation ($id: ID!) { endAssociation(input: { customerId: $id }) { userErrors { code } } }',
      { id: `cus_${customer}` },
      await server.createToken(data.partnerId, 'ADMIN'),
    );
    for (const field of ['muteReminders', 'unmuteReminders'] as const) {
      for (const id of [customer, theirs, nobody, 'x'])
        expect(await run(field, { customerId: `cus_${id}` })).toEqual({
          ...{ customer: null, contractChanges: null },
          userErrors: [{ code: 'NOT_FOUND', field: ['input', 'customerId'], message: 'There is no such customer.' }],
        });
      for (const id of [change, theirChange, nobody, 'x'])
        expect((await run(field, { contractChangeId: `cch_${id}` })).userErrors).toEqual([
          { code: 'NOT_FOUND', field: ['input', 'contractChangeId'], message: 'There is no such contract change.' },
        ]);
    }
    for (const id of [change, theirChange, nobody])
      expect((await run('snoozeReminders', { contractChangeId: `cch_${id}`, until: addDays(today, 1) })).userErrors).toMatchObject([
        { code: 'NOT_FOUND' },
      ]);
    expect(await audit()).toEqual([]);
  });
});

test('the mutes of a page of changes are read in one statement, and counted in another', async () => {
  await run('muteReminders', { customerId: `cus_${customer}` });
  await run('muteReminders', { contractChangeId: `cch_${change}` }, bob.token);
  server.database.markStatements();
  const page = await ask(`{ upcomingContractChanges { nodes { ${mutesOf} } } }`, {}, ann.token);
  expect(
    page.upcomingContractChanges.nodes.map((node: { reminderMutes: { totalCount: number } }) => node.reminderMutes.totalCount),
  ).toEqual([...[2, 1]]);
  expect(server.database.statements().filter((text) => text.includes('MutesOf'))).toHaveLength(2);
  await ask('{ upcomingContractChanges { nodes { id } } }', {}, ann.token);
  expect(server.database.statements().filter((text) => text.includes('reminder_mute'))).toHaveLength(2);
});
