import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { PoolClient } from 'pg';
import { inPartnerTransaction } from '../database/transaction.ts';
import { createPartnerUser } from '../partner/partner-user.queries.ts';
import type { PartnerUserRole, ViewerRole } from '../access/role.rules.ts';
import type { Viewer } from '../access/viewer.ts';
import { revokeApiKeyUnscoped } from '../api-key/api-key.queries.ts';
import { untilLocksAreAwaited } from '../../testing/lock-waits.ts';
import { TestData } from '../../testing/test-data.ts';
import { startTestServer, type TestServer } from '../../testing/test-server.ts';
import { findActing, roleNow } from './acting.queries.ts';
import { lockPeople, peopleLockSql } from './people-lock.queries.ts';

const unauthenticated = '401 Bearer UNAUTHENTICATED';
const today = '2026-11-22';
const locked = ['CUSTOMER_NAME', 'COMMUNICATION_OWNER', 'CONTRACT_TYPE', 'STATUS', 'RENEWAL_DEADLINE'];

let server: TestServer;
let data: TestData;
beforeAll(async () => void (server = await startTestServer({ businessDate: today })));
afterAll(() => server.close());
beforeEach(async () => void (data = await TestData.of(server.database.pool, { name: randomUUID(), passedThrough: today })));

const sql = async (text: string, values: unknown[] = [data.partnerId]) => (await server.database.superuserPool.query(text, values)).rows;

async function addUser(role: PartnerUserRole): Promise<{ id: string; token: string }> {
  const email = `${randomUUID()}@acme.example`;
  const id = (await createPartnerUser(server.database.pool, data.partnerId, { name: 'Ann', email, role, actor: 'test' }))!;
  return { id, token: await server.createToken(data.partnerId, 'ADMIN', { partnerUserId: id }) };
}

/** Sends a request, so that the server has the key's role in its cache. */
const keepInCache = async (token: string) => await server.query('{ viewer { role } }', {}, { token, headers: naming() });
const naming = () => ({ 'x-partner-id': data.globalId });

/** Sends a mutation; returns the code of the error, or of the user's error, or "done". */
async function run(token: string, field: string, input: Record<string, unknown>, key?: string): Promise<string> {
  const type = `${field[0]?.toUpperCase()}${field.slice(1)}Input!`;
  const { body, status, headers } = await server.query(
    `mutation ($input: ${type}) { ${field}(input: $input) { userErrors { code } } }`,
    { input },
    { token, headers: { ...naming(), ...(key !== undefined && { 'idempotency-key': key }) } },
  );
  const code = body.errors?.[0]?.extensions['code'] as string | undefined;
  if (code === 'UNAUTHENTICATED') return `${status} ${headers.get('www-authenticate')} ${code}`;
  return code ?? (body.data[field].userErrors[0]?.code as string | undefined) ?? 'done';
}

/** Changes rows in a transaction that is open while `during` runs and until it has waited for a lock; does more, then commits. */
async function committedDuring(
  change: (client: PoolClient) => Promise<unknown>,
  during: () => Promise<string>,
  more = async () => {},
): Promise<string> {
  const client = await server.database.superuserPool.connect();
  try {
    await client.query('begin');
    await change(client);
    const answer = during();
    await untilLocksAreAwaited(server.database.superuserPool);
    await more();
    await client.query('commit');
    return await answer;
  } finally {
    client.release();
  }
}

const effects = async () =>
  await sql(`select action from audit_event where partner_id = $1 and actor <> 'test' and action <> 'OPERATOR_ACCESS'`);

describe('a write, although the server has the key in its cache', () => {
  test.each([
    ['createPartnerUser', () => ({ name: 'Eve', email: `${randomUUID()}@acme.example`, role: 'ADMIN' })],
    ['createApiKey', () => ({ role: 'VIEWER' })],
    ['updatePartnerSettings', () => ({ ownsAllTransactionalConversations: true })],
  ])('%s is refused at once after its user is demoted', async (field, input) => {
    const { id, token } = await addUser('ADMIN');
    await keepInCache(token);
    await sql(`update partner_user set role = 'MANAGER' where partner_id = $1 and id = $2`, [data.partnerId, id]);
    expect(await run(token, field, input())).toBe('FORBIDDEN');
    expect(await effects()).toEqual([]);
  });

  test('cannot undo its own demotion', async () => {
    const { id, token } = await addUser('ADMIN');
    const admin = await server.createToken(data.partnerId, 'ADMIN');
    await keepInCache(token);
    expect(await run(admin, 'setPartnerUserRole', { userId: `usr_${id}`, role: 'VIEWER' })).toBe('done');
    expect(await run(token, 'setPartnerUserRole', { userId: `usr_${id}`, role: 'ADMIN' })).toBe('FORBIDDEN');
  });

  test('is limited to the new role within a mutation too: a demoted MANAGER shares no view', async () => {
    const { id, token } = await addUser('MANAGER');
    await keepInCache(token);
    await sql(`update partner_user set role = 'VIEWER' where partner_id = $1 and id = $2`, [data.partnerId, id]);
    expect(await run(token, 'createSavedView', { name: 'Ours', columns: locked, isShared: true })).toBe('NOT_ALLOWED');
    expect(await run(token, 'createSavedView', { name: 'Mine', columns: locked })).toBe('done');
  });

  test('succeeds at once after its user is promoted', async () => {
    const { id, token } = await addUser('VIEWER');
    await keepInCache(token);
    await sql(`update partner_user set role = 'ADMIN' where partner_id = $1 and id = $2`, [data.partnerId, id]);
    expect(await run(token, 'updatePartnerSettings', { ownsAllTransactionalConversations: true })).toBe('done');
  });

  test.each<[string, ViewerRole, boolean]>([
    ['of a user', 'ADMIN', true],
    ['of the partner', 'ADMIN', false],
    ['of an operator', 'OPERATOR', false],
  ])('is refused at once after its key %s is revoked or has expired', async (_, role, hasUser) => {
    const user = hasUser ? { partnerUserId: (await addUser('ADMIN')).id } : {};
    const home = role === 'OPERATOR' ? await server.createPartner(randomUUID()) : data.partnerId;
    const { id } = await data.renewal(await data.customer({ name: 'Customer', owner: 'PARTNER' }), '2027-01-31');
    for (const ending of ['revoked_at = now()', `expires_at = now() - interval '1 second'`]) {
      const token = await server.createToken(home, role, user);
      await keepInCache(token);
      await sql(`update api_key set ${ending} where partner_id = $1 and id = $2`, [home, token.split('_')[1]]);
      expect(await run(token, 'acceptContractChange', { contractChangeId: `cch_${id}` })).toBe(unauthenticated);
    }
    expect(await effects()).toEqual([]);
    expect(await run(await server.createToken(home, role, user), 'acceptContractChange', { contractChangeId: `cch_${id}` })).toBe('done');
  });

  test('of a removed user is refused, also if it repeats an earlier one with the same idempotency key', async () => {
    const { id, token } = await addUser('ADMIN');
    const admin = await server.createToken(data.partnerId, 'ADMIN');
    const input = { name: 'Mine', columns: locked };
    expect(await run(token, 'createSavedView', input, 'key')).toBe('done');
    expect(await run(token, 'createSavedView', input, 'key')).toBe('done');
    expect(await run(admin, 'removePartnerUser', { userId: `usr_${id}` })).toBe('done');
    expect(await run(token, 'createSavedView', input, 'key')).toBe(unauthenticated);
    expect(await sql('select from saved_view where partner_id = $1')).toEqual([]);
  });

  test('of a removed user who signed on is refused, though no key of the user is revoked', async () => {
    const { id } = await addUser('ADMIN');
    const viewer: Viewer = { partnerId: data.partnerId, role: 'ADMIN', partnerUserId: id, credentialId: 'sub:ann' };
    const role = async () => {
      return await inPartnerTransaction(server.database.pool, data.partnerId, async (tx) => roleNow(viewer, await findActing(tx, viewer)));
    };
    expect(await role()).toBe('ADMIN');
    await sql('update partner_user set removed_at = now() where partner_id = $1 and id = $2', [data.partnerId, id]);
    expect(await role()).toBeNull();
  });

  test('that is one of several mutations of a request leaves the status at 200, since the first has succeeded', async () => {
    const token = await server.createToken(data.partnerId, 'ADMIN');
    const keyId = token.slice(0, token.indexOf('_', 4));
    const { status, body } = await server.query(
      `mutation { revokeApiKey(input: { apiKeyId: "${keyId}" }) { apiKey { id } } createApiKey(input: { role: ADMIN }) { key } }`,
      {},
      { token },
    );
    expect({ status, key: body.data?.revokeApiKey, code: body.errors?.[0]?.extensions['code'] }).toMatchObject({
      status: 200,
      code: 'UNAUTHENTICATED',
    });
    expect(await sql('select from api_key where partner_id = $1 and revoked_at is null')).toEqual([]);
  });
});

describe('a write that begins before a change of rights commits', () => {
  test('waits for no other write of its partner, and for no change of rights of another partner', async () => {
    const token = await server.createToken(data.partnerId, 'ADMIN');
    const other = await server.createPartner(randomUUID());
    const [lockedId, freeId] = [await data.customer({ name: 'Locked' }), await data.customer({ name: 'Free' })];
    const setOwner = async (id: string) => await run(token, 'setCommunicationOwner', { customerId: `cus_${id}`, owner: 'PARTNER' });
    const waiting = committedDuring(
      async (client) => await client.query('select from customer_association where customer_id = $1 for update', [lockedId]),
      async () => await setOwner(lockedId),
      async () =>
        await inPartnerTransaction(server.database.pool, other, async (tx) => {
          await lockPeople(tx);
          expect(await setOwner(freeId)).toBe('done');
        }),
    );
    expect(await waiting).toBe('done');
  });

  test('waits for a demotion, and is refused', async () => {
    const { id, token } = await addUser('ADMIN');
    const demote = (client: PoolClient) =>
      client.query(`update partner_user set role = 'VIEWER' where partner_id = $1 and id = $2`, [data.partnerId, id]);
    const promote = () => run(token, 'setPartnerUserRole', { userId: `usr_${id}`, role: 'ADMIN' });
    expect(await committedDuring(demote, promote)).toBe('FORBIDDEN');
    expect(await sql('select role from partner_user where partner_id = $1')).toEqual([{ role: 'VIEWER' }]);
  });

  test.each<ViewerRole>(['ADMIN', 'OPERATOR'])('waits for the revocation of its %s key, and is refused', async (role) => {
    const token = await server.createToken(data.partnerId, role);
    const { id } = await data.renewal(await data.customer({ name: 'Customer', owner: 'PARTNER' }), '2027-01-31');
    const revoke = (client: PoolClient) =>
      client.query('update api_key set revoked_at = now() where partner_id = $1 and id = $2', [data.partnerId, token.split('_')[1]]);
    const accept = () => run(token, 'acceptContractChange', { contractChangeId: `cch_${id}` });
    expect(await committedDuring(revoke, accept)).toBe(unauthenticated);
  });

  test('holds off a revocation by the command line until it has ended, also that of another key', async () => {
    const token = await server.createToken(data.partnerId, 'ADMIN');
    const write = async (client: PoolClient) => await client.query(`select ${peopleLockSql('$1', 'shared')}`, [data.partnerId]);
    let isRevoked = false;
    const revoke = async () => {
      const outcome = await revokeApiKeyUnscoped(server.database.pool, token.split('_')[1]!, 'test');
      isRevoked = true;
      return outcome;
    };
    expect(await committedDuring(write, revoke, async () => expect(isRevoked).toBe(false))).toBe('REVOKED');
  });

  test('holds off its own key revocation only for itself, however many writes overlap', async () => {
    const token = await server.createToken(data.partnerId, 'ADMIN');
    const outcomes: string[] = [];
    let isRevoked = false;
    const writers = Array.from({ length: 8 }, async (_, index) => {
      for (let round = 0; round < 400; round += 1) {
        const outcome = await run(token, 'updatePartnerSettings', { ownsAllTransactionalConversations: (index + round) % 2 === 0 });
        outcomes.push(`${isRevoked ? 'after' : 'before'} ${outcome}`);
        if (outcome === unauthenticated) return;
      }
    });
    while (outcomes.length < 40) await new Promise((resolve) => setImmediate(resolve));
    expect(await revokeApiKeyUnscoped(server.database.pool, token.split('_')[1]!, 'test')).toBe('REVOKED');
    const { length } = outcomes;
    isRevoked = true;
    await Promise.all(writers);
    // Those that had already committed may be answered later; each writer has at most one of them.
    expect(outcomes.slice(length).filter((outcome) => outcome === 'after done').length).toBeLessThanOrEqual(8);
    expect(outcomes.filter((outcome) => outcome.endsWith('UNAUTHENTICATED'))).toHaveLength(8);
  });
});
