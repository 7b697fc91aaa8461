// Long: each kind of value has its limit.
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import {
  getNamedType,
  isEnumType,
  getNullableType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
  type GraphQLInputType,
} from 'graphql';
import { addDays } from '../calendar-date.ts';
import { tableContents } from '../../testing/table-contents.ts';
import { TestData } from '../../testing/test-data.ts';
import { startTestServer, type TestServer } from '../../testing/test-server.ts';
import { isApplied } from '../graphql/applied-directives.ts';
import { RequiredDirective } from '../graphql/required-input.ts';
import { buildApiSchema } from './schema.ts';

const today = '2026-11-22';
let server: TestServer;
let token: string;
let before: Record<string, string>;

beforeAll(async () => {
  server = await startTestServer({ businessDate: today });
  const data = await TestData.of(server.database.pool, { name: 'Acme', passedThrough: today });
  for (const name of ['Globex', 'Initech']) await data.renewal(await data.customer({ name }), addDays(today, 60));
  token = await server.createToken(data.partnerId, 'ADMIN');
  before = await tableContents(server.database);
});
afterAll(async () => {
  expect(await tableContents(server.database)).toEqual(before);
  await server.close();
});
afterEach(async () => {
  const next = await server.query('{ upcomingContractChanges { totalCount } }', {}, { token });
  expect(next.body).toEqual({ data: { upcomingContractChanges: { totalCount: 2 } } });
});

describe('a value that is too large', () => {
  const list =
    'query ($filter: ContractChangeFilter, $query: String) { upcomingContractChanges(filter: $filter, query: $query) { totalCount } }';

  test.each([
    ['a list of 50,000 values', `{"type":{"in":[${Array(50_000).fill('"RENEWAL"').join()}]}}`],
    ['a list in a list', `{"and":[{"or":[${Array(251).fill('{}').join()}]}]}`],
    [
      'thousands of filters in short lists',
      `{"and":[${Array(40)
        .fill(`{"or":[${Array(40).fill('{}').join()}]}`)
        .join()}]}`,
      200,
    ],
    ['nested tens of thousands of levels deep', `${'{"not":'.repeat(50_000)}{}${'}'.repeat(50_000)}`],
    ['a list nested hundreds of thousands of levels deep', `{"and":${'['.repeat(200_000)}${']'.repeat(200_000)}}`],
  ])('%s', async (_, filter, status = 400) => {
    const cpuBefore = process.cpuUsage();
    const response = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: `{"query":${JSON.stringify(list)},"variables":{"filter":${filter}}}`,
    });
    expect([response.status, await response.json()]).toEqual([
      status,
      expect.objectContaining({ errors: [expect.objectContaining({ extensions: { code: 'BAD_USER_INPUT' } })] }),
    ]);
    const { user, system } = process.cpuUsage(cpuBefore);
    expect((user + system) / 1_000).toBeLessThan(1_000);
  });

  const filterOf = (lists: number, entries: number) => ({
    and: Array.from({ length: lists }, () => ({ customerId: { in: Array(entries).fill('cus_1') } })),
  });

  test('values are limited in all, over variables and literals, at each use', async () => {
    const codes = async (document: string, variables: Record<string, unknown>) => {
      const { status, body } = await server.query(document, variables, { token });
      return [status, body.errors?.map((error) => error.extensions['code'])];
    };
    const refused = [400, ['BAD_USER_INPUT']];
    const accepted = [200, undefined];
    // Each filter counts as an entry, too.
    expect(await codes(list, { filter: filterOf(19, 249), query: 'x' })).toEqual(accepted);
    expect(await codes(list, { filter: filterOf(20, 249) })).toEqual(accepted);
    expect(await codes(list, { filter: filterOf(20, 250) })).toEqual(refused);
    expect(await codes(list, { filter: filterOf(95, 250) })).toEqual(refused);
    // A list without entries is a condition.
    const all = Array.from({ length: 20 }, (_, n) => `a${n}: upcomingContractChanges(filter: $filter) { totalCount }`).join(' ');
    const many = `query ($filter: ContractChangeFilter) { ${all} }`;
    const lists = (count: number) => ({ or: Array.from({ length: count }, () => ({ type: { in: [], nin: [] } })) });
    expect(await codes(many, { filter: lists(50) })).toEqual(accepted);
    expect(await codes(many, { filter: lists(99) })).toEqual(refused);
    // As objects without values, and in a variable that no argument uses.
    expect(
      await codes(list, { filter: { and: Array.from({ length: 250 }, () => ({ or: Array.from({ length: 250 }, () => ({})) })) } }),
    ).toEqual(refused);
    expect(await codes(list, { unused: filterOf(95, 250) })).toEqual(refused);
    const twice =
      'query ($filter: ContractChangeFilter) { a: upcomingContractChanges(filter: $filter) { totalCount } b: upcomingContractChanges(filter: { not: $filter }) { totalCount } }';
    expect(await codes(twice, { filter: filterOf(9, 250) })).toEqual(accepted);
    expect(await codes(twice, { filter: filterOf(11, 250) })).toEqual(refused);
    // 240 values in a default, at 20 uses behind fragments.
    const inFragments =
      `query ($ids: [ID!] = [${Array(240).fill('"x"').join()}]) { ...F ...G } ` +
      ['F', 'G']
        .map(
          (f) =>
            `fragment ${f} on Query { ${'abcdefghij'
              .split('')
              .map((a) => `${f}${a}: nodes(ids: $ids) { id }`)
              .join(' ')} }`,
        )
        .join(' ');
    expect(await codes(inFragments, {})).toEqual(accepted);
    expect(await codes(inFragments, { ids: Array(250).fill('x') })).toEqual(accepted);
    expect(await codes(inFragments, { ids: Array(249).fill('x'), more: 'x' })).toEqual(accepted);
    const input = 'mutation ($input: BulkSetCommunicationOwnerInput!) { bulkSetCommunicationOwner(input: $input) { userErrors { code } } }';
    expect(await codes(input, { input: { customerIds: Array(5_001).fill('x') } })).toEqual(refused);
  });

  test.each([
    ['49 keys of 19,000 characters', Object.fromEntries(Array.from({ length: 49 }, (_, index) => [`${'k'.repeat(19_000)}${index}`, 1]))],
    [
      'thousands of unknown keys of long texts',
      { ...Object.fromEntries(Array.from({ length: 49 }, (_, index) => [`k${index}`, 1])), query: Array(40).fill('x'.repeat(9_000)) },
    ],
    ['long names of empty objects', Object.fromEntries(Array.from({ length: 4_000 }, (_, index) => [`${'k'.repeat(90)}${index}`, {}]))],
  ])('is not repeated in each of its errors: %s', async (_, filter) => {
    const { status, body } = await server.query(list, { filter }, { token });
    expect([status, body.errors?.map((error) => error.extensions['code'])]).toEqual([400, ['BAD_USER_INPUT']]);
    expect(JSON.stringify(body).length).toBeLessThan(2_000);
  });

  test.each([
    [
      'brackets',
      `[${Array(40)
        .fill('['.repeat(10_000) + ']'.repeat(10_000))
        .join()}]`,
    ],
    ['objects of many shapes', `[${Array.from({ length: 60_000 }, (_, index) => `{"k${index}":1}`).join()}]`],
    ['values', `[${Array(20_001).fill('"\\\\\\"{[,"').join()}]`],
  ])('a body with very many %s is refused before it is parsed, wherever they are', async (_, values) => {
    const post = async (body: string) =>
      await fetch(`${server.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
        body,
      });
    const response = await post(`{"query":"{ viewer { role } }","extensions":{"x":${values}}}`);
    expect([response.status, await response.json()]).toEqual([
      400,
      {
        errors: [
          { message: 'The body of a request can have at most 20000 values, lists and objects.', extensions: { code: 'BAD_USER_INPUT' } },
        ],
      },
    ]);
    // In a text they are characters.
    const text = JSON.stringify(values.slice(0, 300_000));
    expect((await post(`{"query":"{ viewer { role } }","extensions":{"x":${text}}}`)).status).toBe(200);
  });

  test('the cost of a request grows with its values', async () => {
    const { cost } = await server.query(list, { filter: filterOf(10, 250) }, { token });
    expect(cost?.requested).toBe(10 + 2 + 833);
  });

  test('half of a surrogate pair is refused wherever it is', async () => {
    const nested = 'query ($filter: ContractChangeFilter) { upcomingContractChanges(filter: $filter) { totalCount } }';
    for (const [document, variables] of [
      [list, { query: 'a\ud800' }],
      [list, { query: '\udfffb' }],
      [nested, { filter: { and: [{ customerId: { in: ['cus_\ud800'] } }] } }],
      ['query ($id: ID!) { node(id: $id) { id } }', { id: '\udc00' }],
      ['query ($after: String) { customers(after: $after) { nodes { id } } }', { after: '\ud83d' }],
      ['{ upcomingContractChanges(query: "\ud800") { totalCount } }', {}],
      ['{ upcomingContractChanges(query: "\\ud800") { totalCount } }', {}],
    ] as const) {
      const { status, body } = await server.query(document, variables, { token });
      expect([status, body.errors?.[0]?.extensions['code']]).toEqual([
        400,
        document.includes('ud800') || document.includes('\ud800') ? 'GRAPHQL_PARSE_FAILED' : 'BAD_USER_INPUT',
      ]);
    }
    const whole = await server.query(list, { query: '😀' }, { token });
    expect(whole.body).toEqual({ data: { upcomingContractChanges: { totalCount: 0 } } });
    const keyed =
      'mutation ($key: String!) { setCommunicationOwner(input: { customerId: "x", owner: null }) @idempotent(key: $key) { userErrors { code } } }';
    const { body } = await server.query(keyed, { key: 'a\ud800' }, { token });
    expect(body.errors?.map((error) => error.extensions['code'])).toEqual(['BAD_USER_INPUT']);
  });

  test('no list in the schema accepts more than 250 entries', async () => {
    const schema = buildApiSchema();
    const roots = [schema.getQueryType(), schema.getMutationType()].flatMap((root, isMutation) =>
      Object.values(root!.getFields()).map((field) => ({ field, kind: isMutation ? 'mutation' : 'query' })),
    );
    const cases = roots.flatMap(({ field, kind }) =>
      field.args.flatMap((argument) =>
        tooLong(argument.type, []).map(({ at, value }) => {
          const definitions = field.args.filter((each) => each === argument || isNonNullType(each.type));
          const variables = Object.fromEntries(definitions.map((each) => [each.name, each === argument ? value : sample(each.type)]));
          const head = definitions.map((each) => `$${each.name}: ${String(each.type)}`).join(', ');
          const args = definitions.map((each) => `${each.name}: $${each.name}`).join(', ');
          const selection =
            isObjectType(getNamedType(field.type)) || !('parseValue' in getNamedType(field.type)) ? selectErrors(field.type as never) : '';
          return {
            at: `${field.name}(${[argument.name, ...at].join('.')})`,
            document: `${kind} (${head}) { field: ${field.name}(${args}) ${selection} }`,
            variables,
          };
        }),
      ),
    );
    expect(cases.map(({ at }) => at)).toEqual(
      expect.arrayContaining(['nodes(ids)', 'bulkSetCommunicationOwner(input.customerIds)', 'upcomingContractChanges(orderBy)']),
    );
    for (const { at, document, variables } of cases) {
      const { body } = await server.query(document, variables, { token });
      const refusals = [
        ...(body.errors ?? []).map((error) => error.extensions['code'] as string),
        ...(body.data?.field?.userErrors ?? []).map(({ code }: { code: string }) => code),
      ];
      expect({ at, refusals }).toEqual({
        at,
        refusals: expect.arrayContaining([expect.stringMatching(/^(BAD_USER_INPUT|TOO_MANY_IDS|INVALID)$/)]),
      });
    }
  });

  function selectErrors(type: never): string {
    const named = getNamedType(type);
    return isObjectType(named) && 'userErrors' in named.getFields() ? '{ userErrors { code message } }' : '{ __typename }';
  }

  /** Every way to put 251 entries into a value of the type; recursive input types are visited once. */
  function tooLong(type: GraphQLInputType, visited: readonly string[]): { at: string[]; value: unknown }[] {
    const nullable = getNullableType(type);
    if (isListType(nullable)) return [{ at: [], value: Array(251).fill(sample(nullable.ofType)) }];
    if (!isInputObjectType(nullable) || visited.includes(nullable.name)) return [];
    return Object.values(nullable.getFields()).flatMap((field) =>
      tooLong(field.type, [...visited, nullable.name]).map(({ at, value }) => ({
        at: [field.name, ...at],
        value: { ...(sample(nullable) as object), [field.name]: value },
      })),
    );
  }

  function sample(type: GraphQLInputType): unknown {
    const nullable = getNullableType(type);
    if (isListType(nullable)) {
      const of = getNamedType(nullable);
      return isEnumType(of) ? of.getValues().map(({ name }) => name) : [];
    }
    if (isInputObjectType(nullable)) {
      const required = Object.values(nullable.getFields()).filter(
        (field) => (isNonNullType(field.type) && field.defaultValue === undefined) || isApplied(RequiredDirective, field),
      );
      return Object.fromEntries(required.map((field) => [field.name, sample(field.type)]));
    }
    if ('getValues' in nullable) return nullable.getValues()[0]!.name;
    return { Int: 1, Boolean: true, Date: today, HubID: '1', Decimal: '1', DateTime: `${today}T00:00:00Z` }[nullable.name] ?? 'x';
  }
});
