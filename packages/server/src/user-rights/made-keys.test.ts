import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { createPartnerUser } from '../partner/partner-user.queries.ts';
import type { PartnerUserRole } from '../access/role.rules.ts';
import { TestData } from '../../testing/test-data.ts';
import { startTestServer, type TestServer } from '../../testing/test-server.ts';

const today = '2026-11-22';
let server: TestServer;
let data: TestData;
let admin: string;
beforeAll(async () => void (server = await startTestServer({ businessDate: today })));
afterAll(() => server.close());
beforeEach(async () => {
  data = await TestData.of(server.database.pool, { name: randomUUID(), passedThrough: today });
  admin = await server.createToken(data.partnerId, 'ADMIN');
});

async function addUser(role: PartnerUserRole) {
  const email = `${randomUUID()}@acme.example`;
  const id = (await createPartnerUser(server.database.pool, data.partnerId, { name: 'Ann', email, role, actor: 'test' }))!;
  return { id: `usr_${id}`, token: await server.createToken(data.partnerId, role, { partnerUserId: id }) };
}

async function run(field: string, input: Record<string, unknown>, selection: string, token: string) {
  const type = `${field[0]?.toUpperCase()}${field.slice(1)}Input!`;
  const document = `mutation ($input: ${type}) { ${field}(input: $input) { ${selection} userErrors { code message } } }`;
  const { body } = await server.query(document, { input }, { token });
  return body.errors?.[0]?.extensions['code'] ?? body.data[field];
}

const createKey = async (token: string, role: PartnerUserRole, userId?: string): Promise<string> =>
  (await run('createApiKey', { role, userId }, 'key', token)).key;

/** Whether a write with each key is accepted: it reads the key in its transaction. */
const accepted = async (keys: readonly string[]) => {
  const columns = ['CUSTOMER_NAME', 'COMMUNICATION_OWNER', 'CONTRACT_TYPE', 'STATUS', 'RENEWAL_DEADLINE'];
  const answers = await Promise.all(keys.map((key) => run('updateDashboardColumns', { columns }, '', key)));
  return answers.map((answer) => answer !== 'UNAUTHENTICATED');
};

test('a removed user loses the keys that they made for the partner and for others, and those made with them', async () => {
  const [ann, colleague] = [await addUser('ADMIN'), await addUser('ADMIN')];
  const ofPartner = await createKey(ann.token, 'ADMIN');
  const ofColleague = await createKey(ann.token, 'ADMIN', colleague.id);
  const known = [ofPartner, await createKey(ann.token, 'VIEWER'), ofColleague, await createKey(ofPartner, 'ADMIN')];
  // As the colleague, whose key Ann knows.
  known.push(await createKey(ofColleague, 'ADMIN'));
  const others = [admin, colleague.token, await createKey(admin, 'ADMIN'), await createKey(colleague.token, 'VIEWER')];
  expect([await accepted(known), await accepted(others)]).toEqual([Array(5).fill(true), Array(4).fill(true)]);
  expect(await run('removePartnerUser', { userId: ann.id }, 'removedUserId', admin)).toEqual({ removedUserId: ann.id, userErrors: [] });
  expect([await accepted(known), await accepted(others)]).toEqual([Array(5).fill(false), Array(4).fill(true)]);
  const { rows } = await server.database.superuserPool.query(
    `select count(*)::int as revoked from audit_event where partner_id = $1 and action = 'REVOKE_API_KEY'`,
    [data.partnerId],
  );
  expect(rows).toEqual([{ revoked: 6 }]);
});

test('a demoted user loses the keys that they made above the new role', async () => {
  const [ann, colleague] = [await addUser('ADMIN'), await addUser('ADMIN')];
  const above = [await createKey(ann.token, 'ADMIN'), await createKey(ann.token, 'ADMIN', colleague.id)];
  const within = [await createKey(ann.token, 'MANAGER'), await createKey(ann.token, 'VIEWER'), ann.token, colleague.token];
  expect(await run('setPartnerUserRole', { userId: ann.id, role: 'MANAGER' }, 'user { role }', admin)).toMatchObject({ userErrors: [] });
  expect([await accepted(above), await accepted(within)]).toEqual([Array(2).fill(false), Array(4).fill(true)]);
});

test('the last administrator stays, if the only other ADMIN key is one that they made', async () => {
  const ann = await addUser('ADMIN');
  await createKey(ann.token, 'ADMIN');
  await server.database.superuserPool.query(
    'update api_key set revoked_at = now() where partner_id = $1 and partner_user_id is null and id = $2',
    [data.partnerId, admin.slice(4, 16)],
  );
  expect(await run('removePartnerUser', { userId: ann.id }, 'removedUserId', ann.token)).toMatchObject({
    removedUserId: null,
    userErrors: [{ code: 'INVALID', message: expect.stringMatching(/last administrator/) }],
  });
});
