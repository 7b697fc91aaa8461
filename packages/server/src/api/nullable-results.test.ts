import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { buildSchema, isNonNullType, isObjectType, type GraphQLField, type GraphQLObjectType } from 'graphql';
import { addDays } from '../calendar-date.ts';
import { globalId } from '../graphql/global-id.ts';
import { TestData } from '../../testing/test-data.ts';
import { startTestServer, type TestServer } from '../../testing/test-server.ts';
import { printApiSchema } from './schema.ts';

const today = '2026-11-22';
let server: TestServer;
let token: string;
let customerId: string;

beforeAll(async () => {
  server = await startTestServer({ businessDate: today });
  const data = await TestData.of(server.database.pool, { name: 'Acme', passedThrough: today });
  customerId = await data.customer({ name: 'Globex' });
  await data.renewal(customerId, addDays(today, 60));
  token = await server.createToken(data.partnerId, 'VIEWER');
});
afterAll(() => server.close());

const partnerIdOf = async (as: string) =>
  (await server.query('{ viewer { partner { id } } }', {}, { token: as })).body.data.viewer.partner.id;

const forbidden = (field: string) => ({ extensions: { code: 'FORBIDDEN' }, path: [field] });

describe('an error leaves the data of other root fields', () => {
  test('in a query, executed the first time and compiled', async () => {
    const document =
      '{ customers { totalCount } endedCustomers { totalCount } viewer { role } upcomingContractChanges(first: 0) { totalCount } }';
    for (let time = 0; time < 3; time += 1) {
      const { body, status } = await server.query(document, {}, { token });
      expect(status).toBe(200);
      expect(body.data).toEqual({
        customers: { totalCount: 1 },
        endedCustomers: null,
        viewer: { role: 'VIEWER' },
        upcomingContractChanges: null,
      });
      expect(body.errors).toMatchObject([
        forbidden('endedCustomers'),
        { extensions: { code: 'BAD_USER_INPUT' }, path: ['upcomingContractChanges'] },
      ]);
    }
  });

  test('once for each null, however many rows have it, executed the first time and compiled', async () => {
    const data = await TestData.of(server.database.pool, { name: 'Rows', passedThrough: today });
    for (const name of ['A', 'B', 'C']) await data.renewal(await data.customer({ name }), addDays(today, 60));
    const key = await server.createToken(data.partnerId, 'VIEWER');
    const document =
      '{ customers { nodes { users(after: "none") { totalCount } } } again: upcomingContractChanges { nodes { timeline(after: "none") { totalCount } } } }';
    for (let time = 0; time < 3; time += 1) {
      const { body } = await server.query(document, {}, { token: key });
      expect(body.data).toEqual({ customers: null, again: null });
      // The fields run at the same time, so their errors come in any order.
      const paths = body.errors!.map(({ path }) => JSON.stringify(path)).sort();
      expect(paths).toEqual(['["again","nodes",0,"timeline"]', '["customers","nodes",0,"users"]']);
    }
  });

  test('with its own path and place, though rows share what refused them', async () => {
    const data = await TestData.of(server.database.pool, { name: 'Apart', passedThrough: today });
    const ids = [];
    for (const name of ['A', 'B']) ids.push(globalId('Customer', await data.customer({ name })));
    const key = await server.createToken(data.partnerId, 'VIEWER');
    const lists = [
      ['users(first: 0)', 'BAD_USER_INPUT', 'first must be between 1 and 100.'],
      ['timeline(after: "none")', 'INVALID_CURSOR', expect.stringContaining('This cursor is malformed')],
      ['appUsage(from: "2026-01-02", to: "2026-01-01")', 'BAD_USER_INPUT', 'from and to must name 1 to 366 days; they name 0.'],
    ] as const;
    for (const [list, code, message] of lists) {
      const document = `query ($ids: [ID!]!) {\n one: nodes(ids: $ids) { ...Listed }\n other: nodes(ids: $ids) { ... on Customer {\n again: ${list} { totalCount } } } }
        fragment Listed on Customer {\n list: ${list} { totalCount } }`;
      for (let time = 0; time < 3; time += 1) {
        const { body } = await server.query(document, { ids }, { token: key });
        expect(body.data).toEqual({ one: [null, null], other: [null, null] });
        const told = body.errors!.toSorted((one, other) => (JSON.stringify(one.path) < JSON.stringify(other.path) ? -1 : 1));
        expect(told).toEqual([
          { message, locations: [{ line: 6, column: 2 }], path: ['one', 0, 'list'], extensions: { code } },
          { message, locations: [{ line: 6, column: 2 }], path: ['one', 1, 'list'], extensions: { code } },
          { message, locations: [{ line: 4, column: 2 }], path: ['other', 0, 'again'], extensions: { code } },
          { message, locations: [{ line: 4, column: 2 }], path: ['other', 1, 'again'], extensions: { code } },
        ]);
      }
    }
  });

  test('with the error that caused the null, not one of a field below that could be null itself', async () => {
    const users = 'users(after: "none") { totalCount }';
    const keys = 'apiKeys { totalCount }';
    for (const document of [
      `{ viewer { partner { ${keys} ${users} } } }`,
      `{ viewer { partner { ...Keys again: ${keys} } ...Rest } } fragment Keys on Partner { ${keys} } fragment Rest on Viewer { partner { ... { last: ${users} } } }`,
      `{ viewer: node(id: "${await partnerIdOf(token)}") { ... on Partner { ${keys} ${users} } } }`,
    ]) {
      for (let time = 0; time < 3; time += 1) {
        const { body } = await server.query(document, {}, { token });
        expect(body).toMatchObject({ data: { viewer: null }, errors: [{ extensions: { code: 'INVALID_CURSOR' } }] });
      }
    }
  });

  test('in a mutation, whose other part is saved', async () => {
    const { body } = await server.query(
      `mutation ($id: ID!) {
        createSavedView(input: { name: "Mine", columns: [CUSTOMER_NAME, COMMUNICATION_OWNER, CONTRACT_TYPE, STATUS, RENEWAL_DEADLINE] }) {
          savedView { name } userErrors { message }
        }
        endAssociation(input: { customerId: $id }) { userErrors { code } }
      }`,
      { id: globalId('Customer', customerId) },
      { token },
    );
    expect(body).toMatchObject({
      data: { createSavedView: { savedView: { name: 'Mine' }, userErrors: [] }, endAssociation: null },
      errors: [forbidden('endAssociation')],
    });
  });
});

describe('every root field can be null', () => {
  const schema = buildSchema(printApiSchema());
  const rootTypes = [schema.getQueryType()!, schema.getMutationType()!];
  const roots = rootTypes.flatMap((type) => Object.values(type.getFields()));
  const isMarked = ({ astNode }: GraphQLField<unknown, unknown>) =>
    astNode?.directives?.some(({ name }) => name.value === 'semanticNonNull') === true;

  test('so that its error removes nothing else', () => {
    expect(roots.length).toBeGreaterThan(20);
    expect(roots.filter((field) => isNonNullType(field.type))).toEqual([]);
  });

  test('and has @semanticNonNull if it is null only on error', () => {
    expect(roots.filter((field) => !isMarked(field)).map(({ name }) => name)).toEqual(['customer', 'node', 'previewReminder']);
    expect(String(schema.getDirective('semanticNonNull')?.args[0]?.type)).toBe('[Int!]!');
  });

  test('as can a field below that some roles may not read', () => {
    const others = Object.values(schema.getTypeMap()).filter(
      (type) => isObjectType(type) && !rootTypes.includes(type as GraphQLObjectType),
    );
    const marked = others.flatMap((type) =>
      Object.values((type as GraphQLObjectType).getFields()).flatMap((field) => (isMarked(field) ? `${type.name}.${field.name}` : [])),
    );
    expect(marked).toEqual(['Partner.apiKeys', 'Partner.sessions']);
  });
});
