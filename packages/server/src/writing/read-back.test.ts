import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { addDays } from '../calendar-date.ts';
import { TestData } from '../../testing/test-data.ts';
import { startTestServer, type TestServer } from '../../testing/test-server.ts';

const today = '2026-11-22';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ businessDate: today });
  // Reads of payloads fail, those of the mutations themselves do not.
  await server.database.superuserPool.query(`
    create function fail_after_write() returns boolean language plpgsql as $$ begin
      if current_query() ~ 'findUpcomingOfChanged|findCustomers|findApiKeysOfPartner' then raise 'no rows today'; end if;
      return true;
    end $$`);
  for (const table of ['dashboard_row', 'customer', 'api_key'])
    await server.database.superuserPool.query(`create policy failing on ${table} as restrictive using (fail_after_write())`);
});
afterAll(() => server.close());

const failed = (...path: (string | number)[]) => ({ path, extensions: { code: 'INTERNAL_SERVER_ERROR' } });

test('an error in what a payload reads back leaves its other fields, since the write is committed', async () => {
  const data = await TestData.of(server.database.pool, { name: 'Acme', passedThrough: today });
  const customerId = await data.customer({ name: 'Globex' });
  await data.renewal(customerId, addDays(today, 60));
  const token = await server.createToken(data.partnerId, 'ADMIN');
  const id = `cus_${customerId}`;
  const ask = async (document: string) => (await server.query(document, { id, ids: ['x', id] }, { token })).body;

  expect(
    await ask('mutation { createApiKey(input: { role: VIEWER }) { key apiKeyEdge { node { id } } userErrors { code } } }'),
  ).toMatchObject({
    data: { createApiKey: { key: expect.stringMatching(/^prk_/), apiKeyEdge: null, userErrors: [] } },
    errors: [failed('createApiKey', 'apiKeyEdge')],
  });
  expect(
    await ask(`mutation ($id: ID!) { set: setCommunicationOwner(input: { customerId: $id, owner: PARTNER }) {
      association { communicationOwner } contractChanges { id } customer { name } userErrors { code } } }`),
  ).toMatchObject({
    data: { set: { association: { communicationOwner: 'PARTNER' }, contractChanges: null, customer: null, userErrors: [] } },
    errors: expect.arrayContaining([failed('set', 'contractChanges'), failed('set', 'customer')].map(expect.objectContaining)),
  });
  expect(
    await ask(`mutation ($ids: [ID!]!) { bulkSetCommunicationOwner(input: { customerIds: $ids, owner: VENDOR }) {
      results { customer { name } userErrors { code } } userErrors { code } } }`),
  ).toMatchObject({
    data: {
      bulkSetCommunicationOwner: {
        results: [
          { customer: null, userErrors: [{ code: 'NOT_FOUND' }] },
          { customer: null, userErrors: [] },
        ],
      },
    },
    errors: [failed('bulkSetCommunicationOwner', 'results', 1, 'customer')],
  });
});
