import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { TestData } from '../../testing/test-data.ts';
import { startTestServer, type TestServer } from '../../testing/test-server.ts';

let server: TestServer;
beforeAll(async () => void (server = await startTestServer({ businessDate: '2026-11-22' })));
afterAll(() => server.close());

test('an object can be asked for by its id without selecting the id, once and again, also through aliases', async () => {
  const data = await TestData.of(server.database.pool, { name: 'Partner', passedThrough: '2026-11-22' });
  const { id } = await data.renewal(await data.customer({ name: 'Acme' }), '2027-01-21');
  const token = await server.createToken(data.partnerId, 'VIEWER');
  const ask =
    'query ($id: ID!) { node(id: $id) { ... on ContractChange { status } } nodes(ids: [$id]) { ... on ContractChange { type same: id } } }';
  // The second time, the query runs compiled.
  for (let time = 0; time < 3; time += 1) {
    const { body } = await server.query(ask, { id: `cch_${id}` }, { token });
    expect(body).toMatchObject({ data: { node: { status: 'PENDING' }, nodes: [{ type: 'RENEWAL', same: `cch_${id}` }] } });
    expect(body.errors).toBeUndefined();
  }
});
