import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { globalId } from '../graphql/global-id.ts';
import { createPartnerUser } from '../partner/partner-user.queries.ts';
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts';
import { makeApiKey } from '../api-key/api-key.ts';
import { createApiKey, revokeApiKeyUnscoped } from '../api-key/api-key.queries.ts';
import { listApiKeys } from '../api-key/stored-keys.queries.ts';
import { readAs } from '../database/reader.ts';
import { createAuthenticate, type Authenticate } from './authenticate.ts';
import type { PartnerUserRole, ViewerRole } from '../access/role.rules.ts';

const actor = 'test';
const today = Date.parse('2026-01-01T12:00:00Z');

let database: TestDatabase;
let authenticate: Authenticate;
const acme = randomUUID();
const globex = randomUUID();

beforeAll(async () => {
  database = await createTestDatabase();
  await database.superuserPool.query(`insert into partner (id, name) values ($1, 'Acme'), ($2, 'Globex')`, [acme, globex]);
  authenticate = createAuthenticate(database.pool, () => today);
});
afterAll(() => database.close());

async function keyOf(partnerId: string, role: ViewerRole, { partnerUserId = null as string | null, expiresAt = null as Date | null } = {}) {
  return await createApiKey(database.pool, partnerId, { role, partnerUserId, expiresAt, actor });
}

async function userOf(partnerId: string, role: PartnerUserRole): Promise<string> {
  return (await createPartnerUser(database.pool, partnerId, { name: 'Ann', email: `${randomUUID()}@acme.example`, role, actor }))!;
}

describe('a key', () => {
  test.each(['VIEWER', 'MANAGER', 'ADMIN'] as const)('with the role %s authenticates its partner with that role', async (role) => {
    const { key, id } = await keyOf(acme, role);
    expect(await authenticate(`Bearer ${key}`, undefined)).toEqual({ partnerId: acme, role, partnerUserId: null, credentialId: id });
    expect(await authenticate(`bearer  ${key}`, undefined)).toMatchObject({ credentialId: id });
  });

  test.each([
    ['ADMIN', 'VIEWER', 'VIEWER'],
    ['VIEWER', 'ADMIN', 'VIEWER'],
    ['MANAGER', 'MANAGER', 'MANAGER'],
  ] as const)('with the role %s of a user with the role %s has the role %s', async (keyRole, userRole, role) => {
    const partnerUserId = await userOf(acme, userRole);
    const { key } = await keyOf(acme, keyRole, { partnerUserId });
    expect(await authenticate(`Bearer ${key}`, undefined)).toMatchObject({ partnerId: acme, role, partnerUserId });
  });

  test('is valid until it expires', async () => {
    const expired = await keyOf(acme, 'VIEWER', { expiresAt: new Date(today) });
    const expiring = await keyOf(acme, 'VIEWER', { expiresAt: new Date(today + 1) });
    expect(await authenticate(`Bearer ${expired.key}`, undefined)).toBe('UNAUTHENTICATED');
    expect(await authenticate(`Bearer ${expiring.key}`, undefined)).toMatchObject({ partnerId: acme });
  });

  test('is refused within 5 seconds after it is revoked', async () => {
    const { key, id } = await keyOf(acme, 'VIEWER');
    expect(await authenticate(`Bearer ${key}`, undefined)).toMatchObject({ partnerId: acme });
    expect(await revokeApiKeyUnscoped(database.pool, id, actor)).toBe('REVOKED');
    await new Promise((resolve) => setTimeout(resolve, 4_900));
    expect(await authenticate(`Bearer ${key}`, undefined)).toBe('UNAUTHENTICATED');
    expect(await revokeApiKeyUnscoped(database.pool, id, actor)).toBe('ALREADY_REVOKED');
  });

  test('needs one look-up for many requests', async () => {
    const { key } = await keyOf(acme, 'VIEWER');
    database.markStatements();
    await Promise.all(Array.from({ length: 20 }, () => authenticate(`Bearer ${key}`, undefined)));
    expect(database.statements()).toHaveLength(1);
  });

  test('and other keys in steady use are refreshed together, and a revoked one of them is refused within 5 seconds', async () => {
    const keys = [
      await keyOf(acme, 'VIEWER'),
      await keyOf(acme, 'ADMIN', { partnerUserId: await userOf(acme, 'MANAGER') }),
      await keyOf(globex, 'VIEWER'),
    ];
    const authenticateAll = async () => await Promise.all(keys.map(({ key }) => authenticate(`Bearer ${key}`, undefined)));
    await authenticateAll();
    database.markStatements();
    const startedAt = performance.now();
    while (performance.now() - startedAt < 4_500) {
      expect(await authenticateAll()).toMatchObject([{ role: 'VIEWER' }, { role: 'MANAGER' }, { partnerId: globex }]);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(database.statements()).toEqual([expect.stringContaining('findApiKeyHoldersUnscoped')]);
    await revokeApiKeyUnscoped(database.pool, keys[0]!.id, actor);
    const revokedAt = performance.now();
    while ((await authenticateAll())[0] !== 'UNAUTHENTICATED') {
      expect(performance.now() - revokedAt).toBeLessThan(4_900);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect((await authenticateAll()).slice(1)).toMatchObject([{ role: 'MANAGER' }, { partnerId: globex }]);
  });

  test('that comes after a pause lets the others in use be looked up together', async () => {
    const keys: Awaited<ReturnType<typeof keyOf>>[] = [];
    for (let count = 0; count < 20; count += 1) keys.push(await keyOf(count % 2 === 0 ? acme : globex, 'VIEWER'));
    let now = 0;
    const ask = createAuthenticate(database.pool, Date.now, null, { monotonic: () => now });
    await Promise.all(keys.map(({ key }) => ask(`Bearer ${key}`, undefined)));
    await revokeApiKeyUnscoped(database.pool, keys[19]!.id, actor);
    now += 10_000;
    database.markStatements();
    const answers = [];
    for (const { key } of keys) answers.push(await ask(`Bearer ${key}`, undefined));
    // Some may come while the others are looked up.
    expect(database.statements().length).toBeLessThan(10);
    expect(answers.slice(0, 19)).toMatchObject(answers.slice(0, 19).map(() => ({ role: 'VIEWER' })));
    expect(answers[19]).toBe('UNAUTHENTICATED');
  });

  test('created after a failed look-up is accepted before keys in use are looked up again', async () => {
    const { key, id, secretHash } = makeApiKey();
    expect(await authenticate(`Bearer ${key}`, undefined)).toBe('UNAUTHENTICATED');
    await database.superuserPool.query(`insert into api_key (partner_id, id, role, secret_hash) values ($1, $2, 'VIEWER', $3)`, [
      acme,
      id,
      secretHash,
    ]);
    const createdAt = performance.now();
    while ((await authenticate(`Bearer ${key}`, undefined)) === 'UNAUTHENTICATED') {
      expect(performance.now() - createdAt).toBeLessThan(4_000);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(await authenticate(`Bearer ${key}`, undefined)).toMatchObject({ partnerId: acme });
  });
});

describe('made-up keys', () => {
  test('cost few statements, however many come at once, and a valid key beside them works', async () => {
    const { key } = await keyOf(acme, 'VIEWER');
    database.markStatements();
    const madeUp = Array.from({ length: 1_000 }, () => authenticate(`Bearer ${makeApiKey().key}`, undefined));
    const valid = authenticate(`Bearer ${key}`, undefined);
    expect(new Set(await Promise.all(madeUp))).toEqual(new Set(['UNAUTHENTICATED']));
    expect(await valid).toMatchObject({ partnerId: acme });
    expect(database.statements().length).toBeLessThanOrEqual(5);
  });

  test('are remembered: the same one again costs no statement', async () => {
    const { key } = makeApiKey();
    database.markStatements();
    for (let asked = 0; asked < 20; asked += 1) expect(await authenticate(`Bearer ${key}`, undefined)).toBe('UNAUTHENTICATED');
    expect(database.statements()).toHaveLength(1);
  });

  test('beyond a number at once are refused without a look-up', async () => {
    const results = await Promise.all(Array.from({ length: 5_000 }, () => authenticate(`Bearer ${makeApiKey().key}`, undefined)));
    expect(new Set(results)).toEqual(new Set(['UNAUTHENTICATED', 'OVERLOADED']));
  });
});

test('a missing key, another scheme, and a forged or unknown key all give the same result', async () => {
  const { key, id } = await keyOf(acme, 'ADMIN');
  const forged = makeApiKey();
  await database.superuserPool.query(`insert into api_key (partner_id, id, role, secret_hash) values ($1, $2, 'VIEWER', $3)`, [
    acme,
    forged.id,
    makeApiKey().secretHash,
  ]);
  const bad = [
    undefined,
    '',
    'Bearer',
    'Bearer ',
    `Basic ${key}`,
    key,
    `Bearer ${key}x`,
    `Bearer ${id}`,
    `Bearer ${forged.key}`,
    `Bearer ${makeApiKey().key}`,
  ];
  for (const authorization of bad) expect(await authenticate(authorization, undefined)).toBe('UNAUTHENTICATED');
});

describe('the partner of a request', () => {
  test('is any partner that an operator names', async () => {
    const { key, id } = await keyOf(acme, 'OPERATOR');
    for (const partnerId of [acme, globex]) {
      expect(await authenticate(`Bearer ${key}`, globalId('Partner', partnerId))).toEqual({
        partnerId,
        role: 'OPERATOR',
        partnerUserId: null,
        credentialId: id,
      });
    }
    expect(await authenticate(`Bearer ${key}`, undefined)).toBe('PARTNER_NOT_NAMED');
    for (const unknown of ['', acme, globalId('Partner', randomUUID()), globalId('Customer', acme), "par_' or true"]) {
      expect(await authenticate(`Bearer ${key}`, unknown)).toBe('PARTNER_NOT_FOUND');
    }
  });

  test.each(['VIEWER', 'MANAGER', 'ADMIN'] as const)(
    'is the own one for the role %s; another partner gives the same error as an unknown one',
    async (role) => {
      const { key } = await keyOf(acme, role);
      expect(await authenticate(`Bearer ${key}`, globalId('Partner', acme))).toMatchObject({ partnerId: acme });
      for (const other of [globalId('Partner', globex), globalId('Partner', randomUUID()), 'par_', '']) {
        expect(await authenticate(`Bearer ${key}`, other)).toBe('PARTNER_NOT_FOUND');
      }
    },
  );
});

test('the list of keys shows their users and states, but no secrets', async () => {
  const partnerId = randomUUID();
  await database.superuserPool.query(`insert into partner (id, name) values ($1, 'Initech')`, [partnerId]);
  const partnerUserId = await createPartnerUser(database.pool, partnerId, {
    name: 'Bob',
    email: 'Bob@initech.example',
    role: 'ADMIN',
    actor,
  });
  const expiresAt = new Date('2027-01-01T00:00:00Z');
  const first = await keyOf(partnerId, 'VIEWER', { expiresAt });
  const second = await keyOf(partnerId, 'MANAGER', { partnerUserId });
  await revokeApiKeyUnscoped(database.pool, second.id, actor);
  expect(await listApiKeys(readAs(database.pool, partnerId))).toEqual([
    {
      id: second.id,
      role: 'MANAGER',
      userEmail: 'Bob@initech.example',
      createdAt: expect.any(Date),
      expiresAt: null,
      revokedAt: expect.any(Date),
    },
    { id: first.id, role: 'VIEWER', userEmail: null, createdAt: expect.any(Date), expiresAt, revokedAt: null },
  ]);
  const { rows } = await database.superuserPool.query(
    'select actor, action, after from audit_event where partner_id = $1 order by occurred_at',
    [partnerId],
  );
  expect(rows).toEqual([
    { actor, action: 'CREATE_USER', after: { partnerUserId, role: 'ADMIN' } },
    { actor, action: 'CREATE_API_KEY', after: { apiKeyId: first.id, role: 'VIEWER', partnerUserId: null } },
    { actor, action: 'CREATE_API_KEY', after: { apiKeyId: second.id, role: 'MANAGER', partnerUserId } },
    { actor, action: 'REVOKE_API_KEY', after: { apiKeyId: second.id } },
  ]);
});
