import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts';
import type { ViewerRole } from '../access/role.rules.ts';
import { checksum, makeApiKey } from '../api-key/api-key.ts';
import { createApiKey } from '../api-key/api-key.queries.ts';
import { partnerText } from '../partner/partner-text.ts';
import { createSession, sessionLifeOf } from '../session/session.writers.ts';
import { createAuthenticateSession } from './authenticate-session.ts';
import { createAuthenticate, type Authenticate } from './authenticate.ts';

const acme = randomUUID();
const globex = randomUUID();

let database: TestDatabase;
let authenticate: Authenticate;
beforeAll(async () => {
  database = await createTestDatabase();
  await database.superuserPool.query(`insert into partner (id, name) values ($1, 'Acme'), ($2, 'Globex')`, [acme, globex]);
  authenticate = createAuthenticate(database.pool, Date.now);
});
afterAll(() => database.close());

const keyOf = async (partnerId: string, role: ViewerRole = 'VIEWER') =>
  await createApiKey(database.pool, partnerId, { role, partnerUserId: null, expiresAt: null, actor: 'test' });

/** Another key with the same ID and secret. */
function changed(key: string, change: (body: string) => string) {
  const body = change(key.slice(0, -6));
  return `Bearer ${body}${checksum(body)}`;
}

describe('the partner in a key', () => {
  test('is where the key is looked up, in the rows of no other partner', async () => {
    const { key } = await keyOf(acme);
    database.markStatements();
    expect(await authenticate(`Bearer ${key}`, undefined)).toMatchObject({ partnerId: acme });
    expect(database.statements()).toEqual([expect.stringContaining('/* findApiKeyHolders */')]);
  });

  test('may be missing: keys from before still work', async () => {
    const { key, id } = await keyOf(acme);
    const former = changed(key, (body) => body.replace(`_${partnerText(acme)}_`, '_'));
    expect(former.length).toBe(`Bearer ${key}`.length - 23);
    expect(await authenticate(former, undefined)).toMatchObject({ partnerId: acme, credentialId: id });
  });

  test.each([0, 1, 10])('finds no key of another partner, also not beside %d others', async (count) => {
    const { key } = await keyOf(acme);
    const others = Array.from({ length: count }, () => authenticate(`Bearer ${makeApiKey(randomUUID()).key}`, undefined));
    const moved = authenticate(
      changed(key, (body) => body.replace(partnerText(acme), partnerText(globex))),
      undefined,
    );
    expect(new Set(await Promise.all([moved, ...others]))).toEqual(new Set(['UNAUTHENTICATED']));
    expect(await authenticate(`Bearer ${key}`, undefined)).toMatchObject({ partnerId: acme });
  });

  test('is missing in the key of an operator, who belongs to none', async () => {
    const { key, id } = await keyOf(acme, 'OPERATOR');
    expect(key).toMatch(/^prk_[0-9A-Za-z]{12}_[0-9A-Za-z]{38}$/);
    expect(await authenticate(`Bearer ${key}`, `par_${globex}`)).toMatchObject({ partnerId: globex, credentialId: id });
  });

  test('costs few statements, however many made-up partners there are', async () => {
    database.markStatements();
    const madeUp = Array.from({ length: 1_000 }, () => authenticate(`Bearer ${makeApiKey(randomUUID()).key}`, undefined));
    expect(new Set(await Promise.all(madeUp))).toEqual(new Set(['UNAUTHENTICATED']));
    expect(database.statements().length).toBeLessThanOrEqual(5);
  });

  test('whose rows cannot be read fails its own keys, and no others', async () => {
    const [unreadable, readable] = [await keyOf(acme), await keyOf(globex)];
    await database.superuserPool.query(`
      create function is_readable(partner uuid) returns boolean language plpgsql as
        $$ begin if partner = '${acme}' then raise 'the shard is away'; end if; return true; end $$;
      create policy shard on api_key as restrictive for select using (is_readable(partner_id))`);
    const answers = await Promise.allSettled([unreadable, readable].map(({ key }) => authenticate(`Bearer ${key}`, undefined)));
    await database.superuserPool.query('drop policy shard on api_key');
    expect(answers).toMatchObject([{ reason: { message: 'the shard is away' } }, { value: { partnerId: globex } }]);
  });
});

describe('on an engine with shards, a key', () => {
  const partners = Array.from({ length: 10 }, () => randomUUID());
  let keys: string[];
  beforeAll(async () => {
    for (const id of partners) await database.superuserPool.query('insert into partner (id, name) values ($1, $2)', [id, `Sharded ${id}`]);
    keys = await Promise.all(partners.map(async (id) => (await keyOf(id)).key));
  });
  const found = async (ask: Authenticate, some = keys) => {
    const answers = await Promise.allSettled(some.map((key) => ask(`Bearer ${key}`, undefined)));
    return answers.map((each) => (each.status === 'fulfilled' ? (each.value as { partnerId: string }).partnerId : 'failed'));
  };
  const ofOnePartner = () => expect.stringContaining('/* findApiKeyHolders */');

  test('is looked up and refreshed in a statement of its partner, beside those of any number of others', async () => {
    let now = 0;
    const ask = createAuthenticate(database.pool, Date.now, null, { isSharded: true, monotonic: () => now });
    database.markStatements();
    expect(await found(ask)).toEqual(partners);
    expect(database.statements()).toEqual(partners.map(ofOnePartner));
    now = 3_000;
    database.markStatements();
    expect(await found(ask, keys.slice(0, 1))).toEqual(partners.slice(0, 1));
    // In the background.
    while (database.statements().length < partners.length) await new Promise((resolve) => setImmediate(resolve));
    expect(database.statements()).toEqual(partners.map(ofOnePartner));
    now = 6_000;
    expect(await found(ask)).toEqual(partners);
  });

  test('is found while the rows of another partner cannot be read', async () => {
    const ask = createAuthenticate(database.pool, Date.now, null, { isSharded: true });
    await database.superuserPool.query(`
      create or replace function is_readable(partner uuid) returns boolean language plpgsql as
        $$ begin if partner = '${partners[0]}' then raise 'the shard is away'; end if; return true; end $$;
      create policy shard on api_key as restrictive for select using (is_readable(partner_id))`);
    const answers = await found(ask);
    await database.superuserPool.query('drop policy shard on api_key');
    expect(answers).toEqual(['failed', ...partners.slice(1)]);
  });
});

test('the partner in a cookie is where the session is looked up, and may be missing', async () => {
  const { key, id } = await keyOf(acme);
  expect(await authenticate(`Bearer ${key}`, undefined)).toMatchObject({ credentialId: id });
  const holder = { partnerUserId: null, apiKeyId: id, method: 'API_KEY', userAgent: null, life: sessionLifeOf(1) } as const;
  const session = await createSession(database.pool, acme, holder);
  const sessions = createAuthenticateSession(database.pool, sessionLifeOf(1));
  database.markStatements();
  expect(await sessions.authenticate(session.text, undefined)).toMatchObject({ partnerId: acme, sessionId: session.id });
  expect(database.statements()).toEqual([expect.stringContaining('/* findSessionHolders */')]);
  const former = session.text.replace(`_${partnerText(acme)}_`, '_');
  expect(await sessions.authenticate(former, undefined)).toMatchObject({ partnerId: acme, sessionId: session.id });
  const moved = session.text.replace(partnerText(acme), partnerText(globex));
  expect(await sessions.authenticate(moved, undefined)).toBe('UNAUTHENTICATED');
});
