import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { TestData } from '../../testing/test-data.ts';
import { startTestServer, type TestServer } from '../../testing/test-server.ts';

const today = '2026-01-01';
let server: TestServer;
let data: TestData;
let other: TestData;

beforeAll(async () => {
  server = await startTestServer({ businessDate: today });
  data = await TestData.of(server.database.pool, { name: 'Mine', passedThrough: today });
  other = await TestData.of(server.database.pool, { name: 'Theirs', passedThrough: today });
  await data.customer({ name: 'North', hubId: '11', website: 'shared.example' });
  await data.customer({ name: 'South', hubId: '12', website: 'www.shared.example' });
  await data.customer({ name: 'Alone', hubId: '13', website: 'alone.example' });
  for (const hubId of ['21', '22']) await other.customer({ name: 'Theirs', hubId, website: 'alone.example' });
  await other.customer({ name: 'Theirs', hubId: '23', website: 'shared.example' });
});
afterAll(() => server.close());

const ask = async (of: TestData, website: string) =>
  (
    await server.query(
      `query ($website: String) { customer(by: { website: $website }) { hubId } viewer { businessDate } }`,
      { website },
      { token: await server.createToken(of.partnerId, 'VIEWER') },
    )
  ).body;

const viewer = { businessDate: today };

const shared = (host: string) => ({
  data: { customer: null, viewer },
  errors: [
    {
      message: `Several customers share the website ${host}. Identify one by hubId or id; customers(query: "${host}") lists them.`,
      locations: expect.any(Array),
      path: ['customer'],
      extensions: { code: 'AMBIGUOUS' },
    },
  ],
});

test('a host that several customers share is an error, and other fields are still answered', async () => {
  server.database.markStatements();
  const long = `https://shared.example/${'a'.repeat(5_000)}`;
  for (const website of ['shared.example', 'https://WWW.shared.example/about', long, 'https:///shared.example']) {
    expect(await ask(data, website)).toEqual(shared('shared.example'));
  }
  // Thousands may share it.
  const reads = server.database.statements().filter((text) => text.includes('/* findCustomersBy */'));
  expect(reads.map((text) => text.includes(' limit 2'))).toEqual([true, true, true, true]);
});

test("another partner's customers are not in the way", async () => {
  expect(await ask(data, 'alone.example')).toEqual({ data: { customer: { hubId: '13' }, viewer } });
  expect(await ask(other, 'alone.example')).toEqual(shared('alone.example'));
  expect(await ask(other, 'shared.example')).toEqual({ data: { customer: { hubId: '23' }, viewer } });
});

test('the advice of the error leads to each of them', async () => {
  const token = await server.createToken(data.partnerId, 'VIEWER');
  const { body } = await server.query('{ customers(query: "shared.example") { nodes { id hubId } } }', {}, { token });
  expect(body.data.customers.nodes.map((node: { hubId: string }) => node.hubId)).toEqual(['11', '12']);
  for (const { id, hubId } of body.data.customers.nodes as { id: string; hubId: string }[]) {
    const one = await server.query(
      'query ($id: ID, $hubId: HubID) { byId: customer(by: { id: $id }) { hubId } byHubId: customer(by: { hubId: $hubId }) { id } }',
      { id, hubId },
      { token },
    );
    expect(one.body).toEqual({ data: { byId: { hubId }, byHubId: { id } } });
  }
});

test('a customer whose association has ended shares nothing', async () => {
  const ended = await data.customer({ name: 'Once', hubId: '14', website: 'once.example' });
  await data.customer({ name: 'Now', hubId: '15', website: 'once.example' });
  expect(await ask(data, 'once.example')).toEqual(shared('once.example'));
  await data.change((tx) =>
    tx.query('update customer_association set ended_at = now() where partner_id = $1 and customer_id = $2', [data.partnerId, ended]),
  );
  expect(await ask(data, 'once.example')).toEqual({ data: { customer: { hubId: '15' }, viewer } });
});
