import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { addDays } from '../calendar-date.ts';
import { createPartnerUser } from '../partner/partner-user.queries.ts';
import type { PartnerUserRole } from '../access/role.rules.ts';
import { TestData } from '../../testing/test-data.ts';
import { startTestServer, type TestServer } from '../../testing/test-server.ts';

const today = '2026-11-22';
const columns = ['CUSTOMER_NAME', 'COMMUNICATION_OWNER', 'CONTRACT_TYPE', 'STATUS', 'RENEWAL_DEADLINE'];

let server: TestServer;
let data: TestData;
let admin: string;
beforeAll(async () => void (server = await startTestServer({ businessDate: today })));
afterAll(() => server.close());
beforeEach(async () => {
  data = await TestData.of(server.database.pool, { name: randomUUID(), passedThrough: today });
  admin = await server.createToken(data.partnerId, 'ADMIN');
});

const sql = async (text: string, values: unknown[] = [data.partnerId]) => (await server.database.superuserPool.query(text, values)).rows;

type User = { id: string; email: string; token: string };
async function addUser(role: PartnerUserRole = 'ADMIN', name = 'Ann'): Promise<User> {
  const email = `${randomUUID()}@acme.example`;
  const id = (await createPartnerUser(server.database.pool, data.partnerId, { name, email, role, actor: 'test' }))!;
  return { id: `usr_${id}`, email, token: await server.createToken(data.partnerId, 'ADMIN', { partnerUserId: id }) };
}

async function ask(document: string, token = admin, variables: Record<string, unknown> = {}, headers: Record<string, string> = {}) {
  return await server.query(document, variables, { token, headers });
}

async function run(field: string, input: Record<string, unknown>, selection: string, token = admin, headers: Record<string, string> = {}) {
  const type = `${field[0]?.toUpperCase()}${field.slice(1)}Input!`;
  const document = `mutation ($input: ${type}) { ${field}(input: $input) { ${selection} userErrors { code field message } } }`;
  const { body } = await ask(document, token, { input }, headers);
  return body.errors?.[0]?.extensions['code'] ?? body.data[field];
}
const remove = async (userId: string, token = admin, headers = {}) =>
  await run('removePartnerUser', { userId }, 'removedUserId', token, headers);
const done = (removedUserId: string) => ({ removedUserId, userErrors: [] });
const refused = (code: string, message: RegExp) => ({
  removedUserId: null,
  userErrors: [{ code, field: ['input', 'userId'], message: expect.stringMatching(message) }],
});

const view = async (token: string, name: string, isShared: boolean): Promise<string> =>
  (await run('createSavedView', { name, columns, isShared }, 'savedView { id }', token)).savedView.id;

describe('a removed user', () => {
  test('is gone from the list and by id, and cannot be given anything', async () => {
    const { id } = await addUser();
    expect(await remove(id)).toEqual(done(id));
    const { body } = await ask(`{ viewer { partner { users { totalCount nodes { id } } } } node(id: "${id}") { id } }`);
    expect(body.data).toEqual({ viewer: { partner: { users: { totalCount: 0, nodes: [] } } }, node: null });
    for (const [field, input] of [
      ['setPartnerUserRole', { userId: id, role: 'VIEWER' }],
      ['createApiKey', { userId: id, role: 'VIEWER' }],
      ['updatePartnerSettings', { pointOfContactId: id }],
    ] as const) {
      expect(await run(field, input, '')).toMatchObject({ userErrors: [{ code: 'NOT_FOUND' }] });
    }
  });

  test('loses all API keys: writes stop at once, and reads within 5 seconds', async () => {
    const { id, token } = await addUser();
    const { key } = await run('createApiKey', { userId: id, role: 'VIEWER' }, 'key');
    expect((await ask('{ viewer { role } }', key as string)).status).toBe(200);
    await remove(id);
    expect(await run('createSavedView', { name: 'Mine', columns }, '', token)).toBe('UNAUTHENTICATED');
    const removedAt = performance.now();
    for (const each of [token, key as string]) {
      while ((await ask('{ viewer { role } }', each)).status === 200) {
        expect(performance.now() - removedAt).toBeLessThan(5_000);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    }
    const { body } = await ask('{ viewer { partner { apiKeys { nodes { revokedAt user { id name } } } } } }');
    const ofUser = body.data.viewer.partner.apiKeys.nodes.filter(({ user }: { user: unknown }) => user !== null);
    expect(ofUser).toEqual([1, 2].map(() => ({ revokedAt: expect.any(String), user: { id, name: 'Ann' } })));
  });

  test('leaves shared views to the partner, under a free name; private views and columns go', async () => {
    const { id, token } = await addUser();
    const mine = await view(token, 'Mine', false);
    const shared = [await view(token, 'Ours', true), await view(token, 'Taken', true), await view(token, 'T'.repeat(100), true)];
    for (const name of ['TAKEN', 'Taken (2)', 't'.repeat(100)]) await view(admin, name, false);
    await run('updateDashboardColumns', { columns }, '', token);
    const other = await addUser('VIEWER');
    const kept = await view(other.token, 'Mine', false);
    expect(await remove(id)).toEqual(done(id));
    const { body } = await ask('{ viewer { savedViews { nodes { id name isOwn isShared version } } } }');
    const views = body.data.viewer.savedViews.nodes.filter(({ isShared }: { isShared: boolean }) => isShared);
    expect(views).toEqual([
      { id: shared[0], name: 'Ours', isOwn: true, isShared: true, version: 1 },
      { id: shared[1], name: 'Taken (3)', isOwn: true, isShared: true, version: 2 },
      { id: shared[2], name: `${'T'.repeat(94)} (2)`, isOwn: true, isShared: true, version: 2 },
    ]);
    expect((await ask(`{ node(id: "${mine}") { id } }`, token)).body.data?.node ?? null).toBeNull();
    expect((await ask(`{ node(id: "${kept}") { id } }`, other.token)).body.data.node).toEqual({ id: kept });
    expect(await sql('select from dashboard_column_choice where partner_id = $1')).toEqual([]);
  });

  test('is no longer the point of contact', async () => {
    const { id } = await addUser();
    await run('updatePartnerSettings', { pointOfContactId: id }, '');
    await remove(id);
    const { body } = await ask('{ viewer { partner { settings { pointOfContact { id } } } } }');
    expect(body.data.viewer.partner.settings.pointOfContact).toBeNull();
  });

  test('is still named by the audit trail', async () => {
    const { id, token } = await addUser('ADMIN', 'Zoë');
    const customerId = await data.customer({ name: 'Customer' });
    await data.renewal(customerId, addDays(today, 60));
    await run('setCommunicationOwner', { customerId: `cus_${customerId}`, owner: 'PARTNER' }, '', token);
    await view(token, 'Ours', true);
    await remove(id);
    const { body } = await ask(`{ customer(by: { id: "cus_${customerId}" }) { timeline { nodes { actor { kind name userId } } } } }`);
    expect(body.data.customer.timeline.nodes).toEqual([{ actor: { kind: 'USER', name: 'Zoë', userId: id } }]);
    const [removal] = await sql(
      `select actor_kind, before->>'name' as name, before->>'partnerUserId' as id, after from audit_event where partner_id = $1 and action = 'REMOVE_USER'`,
    );
    expect(removal).toMatchObject({
      actor_kind: 'API_KEY',
      name: 'Zoë',
      id: id.slice(4),
      after: { passedOnSavedViewIds: [expect.any(String)] },
    });
  });

  test('can be added again with the same address, as another user without the former keys and views', async () => {
    const former = await addUser();
    await view(former.token, 'Mine', false);
    await remove(former.id);
    const { user } = await run('createPartnerUser', { name: 'Ann', email: former.email, role: 'VIEWER' }, 'user { id role }');
    expect(user).toMatchObject({ role: 'VIEWER' });
    expect(user.id).not.toBe(former.id);
    expect(await run('createSavedView', { name: 'Mine', columns }, '', former.token)).toBe('UNAUTHENTICATED');
    expect(await run('createPartnerUser', { name: 'Ann', email: former.email, role: 'VIEWER' }, '')).toMatchObject({
      userErrors: [{ code: 'TAKEN' }],
    });
  });
});

describe('removePartnerUser', () => {
  test('waits for the running mutations of its partner', async () => {
    const { id } = await addUser();
    const client = await server.database.superuserPool.connect();
    await client.query('begin');
    await client.query(`select pg_advisory_xact_lock_shared(hashtextextended('people of ' || $1, 0))`, [data.partnerId]);
    const removing = remove(id);
    const state = { isOver: false };
    const removed = removing.then(() => {
      state.isOver = true;
      return 'removed';
    });
    const waits = async () => {
      while (!state.isOver && (await sql(`select from pg_locks where locktype = 'advisory' and not granted`, [])).length === 0);
      return 'waits';
    };
    expect(await Promise.race([removed, waits()])).toBe('waits');
    await client.query('commit');
    client.release();
    expect(await removing).toEqual(done(id));
  });

  test('changes nothing the second time, with and without an idempotency key', async () => {
    const { id } = await addUser();
    const headers = { 'idempotency-key': 'once' };
    for (const each of [headers, headers, {}]) expect(await remove(id, admin, each)).toEqual(done(id));
    expect(await sql(`select from audit_event where partner_id = $1 and action = 'REMOVE_USER'`)).toHaveLength(1);
    expect(await sql(`select from audit_event where partner_id = $1 and action = 'REVOKE_API_KEY'`)).toHaveLength(1);
  });

  test("answers another partner's user like one that does not exist", async () => {
    const stranger = await addUser();
    const other = await TestData.of(server.database.pool, { name: randomUUID(), passedThrough: today });
    const token = await server.createToken(other.partnerId, 'ADMIN');
    for (const id of [stranger.id, `usr_${randomUUID()}`, 'nonsense']) {
      expect(await remove(id, token)).toEqual(refused('NOT_FOUND', /no such user/));
    }
    expect(await remove(stranger.id)).toEqual(done(stranger.id));
  });

  test('refuses the last ADMIN, also to that user, unless the partner has an ADMIN key', async () => {
    const last = await addUser();
    const removed = await addUser();
    const manager = await addUser('MANAGER');
    await remove(removed.id);
    await sql('update api_key set revoked_at = now() where partner_id = $1 and partner_user_id is null');
    expect(await remove(last.id, last.token)).toEqual(refused('INVALID', /last administrator/));
    expect(await run('setPartnerUserRole', { userId: last.id, role: 'VIEWER' }, '', last.token)).toMatchObject({
      userErrors: [{ code: 'INVALID' }],
    });
    expect(await remove(manager.id, last.token)).toEqual(done(manager.id));
    await server.createToken(data.partnerId, 'ADMIN');
    expect(await remove(last.id, last.token)).toEqual(done(last.id));
  });

  test('of five ADMINs who remove and demote each other at once leaves one', async () => {
    const users = await Promise.all([1, 2, 3, 4, 5].map(() => addUser()));
    await sql('update api_key set revoked_at = now() where partner_id = $1 and partner_user_id is null');
    const attempts = users.flatMap((by) =>
      users.map((user, index) =>
        index % 2 === 0 ? remove(user.id, by.token) : run('setPartnerUserRole', { userId: user.id, role: 'VIEWER' }, '', by.token),
      ),
    );
    await Promise.all(attempts);
    const admins = await sql(`select from partner_user where partner_id = $1 and role = 'ADMIN' and removed_at is null`);
    expect(admins).toHaveLength(1);
  });
});
