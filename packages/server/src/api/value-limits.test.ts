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
      const required = Object.values(nullable.getFields()).filter((field) => isNonNullType(field.type) && field.defaultValue === undefined);
      return Object.fromEntries(required.map((field) => [field.name, sample(field.type)]));
    }
    if ('getValues' in nullable) return nullable.getValues()[0]!.name;
    return { Int: 1, Boolean: true, Date: today, HubID: '1', Decimal: '1', DateTime: `${today}T00:00:00Z` }[nullable.name] ?? 'x';
  }
});
