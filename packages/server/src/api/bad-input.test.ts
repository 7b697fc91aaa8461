import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { addDays } from '../calendar-date.ts';
import { TestData } from '../../testing/test-data.ts';
import { startTestServer, type TestServer } from '../../testing/test-server.ts';

const today = '2026-11-22';

let server: TestServer;
let token: string;
let otherToken: string;
let data: TestData;
let other: TestData;
let otherCustomer: string;
let otherChange: string;

beforeAll(async () => {
  server = await startTestServer({ businessDate: today });
  data = await TestData.of(server.database.pool, { name: 'Mine', passedThrough: today });
  other = await TestData.of(server.database.pool, { name: 'Theirs', passedThrough: today });
  token = await server.createToken(data.partnerId, 'ADMIN');
  otherToken = await server.createToken(other.partnerId, 'ADMIN');
  for (const each of [data, other]) {
    const customerId = await each.customer({ name: 'Shared', hubId: '77', website: 'shared.example' });
    const { id } = await each.renewal(customerId, addDays(today, 60));
    await each.renewal(customerId, addDays(today, 61));
    if (each === other) [otherCustomer, otherChange] = [customerId, id];
  }
});
afterAll(() => server.close());

let answeredBefore = 0;
beforeEach(() => void (answeredBefore += 1));

/** Returns the only error, and checks that the same process still answers a valid query. */
async function refusal(document: string, variables: Record<string, unknown> = {}, as = token) {
  const { body, status } = await server.query(document, variables, { token: as });
  const valid = await server.query('{ viewer { businessDate } }', {}, { token });
  expect(valid.body).toEqual({ data: { viewer: { businessDate: today } } });
  expect(body.errors).toHaveLength(1);
  return {
    status,
    code: body.errors?.[0]?.extensions['code'] as string,
    extensions: Object.keys(body.errors?.[0]?.extensions ?? {}),
    message: body.errors?.[0]?.message ?? '',
  };
}

const list =
  'query ($first: Int, $after: String, $last: Int, $before: String, $asOf: Date, $query: String, $orderBy: [ContractChangeOrder!], $filter: ContractChangeFilter) { upcomingContractChanges(first: $first, after: $after, last: $last, before: $before, asOf: $asOf, query: $query, orderBy: $orderBy, filter: $filter) { nodes { id } } }';

describe('bad input gives an error with a code, and the process survives', () => {
  test.each([
    [
      'an unknown enum value in the document',
      '{ upcomingContractChanges(filter: { type: { eq: DOWNGRADE } }) { totalCount } }',
      {},
      'GRAPHQL_VALIDATION_FAILED',
    ],
    ['an unknown enum value in a variable', list, { filter: { type: { eq: 'DOWNGRADE' } } }, 'BAD_USER_INPUT'],
    ['a page size of 0', list, { first: 0 }, 'BAD_USER_INPUT'],
    ['a page size that is too large', list, { first: 101 }, 'BAD_USER_INPUT'],
    ['a negative page size', list, { last: -1 }, 'BAD_USER_INPUT'],
    ['mixed directions', list, { first: 1, last: 1 }, 'BAD_USER_INPUT'],
    ['first with the cursor for last', list, { first: 1, before: 'x' }, 'BAD_USER_INPUT'],
    ['a date too far ahead', list, { asOf: addDays(today, 367) }, 'BAD_USER_INPUT'],
    ['a date too far back', list, { asOf: addDays(today, -367) }, 'BAD_USER_INPUT'],
    ['an invalid date', list, { asOf: '2026-02-30' }, 'BAD_USER_INPUT'],
    ['a date with a time', list, { asOf: '2026-11-22T00:00:00Z' }, 'BAD_USER_INPUT'],
    ['four sort keys', list, { orderBy: Array.from({ length: 4 }, () => ({ field: 'TYPE' })) }, 'BAD_USER_INPUT'],
    ['a list of 251 values', list, { filter: { daysUntilDeadline: { in: Array(251).fill(1) } } }, 'BAD_USER_INPUT'],
    ['a filter nested too deep', list, { filter: Array.from({ length: 12 }).reduce((inner) => ({ not: inner }), {}) }, 'BAD_USER_INPUT'],
    ['NUL in a search', list, { query: 'a\0b' }, 'BAD_USER_INPUT'],
    ['NUL in a search, written in the document', '{ upcomingContractChanges(query: "a\\u0000b") { nodes { id } } }', {}, 'BAD_USER_INPUT'],
    [
      'a Hub ID of 2^63',
      'query ($hubId: HubID) { customer(by: { hubId: $hubId }) { id } }',
      { hubId: '9223372036854775808' },
      'BAD_USER_INPUT',
    ],
    ['a Hub ID of 0', 'query ($by: CustomerBy!) { customer(by: $by) { id } }', { by: { hubId: '0' } }, 'BAD_USER_INPUT'],
    ['a Hub ID that is a number', 'query ($by: CustomerBy!) { customer(by: $by) { id } }', { by: { hubId: 77 } }, 'BAD_USER_INPUT'],
    [
      'a customer by two keys',
      'query ($by: CustomerBy!) { customer(by: $by) { id } }',
      { by: { hubId: '77', website: 'shared.example' } },
      'BAD_USER_INPUT',
    ],
    ['a customer without a key', 'query ($by: CustomerBy!) { customer(by: $by) { id } }', { by: {} }, 'BAD_USER_INPUT'],
    ['251 ids', 'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', { ids: Array(251).fill('x') }, 'BAD_USER_INPUT'],
    ['an unknown field', '{ upcomingContractChanges { nodes { secret } } }', {}, 'GRAPHQL_VALIDATION_FAILED'],
    ['a document that is not GraphQL', '{', {}, 'GRAPHQL_PARSE_FAILED'],
  ])('%s', async (_, document, variables, code) => {
    const answer = await refusal(document, variables);
    expect(answer.code).toBe(code);
    expect(answer.extensions).toEqual(['code']);
    expect(answer.message).not.toMatch(/SELECT|relation|column|node_modules|at .*\.[jt]s/i);
  });

  test('% and _ in a search are literal', async () => {
    for (const query of ['%', '_', 'a\u0001b', "'"]) {
      const { body } = await server.query(list, { query }, { token });
      expect(body).toEqual({ data: { upcomingContractChanges: { nodes: [] } } });
    }
  });

  test('a Hub ID of 2^63 - 1 is valid', async () => {
    const { body } = await server.query('{ customer(by: { hubId: "9223372036854775807" }) { id } }', {}, { token });
    expect(body).toEqual({ data: { customer: null } });
  });
});

describe('an invalid cursor', () => {
  const cursorOf = async (as: string, orderBy: object[] = []) => {
    const document =
      'query ($orderBy: [ContractChangeOrder!]) { upcomingContractChanges(first: 1, orderBy: $orderBy) { pageInfo { endCursor } } }';
    const { body } = await server.query(document, { orderBy }, { token: as });
    return body.data.upcomingContractChanges.pageInfo.endCursor as string;
  };

  test('always gives the same error', async () => {
    const mine = await cursorOf(token);
    const [payload = '', tag = ''] = mine.split('.');
    const forged = (position: unknown) => `${Buffer.from(JSON.stringify(position)).toString('base64url')}.${tag}`;
    const refusals = await Promise.all(
      [
        await cursorOf(otherToken),
        await cursorOf(token, [{ field: 'STATUS' }]),
        '',
        '.',
        'nonsense',
        `${payload}.`,
        `${payload}.${tag}x`,
        `x${mine}`,
        forged(['EFFECTIVE_DATE ASC', ['2026-01-01'], randomUUID()]),
        forged(['EFFECTIVE_DATE ASC', ["'; drop table partner; --"], randomUUID()]),
        forged(null),
        'a\0b',
        'x'.repeat(10_000),
      ].map((after) => refusal(list, { first: 1, after })),
    );
    for (const each of refusals) {
      expect(each).toMatchObject({ code: 'INVALID_CURSOR', extensions: ['code'] });
      expect(each.message).toBe(refusals[0]?.message);
    }
    const { body } = await server.query(list, { first: 1, after: mine }, { token });
    expect(body.data.upcomingContractChanges.nodes).toHaveLength(1);
  });
});

describe('objects of other partners', () => {
  const bytes = async (document: string, variables: Record<string, unknown>) => (await server.query(document, variables, { token })).text;

  test.each([
    ['node', 'query ($id: ID!) { node(id: $id) { id } }'],
    ['nodes', 'query ($id: ID!) { nodes(ids: [$id]) { id } }'],
    ['customer', 'query ($id: ID!) { customer(by: { id: $id }) { name } }'],
    ['the filter', 'query ($id: ID!) { upcomingContractChanges(filter: { customerId: { eq: $id } }) { totalCount nodes { id } } }'],
  ])('an id of another partner gives the same response, byte for byte, as an unknown id: %s', async (_, document) => {
    const missing = await bytes(document, { id: `cus_${randomUUID()}` });
    expect(await bytes(document, { id: `cus_${otherCustomer}` })).toBe(missing);
    expect(await bytes(document, { id: `cch_${otherChange}` })).toBe(await bytes(document, { id: `cch_${randomUUID()}` }));
    expect(await bytes(document, { id: other.globalId })).toBe(await bytes(document, { id: `par_${randomUUID()}` }));
    expect(missing).not.toContain('Shared');
  });

  test('each partner sees its own record of a shared account', async () => {
    const document =
      '{ customer(by: { hubId: "77" }) { id } byWebsite: customer(by: { website: "https://WWW.shared.example/page" }) { id } }';
    const [mine, theirs] = [await server.query(document, {}, { token }), await server.query(document, {}, { token: otherToken })];
    expect(theirs.body.data).toEqual({ customer: { id: `cus_${otherCustomer}` }, byWebsite: { id: `cus_${otherCustomer}` } });
    expect(mine.body.data.customer.id).not.toBe(theirs.body.data.customer.id);
  });
});
