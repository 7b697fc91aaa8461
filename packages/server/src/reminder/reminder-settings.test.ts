import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createPartnerUser } from '../partner/partner-user.queries.ts';
import { readAs } from '../database/reader.ts';
import { inPartnerTransaction } from '../database/transaction.ts';
import { TestData } from '../../testing/test-data.ts';
import { startTestServer, type TestServer } from '../../testing/test-server.ts';
import { readReminderReaders } from './reminder-preference.queries.ts';
import { resubscribe, unsubscribe } from './unsubscribe.queries.ts';

const today = '2026-11-22';
let server: TestServer;
let data: TestData;
let admin: string;
let count = 0;
beforeAll(async () => void (server = await startTestServer({ businessDate: today })));
afterAll(() => server.close());
beforeEach(async () => {
  data = await TestData.of(server.database.pool, { name: `Partner ${(count += 1)}`, passedThrough: today });
  admin = await server.createToken(data.partnerId, 'ADMIN');
});

async function ask(document: string, variables: Record<string, unknown> = {}, token = admin) {
  const { body } = await server.query(document, variables, { token });
  if (body.errors) throw new Error(JSON.stringify(body.errors));
  return body.data;
}

const fields =
  'deadlineOffsets customerOffsets deadlineReminders afterTheFact weeklyDigest customerNotices shortTerms language customerLanguage ' +
  'timeZone sendFromHour sendUntilHour digestWeekday digestHour senderName version';
const settings = async (token = admin) =>
  (await ask(`{ viewer { partner { reminderSettings { ${fields} } } } }`, {}, token)).viewer.partner.reminderSettings;
const defaults = {
  ...{ deadlineOffsets: [30, 14, 7, 1], customerOffsets: [30, 14, 7, 1], deadlineReminders: true, afterTheFact: true },
  ...{ weeklyDigest: true, customerNotices: false, shortTerms: false, language: 'EN', customerLanguage: 'EN', timeZone: null },
  ...{ sendFromHour: 8, sendUntilHour: 18, digestWeekday: 'MONDAY', digestHour: 8, senderName: null, version: 1 },
};

async function update(input: Record<string, unknown>, token = admin) {
  const document = `mutation ($input: UpdateReminderSettingsInput!) { updateReminderSettings(input: $input) {
    partner { reminderSettings { ${fields} } } userErrors { __typename code field message ... on ConflictError { currentVersion } } } }`;
  return (await ask(document, { input }, token)).updateReminderSettings;
}

const audit = async () =>
  (
    await server.database.superuserPool.query(
      `select action, before, after from audit_event where partner_id = $1 and action like '%REMINDER%' order by occurred_at`,
      [data.partnerId],
    )
  ).rows;

describe("the partner's settings of reminders", () => {
  test('are the defaults until somebody changes them, for every role', async () => {
    for (const role of ['VIEWER', 'MANAGER', 'ADMIN'] as const)
      expect(await settings(await server.createToken(data.partnerId, role))).toEqual(defaults);
  });

  test('change as a whole, and omitted fields keep their values', async () => {
    const all = {
      ...{ deadlineOffsets: [0, 120, 45], customerOffsets: [3], deadlineReminders: false, afterTheFact: false, weeklyDigest: false },
      ...{ customerNotices: true, shortTerms: true, language: 'DE', customerLanguage: 'DE', timeZone: 'Pacific/Kiritimati' },
      ...{ sendFromHour: 0, sendUntilHour: 24, digestWeekday: 'SUNDAY', digestHour: 23, senderName: ' Jörg “J.” O’Neil & Söhne, Ltd. ' },
    };
    const changed = { ...all, deadlineOffsets: [120, 45, 0], senderName: all.senderName.trim(), version: 2 };
    expect(await update(all)).toEqual({ partner: { reminderSettings: changed }, userErrors: [] });
    expect(await settings()).toEqual(changed);
    // The same again, in another order, changes nothing.
    expect(await update({ ...all, deadlineOffsets: [45, 0, 120] })).toEqual({ partner: { reminderSettings: changed }, userErrors: [] });
    expect((await update({ sendFromHour: 9, language: null, deadlineOffsets: null })).partner.reminderSettings).toEqual({
      ...{ ...changed, sendFromHour: 9, version: 3 },
    });
    expect((await update({ timeZone: null, senderName: null })).partner.reminderSettings).toMatchObject({
      ...{ timeZone: null, senderName: null, version: 4 },
    });
    expect(await audit()).toMatchObject([
      { action: 'UPDATE_REMINDER_SETTINGS', before: { deadlineOffsets: [30, 14, 7, 1], digestWeekday: 1 }, after: { digestWeekday: 7 } },
      { before: { sendFromHour: 0 }, after: { sendFromHour: 9 } },
      { before: { timeZone: 'Pacific/Kiritimati' }, after: { timeZone: null } },
    ]);
  });

  test.each([
    ['deadlineOffsets', [], /at least one/],
    ['deadlineOffsets', [1, 1], /once/],
    ['deadlineOffsets', [-1], /from 0 to 120/],
    ['customerOffsets', [121], /from 0 to 120/],
    ['customerOffsets', [...Array(11).keys()], /at most 10/],
    ['timeZone', 'Mars/Olympus', /IANA/],
    ['timeZone', '+02:00', /IANA/],
    ['timeZone', "'; drop table partner; --", /IANA/],
    ['sendFromHour', -1, /from 0 to 23/],
    ['sendFromHour', 18, /end after it begins/],
    ['sendUntilHour', 25, /from 1 to 24/],
    ['sendUntilHour', 8, /end after it begins/],
    ['digestHour', 24, /from 0 to 23/],
    ['senderName', ' ', /at least one/],
    ['senderName', 'x'.repeat(101), /at most 100/],
    ['senderName', 'A\r\nBcc: all@example.com', /without @/],
    ['senderName', 'A\r\nBcc: all', /U\+000D/],
    ['senderName', 'HubSpot <no-reply@hubspot.com>', /without @/],
    ['senderName', 'boss@bank.example', /without @/],
    ['senderName', 'A\u202eB', /U\+202E/],
    ['senderName', '\u200b', /U\+200B/],
  ])('refuse %s = %j', async (field, value, message) => {
    const { partner, userErrors } = await update({ digestHour: 5, [field]: value });
    expect({ partner, userErrors }).toEqual({
      partner: null,
      userErrors: [{ __typename: 'InvalidInputError', code: 'INVALID', field: ['input', field], message: expect.stringMatching(message) }],
    });
    expect(await settings()).toEqual(defaults);
  });

  test('belong to one partner, change for an ADMIN alone, and detect a concurrent edit', async () => {
    const other = await TestData.of(server.database.pool, { name: `Other ${count}`, passedThrough: today });
    expect((await update({ digestHour: 9, expectedVersion: 1 })).partner.reminderSettings.version).toBe(2);
    expect((await update({ digestHour: 10, expectedVersion: 1 })).userErrors).toMatchObject([{ code: 'CONFLICT', currentVersion: 2 }]);
    expect(await settings(await server.createToken(other.partnerId, 'ADMIN'))).toEqual(defaults);
    for (const role of ['VIEWER', 'MANAGER'] as const)
      await expect(update({ digestHour: 10 }, await server.createToken(data.partnerId, role))).rejects.toThrow(/FORBIDDEN/);
    await Promise.all([11, 12, 13].map((digestHour) => update({ digestHour })));
    expect(await settings()).toMatchObject({ version: 5 });
  });
});

describe("the viewer's settings of reminders", () => {
  const own =
    'deadlineReminders { choice isOn } afterTheFact { choice isOn } weeklyDigest { choice isOn } onlyOwnCustomers language chosenLanguage';
  const mine = async (token: string) => (await ask(`{ viewer { reminderSettings { ${own} } } }`, {}, token)).viewer.reminderSettings;
  const updateMine = async (input: Record<string, unknown>, token: string) =>
    (
      await ask(
        `mutation ($input: UpdateMyReminderSettingsInput!) { updateMyReminderSettings(input: $input) {
           viewer { reminderSettings { ${own} } } userErrors { code message } } }`,
        { input },
        token,
      )
    ).updateMyReminderSettings;
  const user = async (role: 'VIEWER' | 'MANAGER' | 'ADMIN') => {
    const [name, email] = [role, `${role}-${count}@partner.example`];
    const id = (await createPartnerUser(server.database.pool, data.partnerId, { name, email, role, actor: 'test' }))!;
    return { id, token: await server.createToken(data.partnerId, role, { partnerUserId: id }) };
  };
  const shown = (reminders: boolean, digest = false) => ({
    ...{ deadlineReminders: { choice: 'DEFAULT', isOn: reminders }, afterTheFact: { choice: 'DEFAULT', isOn: reminders } },
    ...{ weeklyDigest: { choice: 'DEFAULT', isOn: digest }, onlyOwnCustomers: false, language: 'EN', chosenLanguage: null },
  });

  test('follow the point of contact, or without one the role', async () => {
    const [viewer, boss] = [await user('VIEWER'), await user('ADMIN')];
    expect([await mine(viewer.token), await mine(boss.token)]).toEqual([shown(false), shown(true)]);
    await ask(`mutation { updatePartnerSettings(input: { pointOfContactId: "usr_${viewer.id}" }) { userErrors { code } } }`);
    expect([await mine(viewer.token), await mine(boss.token)]).toEqual([shown(true), shown(false)]);
    await update({ afterTheFact: false, language: 'DE' });
    expect(await mine(viewer.token)).toEqual({ ...shown(true), afterTheFact: { choice: 'DEFAULT', isOn: false }, language: 'DE' });
    expect(await readReminderReaders(readAs(server.database.pool, data.partnerId), [viewer.id])).toMatchObject([
      { userId: viewer.id, usual: 'POINT_OF_CONTACT', deadlineReminders: true, afterTheFact: false, language: 'de' },
    ]);
  });

  test('change for the viewer alone, in every role, and null is the default of the partner', async () => {
    const [viewer, boss] = [await user('VIEWER'), await user('ADMIN')];
    const changed = await updateMine({ weeklyDigest: 'ON', deadlineReminders: 'ON', onlyOwnCustomers: true, language: 'DE' }, viewer.token);
    const expected = {
      ...{ ...shown(false), weeklyDigest: { choice: 'ON', isOn: true }, deadlineReminders: { choice: 'ON', isOn: true } },
      ...{ onlyOwnCustomers: true, language: 'DE', chosenLanguage: 'DE' },
    };
    expect(changed).toEqual({ viewer: { reminderSettings: expected }, userErrors: [] });
    expect(await mine(boss.token)).toEqual(shown(true));
    await Promise.all([1, 2, 3, 4].map(() => updateMine({ weeklyDigest: 'ON' }, viewer.token)));
    await updateMine({ deadlineReminders: 'OFF', weeklyDigest: null, language: null }, viewer.token);
    expect(await mine(viewer.token)).toEqual({
      ...{ ...expected, deadlineReminders: { choice: 'OFF', isOn: false }, language: 'EN', chosenLanguage: null },
    });
    await updateMine({ deadlineReminders: 'DEFAULT', weeklyDigest: 'DEFAULT', onlyOwnCustomers: false }, viewer.token);
    expect(await mine(viewer.token)).toEqual(shown(false));
    expect((await audit()).map(({ after }) => after)).toEqual([
      { weekly_digest: true, deadline_reminders: true, only_own_customers: true, language: 'de' },
      { deadline_reminders: false, language: null },
      { deadline_reminders: null, weekly_digest: null, only_own_customers: false },
    ]);
  });

  test('stop and start by a link, audited once', async () => {
    const { id, token } = await user('ADMIN');
    const author = { kind: 'USER', id, name: 'ADMIN' } as const;
    const run = async (work: typeof resubscribe) =>
      await inPartnerTransaction(server.database.pool, data.partnerId, (tx) =>
        work({ tx, actor: author, requestId: null }, 'AFTER_DEADLINE', id),
      );
    const stop: typeof resubscribe = (by, kind, userId) => unsubscribe(by, kind, { userId });
    for (const work of [stop, stop]) await run(work);
    expect((await mine(token)).afterTheFact).toEqual({ choice: 'OFF', isOn: false });
    for (const work of [resubscribe, resubscribe]) await run(work);
    expect((await mine(token)).afterTheFact).toEqual({ choice: 'ON', isOn: true });
    expect((await mine(token)).deadlineReminders).toEqual({ choice: 'DEFAULT', isOn: true });
    expect(await audit()).toHaveLength(2);
  });

  test('do not exist for an API key without a user, nor for the operator', async () => {
    expect(await mine(admin)).toBeNull();
    expect(await updateMine({ weeklyDigest: 'ON' }, admin)).toEqual({
      viewer: null,
      userErrors: [{ code: 'INVALID', message: 'Reminders go to users, and this API key has none. Use a key of a user, or sign on.' }],
    });
    const operator = await server.createToken(data.partnerId, 'OPERATOR');
    const { body } = await server.query(
      '{ viewer { reminderSettings { language } } }',
      {},
      {
        ...{ token: operator, headers: { 'x-partner-id': data.globalId } },
      },
    );
    expect(body.data.viewer).toEqual({ reminderSettings: null });
  });
});
