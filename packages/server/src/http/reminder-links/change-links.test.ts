// Long: one server, and each way in which a link can be used or misused.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { keptMessage, tokenOf } from '../../../testing/linked-messages.ts';
import { tableContents } from '../../../testing/table-contents.ts';
import { TestData } from '../../../testing/test-data.ts';
import { startTestServer, type TestServer } from '../../../testing/test-server.ts';
import { addDays, type CalendarDate } from '../../calendar-date.ts';
import { globalId } from '../../graphql/global-id.ts';
import { createPartnerUser } from '../../partner/partner-user.queries.ts';
import type { LinkPurpose } from '../../reminder/reminder-link.ts';

const today = '2026-11-22';
const deadline = addDays(today, 7);
const form = 'application/x-www-form-urlencoded';

let server: TestServer;
let data: TestData;
let admin: string;
let people = 0;
let addresses = 0;
beforeAll(async () => {
  // Each request comes from an address of its own, so that the limit of an address does not count.
  server = await startTestServer({ businessDate: today, config: { trustedProxies: ['127.0.0.1'] } });
  data = await TestData.of(server.database.pool, { name: 'Acme', passedThrough: today, ownsAll: true });
  admin = await server.createToken(data.partnerId, 'ADMIN');
});
afterAll(() => server.close());

type Case = { path: string; userId: string; customerId: string; changeId: string; messageId: string };

type Given = { role?: 'VIEWER' | 'MANAGER'; language?: 'en' | 'de' | null; name?: string; customer?: string; lastDay?: CalendarDate };

/** A user of the partner with a mail about a renewal, and one of its links. */
async function linked(
  purpose: LinkPurpose,
  { role = 'MANAGER', language = 'en', name = `Mia Keller ${(people += 1)}`, customer = 'Globex', lastDay = deadline }: Given = {},
): Promise<Case> {
  const userId = (await createPartnerUser(server.database.pool, data.partnerId, {
    ...{ name, email: `mia${(people += 1)}@acme.example`, role, actor: 'test' },
  }))!;
  const customerId = await data.customer({ name: customer });
  const { id: changeId } = await data.renewal(
    customerId,
    addDays(lastDay, 45),
    { product: 'GTX Basic' },
    { new_mrr: '120.50', new_max_contacts: 2000 },
  );
  const message = { partnerId: data.partnerId, customerId, changeId, recipient: { kind: 'USER' as const, id: userId } };
  const messageId = await keptMessage(server, { ...message, ...(language && { language }) });
  return { path: `/r/${tokenOf(purpose, data.partnerId, messageId, addDays(lastDay, 1))}`, userId, customerId, changeId, messageId };
}

async function ask(path: string, method = 'GET', body?: string, headers: Record<string, string> = {}) {
  addresses += 1;
  const response = await fetch(server.url + path, {
    method,
    redirect: 'manual',
    headers: {
      'x-forwarded-for': `10.${addresses >> 16}.${(addresses >> 8) & 255}.${addresses & 255}`,
      ...(body !== undefined && { 'content-type': form }),
      ...headers,
    },
    ...(body !== undefined && { body }),
  });
  const { status, headers: given } = response;
  // Dates and amounts do not break at the end of a line.
  return { status, headers: given, body: (await response.text()).replaceAll('\u00a0', ' ') };
}

const versionIn = (body: string) => /name="version" value="(\d+)"/.exec(body)?.[1];
const titleOf = (body: string) => /<h1>(.*)<\/h1>/.exec(body)![1];

/** Opens the page and presses its button. */
async function press(path: string) {
  const { body } = await ask(path);
  return await ask(path, 'POST', `version=${versionIn(body) ?? 0}`);
}

const audit = async (changeId: string) =>
  (
    await server.database.superuserPool.query(
      `select actor_kind, actor_id, action, on_behalf_of_customer from audit_event where contract_change_id = $1 order by occurred_at, action`,
      [changeId],
    )
  ).rows;

describe('a link that accepts or cancels', () => {
  test('shows the change, the last day and who acts, and a GET or HEAD by whomever changes nothing', async () => {
    const before = [await linked('ACCEPT'), await linked('REQUEST_CANCELLATION'), await linked('SNOOZE')];
    const contents = await tableContents(server.database);
    for (const { path } of before) {
      for (const headers of [{}, { purpose: 'prefetch', 'sec-purpose': 'prefetch' }, { 'user-agent': 'Mimecast' }, { 'x-moz': 'prefetch' }])
        expect((await ask(path, 'GET', undefined, headers)).status).toBe(200);
      expect(await ask(path, 'HEAD')).toMatchObject({ status: 200, body: '' });
      expect((await ask(`${path}?version=1&until=2026-11-23`)).status).toBe(200);
    }
    expect(await tableContents(server.database)).toEqual(contents);
    const { body } = await ask(before[0]!.path);
    expect(titleOf(body)).toBe('Record acceptance?');
    for (const text of [
      'Globex',
      'GTX Basic',
      'Renewal',
      '29 November 2026',
      '13 January 2027',
      'EUR 100.00',
      'EUR 120.50',
      '2,000',
      '@acme.example',
      'Acme',
    ])
      expect(body).toContain(text);
  });

  test.each([
    ['ACCEPT', 'Acceptance is recorded', { status: 'RENEWED', statusReason: 'ACCEPTED' }],
    ['REQUEST_CANCELLATION', 'Cancellation is requested', { status: 'CANCELLATION_REQUESTED', statusReason: 'CANCELLATION_REQUESTED' }],
  ] as const)('%s acts on POST as the user, on behalf of the customer; a second POST shows the same', async (action, title, state) => {
    const { path, changeId, userId } = await linked(action);
    const version = versionIn((await ask(path)).body)!;
    const both = await Promise.all([ask(path, 'POST', `version=${version}`), ask(path, 'POST', `version=${version}`)]);
    const [first, second] = both;
    expect([first.status, titleOf(first.body)]).toEqual([200, title]);
    expect([second.status, second.body]).toEqual([200, first.body]);
    expect((await ask(path)).body).toBe(first.body);
    expect(await audit(changeId)).toEqual([{ actor_kind: 'USER', actor_id: userId, action, on_behalf_of_customer: true }]);
    const document = `query ($id: ID!) { node(id: $id) { ... on ContractChange { status statusReason } } }`;
    const { body } = await server.query(document, { id: globalId('ContractChange', changeId) }, { token: admin });
    expect(body.data.node).toEqual(state);
  });

  test('acts only on what the page showed: after another decision, the old page is a question again', async () => {
    const { path, changeId, messageId } = await linked('ACCEPT');
    const version = versionIn((await ask(path)).body)!;
    expect((await ask(path, 'POST', `version=${version}`)).status).toBe(200);
    await press(`/r/${tokenOf('REQUEST_CANCELLATION', data.partnerId, messageId, deadline)}`);
    const replayed = await ask(path, 'POST', `version=${version}`);
    expect([replayed.status, titleOf(replayed.body)]).toEqual([409, 'Record acceptance?']);
    expect(replayed.body).toContain('Somebody changed this after you opened the page.');
    expect(replayed.body).toContain('Acceptance withdraws it.');
    expect((await audit(changeId)).map(({ action }) => action as string)).toEqual(['ACCEPT', 'REQUEST_CANCELLATION']);
    expect((await press(path)).status).toBe(200);
  });

  test('says that it is too late, and what is left', async () => {
    const { path, changeId } = await linked('REQUEST_CANCELLATION', { lastDay: today });
    const version = versionIn((await ask(path)).body)!;
    server.setBusinessDate(addDays(today, 1));
    const shown = await ask(path);
    expect([shown.status, titleOf(shown.body), versionIn(shown.body)]).toEqual([200, 'It is too late for a cancellation', undefined]);
    const pressed = await ask(path, 'POST', `version=${version}`);
    expect([pressed.status, titleOf(pressed.body)]).toEqual([409, 'It is too late for a cancellation']);
    expect(pressed.body).toContain(
      'The last day to decide was <bdi>22 November 2026</bdi>. The contract renews on <bdi>6 January 2027</bdi>.',
    );
    expect(pressed.body).toContain('The next renewal that can be cancelled is that of <bdi>6 January 2028</bdi>.');
    server.setBusinessDate(today);
    expect(await audit(changeId)).toEqual([]);
  });

  test.each(['association ended', 'user removed', 'change taken back'])(
    'is no longer valid when its matter is over: %s',
    async (matter) => {
      const { path, customerId, userId, changeId } = await linked('ACCEPT');
      const version = versionIn((await ask(path)).body)!;
      const { superuserPool } = server.database;
      if (matter === 'association ended') {
        const document = 'mutation ($id: ID!) { endAssociation(input: { customerId: $id }) { userErrors { message } } }';
        await server.query(document, { id: globalId('Customer', customerId) }, { token: admin });
      } else if (matter === 'user removed') await superuserPool.query('update partner_user set removed_at = now() where id = $1', [userId]);
      else await superuserPool.query('delete from dashboard_row where id = $1', [changeId]);
      const contents = await tableContents(server.database);
      const unknown = await ask(`/r/${'A'.repeat(96)}`);
      for (const answer of [await ask(path), await ask(path, 'POST', `version=${version}`)])
        expect([answer.status, answer.body]).toEqual([404, unknown.body]);
      expect(await tableContents(server.database)).toEqual(contents);
    },
  );

  test('asks for the role of now, and for the partner to be the communication owner', async () => {
    const { path, customerId, userId, changeId } = await linked('ACCEPT');
    const version = versionIn((await ask(path)).body)!;
    const { superuserPool } = server.database;
    await superuserPool.query(`update partner_user set role = 'VIEWER' where id = $1`, [userId]);
    for (const answer of [await ask(path), await ask(path, 'POST', `version=${version}`)])
      expect([titleOf(answer.body), versionIn(answer.body)]).toEqual(['Your role cannot record decisions', undefined]);
    await superuserPool.query(`update partner_user set role = 'ADMIN' where id = $1`, [userId]);
    const document = 'mutation ($id: ID!) { setCommunicationOwner(input: { customerId: $id, owner: VENDOR }) { userErrors { message } } }';
    await server.query(document, { id: globalId('Customer', customerId) }, { token: admin });
    const pressed = await ask(path, 'POST', `version=${version}`);
    expect([pressed.status, titleOf(pressed.body)]).toEqual([403, 'The vendor talks to this customer']);
    expect((await audit(changeId)).filter(({ action }) => action === 'ACCEPT')).toEqual([]);
  });

  test('speaks the language of the mail, else that of the browser', async () => {
    const german = await linked('ACCEPT', { language: 'de' });
    expect(titleOf((await ask(german.path, 'GET', undefined, { 'accept-language': 'en' })).body)).toBe('Zustimmung erfassen?');
    const pressed = await press(german.path);
    expect(pressed.body).toContain('<html lang="de">');
    expect(titleOf(pressed.body)).toBe('Die Zustimmung ist erfasst');
    expect(pressed.body).toMatch(/Erfasst am <bdi>22\. November 2026<\/bdi> von <bdi>Mia Keller \d+<\/bdi>\./);
    const other = await linked('ACCEPT', { language: null });
    expect(titleOf((await ask(other.path, 'GET', undefined, { 'accept-language': 'fr, de-AT;q=0.8' })).body)).toBe('Zustimmung erfassen?');
    expect(titleOf((await ask(`/r/x`, 'GET', undefined, { 'accept-language': 'de' })).body)).toBe('Dieser Link gilt nicht mehr');
  });

  test('has no name as markup', async () => {
    const hostile = '</bdi></title><script>alert(1)</script>"\'><img src=x onerror=alert(2)> \u202egnp.exe {date} ${1} $& &amp; <!--';
    const { path } = await linked('ACCEPT', { name: hostile, customer: hostile });
    const plain = await linked('ACCEPT');
    const tags = (text: string) => text.match(/<[^>]*>/g)!.map((tag) => tag.replace(/\d+/g, 'N'));
    for (const [body, other] of [
      [(await ask(path)).body, (await ask(plain.path)).body],
      [(await press(path)).body, (await press(plain.path)).body],
    ] as const) {
      expect(tags(body)).toEqual(tags(other));
      expect(body).toContain('&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&gt;');
      expect(body).toContain('{date} ${1} $&amp; &amp;amp;');
    }
  });
});

describe('a link that snoozes', () => {
  const mutes = async (changeId: string) =>
    (
      await server.database.superuserPool.query(
        'select until, is_snooze, ended_at is null as holds from reminder_mute where contract_change_id = $1 order by created_at',
        [changeId],
      )
    ).rows;

  test('offers 1, 3 and 7 days and any day up to the last one, also to a VIEWER, and does the same once', async () => {
    const { path, changeId, userId } = await linked('SNOOZE', { role: 'VIEWER' });
    const { body } = await ask(path);
    expect(titleOf(body)).toBe('Remind you later?');
    expect([...body.matchAll(/name="until" value="([^"]+)"/g)].map(([, date]) => date)).toEqual(
      [1, 3, 7].map((days) => addDays(today, days)),
    );
    expect(body).toContain(`min="${addDays(today, 1)}" max="${deadline}"`);
    const until = addDays(today, 3);
    const [first, second] = [await ask(path, 'POST', `until=${until}`), await ask(path, 'POST', `until=${until}`)];
    expect([first.status, titleOf(first.body), second.body]).toEqual([200, 'You get a reminder later', first.body]);
    expect(first.body).toContain('comes on <bdi>25 November 2026</bdi>');
    expect(await mutes(changeId)).toEqual([{ until, is_snooze: true, holds: true }]);
    expect(await audit(changeId)).toEqual([
      { actor_kind: 'USER', actor_id: userId, action: 'SNOOZE_REMINDERS', on_behalf_of_customer: false },
    ]);
    expect((await ask(path, 'POST', `until=${deadline}`)).status).toBe(200);
    expect(await mutes(changeId)).toEqual([
      { until, is_snooze: true, holds: false },
      { until: deadline, is_snooze: true, holds: true },
    ]);
  });

  test('refuses other days, and has none on the last day or after a decision', async () => {
    const { path, changeId, messageId } = await linked('SNOOZE');
    for (const until of [today, addDays(today, -1), addDays(deadline, 1), '9999-12-31']) {
      const answer = await ask(path, 'POST', `until=${until}`);
      expect(answer.status).toBe(400);
      expect(answer.body).toContain('Choose a day from <bdi>23 November 2026</bdi> to <bdi>29 November 2026</bdi>.');
    }
    for (const body of ['', 'until=', 'until=soon', 'until=2026-11-31', 'days=3']) expect((await ask(path, 'POST', body)).status).toBe(400);
    expect(await mutes(changeId)).toEqual([]);
    await press(`/r/${tokenOf('ACCEPT', data.partnerId, messageId, deadline)}`);
    const decided = await ask(path, 'POST', `until=${addDays(today, 1)}`);
    expect([decided.status, titleOf(decided.body)]).toEqual([409, 'Nothing is left to decide']);
    const onLastDay = await linked('SNOOZE', { lastDay: today });
    expect((await ask(onLastDay.path)).body).toContain('Today is the last day to decide');
  });
});

describe('a request that is no use of a link', () => {
  test('gets one answer for every token that is not genuine, whatever is wrong with it, and touches no table', async () => {
    const { path, messageId } = await linked('ACCEPT');
    const stranger = await TestData.of(server.database.pool, { name: 'Stranger', passedThrough: today });
    const token = path.slice(3);
    const flipped = token.split('').map((character, at) => token.slice(0, at) + (character === 'A' ? 'B' : 'A') + token.slice(at + 1));
    const others = [
      ...flipped,
      ...[1, 48, 95].map((length) => token.slice(0, length)),
      ...[`${token}A`, `${token}=`, `${token}.`, `${token}/`, `x/${token}`, `${token}%00`, `%2e%2e%2f${token}`, 'A'.repeat(5_000), ''],
      tokenOf('UNSUBSCRIBE', data.partnerId, messageId, deadline),
      tokenOf('ACCEPT', stranger.partnerId, messageId, deadline),
      tokenOf('ACCEPT', data.partnerId, data.partnerId, deadline),
      tokenOf('ACCEPT', messageId, messageId, deadline),
      tokenOf('ACCEPT', data.partnerId, messageId, addDays(today, -1)),
    ];
    const contents = await tableContents(server.database);
    const expected = (await ask('/r/x')).body;
    expect(titleOf(expected)).toBe('This link is no longer valid');
    for (const other of others) {
      const [shown, acted] = [await ask(`/r/${other}`), await ask(`/r/${other}`, 'POST', 'version=1')];
      expect([other, shown.status, acted.status]).toEqual([other, 404, 404]);
      expect([shown.body, acted.body]).toEqual([expected, expected]);
    }
    // A path that is not UTF-8 is no path.
    expect((await ask('/r/%ff')).status).toBe(400);
    expect((await ask(`/unsubscribe/${token}`)).body).toBe(expected);
    expect((await ask(`/unsubscribe/${token}`, 'POST', 'List-Unsubscribe=One-Click')).body).toBe(expected);
    expect(await tableContents(server.database)).toEqual(contents);
    // By the clock alone, a link expires.
    server.setBusinessDate(addDays(deadline, 2));
    expect((await ask(path)).body).toBe(expected);
    server.setBusinessDate(today);
  });

  test('is refused by method, content type and size', async () => {
    const { path, changeId } = await linked('ACCEPT');
    const version = `version=${versionIn((await ask(path)).body)}`;
    for (const method of ['PUT', 'PATCH', 'DELETE']) expect([method, (await ask(path, method, version)).status]).toEqual([method, 405]);
    for (const type of ['application/json', 'text/plain', 'multipart/form-data; boundary=x', 'text/html', 'x'])
      expect([type, (await ask(path, 'POST', version, { 'content-type': type })).status]).toEqual([type, 415]);
    expect((await ask(path, 'POST', `${version}&x=${'x'.repeat(4_096)}`)).status).toBe(413);
    for (const body of ['', 'version=', 'version=x', 'version=-1', 'version=1e3', 'version[]=1', '%00'])
      expect((await ask(path, 'POST', body)).status).toBe(400);
    expect((await ask(path, 'POST')).status).toBe(400);
    expect(await audit(changeId)).toEqual([]);
    // Forms of other origins may post: the token is the right to act.
    const answer = await ask(path, 'POST', version, { origin: 'https://mail.example', 'sec-fetch-site': 'cross-site' });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('set-cookie')).toBeNull();
  });

  test('of one address gets 429 beyond 60 in a moment, and other addresses do not', async () => {
    const from = (address: string) => ask('/r/x', 'GET', undefined, { 'x-forwarded-for': address });
    const answers = await Promise.all(Array.from({ length: 200 }, () => from('192.0.2.1')));
    const refused = answers.filter(({ status }) => status === 429);
    expect(answers.filter(({ status }) => status === 404).length).toBeGreaterThanOrEqual(60);
    expect(new Set(refused.map(({ headers }) => headers.get('retry-after')))).toEqual(new Set(['1']));
    expect((await from('192.0.2.2')).status).toBe(404);
  });
});

test('all pages may run nothing, load nothing, and be neither framed, kept, indexed nor told to other sites', async () => {
  const paths = [(await linked('ACCEPT')).path, (await linked('SNOOZE')).path, '/r/x', '/unsubscribe/x'];
  for (const path of paths) {
    const { headers, body } = await ask(path);
    expect(headers.get('content-security-policy')).toMatch(
      /^default-src 'none'; style-src 'sha256-[\w+/=]{44}'; frame-src 'none'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'$/,
    );
    expect(
      Object.fromEntries(
        ['referrer-policy', 'cache-control', 'x-robots-tag', 'x-content-type-options'].map((name) => [name, headers.get(name)]),
      ),
    ).toEqual({
      ...{ 'referrer-policy': 'no-referrer', 'cache-control': 'no-store', 'x-robots-tag': 'noindex, nofollow' },
      'x-content-type-options': 'nosniff',
    });
    expect(headers.get('set-cookie')).toBeNull();
    expect(body).not.toMatch(/<script|style="|\bon\w+="|https?:/);
  }
});

test('the log has neither tokens nor secrets nor names, and tells whom a link acted for', async () => {
  const { path, userId } = await linked('ACCEPT', { name: 'Canary Keller', customer: 'Canary Ltd' });
  await press(path);
  for (const strange of [`${path}?x=1`, `${path}/`, `/R${path.slice(2)}`, `/x${path}`, `${path}%ff`, `/r${path}`]) await ask(strange);
  await ask(path, 'PUT', 'x=1');
  const all = JSON.stringify(server.log);
  for (const secret of [path.slice(3), path.slice(10, 60), 'Canary', 'canary', 'the secret of all links'])
    expect(all).not.toContain(secret);
  expect(server.log.findLast(({ route, method, status }) => route === '/r/*' && method === 'POST' && status === 200)).toMatchObject({
    partnerId: globalId('Partner', data.partnerId),
    userId: globalId('PartnerUser', userId),
    role: 'MANAGER',
  });
});

test('production has no such pages without a secret of its own', async () => {
  const without = await startTestServer({ businessDate: today, config: { environment: 'production', linkSecrets: undefined } as never });
  for (const path of ['/r/x', '/unsubscribe/x']) expect((await fetch(without.url + path)).headers.get('content-type')).toMatch(/json/);
  await without.close();
});
