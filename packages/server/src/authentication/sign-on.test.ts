// Long: one issuer for its tokens, keys and claims.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { base64url, exportJWK, exportSPKI, SignJWT } from 'jose';
import { createPartnerUser } from '../partner/partner-user.queries.ts';
import { makeSigningKey, signToken, startKeyServer, type SigningKey } from '../../testing/key-server.ts';
import { startTestServer, type TestServer } from '../../testing/test-server.ts';

const today = '2026-11-22';
const now = Date.parse(`${today}T12:00:00Z`) / 1000;
const algorithms = ['RS256', 'ES256', 'EdDSA'];

let server: TestServer;
let issuer: Awaited<ReturnType<typeof startKeyServer>>;
let keys: Record<string, SigningKey>;
let ecKey: SigningKey;
let acme: string;
let globex: string;
let ann: string;
let refused: string;

beforeAll(async () => {
  issuer = await startKeyServer();
  keys = Object.fromEntries(
    await Promise.all([...algorithms, 'ES384'].map(async (alg) => [alg, await makeSigningKey(`key of ${alg}`, alg)])),
  );
  ecKey = keys['ES256'] as SigningKey;
  await issuer.publish(...Object.values(keys));
  server = await startTestServer({
    businessDate: today,
    config: {
      signOn: {
        issuer: 'https://id.example',
        audience: 'renewals',
        keysUrl: issuer.url,
        algorithms,
        partnerClaim: 'partner_id',
        operatorClaim: { name: 'roles', value: 'renewals-operator' },
      },
    },
  });
  acme = await server.createPartner('Acme');
  globex = await server.createPartner('Globex');
  ann = (await createPartnerUser(server.database.pool, acme, {
    name: 'Ann',
    email: 'Ann@acme.example',
    role: 'MANAGER',
    actor: 'test',
  })) as string;
  refused = await shape('prk_nonsense');
});
afterAll(async () => {
  await server.close();
  await issuer.close();
});

const claims = (others: Record<string, unknown> = {}) => ({
  iss: 'https://id.example',
  aud: 'renewals',
  sub: 'ann|1',
  exp: now + 300,
  partner_id: `par_${acme}`,
  email: 'ann@ACME.example',
  email_verified: true,
  ...others,
});

const viewer = 'query Who { viewer { role user { id } partner { name } } }';
const ask = (token: string, headers: Record<string, string> = {}) => server.query(viewer, {}, { token, headers });

/** All parts of a response that a client could compare. */
async function shape(token: string, extra: Record<string, string> = {}): Promise<string> {
  const { status, headers, text } = await ask(token, { 'x-request-id': 'same', ...extra });
  const { date: _date, ...rest } = Object.fromEntries(headers);
  return JSON.stringify({ status, rest, text });
}

describe("a token of the company's sign-on", () => {
  test.each(algorithms)('signed with %s authenticates the user with that address, with the role of the user', async (alg) => {
    const { status, body } = await ask(await signToken(keys[alg] as SigningKey, claims()));
    expect([status, body.data]).toEqual([200, { viewer: { role: 'MANAGER', user: { id: `usr_${ann}` }, partner: { name: 'Acme' } } }]);
  });

  test('names the partner by its global id or by its UUID', async () => {
    expect((await ask(await signToken(ecKey, claims({ partner_id: acme.toUpperCase() })))).status).toBe(200);
    expect((await ask(await signToken(ecKey, claims({ aud: ['other', 'renewals'] })))).status).toBe(200);
  });

  test('is valid for its partner only, even if the request names another', async () => {
    const token = await signToken(ecKey, claims());
    expect((await ask(token, { 'x-partner-id': `par_${acme}` })).status).toBe(200);
    expect((await ask(token, { 'x-partner-id': `par_${globex}` })).body.errors?.[0]?.extensions['code']).toBe('FORBIDDEN');
    expect(await shape(token, { 'x-partner-id': `par_${globex}` })).toBe(await shape(token, { 'x-partner-id': `par_${randomUUID()}` }));
  });

  test('is valid with a clock difference of 30 seconds, but not of 31', async () => {
    for (const [others, isAccepted] of [
      [{ exp: now - 29 }, true],
      [{ exp: now - 31 }, false],
      [{ nbf: now + 29 }, true],
      [{ nbf: now + 31 }, false],
    ] as const) {
      expect((await ask(await signToken(ecKey, claims(others)))).status).toBe(isAccepted ? 200 : 401);
    }
  });

  test('writes with the role that its user has now, and not at all once the user is removed', async () => {
    const partnerId = await server.createPartner('Thrown out');
    const add = async (email: string) =>
      (await createPartnerUser(server.database.pool, partnerId, { name: 'Eve', email, role: 'ADMIN', actor: 'test' })) as string;
    const [eve] = [await add('eve@w.example'), await add('other@w.example')];
    const token = await signToken(ecKey, claims({ partner_id: partnerId, email: 'eve@w.example' }));
    const admin = await server.createToken(partnerId, 'ADMIN');
    const run = async (field: string, input: string, as: string) => {
      const { body } = await server.query(`mutation { ${field}(input: { ${input} }) { userErrors { message } } }`, {}, { token: as });
      return body.errors?.[0]?.extensions['code'] ?? body.data[field].userErrors;
    };
    const settings = async () => await run('updatePartnerSettings', 'ownsAllTransactionalConversations: true', token);
    expect(await settings()).toEqual([]);
    await run('setPartnerUserRole', `userId: "usr_${eve}", role: MANAGER`, admin);
    expect(await settings()).toBe('FORBIDDEN');
    await run('setPartnerUserRole', `userId: "usr_${eve}", role: ADMIN`, admin);
    expect(await settings()).toEqual([]);
    expect(await run('removePartnerUser', `userId: "usr_${eve}"`, admin)).toEqual([]);
    expect(await settings()).toBe('UNAUTHENTICATED');
    // Reads follow when the look-up has left the cache; the same address then finds only a new user.
    while ((await ask(token)).status === 200) await new Promise((resolve) => setTimeout(resolve, 50));
    const again = await add('eve@w.example');
    // That nobody has this address is remembered for a second.
    const deadline = performance.now() + 5_000;
    while ((await ask(token)).status === 401 && performance.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 50));
    expect((await ask(token)).body.data.viewer.user.id).toBe(`usr_${again}`);
    expect(again).not.toBe(eve);
  });

  test('records changes under the name of its user', async () => {
    const partnerId = await server.createPartner('Writers');
    await createPartnerUser(server.database.pool, partnerId, { name: 'Wanda', email: 'wanda@w.example', role: 'ADMIN', actor: 'test' });
    const token = await signToken(ecKey, claims({ partner_id: partnerId, email: 'wanda@w.example' }));
    const { body } = await server.query(
      'mutation { updatePartnerSettings(input: { ownsAllTransactionalConversations: true }) { userErrors { code } } }',
      {},
      { token },
    );
    expect(body.data.updatePartnerSettings.userErrors).toEqual([]);
    const { rows } = await server.database.superuserPool.query(
      'select actor, action from audit_event where partner_id = $1 and actor <> $2',
      [partnerId, 'test'],
    );
    expect(rows).toEqual([{ actor: 'Wanda', action: 'UPDATE_PARTNER_SETTINGS' }]);
  });
});

describe('a token of an operator', () => {
  const operator = () =>
    signToken(ecKey, claims({ sub: 'olga', partner_id: undefined, email: undefined, roles: ['x', 'renewals-operator'] }));

  test('names the partner in each request, and is recorded in that partner’s audit log', async () => {
    expect((await ask(await operator(), { 'x-partner-id': `par_${globex}` })).body.data).toEqual({
      viewer: { role: 'OPERATOR', user: null, partner: { name: 'Globex' } },
    });
    const { rows } = await server.database.superuserPool.query(`select actor, action from audit_event where partner_id = $1`, [globex]);
    expect(rows).toEqual([{ actor: 'vendor operator sub:olga', action: 'OPERATOR_ACCESS' }]);
    expect((await ask(await operator())).status).toBe(400);
    expect((await ask(await operator(), { 'x-partner-id': `par_${randomUUID()}` })).status).toBe(403);
  });

  test.each([['Renewals-operator'], ['renewals-operator '], [true], [{ 'renewals-operator': true }], [[['renewals-operator']]]])(
    'needs exactly that claim, not %j',
    async (roles) => {
      const token = await signToken(ecKey, claims({ roles, email: 'nobody@acme.example' }));
      expect(await shape(token, { 'x-partner-id': `par_${globex}` })).toBe(refused);
    },
  );
});

describe('an invalid token gives the same response, byte for byte, as an invalid key', () => {
  const unsigned = (header: object, payload: object, signature = '') =>
    `${base64url.encode(JSON.stringify(header))}.${base64url.encode(JSON.stringify(payload))}.${signature}`;
  /** Signs with the public key as if it were a shared secret. */
  const confused = async (key: SigningKey, secret: string | Uint8Array) =>
    await new SignJWT(claims())
      .setProtectedHeader({ alg: 'HS256', kid: key.kid })
      .sign(typeof secret === 'string' ? new TextEncoder().encode(secret) : secret);
  const rsa = () => keys['RS256'] as SigningKey;

  test.each<[string, () => Promise<string> | string]>([
    ['the algorithm none', () => unsigned({ alg: 'none' }, claims())],
    ['the algorithm none and a known key', () => unsigned({ alg: 'none', kid: ecKey.kid }, claims())],
    ['no signature', async () => (await signToken(ecKey, claims())).replace(/[^.]+$/, '')],
    [
      'another payload under the signature',
      async () => (await signToken(ecKey, claims())).replace(/\.[^.]+\./, `.${base64url.encode(JSON.stringify(claims({ sub: 'eve' })))}.`),
    ],
    ['a public RSA key as a secret of HS256', async () => await confused(rsa(), await exportSPKI(rsa().publicKey))],
    ['a public EC key as a secret of HS256', async () => await confused(ecKey, await exportSPKI(ecKey.publicKey))],
    ['a published JWK as a secret of HS256', async () => await confused(rsa(), JSON.stringify(await exportJWK(rsa().publicKey)))],
    ['a modulus as a secret of HS256', async () => await confused(rsa(), base64url.decode((await exportJWK(rsa().publicKey)).n as string))],
    ['an algorithm that is not configured', async () => await signToken(keys['ES384'] as SigningKey, claims())],
    ['the id of a key for another algorithm', async () => await signToken({ ...ecKey, kid: 'key of RS256' }, claims())],
    [
      'its own key in the header',
      async () => {
        const eve = await makeSigningKey(ecKey.kid);
        return await signToken(eve, claims(), { jwk: await exportJWK(eve.publicKey) });
      },
    ],
    ['its own key address in the header', async () => await signToken(await makeSigningKey('eve'), claims(), { jku: issuer.url.href })],
    ['an unknown key', async () => await signToken(await makeSigningKey('unknown'), claims())],
    ['no key named', async () => await signToken(await makeSigningKey(ecKey.kid), claims(), { kid: undefined })],
    ['a critical extension', async () => unsigned({ alg: 'ES256', kid: ecKey.kid, crit: ['exp'], exp: 1 }, claims(), 'AAAA')],
    ['another issuer', async () => await signToken(ecKey, claims({ iss: 'https://evil.example' }))],
    ['an issuer with the same beginning', async () => await signToken(ecKey, claims({ iss: 'https://id.example/' }))],
    ['no issuer', async () => await signToken(ecKey, claims({ iss: undefined }))],
    ['another audience', async () => await signToken(ecKey, claims({ aud: 'other' }))],
    ['no audience', async () => await signToken(ecKey, claims({ aud: undefined }))],
    ['an expiry in the past', async () => await signToken(ecKey, claims({ exp: now - 3600 }))],
    ['no expiry', async () => await signToken(ecKey, claims({ exp: undefined }))],
    ['a not-before time in the future', async () => await signToken(ecKey, claims({ nbf: now + 3600 }))],
    ['no subject', async () => await signToken(ecKey, claims({ sub: undefined }))],
    ['a subject with NUL', async () => await signToken(ecKey, claims({ sub: 'a\0b' }))],
    ['no partner', async () => await signToken(ecKey, claims({ partner_id: undefined }))],
    ['an unknown partner', async () => await signToken(ecKey, claims({ partner_id: randomUUID() }))],
    ['a partner without that user', async () => await signToken(ecKey, claims({ partner_id: globex }))],
    ['a malformed partner id', async () => await signToken(ecKey, claims({ partner_id: "' or true" }))],
    ['a list of partners', async () => await signToken(ecKey, claims({ partner_id: [acme] }))],
    ['no address', async () => await signToken(ecKey, claims({ email: undefined }))],
    ['an unknown address', async () => await signToken(ecKey, claims({ email: 'eve@acme.example' }))],
    ['an address with NUL', async () => await signToken(ecKey, claims({ email: 'ann@acme.example\0' }))],
    ['an address that is not verified', async () => await signToken(ecKey, claims({ email_verified: false }))],
    ['an address without email_verified', async () => await signToken(ecKey, claims({ email_verified: undefined }))],
    ['an address whose email_verified is a string', async () => await signToken(ecKey, claims({ email_verified: 'true' }))],
    ['five parts', () => 'a.b.c.d.e'],
    ['a payload that is not an object', () => unsigned({ alg: 'ES256' }, [])],
    ['dots', () => '..'],
  ])('%s', async (_, make) => {
    const token = await make();
    expect(await shape(token)).toBe(refused);
    expect(await shape(token, { 'x-partner-id': `par_${acme}` })).toBe(refused);
    expect(JSON.stringify(server.log)).not.toContain(token);
  });

  test('and all of them together load the keys at most twice', () => expect(issuer.requests).toBeLessThanOrEqual(2));
});

test('without a configured sign-on, tokens are refused', async () => {
  const plain = await startTestServer({ businessDate: today });
  const { status, text } = await plain.query(viewer, {}, { token: await signToken(ecKey, claims()) });
  expect([status, text]).toEqual([401, JSON.parse(refused).text]);
  await plain.close();
});

test('while the keys are unavailable, tokens get 503 with Retry-After; API keys work, and tokens that are invalid without a look at keys get 401', async () => {
  const down = await startKeyServer();
  down.answer = 'error';
  const config = {
    issuer: 'https://id.example',
    audience: 'renewals',
    keysUrl: down.url,
    algorithms,
    partnerClaim: 'partner_id',
  };
  const other = await startTestServer({ businessDate: today, config: { signOn: config } });
  const key = await other.createToken(await other.createPartner('Initech'), 'VIEWER');
  const answer = await other.query(viewer, {}, { token: await signToken(ecKey, claims()) });
  expect([answer.status, answer.headers.get('retry-after'), answer.body.errors?.[0]?.extensions]).toEqual([
    503,
    '5',
    { code: 'UNAVAILABLE' },
  ]);
  expect((await other.query(viewer, {}, { token: await signToken(ecKey, claims({ iss: 'https://evil.example' })) })).status).toBe(401);
  expect((await other.query(viewer, {}, { token: unsignedNone() })).status).toBe(401);
  expect((await other.query(viewer, {}, { token: key })).status).toBe(200);
  expect(other.log.map(({ msg }) => msg)).toContainEqual(expect.stringMatching(/^signing keys unavailable: check JWT_JWKS_URL/));
  await other.close();
  await down.close();
});

const unsignedNone = () => `${base64url.encode('{"alg":"none"}')}.${base64url.encode(JSON.stringify(claims()))}.`;
