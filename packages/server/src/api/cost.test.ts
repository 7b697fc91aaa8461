// Long: costs, limits and buckets share one server.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { getIntrospectionQuery } from 'graphql';
import { addDays } from '../calendar-date.ts';
import { TestData } from '../../testing/test-data.ts';
import { startTestServer, type TestServer } from '../../testing/test-server.ts';
import { inPartnerTransaction } from '../database/transaction.ts';
import { createBuckets } from './cost.bucket.ts';

const today = '2026-11-22';
let server: TestServer;
let token: string;
let customerId: string;
const uuid = '0192f0a0-0000-7000-8000-000000000001';

beforeAll(async () => {
  // The bucket refills too slowly to affect a test.
  server = await startTestServer({ businessDate: today, config: { maxQueryCost: 300, costBucket: 1_000, costRestorePerSecond: 0.01 } });
  const data = await TestData.of(server.database.pool, { name: 'Acme', passedThrough: today });
  const id = await data.customer({ name: 'Globex' });
  await data.renewal(id, addDays(today, 60));
  customerId = `cus_${id}`;
});
afterAll(() => server.close());

/** Creates an API key of a new partner, whose bucket is full. */
async function newToken(name: string): Promise<string> {
  return await server.createToken(await server.createPartner(name), 'ADMIN');
}

describe('the cost of a query', () => {
  test.each([
    ['only __typename', '{ __typename }', {}, 1],
    ['an object', '{ viewer { role businessDate } }', {}, 1],
    ['one customer, which takes a statement', '{ customer(by: { hubId: "1" }) { name } }', {}, 10 + 1],
    ['an object in an object', '{ viewer { role partner { name } } }', {}, 2],
    ['a connection without its rows', '{ customers { totalCount pageInfo { endCursor } } }', {}, 10 + 2],
    ['a connection', '{ customers(first: 7) { totalCount nodes { name } pageInfo { endCursor } } }', {}, 10 + 2 + 7],
    ['a page of the default size', '{ customers { nodes { name } } }', {}, 10 + 2 + 25],
    ['edges, at the cost of nodes', '{ customers(first: 7) { edges { cursor node { name } } } }', {}, 10 + 2 + 7],
    ['objects in rows', '{ upcomingContractChanges(first: 10) { nodes { currentTerms { mrr { amount } } } } }', {}, 10 + 2 + 30],
    ['the last rows', '{ upcomingContractChanges(last: 10) { nodes { id } } }', {}, 10 + 2 + 10],
    [
      'connections in a connection',
      '{ customers(first: 10) { nodes { users(first: 3) { nodes { name } } } } }',
      {},
      20 + 2 + 10 * (1 + 2 + 3 + 15),
    ],
    ['a list of unknown length', '{ customers(first: 2) { nodes { products { product } } } }', {}, 10 + 2 + 2 * (1 + 10 + 15)],
    ['lists below one row', '{ customers(first: 1) { nodes { users(first: 3) { nodes { name } } } } }', {}, 20 + 2 + 1 + 2 + 3],
    [
      'a list below rows of a page size from a variable',
      'query ($n: Int) { customers(first: $n) { nodes { users(first: 3) { totalCount } } } }',
      { n: 4 },
      20 + 2 + 4 * (1 + 2 + 15),
    ],
    [
      'objects of several types and days',
      'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }',
      { ids: ['cus', 'con', 'con', 'cch'].map((prefix) => `${prefix}_${uuid}`).concat(`cch_${uuid}_2026-12-01`) },
      10 + 5 + (3 + 1 - 1) * 20 + 250,
    ],
    ['a contract change that may have no row', `{ node(id: "cch_${uuid}") { id } }`, {}, 10 + 1 + 20],
    ['an object on another day', `{ node(id: "cch_${uuid}_2026-12-01") { id } }`, {}, 10 + 1 + 250],
    ['values with arguments', '{ viewer { dashboardColumns { key label description } } }', {}, 1 + 10 * (1 + 2)],
    ['a list of the size of the argument', '{ nodes(ids: ["a", "b", "c"]) { id } }', {}, 10 + 3],
    ['a list of the size of a variable', 'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', { ids: ['a', 'b'] }, 10 + 2],
    ['a page size from a variable', 'query ($n: Int) { customers(first: $n) { nodes { name } } }', { n: 5 }, 10 + 2 + 5],
    ['a page size from a default', 'query ($n: Int = 4) { customers(first: $n) { nodes { name } } }', {}, 10 + 2 + 4],
    ['a page size from a missing variable', 'query ($n: Int) { customers(first: $n) { nodes { name } } }', {}, 10 + 2 + 25],
    ['a page size over the limit', 'query ($n: Int) { customers(first: $n) { nodes { name } } }', { n: 1_000_000 }, 10 + 2 + 100],
    ['a negative page size', '{ customers(first: -5) { nodes { name } } }', {}, 10 + 2 + 25],
    [
      'fragments at every spread',
      'query ($n: Int) { viewer { ...V } again: viewer { ...V } customers(first: $n) { ...C } } fragment V on Viewer { partner { id } } fragment C on CustomerConnection { nodes { ... on Customer { id } } }',
      { n: 3 },
      10 + 2 + 2 + 2 + 3,
    ],
    ['leaves with aliases', '{ customers(first: 5) { nodes { name a: name b: name } } }', {}, 10 + 2 + 5 * 3],
    [
      'the filter of an opened view',
      'query ($id: ID) { upcomingContractChanges(viewId: $id) { totalCount } }',
      { id: 'vie_x' },
      10 + 2 + 16,
    ],
    ['no view', 'query ($id: ID) { upcomingContractChanges(viewId: $id) { totalCount } }', { id: null }, 10 + 2],
    [
      'the filter of a view that is summarized',
      '{ upcomingContractChangesSummary(viewId: "vie_x") { actionRequiredCount } }',
      {},
      10 + 1 + 16,
    ],
    ['the filter of a saved view by its largest size', '{ viewer { savedViews { nodes { name filter } } } }', {}, 10 + 1 + 2 + 25 * 17],
    ['introspection', '{ __schema { types { name fields { name } } } }', {}, 100],
    [
      'the introspection query of an explorer',
      getIntrospectionQuery({ inputValueDeprecation: true, oneOf: true, specifiedByUrl: true }),
      {},
      100,
    ],
  ])('%s', async (name, document, variables, requested) => {
    const { cost, body } = await server.query(document, variables, { token: await newToken(name) });
    expect(cost).toMatchObject({ requested, limit: 300 });
    expect(requested === 100 ? body.errors : undefined).toBeUndefined();
  });

  test('for mutations includes the selection on the payload', async () => {
    token = await newToken('Payloads');
    const asked = async (document: string, variables: object = {}) =>
      (await server.query(document, { id: customerId, ids: [customerId, customerId, 'x'], ...variables }, { token })).cost?.requested;
    expect(
      await asked('mutation ($id: ID!) { setCommunicationOwner(input: { customerId: $id, owner: PARTNER }) { userErrors { message } } }'),
    ).toBe(11);
    const owned = 'mutation ($id: ID!) { setCommunicationOwner(input: { customerId: $id, owner: null })';
    expect(await asked(`${owned} { customer { name } userErrors { message } } }`)).toBe(12);
    const bulk = 'results { customer { name } userErrors { message } }';
    const all = 'mutation ($ids: [ID!]!) { bulkSetCommunicationOwner(input: { customerIds: $ids, owner: null })';
    expect(await asked(`${all} { ${bulk} } }`)).toBe(10 + 3 * 3);
    // Lists below the changes of a payload, of which there may be 250.
    expect(await asked(`${owned} { contractChanges { id timeline { totalCount } } } }`)).toBe(10 + 10 * (1 + 2) + 10 + 250 * 15);
    const input = { customerIds: Array(5).fill('x'), owner: null };
    expect(
      await asked(
        `mutation ($input: BulkSetCommunicationOwnerInput!) { bulkSetCommunicationOwner(input: $input) { ...P } } fragment P on BulkSetCommunicationOwnerPayload { ${bulk} }`,
        { input },
      ),
    ).toBe(10 + 5 * 3);
  });
});

describe('a query over the cost limit', () => {
  test('is refused at the price of its document, and reports its cost', async () => {
    const own = await newToken('Expensive');
    const { status, body, cost } = await server.query(
      '{ customers(first: 100) { nodes { users(first: 100) { nodes { id } } } } }',
      {},
      { token: own },
    );
    expect({ status, body }).toEqual({
      status: 400,
      body: {
        errors: [
          {
            message: 'The query costs 11822 points; the limit is 300. Request fewer rows at once.',
            extensions: { code: 'QUERY_TOO_COMPLEX' },
          },
        ],
      },
    });
    expect(cost).toEqual({ requested: 11_822, limit: 300, bucket: { size: 1_000, remaining: 997, restoredPerSecond: 0.01 } });
  });
});

describe('the base price of a request', () => {
  const remaining = async (key: string) => (await server.query('{ __typename }', {}, { token: key })).cost!.bucket.remaining;
  const many = (count: number, each: (index: number) => string) => Array.from({ length: count }, (_, index) => each(index)).join(' ');

  test('is paid for a refused document, by its size', async () => {
    const own = await newToken('Refused');
    // The question itself costs 1 point, and its document one more the first time for anybody.
    const paidFor = async (document: string) => {
      const before = await remaining(own);
      expect((await server.query(document, {}, { token: own })).body.errors).toBeDefined();
      return before - 1 - (await remaining(own));
    };
    await remaining(own);
    expect(await paidFor('{ none }')).toBe(2);
    expect(await paidFor('{ none }')).toBe(2);
    expect(await paidFor('{')).toBe(2);
    const dear = await paidFor(`{ viewer { role } none ${many(150, () => 'viewer { role }')} }`);
    expect(dear).toBeGreaterThan(600);
  });

  test('is refused without parsing when the bucket is empty: 429 with Retry-After', async () => {
    const own = await newToken('Parsing');
    const answers = [];
    for (let time = 0; time < 4; time += 1) {
      answers.push(await server.query(`{ ${many(250, (index) => `none${time}${index}`)} }`, {}, { token: own }));
    }
    expect(answers.map(({ status }) => status)).toEqual([400, 400, 400, 400]);
    for (let time = 0; time < 4; time += 1) {
      answers.push(await server.query(`{ viewer { role } none ${many(150, () => 'viewer { role }')} }`, {}, { token: own }));
    }
    const { status, headers, body } = answers.at(-1)!;
    expect([status, body.errors?.[0]?.extensions['code']]).toEqual([429, 'RATE_LIMITED']);
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await server.query('{ __typename }', {}, { token: await newToken('Beside') })).status).toBe(200);
  });

  test('grows with the body, which is not read when the bucket is empty', async () => {
    const own = await newToken('Bodies');
    const send = (length: number) => server.query('query ($x: String) { __typename }', { x: 'x'.repeat(length) }, { token: own });
    const before = await remaining(own);
    await send(500_000);
    expect(before - (await remaining(own))).toBeGreaterThanOrEqual(500);
    expect((await send(600_000)).status).toBe(429);
  });

  test('is paid once for a document that is repeated', async () => {
    const own = await newToken('Repeating');
    const document = `{ viewer { role ${'businessDate '.repeat(100)} } }`;
    const first = await remaining(own);
    await server.query(document, {}, { token: own });
    const second = await remaining(own);
    await server.query(document, {}, { token: own });
    expect([first - second > 20, second - (await remaining(own))]).toEqual([true, 2]);
  });

  test('grows with the parameters of an address', async () => {
    const own = await newToken('Parameters');
    await remaining(own);
    const headers = { authorization: `Bearer ${own}`, 'apollo-require-preflight': '1' };
    const { status } = await fetch(`${server.url}/graphql?query=%7B__typename%7D&${'a&'.repeat(6_000)}`, { headers });
    expect([status, await remaining(own)]).toEqual([200, 999 - 60 - 2]);
  });

  test('grows with an answer that is larger than its cost', async () => {
    const partnerId = await server.createPartner('Answers');
    const own = await server.createToken(partnerId, 'ADMIN');
    // Views were not always limited to 16 KB.
    const { rows } = await inPartnerTransaction(server.database.pool, partnerId, (tx) =>
      tx.query<{ id: string }>(
        `insert into saved_view (partner_id, id, principal_id, name, is_shared, columns, filter)
         values ($1, gen_random_uuid(), $1, 'Large', true, '{}', jsonb_build_object('customerId', jsonb_build_object('eq', repeat('x', 900000))))
         returning id`,
        [partnerId],
      ),
    );
    const view = `{ node(id: "vie_${rows[0]!.id}") { ... on SavedView { filter } } }`;
    const { cost, text } = await server.query(view, {}, { token: own });
    expect([cost?.requested, cost?.bucket.remaining]).toEqual([27, 973]);
    expect(text.length).toBeGreaterThan(900_000);
    expect(await remaining(own)).toBe(973 - 873 - 1);
  });

  test('an operator has a bucket of its own', async () => {
    const partnerId = await server.createPartner('Operated');
    const [own, operator] = [await server.createToken(partnerId, 'VIEWER'), await server.createToken(partnerId, 'OPERATOR')];
    const headers = { 'x-partner-id': `par_${partnerId}` };
    const { status } = await server.query('{ customers(first: 100) { nodes { id } } }', {}, { token: operator, headers });
    expect([status, await remaining(own)]).toEqual([200, 999]);
  });
});

describe('the bucket of a partner', () => {
  test('runs empty for that partner alone: 429 with Retry-After', async () => {
    const [mine, other] = await Promise.all([newToken('Busy'), newToken('Calm')]);
    const page = '{ upcomingContractChanges(first: 93) { nodes { id customer { name } } } }';
    const answers = [];
    for (let asked = 0; asked < 7; asked += 1) answers.push(await server.query(page, {}, { token: mine }));
    expect(answers.map(({ status, cost }) => [status, cost?.bucket.remaining])).toEqual([
      [200, 802],
      [200, 604],
      [200, 406],
      [200, 208],
      [200, 10],
      // A refused request pays for its body.
      [429, 9],
      [429, 8],
    ]);
    const { headers, body } = answers[6]!;
    const seconds = Number(headers.get('retry-after'));
    expect(Math.round(seconds / 100)).toBe(189);
    expect(body).toEqual({
      errors: [
        {
          message: `Rate limit reached; try again in ${seconds} seconds.`,
          extensions: { code: 'RATE_LIMITED' },
        },
      ],
    });
    expect((await server.query('{ viewer { role } }', {}, { token: mine })).status).toBe(200);
    expect((await server.query(page, {}, { token: other })).cost?.bucket.remaining).toBe(802);
  });

  test('refills over time, up to its size', () => {
    let now = 0;
    const buckets = createBuckets({ size: 100, restoredPerSecond: 10 }, () => now);
    expect(buckets.take('a', 100)).toEqual({ remaining: 0, waitSeconds: null });
    expect(buckets.take('a', 1)).toEqual({ remaining: 0, waitSeconds: 1 });
    expect(buckets.take('a', 55)).toEqual({ remaining: 0, waitSeconds: 6 });
    now = 2_500;
    expect(buckets.take('a', 5)).toEqual({ remaining: 20, waitSeconds: null });
    now = 1_000_000;
    expect(buckets.take('a', 0)).toEqual({ remaining: 100, waitSeconds: null });
    expect(buckets.take('b', 30)).toEqual({ remaining: 70, waitSeconds: null });
  });

  test('is kept for the partners with the latest requests', () => {
    const buckets = createBuckets({ size: 10, restoredPerSecond: 1 }, () => 0);
    buckets.take('first', 10);
    for (let other = 0; other < 10_000; other += 1) buckets.take(String(other), 10);
    expect(buckets.take('9999', 0).remaining).toBe(0);
    expect(buckets.take('first', 0).remaining).toBe(10);
  });
});
