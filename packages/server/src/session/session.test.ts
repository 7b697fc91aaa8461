import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { postAsPage, page, signInByKey, type SignedIn } from '../../testing/signed-in.ts';
import { startTestServer, type TestServer } from '../../testing/test-server.ts';
import type { PartnerUserRole } from '../access/role.rules.ts';
import { globalId } from '../graphql/global-id.ts';
import { createPartnerUser } from '../partner/partner-user.queries.ts';
import { createSession, sessionLifeOf } from './session.writers.ts';

const today = '2026-11-22';
const columns = '[CUSTOMER_NAME, COMMUNICATION_OWNER, CONTRACT_TYPE, STATUS, RENEWAL_DEADLINE]';
const asked = '{ viewer { role session { id } } }';

/** Another process on the same database, whose memory ages as the test wants. */
let other: TestServer;
let otherNow = 0;
let server: TestServer;
let partnerId: string;
let admin: User;
let viewer: User;

type User = { id: string; key: string };

beforeAll(async () => {
  server = await startTestServer({ businessDate: today, config: { trustedProxies: ['127.0.0.1'] } });
  other = await startTestServer({ businessDate: today, database: server.database, monotonic: () => otherNow });
});
afterAll(async () => {
  await other.close();
  await server.close();
});
beforeEach(async () => {
  partnerId = await server.createPartner(randomUUID());
  admin = await addUser('ADMIN');
  viewer = await addUser('VIEWER');
});

async function addUser(role: PartnerUserRole): Promise<User> {
  const user = { name: role, email: `${randomUUID()}@acme.example`, role };
  const id = (await createPartnerUser(server.database.pool, partnerId, { ...user, actor: 'test' }))!;
  return { id, key: await server.createToken(partnerId, 'ADMIN', { partnerUserId: id }) };
}

let clients = 0;
/** Each browser has an address of its own: addresses have rates. */
const signIn = async ({ key }: User): Promise<SignedIn> => {
  const proxy = { 'x-forwarded-for': `10.0.${clients >> 8}.${(clients += 1) & 255}` };
  const { cookie, query } = await signInByKey(server, key, proxy);
  const plain = cookie.replace('__Host-', '');
  return {
    cookie: plain,
    query: async (document, variables, further, at) => await query(document, variables, { cookie: plain, ...further }, at),
  };
};

const sql = async (text: string, values: unknown[] = []) => (await server.database.superuserPool.query(text, values)).rows;

const statusOf = async (session: SignedIn, at = server) => (await session.query(asked, {}, {}, at)).status;
const roleOf = async (session: SignedIn, at = server) => (await session.query(asked, {}, {}, at)).body.data?.viewer.role ?? null;
const idOf = async (session: SignedIn): Promise<string> => (await session.query(asked)).body.data.viewer.session.id;

/** The code of a write, or that it is done. */
async function write(session: SignedIn, at = server): Promise<string> {
  const document = `mutation { createSavedView(input: { name: "${randomUUID()}", columns: ${columns} }) { userErrors { code } } }`;
  const { body } = await session.query(document, {}, {}, at);
  return body.errors?.[0]?.extensions['code'] ?? 'done';
}

async function end(as: SignedIn, sessionId: string) {
  const { body } = await as.query(
    'mutation ($input: EndSessionInput!) { endSession(input: $input) { session { id endedAt isCurrent } userErrors { code message } } }',
    { input: { sessionId } },
  );
  return body.errors?.[0]?.extensions['code'] ?? body.data.endSession;
}

describe('a session acts', () => {
  test("with the lesser role of its key and its key's user now", async () => {
    const session = await signIn(viewer);
    expect([await roleOf(session), await write(session)]).toEqual(['VIEWER', 'done']);
    expect(await roleOf(session, other)).toBe('VIEWER');
    await sql(`update partner_user set role = 'ADMIN' where id = $1`, [viewer.id]);
    otherNow += 5_000;
    expect(await roleOf(session, other)).toBe('ADMIN');
    await sql(`update partner_user set role = 'VIEWER' where id = $1`, [viewer.id]);
    // What it remembers for some seconds holds for no write.
    const ended = await session.query(`mutation { endAssociation(input: { customerId: "cus_x" }) { userErrors { code } } }`, {}, {}, other);
    expect(ended.body.errors?.[0]?.extensions['code']).toBe('FORBIDDEN');
    otherNow += 5_000;
    expect(await roleOf(session, other)).toBe('VIEWER');
  });

  test.each([
    ['signs out', async (session: SignedIn) => void (await postAsPage(server, '/sign-out', undefined, { cookie: session.cookie }))],
    ['ends it', async (session: SignedIn) => void (await end(session, await idOf(session)))],
    ['loses it to an administrator', async (session: SignedIn) => void (await end(await signIn(admin), await idOf(session)))],
  ])('until its user %s: at once here, and for writes anywhere', async (_, finish) => {
    const session = await signIn(viewer);
    expect([await statusOf(session), await statusOf(session, other)]).toEqual([200, 200]);
    await finish(session);
    expect([await statusOf(session), await write(session)]).toEqual([401, 'UNAUTHENTICATED']);
    expect(await write(session, other)).toBe('UNAUTHENTICATED');
    otherNow += 5_000;
    expect(await statusOf(session, other)).toBe(401);
  });

  test.each([
    ['its key is revoked', 'update api_key set revoked_at = now() where id = $2 and $1::uuid is not null'],
    ['its key expires', 'update api_key set expires_at = now() where id = $2 and $1::uuid is not null'],
    ['its user is removed', 'update partner_user set removed_at = now() where id = $1 and $2::text is not null'],
    ['it expires', 'update user_session set expires_at = now(), active_until = now() where partner_user_id = $1 and $2::text is not null'],
    ['it was not used for long', 'update user_session set active_until = now() where partner_user_id = $1 and $2::text is not null'],
  ])('until %s', async (_, change) => {
    const session = await signIn(viewer);
    expect([await statusOf(session, other), await write(session, other)]).toEqual([200, 'done']);
    await sql(change, [viewer.id, viewer.key.split('_')[1]]);
    expect(await write(session, other)).toBe('UNAUTHENTICATED');
    otherNow += 5_000;
    expect(await statusOf(session, other)).toBe(401);
    const { body } = await (await signIn(admin)).query('{ viewer { partner { sessions { nodes { isCurrent endedAt } } } } }');
    expect(body.data.viewer.partner.sessions.nodes).toEqual([
      { isCurrent: true, endedAt: null },
      { isCurrent: false, endedAt: expect.any(String) },
    ]);
  });

  test('until its user has fifty others', async () => {
    const first = await signIn(viewer);
    const whose = { partnerUserId: viewer.id, apiKeyId: null, method: 'SIGN_ON' as const, userAgent: null, life: sessionLifeOf(1) };
    for (let count = 0; count < 50; count += 1) await createSession(server.database.pool, partnerId, whose);
    otherNow += 5_000;
    expect(await statusOf(first, other)).toBe(401);
    expect(await sql('select count(*)::int from user_session where partner_id = $1 and ended_at is null', [partnerId])).toEqual([
      { count: 50 },
    ]);
  });

  test('and a use is noted some minutes later, which lets it go on', async () => {
    const session = await signIn(viewer);
    const read = async () =>
      (
        await sql(
          `select last_used_at, active_until - last_used_at as idle, active_until <= expires_at as fits from user_session where partner_user_id = $1`,
          [viewer.id],
        )
      )[0];
    const begun = await read();
    otherNow += 5_000;
    await statusOf(session, other);
    expect(await read()).toEqual(begun);
    await sql(
      `update user_session set last_used_at = now() - interval '6 minutes', active_until = now() + interval '1 minute' where partner_user_id = $1`,
      [viewer.id],
    );
    otherNow += 5_000;
    await statusOf(session, other);
    // No request waits for the note.
    let noted = await read();
    while (Date.now() - noted!['last_used_at'].getTime() > 60_000) noted = await read();
    expect(noted).toMatchObject({ idle: { hours: 3 }, fits: true });
  });
});

describe('the list of sessions', () => {
  const list = '{ viewer { sessions { totalCount nodes { id user { id } method device isCurrent endedAt } } } }';

  test("has one's own, live ones first", async () => {
    const gone = await signIn(viewer);
    const goneId = await idOf(gone);
    await postAsPage(server, '/sign-out', undefined, { cookie: gone.cookie });
    const proxy = {
      'x-forwarded-for': '10.9.0.1',
      'user-agent': 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0) Version/18.0 Mobile Safari/604.1',
    };
    const { cookie } = await signInByKey(server, viewer.key, proxy);
    await signIn(admin);
    const { body } = await server.query(list, {}, { headers: { ...page, cookie: cookie.replace('__Host-', '') } });
    const user = { id: globalId('PartnerUser', viewer.id) };
    expect(body.data.viewer.sessions).toEqual({
      totalCount: 2,
      nodes: [
        { id: expect.stringMatching(/^ses_/), user, method: 'API_KEY', device: 'Safari · iPhone', isCurrent: true, endedAt: null },
        { id: goneId, user, method: 'API_KEY', device: null, isCurrent: false, endedAt: expect.any(String) },
      ],
    });
  });

  test('has those of the same key, if a key has no user; a request with a key of its own has no session', async () => {
    const key = await server.createToken(partnerId, 'VIEWER');
    await signIn({ id: '', key });
    await signIn(admin);
    const { body } = await server.query('{ viewer { session { id } sessions { nodes { user { id } } } } }', {}, { token: key });
    expect(body.data.viewer).toEqual({ session: null, sessions: { nodes: [{ user: null }] } });
  });

  test('of the partner is for administrators', async () => {
    const document = '{ viewer { partner { sessions { totalCount } } } }';
    const [asAdmin, asViewer] = [await signIn(admin), await signIn(viewer)];
    expect((await asAdmin.query(document)).body.data.viewer.partner.sessions).toEqual({ totalCount: 2 });
    expect((await asViewer.query(document)).body).toMatchObject({
      data: { viewer: { partner: { sessions: null } } },
      errors: [{ extensions: { code: 'FORBIDDEN' } }],
    });
  });
});

describe('a session is ended', () => {
  test('once, with a line in the audit trail', async () => {
    const asAdmin = await signIn(admin);
    const session = await signIn(viewer);
    const id = await idOf(session);
    expect(await end(asAdmin, id)).toEqual({ session: { id, endedAt: expect.any(String), isCurrent: false }, userErrors: [] });
    expect(await end(asAdmin, id)).toMatchObject({ session: { id }, userErrors: [] });
    expect(await sql(`select actor_id, after from audit_event where partner_id = $1 and action = 'END_SESSION'`, [partnerId])).toEqual([
      { actor_id: admin.id, after: { sessionId: id.slice(4), partnerUserId: viewer.id } },
    ]);
  });

  test("by nobody else: another's session, another partner's and one that does not exist are the same", async () => {
    const session = await signIn(viewer);
    const elsewhere = await idOf(session);
    partnerId = await server.createPartner(randomUUID());
    const [asAdmin, asViewer] = [await signIn(await addUser('ADMIN')), await signIn(await addUser('VIEWER'))];
    const missing = globalId('Session', randomUUID());
    const answers = [
      await end(asAdmin, missing),
      ...(await Promise.all([end(asAdmin, elsewhere), end(asViewer, elsewhere), end(asViewer, missing), end(asViewer, 'ses_x')])),
      await end(asViewer, await idOf(asAdmin)),
    ];
    expect(answers[0]).toMatchObject({ session: null, userErrors: [{ code: 'NOT_FOUND' }] });
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    for (const id of [elsewhere, await idOf(asAdmin), missing])
      expect((await asViewer.query('query ($id: ID!) { node(id: $id) { id } }', { id })).body.data.node).toBeNull();
    expect([await statusOf(session), await statusOf(asAdmin)]).toEqual([200, 200]);
  });
});
