import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { TestData } from '../../testing/test-data.ts';
import { startTestServer, type TestServer } from '../../testing/test-server.ts';

const today = '2026-11-22';
let server: TestServer;
beforeAll(async () => void (server = await startTestServer({ businessDate: today })));
afterAll(() => server.close());

/** A partner with so many users. */
async function partnerWith(users: { live: number; removed: number }) {
  const { partnerId } = await TestData.of(server.database.pool, { name: JSON.stringify(users), passedThrough: today });
  await server.database.superuserPool.query(
    `insert into partner_user (partner_id, id, name, email, role, removed_at)
     select $1, gen_random_uuid(), 'User ' || number, number || '@acme.example', 'VIEWER',
       case when number > $2 then now() end
     from generate_series(1, $2::int + $3::int) number`,
    [partnerId, users.live, users.removed],
  );
  return await server.createToken(partnerId, 'ADMIN');
}

async function add(token: string, email: string) {
  const document = 'mutation ($input: CreatePartnerUserInput!) { createPartnerUser(input: $input) { userErrors { code message } } }';
  const { body } = await server.query(document, { input: { name: 'Ann', email, role: 'VIEWER' } }, { token });
  return body.data.createPartnerUser.userErrors;
}

test('a partner has at most 1,000 users, without those that were removed', async () => {
  const token = await partnerWith({ live: 999, removed: 1 });
  expect(await add(token, 'ann@acme.example')).toEqual([]);
  expect(await add(token, 'bob@acme.example')).toEqual([{ code: 'INVALID', message: 'A partner can have at most 1000 users.' }]);
});

test('and at most 10,000 with those that were removed, which stay in the trail', async () => {
  const token = await partnerWith({ live: 1, removed: 9_998 });
  expect(await add(token, 'ann@acme.example')).toEqual([]);
  const message = 'A partner can have at most 10000 users, with those that were removed.';
  expect(await add(token, 'bob@acme.example')).toEqual([{ code: 'INVALID', message }]);
});
