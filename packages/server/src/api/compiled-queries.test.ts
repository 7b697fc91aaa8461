import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { addDays } from '../calendar-date.ts';
import { TestData } from '../../testing/test-data.ts';
import { startTestServer, type TestServer } from '../../testing/test-server.ts';

// graphql-js, the reference, executes a query the first time; a compiled function executes it from then on.

const today = '2026-11-22';
let server: TestServer;
let token: string;
let customerId: string;

beforeAll(async () => {
  server = await startTestServer({ businessDate: today });
  const data = await TestData.of(server.database.pool, { name: 'Acme', passedThrough: today });
  for (const name of ['Globex', 'Initech', 'Hooli']) {
    customerId = await data.customer({ name });
    await data.renewal(customerId, addDays(today, 60));
  }
  token = await server.createToken(data.partnerId, 'ADMIN');
});
afterAll(() => server.close());

const page =
  'nodes { id customer { name } status type renewalDeadline currentTerms { mrr { amount currencyCode } } primaryContact { name } }';

describe('a repeated query gives the same response, byte for byte, as the first time', () => {
  test.each<[string, string, Record<string, unknown>?]>([
    ['a page', `{ upcomingContractChanges { ${page} edges { cursor node { id } } pageInfo { hasNextPage endCursor } totalCount } }`],
    [
      'aliases and fragments',
      `{ a: upcomingContractChanges { ...F } b: upcomingContractChanges(first: 1) { ...F } } fragment F on ContractChangeConnection { x: ${page} }`,
    ],
    [
      'a recursive filter, a single value for a list, a default inside it',
      `query ($filter: ContractChangeFilter, $orderBy: [ContractChangeOrder!]) { upcomingContractChanges(filter: $filter, orderBy: $orderBy) { ${page} } }`,
      { filter: { not: { and: [{ status: { in: ['RENEWED'] } }] } }, orderBy: { field: 'CUSTOMER_NAME' } },
    ],
    [
      'a missing variable inside an object',
      `query ($s: ContractChangeStatus) { upcomingContractChanges(filter: { status: { eq: $s } }) { ${page} } }`,
    ],
    [
      'a missing optional variable',
      `query ($first: Int = 2, $after: String) { upcomingContractChanges(first: $first, after: $after) { ${page} } }`,
    ],
    ['a malformed cursor', `{ upcomingContractChanges(after: "x") { ${page} } }`],
    ['a page size over the limit', `query ($first: Int) { upcomingContractChanges(first: $first) { ${page} } }`, { first: 101 }],
    ['a variable of another type', `query ($first: Int) { upcomingContractChanges(first: $first) { ${page} } }`, { first: 'ten' }],
    ['a missing required variable', 'query ($id: ID!) { node(id: $id) { id } }'],
    [
      'null for a variable with a default',
      'query ($first: Int = 2) { upcomingContractChanges(first: $first) { totalCount } }',
      { first: null },
    ],
    ['two errors at once', '{ a: upcomingContractChanges(after: "x") { totalCount } b: node(id: "none") { id } }'],
    ['a list with only __typename', '{ upcomingContractChanges { __typename nodes { __typename customer { __typename } } } }'],
    ['a variable that one of several inputs must have', 'query ($id: ID!, $h: String!) { customer(by: { id: $id, hubId: $h }) { id } }'],
    [
      'a variable with a name like those made for values',
      'query ($given0: Int) { upcomingContractChanges(first: $given0, after: "x") { totalCount } }',
    ],
    ['introspection', '{ __schema { queryType { name } } __type(name: "Customer") { fields { name } } }'],
  ])('%s', async (_, document, variables = {}) => {
    const answers = [];
    for (let time = 0; time < 3; time += 1) answers.push(await server.query(document, variables, { token }));
    const [first, ...others] = answers.map(({ status, text }) => ({ status, text }));
    expect(others).toEqual([first, first]);
  });

  test('a node by its id, for every type', async () => {
    const document =
      'query ($id: ID!) { node(id: $id) { type: __typename id ... on Customer { name users { nodes { id } } } ... on ContractChange { status } } }';
    const { body } = await server.query('{ upcomingContractChanges(first: 1) { nodes { id customer { id } } } }', {}, { token });
    const { id, customer } = body.data.upcomingContractChanges.nodes[0];
    const ask = async (of: string) => (await server.query(document, { id: of }, { token })).body.data.node.type as string;
    expect([await ask(id), await ask(id), await ask(customer.id), await ask(customer.id)]).toEqual([
      'ContractChange',
      'ContractChange',
      'Customer',
      'Customer',
    ]);
  });
});

test('a repeated query applies the @skip and @include of its own request', async () => {
  const document = `query ($a: Boolean!, $b: Boolean!) {
    upcomingContractChanges(first: 1) { ...F @include(if: $a) ...F @skip(if: $b) nodes { status @include(if: $a) ... @skip(if: $b) { type } } }
  } fragment F on ContractChangeConnection { totalCount nodes { id } }`;
  const fieldsOf = async (a: boolean, b: boolean) => {
    const { body } = await server.query(document, { a, b }, { token });
    const { nodes, ...others } = body.data.upcomingContractChanges;
    return [...Object.keys(others), ...Object.keys(nodes[0])];
  };
  for (let time = 0; time < 3; time += 1) {
    expect(await fieldsOf(true, true)).toEqual(['totalCount', 'id', 'status']);
    expect(await fieldsOf(true, false)).toEqual(['totalCount', 'id', 'status', 'type']);
    expect(await fieldsOf(false, true)).toEqual([]);
    expect(await fieldsOf(false, false)).toEqual(['totalCount', 'id', 'type']);
  }
});

test.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf', '__defineGetter__'])(
  'an alias, a fragment, an operation and a missing variable may have the name %s',
  async (name) => {
    const isVariable = name !== '__proto__';
    const document = `query ${name} (${isVariable ? `$${name}: Int, ` : ''}$after: String) {
      ${name}: upcomingContractChanges(${isVariable ? `first: $${name}, ` : ''}after: $after) { ...${name} nodes { ${name}: status } }
    } fragment ${name} on ContractChangeConnection { totalCount }`;
    const expected = `{"data":{"${name}":{"totalCount":3,"nodes":[${Array(3).fill(`{"${name}":"PENDING"}`).join()}]}}}`;
    for (let time = 0; time < 3; time += 1) {
      expect((await server.query(document, {}, { token })).text).toBe(expected);
    }
  },
);

// graphql-jit writes literals into source text, and takes one that begins like this for a date.
const date = '__MAGIC_DATE__33a9e76d_02e0_4128_8e92_3530ad3da74d';
test.each<[string, string]>([
  ['a text', `{ customers(query: "${date}globalThis.broken=1") { totalCount } }`],
  ['an id', `{ node(id: "${date}globalThis.broken=1") { id } }`],
  ['an escaped text', `{ upcomingContractChanges(after: "\\u005f_MAGIC${date.slice(7)}globalThis.broken=1") { totalCount } }`],
  ['a block', `{ customers(query: """${date}globalThis.broken=1""") { totalCount } }`],
  ['a text in an object', `{ customer(by: { hubId: "${date}globalThis.broken=1" }) { id } }`],
  ['a text in a list', `{ upcomingContractChanges(filter: { customerId: { in: ["${date}globalThis.broken=1"] } }) { totalCount } }`],
  ['a word for no number', '{ customers(query: "__MAGIC_NAN__57f286b9_4c20_487f_b409_79804ddcb4f8") { totalCount } }'],
])('%s of a client never becomes code', async (_, document) => {
  const answers = [];
  for (let time = 0; time < 3; time += 1) answers.push((await server.query(document, {}, { token })).text);
  expect(new Set(answers).size).toBe(1);
  expect(globalThis).not.toHaveProperty('broken');
});

test('a variable cannot have the name __proto__', async () => {
  const document = 'query ($__proto__: Int = 1) { upcomingContractChanges(first: $__proto__) { totalCount } }';
  const { status, body } = await server.query(document, {}, { token });
  expect([status, body.errors?.[0]?.extensions['code']]).toEqual([400, 'GRAPHQL_VALIDATION_FAILED']);
});
