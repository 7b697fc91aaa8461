// Long: one partner for its users, keys and settings.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { addDays } from '../calendar-date.ts';
import { TestData } from '../../testing/test-data.ts';
import { startTestServer, type TestServer } from '../../testing/test-server.ts';

const today = '2026-11-22';

let server: TestServer;
let data: TestData;
let token: string;
let count = 0;
beforeAll(async () => void (server = await startTestServer({ businessDate: today })));
afterAll(() => server.close());
beforeEach(async () => {
  data = await TestData.of(server.database.pool, { name: `Partner ${(count += 1)}`, passedThrough: today });
  token = await server.createToken(data.partnerId, 'ADMIN');
});

async function run(
  field: string,
  input: Record<string, unknown>,
  selection: string,
  options: { headers?: Record<string, string>; token?: string } = {},
) {
  const document = `mutation ($input: ${field[0]?.toUpperCase()}${field.slice(1)}Input!) { ${field}(input: $input) { ${selection} ${errors} } }`;
  const { body } = await server.query(document, { input }, { token, ...options });
  if (body.errors) throw new Error(JSON.stringify(body.errors));
  return body.data[field];
}

const errors = 'userErrors { code field message }';
const refusal = (code: string, field: string, message: RegExp) => [
  { code, field: ['input', field], message: expect.stringMatching(message) },
];

async function ask(document: string, as = token) {
  return await server.query(document, {}, { token: as });
}

/** The audit trail without the entries of the test's setup. */
async function audit(): Promise<Record<string, unknown>[]> {
  const { rows } = await server.database.superuserPool.query(
    `select actor, action, before, after, request_id is not null as "hasRequestId" from audit_event
     where partner_id = $1 and actor <> 'test' order by occurred_at`,
    [data.partnerId],
  );
  return rows;
}

async function addUser(role: string, email = `${randomUUID()}@acme.example`): Promise<string> {
  const { user } = await run('createPartnerUser', { name: 'Ann', email, role }, 'user { id }');
  return user.id;
}

describe('an API key', () => {
  const fields = 'apiKey { id role user { name } createdAt expiresAt revokedAt } key';

  test('is shown once, and grants its role', async () => {
    const { apiKey, key, userErrors } = await run('createApiKey', { role: 'MANAGER' }, fields);
    expect(userErrors).toEqual([]);
    expect(key).toMatch(new RegExp(`^${apiKey.id}_[0-9A-Za-z]{22}_[0-9A-Za-z]{38}$`));
    expect(apiKey).toEqual({
      id: expect.stringMatching(/^prk_\w{12}$/),
      role: 'MANAGER',
      user: null,
      createdAt: expect.any(String),
      expiresAt: null,
      revokedAt: null,
    });
    expect((await ask('{ viewer { role user { id } } }', key)).body).toEqual({ data: { viewer: { role: 'MANAGER', user: null } } });
    expect(await audit()).toEqual([
      {
        actor: expect.stringMatching(/^API key /),
        action: 'CREATE_API_KEY',
        before: null,
        after: { apiKeyId: apiKey.id.slice(4), role: 'MANAGER', partnerUserId: null },
        hasRequestId: true,
      },
    ]);
  });

  test('of a user acts as that user until it expires', async () => {
    const userId = await addUser('MANAGER');
    const expiresAt = '2126-01-01T00:00:00.000Z';
    const made = await run('createApiKey', { role: 'VIEWER', userId, expiresAt }, fields);
    expect(made.apiKey).toMatchObject({ role: 'VIEWER', user: { name: 'Ann' }, expiresAt });
    expect((await ask('{ viewer { role user { id } } }', made.key)).body.data.viewer).toEqual({ role: 'VIEWER', user: { id: userId } });
    expect(await run('createApiKey', { role: 'ADMIN', userId }, fields)).toEqual({
      apiKey: null,
      key: null,
      userErrors: refusal('INVALID', 'role', /no more than its user, who is a MANAGER\.$/),
    });
    expect(await run('createApiKey', { role: 'VIEWER', expiresAt: '2020-01-01T00:00:00Z' }, fields)).toMatchObject({
      key: null,
      userErrors: refusal('INVALID', 'expiresAt', /future/),
    });
  });

  test('cannot belong to a user of another partner, who is not found', async () => {
    const other = await TestData.of(server.database.pool, { name: `Other ${count}`, passedThrough: today });
    const elsewhere = await server.createToken(other.partnerId, 'ADMIN');
    const foreign = await run('createPartnerUser', { name: 'Eve', email: 'eve@other.example', role: 'ADMIN' }, 'user { id }', {
      token: elsewhere,
    });
    const missing = await run('createApiKey', { role: 'VIEWER', userId: `usr_${randomUUID()}` }, fields);
    expect(missing.userErrors).toEqual(refusal('NOT_FOUND', 'userId', /no such user/));
    for (const userId of [foreign.user.id, 'nonsense', `cus_${randomUUID()}`]) {
      expect(await run('createApiKey', { role: 'VIEWER', userId }, fields)).toEqual(missing);
    }
    const theirs = await run('createApiKey', { role: 'VIEWER' }, fields, { token: elsewhere });
    const gone = await run('revokeApiKey', { apiKeyId: 'prk_000000000000' }, 'apiKey { id }');
    expect(gone).toEqual({ apiKey: null, userErrors: refusal('NOT_FOUND', 'apiKeyId', /no such API key/) });
    expect(await run('revokeApiKey', { apiKeyId: theirs.apiKey.id }, 'apiKey { id }')).toEqual(gone);
    expect((await ask('{ viewer { role } }', theirs.key)).status).toBe(200);
  });

  test('created by 20 concurrent requests with one idempotency key is one key, shown once and never stored', async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => run('createApiKey', { role: 'VIEWER' }, fields, { headers: { 'idempotency-key': 'one' } })),
    );
    expect(new Set(answers.map((answer) => answer.apiKey.id)).size).toBe(1);
    const [key, ...more] = answers.flatMap((answer) => answer.key ?? []);
    expect(more).toEqual([]);
    expect((await ask('{ viewer { role } }', key)).status).toBe(200);
    const { rows } = await server.database.superuserPool.query<{ stored: string }>(
      `select outcome::text as stored from idempotency_key where partner_id = $1
       union all select coalesce(before::text, '') || coalesce(after::text, '') from audit_event where partner_id = $1`,
      [data.partnerId],
    );
    const secret = (key as string).slice((key as string).lastIndexOf('_') + 1);
    expect(rows.length).toBeGreaterThanOrEqual(2);
    for (const { stored } of rows) expect(stored).not.toContain(secret.slice(0, 8));
    expect(JSON.stringify(server.log)).not.toContain(secret.slice(0, 8));
  });

  test('is revoked once, also by a request that uses it', async () => {
    const { apiKey, key } = await run('createApiKey', { role: 'ADMIN' }, fields);
    const revoked = await run('revokeApiKey', { apiKeyId: apiKey.id }, 'apiKey { id revokedAt }', { token: key });
    expect(revoked).toEqual({ apiKey: { id: apiKey.id, revokedAt: expect.any(String) }, userErrors: [] });
    expect(await run('revokeApiKey', { apiKeyId: apiKey.id }, 'apiKey { id revokedAt }')).toEqual(revoked);
    expect((await audit()).map(({ action }) => action)).toEqual(['CREATE_API_KEY', 'REVOKE_API_KEY']);
  });

  test('is listed for ADMIN, newest first, in pages; without secrets and operator keys', async () => {
    await server.createToken(data.partnerId, 'OPERATOR');
    const ids: string[] = [];
    for (const role of ['VIEWER', 'MANAGER', 'ADMIN']) ids.unshift((await run('createApiKey', { role }, fields)).apiKey.id);
    const page = async (args: string) =>
      (
        await ask(
          `{ viewer { partner { apiKeys(${args}) { totalCount nodes { id role } edges { cursor } pageInfo { hasNextPage endCursor } } } } }`,
        )
      ).body.data.viewer.partner.apiKeys;
    const first = await page('first: 2');
    expect(first).toMatchObject({ totalCount: 4, nodes: [{ id: ids[0], role: 'ADMIN' }, { id: ids[1] }], pageInfo: { hasNextPage: true } });
    const second = await page(`first: 2, after: "${first.pageInfo.endCursor}"`);
    expect(second).toMatchObject({ nodes: [{ id: ids[2] }, { role: 'ADMIN' }], pageInfo: { hasNextPage: false } });
    const operatorKey = (
      await server.database.superuserPool.query(`select id from api_key where partner_id = $1 and role = 'OPERATOR'`, [data.partnerId])
    ).rows[0].id;
    expect(await run('revokeApiKey', { apiKeyId: `prk_${operatorKey}` }, 'apiKey { id }')).toMatchObject({
      userErrors: [{ code: 'NOT_FOUND' }],
    });
  });

  test.each(['VIEWER', 'MANAGER'] as const)('is not listed for %s, who still gets the other fields', async (role) => {
    const { body } = await ask('{ viewer { partner { name apiKeys { nodes { id } } } } }', await server.createToken(data.partnerId, role));
    expect(body.data.viewer.partner).toEqual({ name: `Partner ${count}`, apiKeys: null });
    expect(body.errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' }, path: ['viewer', 'partner', 'apiKeys'] }]);
  });
});

describe('a user of the partner', () => {
  test('is created once per e-mail address', async () => {
    const added = await run(
      'createPartnerUser',
      { name: ' Ann ', email: 'Ann@acme.example', role: 'MANAGER' },
      'user { id name email role }',
    );
    expect(added).toEqual({
      user: { id: expect.stringMatching(/^usr_/), name: 'Ann', email: 'Ann@acme.example', role: 'MANAGER' },
      userErrors: [],
    });
    expect(await run('createPartnerUser', { name: 'Other', email: 'ann@ACME.example', role: 'VIEWER' }, 'user { id }')).toEqual({
      user: null,
      userErrors: refusal('TAKEN', 'email', /already/),
    });
    expect(await audit()).toMatchObject([{ action: 'CREATE_USER', after: { role: 'MANAGER' }, hasRequestId: true }]);
  });

  test.each([
    ['name', { name: '  ' }],
    ['name', { name: 'x'.repeat(201) }],
    ['name', { name: 'a\ud800' }],
    ['email', { email: 'nobody' }],
    ['email', { email: `${'x'.repeat(250)}@acme.example` }],
  ])('has a sound %s', async (field, wrong) => {
    const { userErrors } = await run(
      'createPartnerUser',
      { name: 'Ann', email: 'ann@acme.example', role: 'VIEWER', ...wrong },
      'user { id }',
    );
    expect(userErrors).toEqual(refusal('INVALID', field, /^(Enter|Remove) /));
    expect(await audit()).toEqual([]);
  });

  test('gets another role, which also limits their keys', async () => {
    const userId = await addUser('ADMIN');
    const key = await server.createToken(data.partnerId, 'ADMIN', { partnerUserId: userId.slice(4) });
    expect(await run('setPartnerUserRole', { userId, role: 'VIEWER' }, 'user { id role }')).toEqual({
      user: { id: userId, role: 'VIEWER' },
      userErrors: [],
    });
    expect((await ask('{ viewer { role } }', key)).body.data.viewer.role).toBe('VIEWER');
    await run('setPartnerUserRole', { userId, role: 'VIEWER' }, 'user { id }');
    expect(await audit()).toMatchObject([
      { action: 'CREATE_USER' },
      { action: 'SET_USER_ROLE', before: { role: 'ADMIN' }, after: { partnerUserId: userId.slice(4), role: 'VIEWER' } },
    ]);
    const missing = await run('setPartnerUserRole', { userId: `usr_${randomUUID()}`, role: 'VIEWER' }, 'user { id }');
    expect(missing).toEqual({ user: null, userErrors: refusal('NOT_FOUND', 'userId', /no such user/) });
    expect(await run('setPartnerUserRole', { userId: 'nonsense', role: 'VIEWER' }, 'user { id }')).toEqual(missing);
  });

  test('who is the last ADMIN keeps that role, unless the partner has an ADMIN key', async () => {
    const userId = await addUser('ADMIN');
    const own = await server.createToken(data.partnerId, 'ADMIN', { partnerUserId: userId.slice(4) });
    await server.database.superuserPool.query('update api_key set revoked_at = now() where partner_id = $1 and partner_user_id is null', [
      data.partnerId,
    ]);
    const demoted = await run('setPartnerUserRole', { userId, role: 'MANAGER' }, 'user { role }', { token: own });
    expect(demoted).toEqual({ user: null, userErrors: refusal('INVALID', 'role', /last administrator/) });
    await server.createToken(data.partnerId, 'ADMIN');
    expect(await run('setPartnerUserRole', { userId, role: 'MANAGER' }, 'user { role }', { token: own })).toMatchObject({ userErrors: [] });
  });

  test('and another ADMIN demote each other concurrently: one of them stays', async () => {
    const users = [await addUser('ADMIN'), await addUser('ADMIN')];
    const keys = await Promise.all(users.map((id) => server.createToken(data.partnerId, 'ADMIN', { partnerUserId: id.slice(4) })));
    await server.database.superuserPool.query('update api_key set revoked_at = now() where partner_id = $1 and partner_user_id is null', [
      data.partnerId,
    ]);
    const answers = await Promise.allSettled(
      users.map((userId, index) =>
        run('setPartnerUserRole', { userId, role: 'VIEWER' }, 'user { role }', { token: keys[1 - index] as string }),
      ),
    );
    // The one that comes second is no ADMIN any more.
    expect(answers.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    expect(answers.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: { message: expect.stringContaining('FORBIDDEN') },
    });
    const { rows } = await server.database.superuserPool.query('select role from partner_user where partner_id = $1', [data.partnerId]);
    expect(rows.map(({ role }) => role as string).toSorted()).toEqual(['ADMIN', 'VIEWER']);
  });
});

describe('the settings of the partner', () => {
  const fields = 'partner { settings { ownsAllTransactionalConversations pointOfContact { name } } }';

  test('immediately make the partner the owner wherever none is set by hand, without writing a dashboard row', async () => {
    const derived = await data.customer({ name: 'Derived' });
    const manual = await data.customer({ name: 'Manual', owner: 'VENDOR' });
    for (const customerId of [derived, manual]) await data.renewal(customerId, addDays(today, 60));
    const rows = async () =>
      (
        await server.database.superuserPool.query('select ctid, xmin, * from dashboard_row where partner_id = $1 order by id', [
          data.partnerId,
        ])
      ).rows;
    const before = await rows();
    expect(await run('updatePartnerSettings', { ownsAllTransactionalConversations: true }, fields)).toEqual({
      partner: { settings: { ownsAllTransactionalConversations: true, pointOfContact: null } },
      userErrors: [],
    });
    const { body } = await ask(
      '{ upcomingContractChanges(orderBy: [{ field: CUSTOMER_NAME }]) { nodes { communicationOwner communicationOwnerSource } } }',
    );
    expect(body.data.upcomingContractChanges.nodes).toEqual([
      { communicationOwner: 'PARTNER', communicationOwnerSource: 'PARTNER_SETTING' },
      { communicationOwner: 'VENDOR', communicationOwnerSource: 'MANUAL' },
    ]);
    expect(await rows()).toEqual(before);
  });

  test('set or clear the point of contact; omitted settings keep their values', async () => {
    const userId = await addUser('VIEWER');
    await run('updatePartnerSettings', { ownsAllTransactionalConversations: true, pointOfContactId: userId }, fields);
    expect(await run('updatePartnerSettings', { ownsAllTransactionalConversations: null }, fields)).toMatchObject({
      partner: { settings: { ownsAllTransactionalConversations: true, pointOfContact: { name: 'Ann' } } },
    });
    for (const pointOfContactId of [`usr_${randomUUID()}`, 'nonsense']) {
      expect(await run('updatePartnerSettings', { ownsAllTransactionalConversations: false, pointOfContactId }, fields)).toEqual({
        partner: null,
        userErrors: refusal('NOT_FOUND', 'pointOfContactId', /no such user/),
      });
    }
    expect(await run('updatePartnerSettings', { pointOfContactId: null }, fields)).toMatchObject({
      partner: { settings: { ownsAllTransactionalConversations: true, pointOfContact: null } },
    });
    const id = userId.slice(4);
    expect((await audit()).slice(1)).toMatchObject([
      {
        action: 'UPDATE_PARTNER_SETTINGS',
        before: { ownsAllTransactionalConversations: false, pointOfContactId: null },
        after: { ownsAllTransactionalConversations: true, pointOfContactId: id },
      },
      { action: 'UPDATE_PARTNER_SETTINGS', before: { pointOfContactId: id }, after: { pointOfContactId: null } },
    ]);
  });
});
