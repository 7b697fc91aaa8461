import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { addDays } from '../calendar-date.ts';
import { createPartnerUser } from '../partner/partner-user.queries.ts';
import { tableContents } from '../../testing/table-contents.ts';
import { TestData } from '../../testing/test-data.ts';
import { startTestServer, type TestServer } from '../../testing/test-server.ts';

const today = '2026-11-22';
const hostile = 'Ann <script>alert(1)</script> & "Co"';
let server: TestServer;
let data: TestData;
let change: string;
let ended: string;
let ann: string;
beforeAll(async () => {
  server = await startTestServer({ businessDate: today });
  data = await TestData.of(server.database.pool, { name: 'Acme', passedThrough: today });
  const customer = await data.customer({ name: hostile, owner: 'PARTNER' });
  await data.user(customer, { name: 'Jürgen Müller', isPrimaryContact: true });
  ({ id: change } = await data.renewal(customer, addDays(today, 60)));
  const other = await data.customer({ name: 'CANARY' });
  ({ id: ended } = await data.renewal(other, addDays(today, 60)));
  const admin = await server.createToken(data.partnerId, 'ADMIN');
  await server.query(`mutation { endAssociation(input: { customerId: "cus_${other}" }) { userErrors { code } } }`, {}, { token: admin });
  const user = { name: 'Ada', email: 'ada@acme.example', role: 'ADMIN' as const, actor: 'test' };
  const partnerUserId = (await createPartnerUser(server.database.pool, data.partnerId, user))!;
  ann = await server.createToken(data.partnerId, 'VIEWER', { partnerUserId });
});
afterAll(() => server.close());

async function preview(kind: string, { id = `cch_${change}`, language = null as string | null, token = ann } = {}) {
  const document = `query ($id: ID!, $kind: ReminderKind!, $language: Locale) {
    previewReminder(contractChangeId: $id, kind: $kind, language: $language) { subject text html } }`;
  return (await server.query(document, { id, kind, language }, { token })).body;
}

test('a preview says what each kind would say, in each language, and changes nothing', async () => {
  const before = await tableContents(server.database);
  for (const kind of ['DEADLINE_REMINDER', 'CUSTOMER_NOTICE', 'AFTER_DEADLINE', 'ON_EFFECTIVE_DATE']) {
    const texts = [];
    for (const language of ['EN', 'DE']) {
      const { data: answer, errors } = await preview(kind, { language });
      expect(errors).toBeUndefined();
      const { subject, text, html } = answer.previewReminder;
      expect([subject, text].join()).toContain('Ann');
      expect(subject).not.toMatch(/[\r\n]/);
      expect(html).toMatch(/^<!doctype html>/i);
      expect(html).not.toContain('<script');
      texts.push(subject);
    }
    expect(texts[0]).not.toBe(texts[1]);
  }
  // Without a language, it is that of the reader.
  expect((await preview('DEADLINE_REMINDER')).data).toEqual((await preview('DEADLINE_REMINDER', { language: 'EN' })).data);
  expect(await tableContents(server.database)).toEqual(before);
});

test('a key without a user sees what the usual reader gets', async () => {
  const key = await server.createToken(data.partnerId, 'VIEWER');
  expect((await preview('DEADLINE_REMINDER', { token: key })).data).toEqual((await preview('DEADLINE_REMINDER')).data);
});

test('nothing is shown of a change that is not there, nor of a kind that is about no change', async () => {
  const stranger = await TestData.of(server.database.pool, { name: 'Other', passedThrough: today });
  const { id: theirs } = await stranger.renewal(await stranger.customer({ name: 'CANARY' }), addDays(today, 60));
  for (const id of [`cch_${ended}`, `cch_${theirs}`, 'cch_00000000-0000-0000-0000-000000000000', 'x'])
    expect(await preview('DEADLINE_REMINDER', { id })).toEqual({ data: { previewReminder: null } });
  for (const kind of ['WEEKLY_DIGEST', 'TEST'])
    expect(await preview(kind)).toMatchObject({
      data: { previewReminder: null },
      errors: [{ message: `A preview is about one change, and ${kind} is not.`, extensions: { code: 'BAD_USER_INPUT' } }],
    });
});
