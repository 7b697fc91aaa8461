import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { getNamedType, isLeafType, isObjectType, isRequiredArgument, type GraphQLField, type GraphQLObjectType } from 'graphql';
import { TestData } from '../../testing/test-data.ts';
import { startTestServer, type TestServer } from '../../testing/test-server.ts';
import { buildApiSchema } from './schema.ts';

// The SQL of a field may need a join. In a query with many fields, another one brings it; here each field brings its own.

const today = '2026-11-22';
const schema = buildApiSchema();
const query = schema.getQueryType()!;
const identified: Record<string, string> = { by: '(by: { hubId: "4711" })', first: '(first: 1)' };
const argumentsOf = ({ args }: GraphQLField<unknown, unknown>) => args.map(({ name }) => identified[name] ?? '').join('');
const hasArguments = ({ args }: GraphQLField<unknown, unknown>) =>
  args.some((argument) => isRequiredArgument(argument) && identified[argument.name] === undefined);

let server: TestServer;
let token: string;
beforeAll(async () => {
  server = await startTestServer({ businessDate: today });
  const data = await TestData.of(server.database.pool, { name: 'Acme', passedThrough: today });
  await data.renewal(await data.customer({ name: 'Globex', hubId: '4711' }), '2027-01-15');
  token = await server.createToken(data.partnerId, 'ADMIN');
});
afterAll(() => server.close());

/** Selections of one leaf each, such as `nodes { user { id } }`. A type is not entered again below itself. */
function leavesOf(type: GraphQLObjectType, above: readonly GraphQLObjectType[]): string[] {
  return Object.values(type.getFields()).flatMap((field) => {
    const below = getNamedType(field.type);
    if (hasArguments(field) || (type.name.endsWith('Connection') && field.name === 'edges')) return [];
    if (isLeafType(below)) return [field.name];
    if (!isObjectType(below) || above.includes(below)) return [];
    return leavesOf(below, [...above, type]).map((leaf) => `${field.name}${argumentsOf(field)} { ${leaf} }`);
  });
}

const roots = Object.values(query.getFields()).filter((field) => isObjectType(getNamedType(field.type)) && !hasArguments(field));

test.each(roots.map((field) => [field.name, field] as const))('each field of %s can be asked for alone', async (name, field) => {
  const leaves = leavesOf(getNamedType(field.type) as GraphQLObjectType, [query]);
  expect(leaves.length).toBeGreaterThan(0);
  const failed: string[] = [];
  for (let first = 0; first < leaves.length; first += 10) {
    const some = leaves.slice(first, first + 10);
    const { body } = await server.query(
      `{ ${some.map((leaf, at) => `f${at}: ${name}${argumentsOf(field)} { ${leaf} }`).join(' ')} }`,
      {},
      { token },
    );
    for (const { message, path } of body.errors ?? []) failed.push(`${message} ${some[Number(String(path?.[0]).slice(1))]}`);
  }
  expect(failed).toEqual([]);
});
