import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { keptMessage, tokenOf, type LinkedMessage } from '../../../testing/linked-messages.ts';
import { tableContents } from '../../../testing/table-contents.ts';
import { TestData } from '../../../testing/test-data.ts';
import { startTestServer, type TestServer } from '../../../testing/test-server.ts';
import { addDays } from '../../calendar-date.ts';
import { globalId } from '../../graphql/global-id.ts';
import { createPartnerUser } from '../../partner/partner-user.queries.ts';

const today = '2026-11-22';
const oneClick = 'List-Unsubscribe=One-Click';
const form = 'application/x-www-form-urlencoded';

let server: TestServer;
let data: TestData;
let people = 0;
beforeAll(async () => {
  server = await startTestServer({ businessDate: today });
  data = await TestData.of(server.database.pool, { name: 'Acme', passedThrough: today, ownsAll: true });
});
afterAll(() => server.close());

async function newUser() {
  const email = `mia${(people += 1)}@acme.example`;
  return {
    email,
    id: (await createPartnerUser(server.database.pool, data.partnerId, { name: 'Mia', email, role: 'ADMIN', actor: 'test' }))!,
  };
}

async function pathFor(message: Omit<LinkedMessage, 'partnerId'>): Promise<string> {
  const messageId = await keptMessage(server, { partnerId: data.partnerId, ...message });
  return `/unsubscribe/${tokenOf('UNSUBSCRIBE', data.partnerId, messageId, addDays(today, 180))}`;
}

async function ask(path: string, body?: string | FormData, headers: Record<string, string> = {}) {
  const isForm = typeof body === 'string';
  const response = await fetch(server.url + path, {
    method: body === undefined ? 'GET' : 'POST',
    redirect: 'manual',
    headers: { ...(isForm && { 'content-type': form }), ...headers },
    ...(body !== undefined && { body }),
  });
  const { status, headers: given } = response;
  const text = await response.text();
  return { status, headers: given, body: text, title: /<h1>(.*)<\/h1>/.exec(text)?.[1] };
}

async function rows(text: string, ...values: unknown[]): Promise<unknown[]> {
  return (await server.database.superuserPool.query(text, values)).rows as unknown[];
}
const suppressions = (address: string) =>
  rows('select address, reason, kind, lifted_at from mail_suppression where address = $1 order by kind', address);
/** Whether the user gets each kind. */
async function switches(token: string): Promise<Record<string, boolean>> {
  const names = ['deadlineReminders', 'afterTheFact', 'weeklyDigest'];
  const { body } = await server.query(
    `{ viewer { reminderSettings { ${names.map((name) => `${name} { isOn }`).join(' ')} } } }`,
    {},
    { token },
  );
  return Object.fromEntries(names.map((name) => [name, body.data.viewer.reminderSettings[name].isOn as boolean]));
}

test('a GET or HEAD shows a button and changes nothing', async () => {
  const { id, email } = await newUser();
  const path = await pathFor({ recipient: { kind: 'USER', id } });
  const before = await tableContents(server.database);
  const shown = await ask(path);
  expect([shown.status, shown.title]).toEqual([200, 'Stop these e-mails?']);
  expect(shown.body).toContain(email);
  expect(shown.body).toContain('<input type="hidden" name="List-Unsubscribe" value="One-Click"');
  expect((await ask(`${path}?List-Unsubscribe=One-Click`)).status).toBe(200);
  expect((await fetch(server.url + path, { method: 'HEAD' })).status).toBe(200);
  expect(await tableContents(server.database)).toEqual(before);
});

test.each(['form', 'form with a charset', 'multipart', 'multipart as mail providers send it'])(
  'a POST as in RFC 8058 switches that kind off for a user, without redirect or cookie: %s',
  async (encoding) => {
    const { id } = await newUser();
    const token = await server.createToken(data.partnerId, 'ADMIN', { partnerUserId: id });
    const path = await pathFor({ recipient: { kind: 'USER', id } });
    const multipart = new FormData();
    multipart.set('List-Unsubscribe', 'One-Click');
    const raw = '--b\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--b--\r\n';
    const send = async () =>
      encoding === 'multipart'
        ? await ask(path, multipart)
        : encoding.startsWith('multipart')
          ? await ask(path, raw, { 'content-type': 'multipart/form-data; boundary=b' })
          : await ask(path, oneClick, encoding === 'form' ? {} : { 'content-type': `${form}; charset=utf-8` });
    const before = await switches(token);
    const [first, second] = [await send(), await send()];
    expect([first.status, first.title, first.headers.get('set-cookie'), first.headers.get('location')]).toEqual([
      ...[200, 'These e-mails have stopped', null, null],
    ]);
    expect(second.body).toBe(first.body);
    expect(await switches(token)).toEqual({ ...before, deadlineReminders: false });
    expect(
      await rows(`select actor_kind, actor_id from audit_event where actor_id = $1 and action = 'UPDATE_OWN_REMINDER_SETTINGS'`, id),
    ).toEqual([{ actor_kind: 'USER', actor_id: id }]);
    // The way back.
    const back = await ask(path, 'action=resume');
    expect([back.status, back.title]).toEqual([200, 'You get these e-mails again']);
    expect(await switches(token)).toMatchObject({ deadlineReminders: true });
  },
);

test('each kind of mail stops alone; after the fact is one kind', async () => {
  const { id } = await newUser();
  const token = await server.createToken(data.partnerId, 'ADMIN', { partnerUserId: id });
  const recipient = { kind: 'USER' as const, id };
  await ask(await pathFor({ recipient, kind: 'WEEKLY_DIGEST' }), oneClick);
  expect(await switches(token)).toMatchObject({ weeklyDigest: false, afterTheFact: true });
  await ask(await pathFor({ recipient, kind: 'ON_EFFECTIVE_DATE', language: 'de' }), oneClick);
  expect(await switches(token)).toMatchObject({ deadlineReminders: true, weeklyDigest: false, afterTheFact: false });
  const trial = await ask(await pathFor({ recipient, kind: 'TEST' }), oneClick);
  expect([trial.status, trial.title]).toEqual([200, 'This was a test']);
});

test('the address of a contact or of the vendor is suppressed for that kind, once, and only the partner can lift that', async () => {
  const customerId = await data.customer({ name: 'Globex' });
  const contact = await data.user(customerId, { name: 'Jo', email: 'Jo@Globex.example', isPrimaryContact: true });
  const [ended, vendor] = [
    await pathFor({ kind: 'CUSTOMER_NOTICE', customerId, recipient: { kind: 'CONTACT', id: contact, address: 'Jo@Globex.example' } }),
    await pathFor({ kind: 'AFTER_DEADLINE', recipient: { kind: 'VENDOR', id: null, address: 'desk@vendor.example' } }),
  ];
  for (let times = 0; times < 2; times += 1) {
    const { status, body, title } = await ask(ended, oneClick);
    expect([status, title, body.includes('value="resume"')]).toEqual([200, 'These e-mails have stopped', false]);
    expect((await ask(vendor, oneClick)).status).toBe(200);
  }
  const common = { reason: 'UNSUBSCRIBED', lifted_at: null };
  expect(await suppressions('jo@globex.example')).toEqual([{ address: 'jo@globex.example', kind: 'CUSTOMER_NOTICE', ...common }]);
  expect(await suppressions('desk@vendor.example')).toEqual(
    ['AFTER_DEADLINE', 'ON_EFFECTIVE_DATE'].map((kind) => ({ address: 'desk@vendor.example', kind, ...common })),
  );
  expect(await rows(`select actor_kind, actor from audit_event where action = 'UNSUBSCRIBE' and actor_kind <> 'SYSTEM'`)).toEqual([]);
  expect((await ask(ended, 'action=resume')).status).toBe(404);
  expect(await suppressions('jo@globex.example')).toHaveLength(1);
});

test('other bodies are refused, and a removed user’s link is no longer valid', async () => {
  const { id } = await newUser();
  const path = await pathFor({ recipient: { kind: 'USER', id } });
  const before = await tableContents(server.database);
  for (const body of [
    '',
    'List-Unsubscribe=',
    'List-Unsubscribe=Two-Click',
    'list-unsubscribe=One-Click',
    'x=List-Unsubscribe%3DOne-Click',
  ])
    expect([body, (await ask(path, body)).status]).toEqual([body, 400]);
  const multipart = { 'content-type': 'multipart/form-data; boundary=b' };
  for (const body of [
    '--b--',
    '--c\r\n\r\nx\r\n--c--',
    '--b\r\nContent-Disposition: form-data; name="List-Unsubscribe"; filename="x"\r\n\r\nOne-Click\r\n--b--\r\n',
  ])
    expect([body, (await ask(path, body, multipart)).status]).toEqual([body, 400]);
  expect((await ask(path, oneClick, { 'content-type': 'multipart/form-data' })).status).toBe(400);
  expect((await ask(path, oneClick, { 'content-type': 'text/plain' })).status).toBe(415);
  expect((await ask(path, `${oneClick}&x=${'x'.repeat(5_000)}`)).status).toBe(413);
  expect(await tableContents(server.database)).toEqual(before);
  await rows('update partner_user set removed_at = now() where id = $1', id);
  expect((await ask(path, oneClick)).status).toBe(404);
  expect((await ask(path)).body).toBe((await ask('/unsubscribe/x')).body);
});

test('an ended association does not keep a contact from unsubscribing', async () => {
  const customerId = await data.customer({ name: 'Initech' });
  const id = await data.user(customerId, { name: 'Bo', email: 'bo@initech.example', isPrimaryContact: true });
  const path = await pathFor({ kind: 'CUSTOMER_NOTICE', customerId, recipient: { kind: 'CONTACT', id } });
  const admin = await server.createToken(data.partnerId, 'ADMIN');
  const document = 'mutation ($id: ID!) { endAssociation(input: { customerId: $id }) { userErrors { message } } }';
  await server.query(document, { id: globalId('Customer', customerId) }, { token: admin });
  expect((await ask(path, oneClick)).status).toBe(200);
  expect(await suppressions('bo@initech.example')).toHaveLength(1);
});
