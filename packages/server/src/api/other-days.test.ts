// Long: one partner's data for all uses of the ids, and the generator of the property.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { getNamedType, isLeafType, type GraphQLNamedType, type GraphQLObjectType } from 'graphql';
import { addDays } from '../calendar-date.ts';
import { globalId } from '../graphql/global-id.ts';
import { TestData } from '../../testing/test-data.ts';
import { startTestServer, type TestServer } from '../../testing/test-server.ts';
import { mulberry32 } from '../../testing/generated-requests.ts';
import { needsArguments } from '../../testing/wrong-tenant/selections.ts';
import { buildApiSchema } from './schema.ts';

// A row evaluated for another day than today has an id of that day. So equal ids are equal objects, which caches of clients rely on.

const today = '2026-11-22';
const tomorrow = addDays(today, 1);
let server: TestServer;
let data: TestData;
let token: string;
let renewal: string;
let customerId: string;
let count = 0;
beforeAll(async () => void (server = await startTestServer({ businessDate: today })));
afterAll(() => server.close());
beforeEach(async () => {
  server.setBusinessDate(today);
  data = await TestData.of(server.database.pool, { name: `Partner ${(count += 1)}`, passedThrough: today, ownsAll: true });
  token = await server.createToken(data.partnerId, 'MANAGER');
  customerId = await data.customer({ name: 'Globex' });
  await data.user(customerId, { name: 'Ann', isPrimaryContact: true });
  // Its deadline is today, so tomorrow it is renewed.
  renewal = (await data.renewal(customerId, addDays(today, 45))).id;
});

async function ask(document: string, variables: Record<string, unknown> = {}, as = token) {
  const { body } = await server.query(document, variables, { token: as });
  if (body.errors) throw new Error(JSON.stringify(body.errors));
  return body.data;
}

const fields =
  'id type status statusReason effectiveDate daysUntilEffective daysUntilDeadline availableActions version currentTerms { mrr { amount } }';
const listOn = async (asOf: string | null) => {
  const { upcomingContractChanges } = await ask(`query ($asOf: Date) { upcomingContractChanges(asOf: $asOf) { nodes { ${fields} } } }`, {
    asOf,
  });
  return upcomingContractChanges.nodes as { id: string; status: string }[];
};
const idOn = async (asOf: string | null) => (await listOn(asOf))[0]!.id;
const node = async (id: string, as = token) =>
  (await ask(`query ($id: ID!) { node(id: $id) { id ... on ContractChange { ${fields} } } }`, { id }, as)).node;

describe('the id of a row evaluated for another day', () => {
  test('differs from that of today and of each other day; asOf today is today', async () => {
    const ids = [await idOn(null), await idOn(today), await idOn(tomorrow), await idOn(addDays(today, -1))];
    expect(ids[0]).toBe(globalId('ContractChange', renewal));
    expect(ids[1]).toBe(ids[0]);
    expect(new Set(ids).size).toBe(3);
  });

  test('finds the row of that day', async () => {
    for (const day of [today, tomorrow, addDays(today, -1), addDays(today, 20)]) {
      const [row] = await listOn(day);
      expect(row).toMatchObject({ status: day > today ? 'RENEWED' : 'PENDING' });
      expect(await node(row!.id)).toEqual(row);
    }
    const ids = [await idOn(tomorrow), await idOn(null), globalId('Customer', customerId), await idOn(addDays(today, -1))];
    const { nodes } = await ask('query ($ids: [ID!]!) { nodes(ids: $ids) { id ... on ContractChange { status } } }', { ids });
    expect(nodes).toEqual([
      { id: ids[0], status: 'RENEWED' },
      { id: ids[1], status: 'PENDING' },
      { id: ids[2] },
      { id: ids[3], status: 'PENDING' },
    ]);
  });

  test('finds the same row when that day has come', async () => {
    const id = await idOn(tomorrow);
    server.setBusinessDate(tomorrow);
    expect(await node(id)).toEqual({ ...(await listOn(null))[0], id });
    expect(await node(id)).toMatchObject({ id, status: 'RENEWED' });
  });

  test('finds nothing of another partner, of a day on which the row was not there, or of no day', async () => {
    const other = await TestData.of(server.database.pool, { name: `Other ${count}`, passedThrough: today });
    const theirs = await server.createToken(other.partnerId, 'MANAGER');
    const { id: opened } = await data.renewal(customerId, addDays(today, 90), {}, { opened_on: addDays(today, -5) });
    const texts = new Set<string>();
    const id = await idOn(tomorrow);
    const missing = id.replace(renewal, customerId);
    for (const [each, as] of [
      [id, theirs],
      [missing, token],
      [id.replace(tomorrow, '2026-02-30'), token],
      [id.replace(tomorrow, ''), token],
      [id.replace(tomorrow, addDays(today, 367)), token],
      [id.replace('cch', 'cus'), token],
      [id.replace(renewal, opened).replace(tomorrow, addDays(today, -6)), token],
    ] as const) {
      const { text, status } = await server.query('query ($id: ID!) { node(id: $id) { id } }', { id: each }, { token: as });
      texts.add(`${status} ${text}`);
    }
    expect([...texts]).toEqual(['200 {"data":{"node":null}}']);
    expect(await node(id.replace(renewal, opened).replace(tomorrow, addDays(today, -5)))).toMatchObject({ status: 'PENDING' });
    expect(await node(id.replace(tomorrow, addDays(today, 366)))).toMatchObject({ status: 'RENEWED' });
  });

  test('is accepted by mutations, which change the contract change itself and return its row of today', async () => {
    const id = await idOn(tomorrow);
    for (const mutation of ['requestCancellation', 'withdrawCancellation', 'acceptContractChange']) {
      const type = `${mutation[0]!.toUpperCase()}${mutation.slice(1)}Input!`;
      const document = `mutation ($input: ${type}) { ${mutation}(input: $input) { contractChange { id status } userErrors { message } } }`;
      const { [mutation]: payload } = await ask(document, { input: { contractChangeId: id } });
      expect(payload).toEqual({
        contractChange: { id: await idOn(null), status: (await listOn(null))[0]!.status },
        userErrors: [],
      });
    }
  });

  test('is only that of the row: what hangs on it is that of today', async () => {
    const below = `customer { id association { id } upcomingContractChanges { id status } contractChanges { nodes { id status } } }
      contract { id } primaryContact { id } timeline { nodes { contractChangeId } }`;
    await ask('mutation ($id: ID!) { requestCancellation(input: { contractChangeId: $id }) { __typename } }', { id: await idOn(null) });
    const { a, b } = await ask(
      `query ($asOf: Date) { a: upcomingContractChanges { nodes { ${below} } } b: upcomingContractChanges(asOf: $asOf) { nodes { ${below} } } }`,
      { asOf: addDays(today, 5) },
    );
    expect(b.nodes[0].timeline.nodes).toHaveLength(1);
    expect(b).toEqual(a);
  });

  test('has the cursors of its list, which continue it', async () => {
    await data.renewal(customerId, addDays(today, 60));
    const page = 'pageInfo { hasNextPage endCursor } edges { cursor node { id } }';
    const list = `query ($after: String, $asOf: Date) { upcomingContractChanges(first: 1, after: $after, asOf: $asOf) { ${page} } }`;
    const { upcomingContractChanges: first } = await ask(list, { asOf: tomorrow });
    const { upcomingContractChanges: second } = await ask(list, { asOf: tomorrow, after: first.pageInfo.endCursor });
    expect([first, second].map(({ edges }) => edges[0].node.id)).toEqual((await listOn(tomorrow)).map(({ id }) => id));
    expect([first, second].map(({ pageInfo }) => pageInfo.hasNextPage)).toEqual([true, false]);
  });
});

test('nodes takes ids of at most ten days', async () => {
  const ids = Array.from({ length: 11 }, (_, day) => `${globalId('ContractChange', renewal)}_${addDays(today, day + 1)}`);
  const document = 'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }';
  expect((await ask(document, { ids: [...ids.slice(1), ...ids.slice(1)] })).nodes).toHaveLength(20);
  const { body } = await server.query(document, { ids }, { token });
  expect(body.errors).toMatchObject([
    { message: 'IDs of at most 10 days can be requested at once.', extensions: { code: 'BAD_USER_INPUT' } },
  ]);
});

describe('in one response, objects with equal ids have equal fields', () => {
  const schema = buildApiSchema();

  /** A random selection of a type: always its id, so that a cache can recognize the object. */
  function selection(choose: (share: number) => boolean, type: GraphQLNamedType, depth: number): string {
    const parts = ['__typename'];
    for (const field of Object.values((type as GraphQLObjectType).getFields())) {
      const inner = getNamedType(field.type);
      if (field.name === 'id') parts.push('id');
      else if (needsArguments(field) || field.name === 'edges') continue;
      else if (isLeafType(inner)) parts.push(...(choose(0.5) ? [field.name] : []));
      else if (depth > 0 && choose(0.35)) parts.push(`${field.name} { ${selection(choose, inner, depth - 1)} }`);
    }
    return parts.join(' ');
  }

  function requestOf(seed: number): { day: string; document: (customer: string, change: string) => string } {
    const random = mulberry32(seed);
    const choose = (share: number) => random() < share;
    const [day, near] = [random() * 100 - 40, random() * 6 - 3].map((distance) => addDays(today, Math.round(distance)));
    const at = (type: string) => selection(choose, schema.getType(type)!, 2);
    const document = (customer: string, change: string) => `{
      a: upcomingContractChanges(asOf: "${day}") { nodes { ${at('ContractChange')} } }
      b: upcomingContractChanges(asOf: "${near}") { nodes { ${at('ContractChange')} } }
      c: upcomingContractChanges { nodes { ${at('ContractChange')} } }
      d: node(id: "${change}_${day}") { ... on ContractChange { ${at('ContractChange')} } }
      e: node(id: "${change}") { ... on ContractChange { ${at('ContractChange')} } }
      customer(by: { id: "${customer}" }) { ${at('Customer')} }
    }`;
    return { day: day!, document };
  }

  /** Fields with two values, after normalizing as caches do: each object has one entry for its id, with paths of values and ids. */
  function differencesIn(response: unknown): string[] {
    const known = new Map<string, string>();
    const differences: string[] = [];
    const set = (path: string, value: string) => {
      if ((known.get(path) ?? value) !== value) differences.push(`${path}: ${known.get(path)} and ${value}`);
      known.set(path, value);
    };
    const visit = (value: unknown, path: string) => {
      if (typeof value !== 'object' || value === null) return set(path, JSON.stringify(value));
      if (Array.isArray(value)) set(`${path}.length`, String(value.length));
      const id = 'id' in value ? String(value.id) : null;
      if (id !== null) set(path, id);
      for (const [name, inner] of Object.entries(value)) visit(inner, `${id ?? path}.${name}`);
    };
    visit(response, '');
    return differences;
  }

  test('whatever is selected, for any two days', async () => {
    const { contractId } = await data.renewal(
      customerId,
      addDays(today, 30),
      { subscription_term_months: 1 },
      { opened_on: addDays(today, -10) },
    );
    const upgrade = await data.changeOf(customerId, contractId, {
      type: 'EMAIL_OVERAGE',
      effective_date: addDays(today, 3),
      new_mrr: '150',
    });
    await data.decide(upgrade, 'ACCEPT', addDays(today, -1));
    const second = await data.customer({ name: 'Initech', website: 'initech.example', owner: 'VENDOR' });
    const { id: late } = await data.renewal(second, addDays(today, 46), { mrr: '12.5', currency_code: 'JPY' });
    await data.decide(late, 'REQUEST_CANCELLATION', today);
    const ids = [globalId('Customer', customerId), globalId('ContractChange', renewal)] as const;
    let compared = 0;
    for (let seed = 0; seed < 150; seed += 1) {
      const document = requestOf(seed).document(...ids);
      const { body } = await server.query(document, {}, { token });
      const codes = body.errors?.map(({ extensions }) => extensions['code']) ?? [];
      // Some are larger than the server allows.
      if (codes.every((code) => code === 'QUERY_TOO_COMPLEX' || code === 'GRAPHQL_PARSE_FAILED') && codes.length > 0) continue;
      expect({ seed, codes }).toEqual({ seed, codes: [] });
      compared += 1;
      expect({ seed, differences: differencesIn(body.data) }).toEqual({ seed, differences: [] });
    }
    expect(compared).toBeGreaterThan(100);
  });
});
