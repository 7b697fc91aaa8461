import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { readAs } from '../database/reader.ts';
import { checkMessages, type MessageToCheck } from './reminder-check.queries.ts';
import { createPartnerUser } from '../partner/partner-user.queries.ts';
import { readConfig } from '../config.ts';
import { TestData } from '../../testing/test-data.ts';
import { startTestServer, type TestServer } from '../../testing/test-server.ts';

const today = '2026-11-22';
let server: TestServer;
let data: TestData;
beforeAll(async () => {
  server = await startTestServer({ businessDate: today });
  data = await TestData.of(server.database.pool, { name: 'Acme', passedThrough: today });
});
afterAll(() => server.close());

async function userOf(name: string, { partnerId } = data): Promise<string> {
  const user = { name, email: `${name}@acme.example`, role: 'VIEWER' as const, actor: 'test' };
  const partnerUserId = (await createPartnerUser(server.database.pool, partnerId, user))!;
  return await server.createToken(partnerId, 'VIEWER', { partnerUserId });
}

const fields = 'kind state recipientKind recipientAddress language customer { id } contractChange { id } endedAt';
async function send(token: string, input = '{}', headers: Record<string, string> = {}, to = server) {
  const document = `mutation { sendTestReminder(input: ${input}) {
    reminder { id ${fields} } reminderEdge { cursor node { id } } userErrors { code message } } }`;
  return (await to.query(document, {}, { token, headers })).body.data.sendTestReminder;
}

test("a test reminder goes to the viewer's own address, in the chosen language", async () => {
  const ann = await userOf('ann');
  const { reminder, reminderEdge, userErrors } = await send(ann, '{ language: DE }');
  const { id, ...shown } = reminder;
  expect({ shown, userErrors }).toEqual({
    shown: {
      ...{ kind: 'TEST', state: 'WAITING', recipientKind: 'USER', recipientAddress: 'ann@acme.example', language: 'DE' },
      ...{ customer: null, contractChange: null, endedAt: null },
    },
    userErrors: [],
  });
  const { body } = await server.query(
    `{ reminders(filter: { kind: { eq: TEST } }) { edges { cursor node { id } } nodes { id ${fields} } } }`,
    {},
    { token: ann },
  );
  expect(body.data.reminders).toEqual({ edges: [reminderEdge], nodes: [{ id, ...shown }] });
  expect((await send(ann)).reminder.language).toBeNull();
  // So is the mail; without a choice, it is in the user's language.
  const { rows } = await server.database.superuserPool.query<MessageToCheck>(
    `select id, kind, customer_id as "customerId", contract_change_id as "contractChangeId", recipient_kind as "recipientKind",
       recipient_id as "recipientId", details from outbox_message where partner_id = $1 order by planned_at`,
    [data.partnerId],
  );
  const { checked } = await checkMessages(readAs(server.database.pool, data.partnerId), rows, { today, vendorAddress: null });
  expect(checked.map(({ recipient }) => recipient?.language)).toEqual(['de', 'en']);
});

test('at most five an hour go to one user, also at once; a repeated request counts once', async () => {
  const bob = await userOf('bob');
  const [first, again] = [await send(bob, '{}', { 'idempotency-key': 'one' }), await send(bob, '{}', { 'idempotency-key': 'one' })];
  expect(again).toEqual(first);
  const outcomes = await Promise.all(Array.from({ length: 6 }, () => send(bob)));
  const refused = {
    reminder: null,
    reminderEdge: null,
    userErrors: [{ code: 'TOO_MANY_REQUESTS', message: expect.stringMatching(/5 test reminders an hour/) }],
  };
  expect(outcomes.filter(({ reminder }) => reminder === null)).toEqual([refused, refused]);
  // The others of the partner are not concerned, and an hour later it goes on.
  expect((await send(await userOf('cleo'))).userErrors).toEqual([]);
  await server.database.superuserPool.query(`update outbox_message set planned_at = planned_at - interval '61 minutes'`);
  expect((await send(bob)).userErrors).toEqual([]);
});

test('at most fifty an hour go to the users of one partner, whoever asks', async () => {
  const { rows } = await server.database.superuserPool.query<{ column_name: string }>(
    `select column_name from information_schema.columns where table_name = 'outbox_message' and column_name not in ('id', 'key', 'recipient_id')`,
  );
  const same = rows.map(({ column_name: name }) => `"${name}"`).join(', ');
  const dan = await userOf('dan');
  await send(dan);
  await server.database.superuserPool.query(
    `insert into outbox_message (id, key, recipient_id, ${same})
     select gen_random_uuid(), gen_random_uuid()::text, gen_random_uuid(), ${same}
     from (select * from outbox_message where partner_id = $1 and kind = 'TEST' order by planned_at desc limit 1) sent, generate_series(2, 50)`,
    [data.partnerId],
  );
  const refused = { code: 'TOO_MANY_REQUESTS', message: 'The users of a partner can send 50 test reminders an hour. Try again later.' };
  expect((await send(dan)).userErrors).toEqual([refused]);
  const elsewhere = await TestData.of(server.database.pool, { name: 'Elsewhere', passedThrough: today });
  expect((await send(await userOf('eve', elsewhere))).userErrors).toEqual([]);
});

test('no test reminder goes to an API key without a user, nor from a server without mail', async () => {
  const key = await server.createToken(data.partnerId, 'ADMIN');
  expect((await send(key)).userErrors).toMatchObject([{ code: 'INVALID', message: expect.stringMatching(/this API key has none/) }]);
  const { mail } = readConfig({ NODE_ENV: 'production', DATABASE_URL: 'postgres://user:secret@127.0.0.1/none' });
  const silent = await startTestServer({ businessDate: today, config: { environment: 'production', mail } });
  try {
    const there = await TestData.of(silent.database.pool, { name: 'Acme', passedThrough: today });
    const user = { name: 'Dan', email: 'dan@acme.example', role: 'ADMIN' as const, actor: 'test' };
    const partnerUserId = (await createPartnerUser(silent.database.pool, there.partnerId, user))!;
    const token = await silent.createToken(there.partnerId, 'ADMIN', { partnerUserId });
    expect((await send(token, '{}', {}, silent)).userErrors).toMatchObject([
      { code: 'INVALID', message: expect.stringMatching(/SMTP_URL/) },
    ]);
  } finally {
    await silent.close();
  }
});
