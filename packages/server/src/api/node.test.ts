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

test('the lists of a partner are read once for each field, however often its ID is given', async () => {
  const partnerId = await server.createPartner('Repeated');
  const token = await server.createToken(partnerId, 'ADMIN');
  const ids = Array<string>(3).fill(`par_${partnerId}`);
  const asked = async (lists: string) =>
    (await server.query(`query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Partner { ${lists} } } }`, { ids }, { token })).body;
  for (let time = 0; time < 3; time += 1) {
    server.database.markStatements();
    const { data } = await asked(
      'all: users { totalCount } first: users(first: 1) { totalCount } apiKeys { totalCount } sessions { totalCount }',
    );
    const counted = { all: { totalCount: 0 }, first: { totalCount: 0 }, apiKeys: { totalCount: 1 }, sessions: { totalCount: 0 } };
    expect(data).toEqual({ nodes: [counted, counted, counted] });
    expect(server.database.statements().filter((text) => /count(Users|ApiKeys)OfPartner|countSessions/.test(text))).toHaveLength(4);
  }
  // Its other statements may end after the answer, so none are counted after it.
  const { errors } = await asked('users(after: "none") { totalCount } apiKeys { totalCount }');
  expect(errors?.map(({ path }) => path).sort()).toEqual([0, 1, 2].map((index) => ['nodes', index, 'users']));
});
