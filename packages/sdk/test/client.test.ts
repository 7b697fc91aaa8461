// Long: one server for all methods of the client.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { buildSchema, parse, validate, type DocumentNode } from 'graphql';
import { readFileSync } from 'node:fs';
import { TestData } from '../../server/testing/test-data.ts';
import { startTestServer, type TestServer } from '../../server/testing/test-server.ts';
import { addDays } from '../../server/src/calendar-date.ts';
import {
  ColumnError,
  createClient,
  GraphQLRequestError,
  parseColumns,
  renewalColumns,
  SelectionError,
  type Client,
  type RenewalColumn,
} from '../src/index.ts';
import { methods, mutationSelection } from '../src/mutation.ts';
import { writeDocument } from '../src/selection.ts';

const today = '2026-11-22';

let server: TestServer;
let data: TestData;
let token: string;
let client: Client;
let sent: { query: string; variables: Record<string, unknown> }[];
let answered: string[];
let partners = 0;

const keepingFetch: typeof fetch = async (url, init) => {
  sent.push(JSON.parse(init?.body as string) as (typeof sent)[number]);
  const response = await fetch(url, init);
  const text = await response.text();
  answered.push(text);
  return new Response(text, response);
};

beforeAll(async () => void (server = await startTestServer({ businessDate: today })));
afterAll(() => server.close());
beforeEach(async () => {
  data = await TestData.of(server.database.pool, { name: `Partner of the SDK ${(partners += 1)}`, passedThrough: today });
  token = await server.createToken(data.partnerId, 'ADMIN');
  client = createClient({ url: `${server.url}/graphql`, token, fetch: keepingFetch });
  sent = [];
  answered = [];
});

/** Creates customers with one renewal each, ordered by date. */
async function renewals(count: number): Promise<void> {
  for (let index = 0; index < count; index += 1) {
    const customerId = await data.customer({ name: `Customer ${index}`, website: `https://customer-${index}.example` });
    await data.renewal(customerId, addDays(today, 60 + index));
  }
}

describe('a list of renewals', () => {
  test('transfers only the identity, the locked columns and the requested columns', async () => {
    await renewals(1);
    const page = await client.renewals.list({ columns: ['website', 'currentMrr'] });
    const [node] = (JSON.parse(answered[0]!) as { data: { upcomingContractChanges: { nodes: object[] } } }).data.upcomingContractChanges
      .nodes;
    expect(node).toEqual({
      id: expect.any(String),
      customer: { id: expect.any(String), association: { version: 1 }, name: 'Customer 0', website: 'https://customer-0.example' },
      communicationOwner: 'VENDOR',
      type: 'RENEWAL',
      status: 'PENDING',
      renewalDeadline: addDays(today, 15),
      currentTerms: { mrr: { amount: expect.any(String), currencyCode: expect.any(String) } },
    });
    expect(Object.keys(page.rows[0]!)).toEqual([
      ...['id', 'customerId', 'associationVersion', 'customerName', 'communicationOwner', 'contractType', 'status', 'renewalDeadline'],
      ...['website', 'currentMrr'],
    ]);
    expect(page.rows[0]).toMatchObject({ customerName: 'Customer 0', website: 'https://customer-0.example', associationVersion: 1 });
    expect(page).toMatchObject({
      totalCount: 1,
      hasNextPage: false,
      businessDate: today,
      meta: { attempts: 1, cost: { requested: expect.any(Number) } },
    });
  });

  test('has the value of the API in every column', async () => {
    await renewals(1);
    const columns = Object.keys(renewalColumns) as RenewalColumn[];
    const { rows } = await client.renewals.list({ columns });
    const { upcomingContractChanges } = await client.query({
      upcomingContractChanges: {
        nodes: {
          customer: { name: true, website: true, hubId: true },
          communicationOwner: true,
          type: true,
          status: true,
          renewalDeadline: true,
          renewalStartDate: true,
          primaryContact: { id: true, name: true, email: true },
          currentTerms: {
            ...{ maxContacts: true, emailLimit: true, billingFrequency: true, billingIntervalMonths: true, subscriptionTermMonths: true },
            mrr: { amount: true, currencyCode: true },
          },
          newTerms: { mrr: { amount: true, currencyCode: true } },
        },
      },
    });
    const { customer, currentTerms, newTerms, type, ...same } = upcomingContractChanges.nodes[0]!;
    const { mrr, subscriptionTermMonths, ...terms } = currentTerms;
    const { id: _, customerId: __, associationVersion: ___, ...row } = rows[0]!;
    expect(row).toEqual({
      ...same,
      ...terms,
      ...{ customerName: customer.name, website: customer.website, hubId: customer.hubId, contractType: type },
      ...{ subscriptionTerm: subscriptionTermMonths, currentMrr: mrr, estimatedNewMrr: newTerms.mrr },
    });
  });

  test('keeps every digit of ids and amounts', async () => {
    const customerId = await data.customer({ name: 'Exact', hubId: '9223372036854775807' });
    await data.renewal(customerId, addDays(today, 60), { mrr: '9007199254740993.10' });
    const { rows } = await client.renewals.list({ columns: ['hubId', 'currentMrr'] });
    expect(rows[0]).toMatchObject({ hubId: '9223372036854775807', currentMrr: { amount: '9007199254740993.10' } });
    expect(await client.customer({ hubId: '9223372036854775807' }, { name: true })).toEqual({ name: 'Exact', meta: expect.anything() });
  });

  test('sends the same text for the same columns in any order, with or without duplicates', async () => {
    await client.renewals.list({ columns: ['website', 'currentMrr', 'status'] });
    await client.renewals.list({ columns: ['currentMrr', 'website', 'website'] });
    expect(sent[0]!.query).toBe(sent[1]!.query);
  });

  test('sends one request per page, and none after a break', async () => {
    await renewals(7);
    const names: string[] = [];
    for await (const row of client.renewals.list({ first: 3 })) names.push(row.customerName);
    expect(names).toEqual([0, 1, 2, 3, 4, 5, 6].map((index) => `Customer ${index}`));
    expect(sent).toHaveLength(3);
    for await (const _ of client.renewals.list({ first: 3 })) break;
    expect(sent).toHaveLength(4);
    expect(await client.renewals.list({ first: 3 }).toArray({ limit: 5 })).toHaveLength(5);
    expect(sent).toHaveLength(6);
    expect(await client.renewals.list({ first: 100 }).toArray()).toHaveLength(7);
    expect(sent).toHaveLength(7);
  });

  test('continues after the cursor of a page', async () => {
    await renewals(3);
    const { endCursor } = await client.renewals.list({ first: 2 });
    const { rows, hasNextPage } = await client.renewals.list({ first: 2, after: endCursor! });
    expect([rows.map((row) => row.customerName), hasNextPage]).toEqual([['Customer 2'], false]);
  });

  test('goes back with last and before, page by page or row by row', async () => {
    await renewals(5);
    const names = (rows: readonly { customerName: string }[]) => rows.map((row) => row.customerName.at(-1)).join('');
    const end = await client.renewals.list({ last: 2 });
    expect([names(end.rows), end.hasPreviousPage, end.hasNextPage, end.totalCount]).toEqual(['34', true, false, 5]);
    const before = await client.renewals.list({ last: 2, before: end.startCursor! });
    expect([names(before.rows), before.hasPreviousPage, before.hasNextPage]).toEqual(['12', true, true]);
    expect(names((await client.renewals.list({ before: before.startCursor! })).rows)).toBe('0');
    sent = [];
    expect(names(await client.renewals.list({ last: 2 }).toArray())).toBe('43210');
    expect(sent).toHaveLength(3);
    expect(names(await client.renewals.list({ last: 2 }).toArray({ limit: 3 }))).toBe('432');
  });

  test('is a promise that fetches only when it is awaited', async () => {
    await renewals(1);
    const list = client.renewals.list({ columns: ['website'] });
    expect(list).toBeInstanceOf(Promise);
    await Promise.resolve();
    expect(sent).toEqual([]);
    let done = 0;
    const [page, same] = await Promise.all([list.finally(() => (done += 1)), list.catch(() => null)]);
    expect([page.rows[0]!.customerName, same === page, done, sent.length]).toEqual(['Customer 0', true, 1, 1]);
    const failing = client.renewals.list({ first: 1000 });
    expect(await failing.catch((error: Error) => error)).toBeInstanceOf(GraphQLRequestError);
    await expect(failing.finally(() => (done += 1))).rejects.toThrow(GraphQLRequestError);
    expect(done).toBe(2);
  });

  test('and every method work apart from their client', async () => {
    await renewals(1);
    const { list, summary } = client.renewals;
    const { customer, query, setCommunicationOwner } = client;
    const { customerId } = (await list()).rows[0]!;
    expect((await summary()).totalCount).toBe(1);
    expect(await customer({ id: customerId })).toMatchObject({ name: 'Customer 0' });
    expect(await query({ viewer: { role: true } })).toMatchObject({ viewer: { role: 'ADMIN' } });
    expect(await setCommunicationOwner({ customerId, owner: 'PARTNER' })).toMatchObject({ ok: true });
  });

  test('searches, filters, orders, and takes another business date', async () => {
    await renewals(3);
    const list = (options: Parameters<typeof client.renewals.list>[0]) =>
      client.renewals
        .list(options)
        .toArray()
        .then((rows) => rows.map((row) => row.customerName));
    expect(await list({ query: 'omer 1' })).toEqual(['Customer 1']);
    expect(await list({ filter: { effectiveDate: { gte: addDays(today, 61) } } })).toEqual(['Customer 1', 'Customer 2']);
    expect(await list({ orderBy: [{ field: 'CUSTOMER_NAME', direction: 'DESC' }] })).toEqual(['Customer 2', 'Customer 1', 'Customer 0']);
    expect(await list({ asOf: addDays(today, 61) })).toEqual(['Customer 1', 'Customer 2']);
    const { ok, savedView } = await client.createSavedView({ name: 'One', columns: columnKeys(), query: 'omer 2' });
    expect(ok).toBe(true);
    expect(await list({ viewId: savedView!.id })).toEqual(['Customer 2']);
  });

  test('rejects an unknown column by name before it sends a request', () => {
    const list = () => client.renewals.list({ columns: ['websit' as RenewalColumn] });
    expect(list).toThrow(ColumnError);
    expect(list).toThrow('Unknown column "websit". Did you mean website?');
    expect(() => client.renewals.list({ columns: ['constructor' as RenewalColumn, 'id' as RenewalColumn] })).toThrow(ColumnError);
    const unlikeAny = () => client.renewals.list({ columns: ['zip' as RenewalColumn] });
    expect(unlikeAny).toThrow(/^Unknown column "zip"\. Choose from customerName, .*, estimatedNewMrr\.$/);
    expect(sent).toEqual([]);
  });
});

const columnKeys = () =>
  Object.values(renewalColumns)
    .filter(({ locked }) => locked)
    .map(({ key }) => key);

test('parseColumns separates known columns from unknown names', async () => {
  const { viewer } = await client.query({ viewer: { dashboardColumns: { key: true } } });
  expect(parseColumns(viewer.dashboardColumns).columns).toEqual([
    ...['customerName', 'communicationOwner', 'primaryContact', 'contractType', 'status', 'renewalDeadline'],
  ]);
  expect(parseColumns([undefined, 'hubId'])).toEqual({ columns: ['hubId'], unknown: ['undefined'] });
  expect(parseColumns('["website","WEBSITE","gone",7,null,"id"]')).toEqual({ columns: ['website'], unknown: ['gone', '7', 'null', 'id'] });
  expect([parseColumns(null), parseColumns(undefined), parseColumns('website'), parseColumns({})]).toEqual([
    { columns: [], unknown: [] },
    { columns: [], unknown: [] },
    { columns: ['website'], unknown: [] },
    { columns: [], unknown: ['{}'] },
  ]);
});

describe('a mutation', () => {
  test('returns what it changed', async () => {
    const customerId = await data.customer({ name: 'A' });
    const { customer } = await client.query({ customer: { $: { by: { hubId: '1001' } }, id: true } });
    const outcome = await client.setCommunicationOwner({ customerId: customer!.id, owner: 'PARTNER' });
    expect(outcome).toMatchObject({
      ok: true,
      association: { communicationOwner: 'PARTNER', version: 2 },
      customer: { name: 'A' },
      userErrors: [],
    });
    expect(customerId).toEqual(expect.any(String));
  });

  test('returns errors the user can fix, with their types', async () => {
    await renewals(1);
    const { rows } = await client.renewals.list();
    const outcome = await client.setCommunicationOwner({ customerId: rows[0]!.customerId, owner: 'PARTNER', expectedVersion: 9 });
    if (outcome.ok) throw new Error('The conflict was not detected.');
    const [error] = outcome.userErrors;
    expect(error.__typename === 'ConflictError' && error.currentVersion).toBe(1);
    expect(outcome.customer).toBeNull();
  });

  test('takes effect once, although its response was lost and it was sent again', async () => {
    await renewals(1);
    const { rows } = await client.renewals.list();
    let isFirst = true;
    const losing = createClient({
      url: `${server.url}/graphql`,
      token,
      async fetch(url, init) {
        const response = await fetch(url, init);
        if (!isFirst) return response;
        isFirst = false;
        throw new TypeError('fetch failed');
      },
    });
    const outcome = await losing.setCommunicationOwner({ customerId: rows[0]!.customerId, owner: 'PARTNER' });
    expect(outcome).toMatchObject({ ok: true, association: { version: 2 }, meta: { attempts: 2 } });
    const timeline = await client.customer({ id: rows[0]!.customerId }, { timeline: { nodes: { action: true } } });
    expect(timeline!.timeline.nodes).toEqual([{ action: 'SET_COMMUNICATION_OWNER' }]);
  });

  test('has a document that is valid in the schema, with and without a key', () => {
    const schema = buildSchema(readFileSync(new URL('../../../schema/schema.graphql', import.meta.url), 'utf8'));
    for (const [name, fields] of methods()) {
      for (const key of [null, 'key']) {
        const { query } = writeDocument(...mutationSelection(name, fields), key);
        expect([name, validate(schema, parse(query))]).toEqual([name, []]);
      }
    }
    const names = methods().map(([name]) => name);
    expect(names.toSorted()).toEqual(Object.keys(schema.getMutationType()!.getFields()).toSorted());
  });

  test('of many customers is ok only if each of them was set, and has the errors of all', async () => {
    await renewals(1);
    const { customerId } = (await client.renewals.list()).rows[0]!;
    const gone = Buffer.from('Customer:0190a0b0-0000-7000-8000-000000000000').toString('base64url');
    const partly = await client.bulkSetCommunicationOwner({ customerIds: [customerId, gone], owner: 'PARTNER' });
    expect(partly).toMatchObject({ ok: false, userErrors: [{ code: expect.any(String) }] });
    expect(partly.results.map(({ customer, userErrors }) => [customer?.id, userErrors.length])).toEqual([
      [customerId, 0],
      [undefined, 1],
    ]);
    const all = await client.bulkSetCommunicationOwner({ customerIds: [customerId], owner: null });
    expect(all).toMatchObject({ ok: true, userErrors: [] });
  });

  test('returns its own selection, and two go in one request', async () => {
    await renewals(2);
    const [one, other] = (await client.renewals.list()).rows;
    const done = await client.mutate({
      setCommunicationOwner: {
        $: { input: { customerId: one!.customerId, owner: 'PARTNER' } },
        association: { communicationOwner: true },
        userErrors: { code: true },
      },
      bulkSetCommunicationOwner: {
        $: { input: { customerIds: [other!.customerId], owner: 'PARTNER' } },
        results: { customer: { name: true } },
      },
    });
    expect(done).toEqual({
      meta: { requestId: expect.any(String), attempts: 1, cost: expect.anything() },
      setCommunicationOwner: { association: { communicationOwner: 'PARTNER' }, userErrors: [] },
      bulkSetCommunicationOwner: { results: [{ customer: { name: 'Customer 1' } }] },
    });
  });
});

describe('the rest of the graph', () => {
  test('can be selected', async () => {
    await renewals(2);
    const { rows } = await client.renewals.list();
    const node = await client.query({
      node: { $: { id: rows[0]!.id }, id: true, on: { ContractChange: { type: true, contract: { customer: { name: true } } } } },
    });
    expect(node).toEqual({
      meta: { requestId: expect.any(String), attempts: 1, cost: expect.anything() },
      node: { __typename: 'ContractChange', id: rows[0]!.id, type: 'RENEWAL', contract: { customer: { name: 'Customer 0' } } },
    });
    expect(await client.customer({ id: rows[1]!.customerId })).toMatchObject({ name: 'Customer 1', association: { version: 1 } });
    expect(await client.customer({ hubId: '99999' })).toBeNull();
    expect((await client.renewals.summary({ query: 'Customer' })).totalCount).toBe(2);
  });

  test('tells the details of each call', async () => {
    await renewals(1);
    const { customerId } = (await client.renewals.list()).rows[0]!;
    const calls = [
      client.renewals.summary({}, { requestId: 'mine' }),
      client.customer({ id: customerId }, undefined, { requestId: 'mine' }),
      client.customer({ id: customerId }, { name: true }, { requestId: 'mine' }),
      client.query({ viewer: { role: true } }, { requestId: 'mine' }),
      client.mutate(
        { setCommunicationOwner: { $: { input: { customerId, owner: null } }, userErrors: { code: true } } },
        { requestId: 'mine' },
      ),
      client.setCommunicationOwner({ customerId, owner: null }, { requestId: 'mine' }),
    ];
    for (const answer of await Promise.all(calls)) {
      expect(answer?.meta).toEqual({ requestId: 'mine', attempts: 1, cost: expect.objectContaining({ requested: expect.any(Number) }) });
    }
  });

  test('takes your own document', async () => {
    await renewals(1);
    const answer = await client.request<{ viewer: { role: string } }>('query Who { viewer { role } }');
    expect(answer).toEqual({ viewer: { role: 'ADMIN' } });
    const parsed = parse('query One($first: Int) { customers(first: $first) { nodes { name } } }');
    expect(await client.request(parsed, { first: 1 })).toEqual({ customers: { nodes: [{ name: 'Customer 0' }] } });
    // As client-preset prints a document: without its text.
    const preset = JSON.parse(JSON.stringify(parse(parsed.loc!.source.body, { noLocation: true }))) as DocumentNode;
    expect(await client.request(preset, { first: 1 })).toEqual({ customers: { nodes: [{ name: 'Customer 0' }] } });
  });

  test('answers that an object is there if conditions leave nothing of it', async () => {
    const [off, gone]: (boolean | undefined)[] = [false, undefined];
    const selection = { viewer: { role: off, partner: { name: gone }, savedViews: { $: { first: 1 }, totalCount: off } } };
    const { viewer, meta: _ } = await client.query(selection);
    expect(viewer).toEqual({ partner: { __typename: 'Partner' }, savedViews: { __typename: 'SavedViewConnection' } });
    expect(await client.customer({ hubId: '404' }, { name: off })).toBeNull();
  });

  test('rejects a malformed selection', async () => {
    const query = client.query as (selection: object) => Promise<unknown>;
    await expect(query({ 'viewer{role}': true })).rejects.toThrow(SelectionError);
    await expect(query({ customers: { $: { nothing: 1 }, totalCount: true } })).rejects.toThrow(
      'The field "customers" has no argument "nothing".',
    );
    expect(sent).toEqual([]);
  });
});

test('an operator reads the partner given by partnerId', async () => {
  await renewals(1);
  const key = await server.createToken(data.partnerId, 'OPERATOR');
  const operator = createClient({ url: `${server.url}/graphql`, token: () => Promise.resolve(key), partnerId: data.globalId });
  expect(await operator.query({ viewer: { role: true } })).toMatchObject({ viewer: { role: 'OPERATOR' } });
});
