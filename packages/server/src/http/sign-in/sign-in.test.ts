import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { cookieOf, page, postAsPage, signInByKey, type SignedIn } from '../../../testing/signed-in.ts';
import { startTestServer, type TestServer } from '../../../testing/test-server.ts';
import { globalId } from '../../graphql/global-id.ts';

// The server believes a proxy on this machine. A request without the proxy's headers comes from this machine itself.
const trustedProxies = ['127.0.0.1'];

let server: TestServer;
let partnerId: string;
let key: string;
let signedIn: SignedIn;

beforeAll(async () => {
  server = await startTestServer({ businessDate: '2026-11-22', config: { trustedProxies } });
  partnerId = await server.createPartner('Acme');
  key = await server.createToken(partnerId, 'ADMIN');
  signedIn = await signInByKey(server, key);
});
afterAll(() => server.close());

let clients = 0;
/** Headers that the proxy adds for a browser at an address of its own: addresses have rates. */
const proxied = (headers: Record<string, string> = {}) => ({
  ...{ 'x-forwarded-for': `10.0.0.${(clients += 1)}`, 'x-forwarded-proto': 'https', 'x-forwarded-host': 'renewals.example.com' },
  ...headers,
});

const errorOf = async (answer: Response) => {
  const { errors } = (await answer.json()) as { errors: { message: string; extensions: { code: string } }[] };
  return [answer.status, errors[0]!.extensions.code, errors[0]!.message];
};

const sessions = async () => (await server.database.superuserPool.query('select id, ended_at from user_session')).rows;
const asked = '{ viewer { role user { name } partner { name } } }';

describe('an API key signs a browser in', () => {
  test('with a cookie that no script reads and no other site sends', async () => {
    const answer = await postAsPage(
      server,
      '/sign-in/key',
      { apiKey: ` ${key}\n` },
      { 'sec-fetch-site': 'same-origin', origin: server.url },
    );
    expect([answer.status, await answer.text()]).toEqual([204, '']);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.headers.getSetCookie()).toEqual([
      expect.stringMatching(/^renewals_session=rns_[\w-]{103}; Path=\/; Max-Age=43200; HttpOnly; SameSite=Strict$/),
    ]);
    const { body } = await server.query(asked, {}, { headers: { ...page, cookie: cookieOf(answer)! } });
    expect(body.data.viewer).toEqual({ role: 'ADMIN', user: null, partner: { name: 'Acme' } });
  });

  test.each([
    ['behind a proxy that ends TLS', proxied()],
    ['behind a proxy that says nothing of TLS', { 'x-forwarded-for': '10.0.0.1', host: 'renewals.example.com' }],
  ])('%s, with a cookie for https and this host alone', async (_, headers) => {
    const answer = await postAsPage(server, '/sign-in/key', { apiKey: key }, headers);
    expect(answer.headers.getSetCookie()).toEqual([
      expect.stringMatching(/^__Host-renewals_session=rns_[\w-]{103}; Path=\/; Max-Age=43200; HttpOnly; SameSite=Strict; Secure$/),
    ]);
    const cookie = cookieOf(answer)!;
    expect((await server.query(asked, {}, { headers: { ...page, ...headers, cookie } })).status).toBe(200);
    // A subdomain or plain http could have set the other one.
    const planted = cookie.replace('__Host-', '');
    expect((await server.query(asked, {}, { headers: { ...page, ...headers, cookie: planted } })).status).toBe(401);
  });

  test('in production, with a cookie for https, also on the machine of the server', async () => {
    const config = { environment: 'production' as const, publicUrl: 'https://renewals.example.com', sessionHours: 1 };
    const other = await startTestServer({ businessDate: '2026-11-22', database: server.database, config });
    const origin = { origin: 'https://renewals.example.com' };
    const answer = await postAsPage(other, '/sign-in/key', { apiKey: key }, origin);
    expect(answer.headers.getSetCookie()).toEqual([expect.stringMatching(/^__Host-.*; Max-Age=3600; HttpOnly; SameSite=Strict; Secure$/)]);
    await other.close();
  });

  test('and nothing of the secret is stored or logged', async () => {
    const { cookie } = await signInByKey(server, key, { 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0\u00a0<b>' });
    const [, secret] = /_([\w-]{43})$/.exec(cookie)!;
    const { rows } = await server.database.superuserPool.query('select row_to_json(session)::text as row from user_session session');
    const stored = rows.map(({ row }) => row as string).join('\n');
    expect(stored).toContain('Firefox/140.0<b>');
    await server.query(asked, {}, { headers: { ...page, cookie } });
    for (const text of [stored, JSON.stringify(server.log)]) {
      expect(text).not.toContain(secret);
      expect(text).not.toContain(key.slice(17));
      expect(text).not.toContain(Buffer.from(secret!).toString('hex'));
    }
    expect(server.log.at(-1)).toMatchObject({ keyId: key.split('_')[1], sessionId: expect.stringMatching(/^ses_/), role: 'ADMIN' });
  });

  test('never as the session whose cookie came with it, which ends', async () => {
    const planted = `renewals_session=rns_6e8f1b0e-3c0b-4c58-9f4e-1d1f5a3f7a11_${'s'.repeat(43)}`;
    const mine = await signInByKey(server, key, { cookie: planted });
    expect(mine.cookie).not.toBe(planted);
    expect((await mine.query(asked)).status).toBe(200);
    expect((await server.query(asked, {}, { headers: { ...page, cookie: planted } })).status).toBe(401);
    const next = await signInByKey(server, key, { cookie: mine.cookie });
    expect(next.cookie).not.toBe(mine.cookie);
    expect([(await mine.query(asked)).status, (await next.query(asked)).status]).toEqual([401, 200]);
  });
});

describe('nobody is signed in', () => {
  test("by a session's id with another secret", async () => {
    const guessed = signedIn.cookie.slice(0, -43) + 's'.repeat(43);
    expect((await server.query(asked, {}, { headers: { ...page, cookie: guessed } })).status).toBe(401);
    expect((await signedIn.query(asked)).status).toBe(200);
  });

  test.each([
    ['malformed', async () => 'no key'],
    ['made up', async () => `${key.slice(0, -6)}000000`],
    ['of nobody', async () => 'prk_0123456789AB_0123456789ABCDEFGHIJKLMNOPQRSTUV2MHQfd'],
    ['expired', () => server.createToken(partnerId, 'ADMIN', { expiresAt: new Date('2020-01-01') })],
    ['a token', async () => 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.'],
    [
      'revoked',
      async () => {
        const revoked = await server.createToken(partnerId, 'ADMIN');
        await server.database.superuserPool.query('update api_key set revoked_at = now() where id = $1', [revoked.split('_')[1]]);
        return revoked;
      },
    ],
  ])('by a key that is %s', async (_, make) => {
    const before = await sessions();
    const answer = await postAsPage(server, '/sign-in/key', { apiKey: await make() }, proxied());
    expect(answer.headers.getSetCookie()).toEqual([]);
    expect(await errorOf(answer)).toEqual([401, 'UNAUTHENTICATED', 'This API key is wrong, expired or revoked.']);
    expect(await sessions()).toEqual(before);
  });

  test('over plain http from another machine, and is told so', async () => {
    const headers = { 'x-forwarded-for': '10.2.0.1', 'x-forwarded-host': '10.0.0.7:4000', origin: 'http://10.0.0.7:4000' };
    const answer = await postAsPage(server, '/sign-in/key', { apiKey: key }, headers);
    expect(await errorOf(answer)).toEqual([403, 'FORBIDDEN', expect.stringMatching(/^Open this page over https/)]);
  });

  test('by the key of an operator, who is told why', async () => {
    const answer = await postAsPage(server, '/sign-in/key', { apiKey: await server.createToken(partnerId, 'OPERATOR') }, proxied());
    expect(await errorOf(answer)).toEqual([403, 'FORBIDDEN', expect.stringMatching(/^Operators cannot sign in here/)]);
  });

  test.each([
    ['no key', { body: '{}' }, 400],
    ['a key that is no text', { body: '{"apiKey":{"a":1}}' }, 400],
    ['no JSON', { body: '{' }, 400],
    ['a body that is too large', { body: JSON.stringify({ apiKey: 'x'.repeat(2_000) }) }, 413],
    ['a form', { body: 'apiKey=x', type: 'application/x-www-form-urlencoded' }, 415],
    ['plain text', { body: '{"apiKey":"x"}', type: 'text/plain' }, 415],
  ])('by %s', async (_, { body, type = 'application/json' }: { body: string; type?: string }, status) => {
    const headers = { ...page, ...proxied(), 'content-type': type };
    expect((await fetch(`${server.url}/sign-in/key`, { method: 'POST', headers, body })).status).toBe(status);
  });

  test('by many wrong keys: an address gets sixty at once', async () => {
    const headers = proxied();
    const begun = performance.now();
    const answers = await Promise.all(
      Array.from({ length: 200 }, async () => await postAsPage(server, '/sign-in/key', { apiKey: 'wrong' }, headers)),
    );
    const restored = ((performance.now() - begun) / 1_000) * 10;
    const refused = answers.filter(({ status }) => status === 429);
    expect(answers.filter(({ status }) => status === 401).length).toBe(200 - refused.length);
    expect(refused.length).toBeGreaterThanOrEqual(200 - 60 - Math.ceil(restored));
    expect(new Set(refused.map((answer) => answer.headers.get('retry-after')))).toEqual(new Set(['1']));
    expect((await postAsPage(server, '/sign-in/key', { apiKey: key }, proxied())).status).toBe(204);
  });
});

describe('no other page uses the session', () => {
  const own = () => new URL(server.url).host;
  const others: [string, () => Record<string, string | undefined>][] = [
    ['without the header, as a form or an image sends it', () => ({ 'x-renewals-page': undefined })],
    ['with another value of the header', () => ({ 'x-renewals-page': 'yes' })],
    ['from another site', () => ({ 'sec-fetch-site': 'cross-site' })],
    ['from another port or subdomain', () => ({ 'sec-fetch-site': 'same-site' })],
    ['typed into the address bar', () => ({ 'sec-fetch-site': 'none' })],
    ['by a page of another origin', () => ({ origin: 'https://evil.example' })],
    ['by a page of another port', () => ({ origin: 'http://127.0.0.1:1' })],
    ['by a page of this host over another protocol', () => ({ origin: `https://${own()}` })],
    ['by a page whose origin is hidden', () => ({ origin: 'null' })],
    ['by a page whose name begins with this host', () => ({ origin: `http://${own()}.evil.example` })],
    ['by another origin that claims to be the same', () => ({ origin: 'https://evil.example', 'sec-fetch-site': 'same-origin' })],
  ];

  test.each(others)('%s', async (_, headers) => {
    const given = Object.entries({ ...page, cookie: signedIn.cookie, ...headers() }).filter(([, value]) => value !== undefined);
    const sent = Object.fromEntries(given) as Record<string, string>;
    const read = await server.query(asked, {}, { headers: sent });
    expect([read.status, read.body.errors?.[0]?.extensions['code'], read.body.data]).toEqual([401, 'UNAUTHENTICATED', undefined]);
    for (const path of ['/sign-in/key', '/sign-in/sample', '/sign-out']) {
      const headersOfForm = { ...sent, 'content-type': 'application/json' };
      const answer = await fetch(server.url + path, { method: 'POST', headers: headersOfForm, body: JSON.stringify({ apiKey: key }) });
      expect([path, answer.status, answer.headers.getSetCookie()]).toEqual([path, 403, []]);
    }
    expect((await signedIn.query(asked)).status).toBe(200);
  });

  test('though a page of another port may call the API with a key', async () => {
    const preflight = await fetch(`${server.url}/graphql`, {
      method: 'OPTIONS',
      headers: {
        origin: 'http://localhost:5173',
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'x-renewals-page',
      },
    });
    expect(preflight.headers.get('access-control-allow-headers')).not.toMatch(/x-renewals-page/i);
    expect(preflight.headers.get('access-control-allow-credentials')).toBeNull();
  });

  test('and a key or token beside it counts instead', async () => {
    const wrong = await signedIn.query(asked, {}, { authorization: 'Bearer wrong' });
    expect([wrong.status, wrong.body.errors?.[0]?.message]).toEqual([401, expect.stringMatching(/^The API key or token/)]);
    const viewer = await server.createToken(partnerId, 'VIEWER');
    expect((await signedIn.query(asked, {}, { authorization: `Bearer ${viewer}` })).body.data.viewer.role).toBe('VIEWER');
  });

  test('nor does it reach another partner', async () => {
    const other = globalId('Partner', await server.createPartner('Other'));
    expect((await signedIn.query(asked, {}, { 'x-partner-id': other })).status).toBe(403);
    expect((await signedIn.query(asked, {}, { 'x-partner-id': globalId('Partner', partnerId) })).status).toBe(200);
  });
});
