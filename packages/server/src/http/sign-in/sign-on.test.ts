// Long: one table of the ways in which a sign-in fails.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Browser } from '../../../testing/browser.ts';
import { clientId, clientSecret, startIdentityProvider, type Account, type IdentityProvider } from '../../../testing/identity-provider.ts';
import { startTestServer, type TestServer } from '../../../testing/test-server.ts';
import type { OpenIdConfig } from '../../config.ts';
import { createPartnerUser } from '../../partner/partner-user.queries.ts';

// The provider is a real one, on loopback. It sends browsers to the public address, where a proxy passes requests on to the server.
const publicUrl = 'https://renewals.example.com';

const behindProxy = { publicUrl, trustedProxies: ['127.0.0.1'] };

let provider: IdentityProvider;
let server: TestServer;
let partnerId: string;
let ada: Account;
let browser: Browser;

/** A browser at an address of its own, behind the proxy: addresses have rates. */
const newBrowser = () =>
  new Browser({ 'x-forwarded-for': `10.0.0.${(browsers += 1)}`, 'x-forwarded-proto': 'https', 'x-forwarded-host': 'renewals.example.com' });
let browsers = 0;

const signOnOf = ({ issuer }: IdentityProvider): OpenIdConfig => ({
  ...{ issuer, clientId, clientSecret, name: 'Acme Login', partnerClaim: 'partner_id', scope: 'openid email partner' },
});

async function user(email: string): Promise<string | null> {
  return await createPartnerUser(server.database.pool, partnerId, { name: email, email, role: 'MANAGER', actor: 'test' });
}

beforeAll(async () => {
  provider = await startIdentityProvider(`${publicUrl}/sign-in/callback`);
  server = await startTestServer({ businessDate: '2026-11-22', config: { ...behindProxy, openId: signOnOf(provider) } });
  partnerId = await server.createPartner('Acme');
  ada = { email: 'Ada@acme.example', email_verified: true, partner_id: partnerId };
  await user('ada@acme.example');
});
afterAll(async () => {
  await provider.close();
  await server.close();
});

beforeEach(() => {
  browser = newBrowser();
  provider.person = ada;
});

/** From the page to the provider: the address at which it asks for a person. */
const start = async (to?: string) =>
  await browser.follow(`${server.url}/sign-in/start${to === undefined ? '' : `?to=${encodeURIComponent(to)}`}`);

/** The person signs in at the provider: the address of the callback with its code. */
async function authorize(address: string): Promise<string> {
  for (let at = address; ; at = await browser.follow(at)) {
    if (at.startsWith(publicUrl)) return server.url + at.slice(publicUrl.length);
  }
}

const changed = (address: string, change: (parameters: URLSearchParams) => void): string => {
  const url = new URL(address);
  change(url.searchParams);
  return url.href;
};

const comeBack = async (address: string) => await browser.fetch(address);

const viewer = async () => {
  const cookie = browser.cookieOf(server.url, '__Host-renewals_session');
  const headers = { ...page, ...(cookie !== undefined && { cookie: `__Host-renewals_session=${cookie}` }) };
  return await server.query('{ viewer { role user { email } session { method isCurrent } } }', {}, { headers });
};

/** What a browser gets that is not signed in: a page that says why and leads back. */
async function refusal(answer: Response) {
  const { status, headers } = answer;
  const text = await answer.text();
  const isPage = headers.get('content-security-policy')?.startsWith("default-src 'none'") && text.includes('<a href="/sign-in">');
  const isSignedIn = browser.cookieOf(server.url, '__Host-renewals_session') !== undefined || (await viewer()).status !== 401;
  return { status, isPage, isSignedIn, says: /<p>(.*?)<\/p>/.exec(text)?.[1] };
}
const refused = (status: number, sentence: string) => ({
  ...{ status, isPage: true, isSignedIn: false, says: expect.stringContaining(sentence) },
});

const page = { 'x-renewals-page': '1', 'x-forwarded-proto': 'https' };
const again = 'Please start again';
const noUser = 'No user belongs to your account.';

describe('a person signs in at the provider', () => {
  test('and comes back as the user with that e-mail address, to the page they wanted', async () => {
    const address = await start('/customers/cus_1?view=vie_1#usage');
    const asked = new URL(address).searchParams;
    expect(Object.fromEntries(asked)).toMatchObject({
      response_type: 'code',
      code_challenge_method: 'S256',
      scope: 'openid email partner',
    });
    for (const name of ['state', 'nonce', 'code_challenge']) expect(asked.get(name)).toMatch(/^[\w-]{43}$/);
    const answer = await comeBack(await authorize(address));
    expect(answer.status).toBe(302);
    expect(answer.headers.get('location')).toBe('/customers/cus_1?view=vie_1#usage');
    expect(answer.headers.get('cache-control')).toBe('no-store');
    const [cleared, session] = answer.headers.getSetCookie();
    expect(cleared).toMatch(/^__Host-renewals_sign_on=; Path=\/; Max-Age=0;/);
    expect(session).toMatch(/^__Host-renewals_session=rns_[\w-]+; Path=\/; Max-Age=43200; HttpOnly; SameSite=Strict; Secure$/);
    const { body } = await viewer();
    expect(body.data.viewer).toEqual({
      role: 'MANAGER',
      user: { email: 'ada@acme.example' },
      session: { method: 'SIGN_ON', isCurrent: true },
    });
  });

  test('is told by the page how', async () => {
    const answer = await fetch(`${server.url}/sign-in/methods`);
    expect(await answer.json()).toEqual({ key: true, signOn: { name: 'Acme Login' }, sample: false });
  });

  test('and writes as the user, until the user is removed', async () => {
    const email = 'grace@acme.example';
    const userId = await user(email);
    provider.person = { ...ada, email };
    await comeBack(await authorize(await start()));
    const headers = { ...page, cookie: `__Host-renewals_session=${browser.cookieOf(server.url, '__Host-renewals_session')}` };
    const save = async () =>
      await server.query(
        `mutation { createSavedView(input: { name: "Mine", columns: [CUSTOMER_NAME, COMMUNICATION_OWNER, CONTRACT_TYPE, STATUS, RENEWAL_DEADLINE] }) { userErrors { message } } }`,
        {},
        { headers },
      );
    expect((await save()).body.data.createSavedView.userErrors).toEqual([]);
    await server.database.superuserPool.query('update partner_user set removed_at = now() where id = $1', [userId]);
    const { status, body } = await save();
    expect([status, body.errors?.[0]?.message]).toEqual([401, expect.stringContaining('Sign in again')]);
  });
});

describe('nobody is signed in', () => {
  test('with another state', async () => {
    const callback = await authorize(await start());
    expect(await refusal(await comeBack(changed(callback, (search) => search.set('state', 'x'.repeat(43)))))).toEqual(refused(400, again));
    // That was the one attempt.
    expect(await refusal(await comeBack(callback))).toEqual(refused(400, again));
  });

  test('without a state', async () => {
    const callback = await authorize(await start());
    expect(await refusal(await comeBack(changed(callback, (search) => search.delete('state'))))).toEqual(refused(400, again));
  });

  test('in a browser that did not begin, with or without an attempt of its own', async () => {
    const ofVictim = newBrowser();
    const callback = await authorize(await start());
    browser = ofVictim;
    expect(await refusal(await comeBack(callback))).toEqual(refused(400, again));
    await start();
    expect(await refusal(await comeBack(callback))).toEqual(refused(400, again));
  });

  test('with another nonce', async () => {
    const address = changed(await start(), (search) => search.set('nonce', 'another'));
    expect(await refusal(await comeBack(await authorize(address)))).toEqual(refused(400, 'cannot be trusted'));
  });

  test('with another code challenge', async () => {
    const address = changed(await start(), (search) => search.set('code_challenge', 'c'.repeat(43)));
    expect(await refusal(await comeBack(await authorize(address)))).toEqual(refused(400, again));
  });

  test('by another issuer', async () => {
    const callback = await authorize(await start());
    expect(new URL(callback).searchParams.get('iss')).toBe(provider.issuer.origin);
    expect(await refusal(await comeBack(changed(callback, (search) => search.set('iss', 'https://evil.example'))))).toEqual(
      refused(400, 'cannot be trusted'),
    );
    const other = await authorize(await start());
    expect(await refusal(await comeBack(changed(other, (search) => search.delete('iss'))))).toEqual(refused(400, 'cannot be trusted'));
  });

  test('with an expired code', async () => {
    const callback = await authorize(await start());
    provider.expireCodes();
    expect(await refusal(await comeBack(callback))).toEqual(refused(400, again));
  });

  test('with a code that was used before', async () => {
    const callback = await authorize(await start());
    const attempt = browser.cookieOf(server.url, '__Host-renewals_sign_on')!;
    expect((await comeBack(callback)).status).toBe(302);
    browser = newBrowser();
    browser.setCookie(server.url, '__Host-renewals_sign_on', attempt);
    expect(await refusal(await comeBack(callback))).toEqual(refused(400, again));
  });

  test('with a code of another client', async () => {
    const address = changed(await start(), (search) => search.set('client_id', 'another'));
    expect(await refusal(await comeBack(await authorize(address)))).toEqual(refused(400, again));
  });

  test('with a made-up code, or none', async () => {
    const callback = await authorize(await start());
    expect(await refusal(await comeBack(changed(callback, (search) => search.set('code', 'made-up'))))).toEqual(refused(400, again));
    const other = await authorize(await start());
    expect(await refusal(await comeBack(changed(other, (search) => search.delete('code'))))).toEqual(refused(400, 'cannot be trusted'));
    expect(await refusal(await comeBack(`${server.url}/sign-in/callback`))).toEqual(refused(400, again));
  });

  test('who cancels', async () => {
    provider.person = 'DENIES';
    expect(await refusal(await comeBack(await authorize(await start())))).toEqual(refused(403, 'The sign-on was cancelled.'));
  });

  test.each([
    ['an e-mail address that is not verified', () => ({ ...ada, email_verified: false })],
    ['an e-mail address of which nobody says whether it is verified', () => ({ email: 'ada@acme.example', partner_id: partnerId })],
    ['no e-mail address', () => ({ partner_id: partnerId, email_verified: true })],
    ['no partner', () => ({ email: 'ada@acme.example', email_verified: true })],
    ['a partner that is none', () => ({ ...ada, partner_id: 'Acme' })],
    ['another partner', () => ({ ...ada, partner_id: '6e8f1b0e-3c0b-4c58-9f4e-1d1f5a3f7a11' })],
    ['the address of no user', () => ({ ...ada, email: 'nobody@acme.example' })],
  ] as [string, () => Account][])('with %s', async (_, account) => {
    provider.person = account();
    expect(await refusal(await comeBack(await authorize(await start())))).toEqual(refused(403, noUser));
  });

  test('as a user who was removed', async () => {
    const userId = await user('gone@acme.example');
    await server.database.superuserPool.query('update partner_user set removed_at = now() where id = $1', [userId]);
    provider.person = { ...ada, email: 'gone@acme.example' };
    expect(await refusal(await comeBack(await authorize(await start())))).toEqual(refused(403, noUser));
  });
});

test.each([
  'https://evil.example/',
  '//evil.example',
  '/\\evil.example',
  '/.//evil.example',
  '/x/..//evil.example',
  '/%2e//evil.example',
  '/\t/evil.example',
  ' //evil.example',
  'evil.example',
  'javascript:alert(1)',
  '/ok\r\nset-cookie: x=1',
  '/sign-in/start',
  '/x/../sign-in/start',
])('a sign-in never leads to %j', async (to) => {
  const address = await start(to);
  const [, wayBack = ''] = browser.cookieOf(server.url, '__Host-renewals_sign_on')!.split('.');
  expect(Buffer.from(wayBack, 'base64url').toString()).toBe('/');
  const answer = await comeBack(await authorize(address));
  expect([answer.status, answer.headers.get('location')]).toEqual([302, '/']);
});

test.each(['//evil.example', '/.//evil.example', `/${'long'.repeat(1_000)}`])(
  'a way back that was changed in the cookie leads nowhere else',
  async (to) => {
    const callback = await authorize(await start());
    const [secret] = browser.cookieOf(server.url, '__Host-renewals_sign_on')!.split('.');
    browser.setCookie(server.url, '__Host-renewals_sign_on', `${secret}.${Buffer.from(to).toString('base64url')}`);
    expect((await comeBack(callback)).headers.get('location')).toBe('/');
  },
);

test('a German browser gets German sentences', async () => {
  const german = new Browser({ 'x-forwarded-for': '10.1.0.1', 'accept-language': 'de' });
  const answer = await german.fetch(`${server.url}/sign-in/callback`);
  expect(await answer.text()).toContain('Bitte beginnen Sie neu');
});

test('a public client without a secret gets its claims in the ID token', async () => {
  const bare = await startIdentityProvider(`${publicUrl}/sign-in/callback`, { isBare: true });
  const { clientSecret: _, ...openId } = signOnOf(bare);
  const other = await startTestServer({ businessDate: '2026-11-22', config: { ...behindProxy, openId } });
  try {
    const itsPartner = await other.createPartner('Acme');
    await createPartnerUser(other.database.pool, itsPartner, { name: 'Ada', email: ada.email!, role: 'VIEWER', actor: 'test' });
    bare.person = { ...ada, partner_id: itsPartner };
    let at = await browser.follow(`${other.url}/sign-in/start`);
    while (!at.startsWith(publicUrl)) at = await browser.follow(at);
    expect((await browser.fetch(other.url + at.slice(publicUrl.length))).status).toBe(302);
    expect(browser.cookieOf(other.url, '__Host-renewals_session')).toMatch(/^rns_/);
    await bare.close();
    // Its addresses are known, its answers fail to come.
    at = await browser.follow(`${other.url}/sign-in/start`);
    const state = new URL(at).searchParams.get('state')!;
    const back = new URLSearchParams({ code: 'some', state, iss: bare.issuer.origin });
    const answer = await browser.fetch(`${other.url}/sign-in/callback?${back.toString()}`);
    expect([answer.status, await answer.text()]).toEqual([503, expect.stringContaining('The sign-on is unavailable.')]);
  } finally {
    await other.close();
  }
});

test('the log has neither codes, secrets, addresses nor tokens', async () => {
  const callback = await authorize(await start());
  const code = new URL(callback).searchParams.get('code')!;
  const secret = browser.cookieOf(server.url, '__Host-renewals_sign_on')!;
  await comeBack(callback);
  const log = JSON.stringify(server.log);
  expect(log).toContain('/sign-in/callback');
  for (const text of [code, secret.split('.')[0]!, browser.cookieOf(server.url, '__Host-renewals_session')!, 'ada@', clientSecret, 'eyJ'])
    expect(log.toLowerCase()).not.toContain(text.toLowerCase());
});
