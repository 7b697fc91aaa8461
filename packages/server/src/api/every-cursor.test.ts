// Long because every list is walked over the same data, which holds each scalar at its ends.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createHash, randomUUID } from 'node:crypto';
import { globalId } from '../graphql/global-id.ts';
import { TestData } from '../../testing/test-data.ts';
import { startTestServer, type TestServer } from '../../testing/test-server.ts';
import { addDays, daysBetween } from '../calendar-date.ts';
import { columns } from '../contract-change/contract-change.columns.ts';
import { ContractChangeOrderFieldEnum } from '../dashboard/dashboard.order.ts';

// A cursor that the server gave is always taken again. So the lists here hold each scalar at its ends, and every page starts at a cursor
// of the page before it.

const today = '2026-01-01';
const firstDate = '0001-01-01';
const lastDate = '9999-12-31';
const largestInteger = 2 ** 31 - 1;

let server: TestServer;
let data: TestData;
let token: string;
let busyCustomer: string;

const names = [
  ...["'", '"', '\\', '\\u0000', '[null,"]', '\u0001\u001f\u007f', '\t\n\r', '\u2028', '\ufeff', '\ufffd', '\u{10ffff}', '.', '-'],
  ...['e\u0301', 'é', 'E', 'e', 'İ', 'ﬀ', 'Ä', '\u202eabc', '👨‍👩‍👧', '한국', 'null', ' ', ''],
  ...['ü'.repeat(255), '"'.repeat(255), '\u0001'.repeat(255), '😀'.repeat(127), `${'ü'.repeat(254)}z`],
];

const longHost = `${'a'.repeat(63)}.${'b'.repeat(63)}.${'c'.repeat(63)}.${'d'.repeat(57)}.ex`;
const websites = ['xn--mller-kva.example', longHost, 'a.ex', undefined];

const amounts = ['0', '0.00', '0.0', '1.50', `${'9'.repeat(40)}.${'9'.repeat(40)}`, `0.${'0'.repeat(59)}1`, '9'.repeat(200), '417.00'];
const limits = [0, 1, 999_999_999, 1_000_000_000, 2_000_000_000, largestInteger - 1, largestInteger];
const frequencies = [
  ['MONTHLY', 1],
  ['QUARTERLY', 3],
  ['SEMI_ANNUALLY', 6],
  ['ANNUALLY', 12],
  ['OTHER', 1],
  ['OTHER', largestInteger],
] as const;
const types = ['RENEWAL', 'CONTACT_TIER_UPGRADE', 'EMAIL_OVERAGE'] as const;
const decisions = [null, 'ACCEPT', 'REQUEST_CANCELLATION'] as const;
const hubIds = ['1', '9', '10', '999999999999999999', '1000000000000000000', '9223372036854775806', '9223372036854775807'];

const each = <Value>(values: readonly Value[], index: number): Value => values[index % values.length]!;

beforeAll(async () => {
  server = await startTestServer({ businessDate: today });
  data = await TestData.of(server.database.pool, { name: 'Mine', passedThrough: today });
  token = await server.createToken(data.partnerId, 'ADMIN');
  await data.together(fill);
});
afterAll(() => server.close());

async function fill(): Promise<void> {
  for (const [index, name] of names.entries()) {
    const website = each(websites, index);
    const hubId = hubIds[index] ?? String(5000 + index);
    const owner = each(['VENDOR', 'PARTNER', undefined] as const, index);
    const customer = await data.customer({ name, hubId, ...(website && { website }), ...(owner && { owner }) });
    if (index % 3 > 0) await data.user(customer, { name: each(names, 5 * index), isPrimaryContact: true });
    const [billing, interval] = each(frequencies, index);
    const terms = {
      max_contacts: each(limits, index),
      email_limit: each(limits, index + 3),
      billing_frequency: billing,
      billing_interval_months: interval,
      subscription_term_months: each([1, 12, largestInteger], index),
      mrr: each(amounts, index),
      currency_code: each(['EUR', 'AAA', 'ZZZ'], index),
    };
    const announced = index % 4 === 0 ? {} : { new_mrr: each(amounts, index + 1), new_currency_code: terms.currency_code };
    const day = addDays(today, each([0, 1, 45, 46, 119, 120], index));
    const type = each(types, index);
    // The deadline reaches back to the first date.
    const notice = each([0, 45, daysBetween(firstDate, day)], Math.floor(index / 3));
    const change =
      type === 'RENEWAL'
        ? (await data.renewal(customer, day, terms, { notice_period_days: notice, ...announced })).id
        : await data.changeOf(customer, await data.contract(customer, terms), { type, effective_date: day, ...announced });
    const decision = each(decisions, Math.floor(index / 2));
    if (decision) await data.decide(change, decision, '2025-11-01');
    if (index === 0) busyCustomer = customer;
  }
  await fillBusyCustomer();
}

const instants = [
  ...[`${firstDate} 00:00:00+00`, '1969-12-31 23:59:59.999999+00', '2026-01-01 00:00:00+00', '2026-01-01 00:00:00.000001+00'],
  ...[
    '2026-01-01 00:00:00.1+00',
    '2026-01-01 00:00:00.1+00',
    '2026-03-29 02:30:00+01',
    '2028-02-29 12:00:00+14',
    `${lastDate} 23:59:59.999999+00`,
  ],
];

/** One customer with every name among its users, every instant in its timeline and every date in its history. */
async function fillBusyCustomer(): Promise<void> {
  for (const name of names) await data.user(busyCustomer, { name });
  const contract = await data.contract(busyCustomer);
  const terms = { is_applied: true, from_max_contacts: 1, from_email_limit: 1, from_billing_frequency: 'MONTHLY' };
  const settled = { ...terms, from_billing_interval_months: 1, from_subscription_term_months: 1, from_mrr: '1', from_currency_code: 'EUR' };
  for (const date of [firstDate, '0001-01-02', '0999-12-31', '1582-10-10', '2000-02-29', '2000-02-29']) {
    await data.changeOf(busyCustomer, contract, { type: 'EMAIL_OVERAGE', effective_date: date, settled_on: addDays(date, 1), ...settled });
  }
  for (const date of ['2027-01-01', '9999-12-30', lastDate, lastDate]) {
    await data.changeOf(busyCustomer, contract, { type: 'EMAIL_OVERAGE', effective_date: date });
  }
  const { superuserPool } = server.database;
  for (const at of instants) {
    await superuserPool.query(
      `insert into audit_event (partner_id, id, occurred_at, actor, action, customer_id, request_id) values ($1, $2::uuid, $3, 'test', 'CUSTOMER_CREATED', $4, $2::text)`,
      [data.partnerId, randomUUID(), at, busyCustomer],
    );
    await server.createToken(data.partnerId, 'VIEWER');
    await superuserPool.query(
      `insert into user_session (partner_id, id, api_key_id, method, secret_hash, active_until, expires_at) values ($1, $2, $3, 'API_KEY', '', $4, $4)`,
      [data.partnerId, randomUUID(), token.split('_')[1] ?? '', at],
    );
  }
  await superuserPool.query(
    `update api_key key set created_at = given.at from (
       select id, ($2::timestamptz[])[row_number() over (order by id)] as at from api_key where partner_id = $1 and id <> $3) given
     where key.id = given.id`,
    [data.partnerId, instants, token.split('_')[1] ?? ''],
  );
  for (const name of names) {
    await superuserPool.query(
      `insert into partner_user (partner_id, id, name, email, role) values ($1, $2::uuid, $3, $2::text || '@example.com', 'VIEWER')`,
      [data.partnerId, randomUUID(), name],
    );
    const ended = await data.customer({ name });
    await data.change((tx) =>
      tx.query('update customer_association set ended_at = $3 where partner_id = $1 and customer_id = $2', [
        data.partnerId,
        ended,
        each(instants, name.length),
      ]),
    );
  }
}

type Page = {
  totalCount: number;
  edges: { cursor: string; node: { id: string } }[];
  pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; startCursor: string | null; endCursor: string | null };
};

const page = 'totalCount edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }';

/** A list of the API: the fields above it, its own field, and what its arguments need besides the page. */
type List = { above: readonly string[]; field: string; declares?: string; args?: string; id?: string; variables?: Record<string, unknown> };

const pagingTypes = { first: 'Int', after: 'String', last: 'Int', before: 'String' };
type Paging = Partial<Record<keyof typeof pagingTypes, unknown>>;

/** A request for pages of one list. */
function requestOf(list: List, pages: readonly Paging[]): { document: string; variables: Record<string, unknown> } {
  const { above, field, declares = '', args = '', id = 'id' } = list;
  const named = pages.map((given, index) => Object.entries(given).map(([name, value]) => ({ name, value, variable: `${name}${index}` })));
  const declared = named.flatMap((given) =>
    given.map(({ name, variable }) => `$${variable}: ${pagingTypes[name as keyof typeof pagingTypes]}`),
  );
  const calls = named.map((given, index) => {
    const all = [...given.map(({ name, variable }) => `${name}: $${variable}`), ...(args === '' ? [] : [args])];
    return `page${index}: ${field}(${all.join(', ')}) { ${page.replace('id', `id: ${id}`)} }`;
  });
  const document = `query (${[...declared, declares].join(' ')}) { ${[...above, calls.join(' ')].join(' { ')} ${'} '.repeat(above.length)}}`;
  return {
    document,
    variables: { ...list.variables, ...Object.fromEntries(named.flat().map(({ variable, value }) => [variable, value])) },
  };
}

async function askAll(list: List, pages: readonly Paging[]): Promise<Page[]> {
  const { document, variables } = requestOf(list, pages);
  const { body } = await server.query(document, variables, { token });
  expect(body.errors).toBeUndefined();
  const parent = list.above.reduce((value, name) => value[name.split('(')[0]!], body.data) as Record<string, Page>;
  return pages.map((_, index) => parent[`page${index}`]!);
}

const ask = async (list: List, given: Paging): Promise<Page> => (await askAll(list, [given]))[0]!;

const size = 3;

/** Reads the list page by page, each from the cursor that the page before ended with. */
async function forward(list: List): Promise<Page['edges']> {
  const edges: Page['edges'] = [];
  for (let after: string | null = null, more = true; more;) {
    const found: Page = await ask(list, { first: size, after });
    expect(found.edges.length).toBeGreaterThan(0);
    edges.push(...found.edges);
    expect(found.pageInfo.endCursor).toBe(edges.at(-1)!.cursor);
    after = found.pageInfo.endCursor;
    more = found.pageInfo.hasNextPage;
  }
  return edges;
}

async function backward(list: List): Promise<Page['edges']> {
  const edges: Page['edges'] = [];
  for (let before: string | null = null, more = true; more;) {
    const found: Page = await ask(list, { last: size, before });
    expect(found.edges.length).toBeGreaterThan(0);
    edges.unshift(...found.edges);
    expect(found.pageInfo.startCursor).toBe(edges[0]!.cursor);
    before = found.pageInfo.startCursor;
    more = found.pageInfo.hasPreviousPage;
  }
  return edges;
}

/** The ids that the pages beside each cursor have; some cursors go with one request. */
async function besides(list: List, cursors: readonly string[], pageAt: (cursor: string) => Paging): Promise<string[][]> {
  const found: string[][] = [];
  for (let at = 0; at < cursors.length; at += atOnce) {
    const pages = await askAll(list, cursors.slice(at, at + atOnce).map(pageAt));
    found.push(...pages.map(({ edges }) => edges.map(({ node }) => node.id)));
  }
  return found;
}
const atOnce = 8;

/** Every entry once, and from each entry's own cursor the next one follows. */
async function expectChain(list: List, edges: Page['edges']): Promise<void> {
  const ids = edges.map((edge) => edge.node.id);
  const { totalCount } = await ask(list, { first: 1 });
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids).toHaveLength(totalCount);
  const cursors = edges.map(({ cursor }) => cursor);
  const next = await besides(list, cursors, (after) => ({ first: 1, after }));
  expect(next).toEqual(ids.map((_, index) => ids.slice(index + 1, index + 2)));
}

const dashboard = (orderBy: { field: string; direction: string }[]): List => ({
  ...{ above: [], field: 'upcomingContractChanges', declares: '$orderBy: [ContractChangeOrder!]', args: 'orderBy: $orderBy' },
  variables: { orderBy },
});

const fields = Object.keys(ContractChangeOrderFieldEnum);

describe('the dashboard', () => {
  test.each(fields.flatMap((field) => ['ASC', 'DESC'].map((direction) => [field, direction] as const)))(
    'by %s %s takes every cursor, both ways',
    async (field, direction) => {
      const list = dashboard([{ field, direction }]);
      const edges = await forward(list);
      expect(edges.length).toBe(names.length);
      await expectChain(list, edges);
      expect(await backward(list)).toEqual(edges);
      const ids = edges.map(({ node }) => node.id);
      const cursors = edges.map(({ cursor }) => cursor);
      const earlier = await besides(list, cursors, (before) => ({ last: 1, before }));
      expect(earlier).toEqual(ids.map((_, index) => ids.slice(Math.max(index - 1, 0), index)));
    },
  );

  // Each field stands in each place of three at least once, and directions alternate.
  test.each(fields.map((_, index) => [0, 1, 2].map((place) => each(fields, index + place * 5))))(
    'by %s, %s and %s at once takes every cursor, both ways',
    async (...three) => {
      const list = dashboard(three.map((field, index) => ({ field, direction: index === 1 ? 'DESC' : 'ASC' })));
      const edges = await forward(list);
      await expectChain(list, edges);
      expect(await backward(list)).toEqual(edges);
    },
  );

  const lockedColumns = Object.entries(columns)
    .filter(([, column]) => column.class === 'LOCKED')
    .map(([key]) => key)
    .join();

  test('by the order of a saved view takes every cursor, both ways', async () => {
    const orderBy = ['ESTIMATED_MRR_CHANGE', 'PRIMARY_CONTACT', 'MAX_CONTACTS'].map((field) => ({ field, direction: 'DESC' }));
    const { body } = await server.query(
      `mutation ($orderBy: [ContractChangeOrder!]) {
         createSavedView(input: { name: "Ends", isShared: false, columns: [${lockedColumns}], orderBy: $orderBy }) { savedView { id } userErrors { message } } }`,
      { orderBy },
      { token },
    );
    const { savedView, userErrors } = body.data.createSavedView;
    expect(userErrors).toEqual([]);
    const list = {
      ...{ above: [], field: 'upcomingContractChanges', declares: '$viewId: ID', args: 'viewId: $viewId' },
      variables: { viewId: savedView.id },
    };
    const edges = await forward(list);
    await expectChain(list, edges);
    expect(await backward(list)).toEqual(edges);
    expect(edges).toEqual(await forward(dashboard(orderBy)));
  });
});

const nested = (field: string, id = 'id'): List => ({ above: ['customer(by: { id: $id })'], field, id, declares: '$id: ID' });
const ofPartner = (field: string): List => ({ above: ['viewer', 'partner'], field });
const ofViewer = (field: string): List => ({ above: ['viewer'], field });
const ofRoot = (field: string, id = 'id'): List => ({ above: [], field, id });

test.each([
  ['customers', ofRoot('customers'), names.length],
  ['ended customers', ofRoot('endedCustomers', 'customerId'), names.length],
  ['users of a customer', nested('users'), names.length],
  ['changes of a customer', nested('contractChanges'), 11],
  ['timeline', nested('timeline', 'requestId'), instants.length],
  ['users of a partner', ofPartner('users'), names.length],
  ['API keys', ofPartner('apiKeys'), instants.length + 1],
  ['sessions of a partner', ofPartner('sessions'), instants.length],
  ['sessions of a viewer', ofViewer('sessions'), instants.length],
])('the list of %s takes every cursor', async (_, list, count) => {
  const given = { ...list, ...(list.declares && { variables: { id: `cus_${busyCustomer}` } }) };
  const edges = await forward(given);
  expect(edges).toHaveLength(count);
  await expectChain(given, edges);
});

/** A cursor with other contents and the right tag, which clients can compute. */
function forged(cursor: string, contents: (order: string, keys: (string | null)[], id: string) => unknown): string {
  const [payload = ''] = cursor.split('.');
  const [order, keys, id] = JSON.parse(Buffer.from(payload, 'base64url').toString()) as [string, (string | null)[], string];
  const other = Buffer.from(JSON.stringify(contents(order, keys, id))).toString('base64url');
  return `${other}.${createHash('sha256').update(`${data.partnerId}\n${other}`).digest('base64url').slice(0, 12)}`;
}

const wrongKeys = [
  null,
  1,
  true,
  {},
  [],
  ['x'],
  '',
  'NaN',
  'Infinity',
  '-infinity',
  '\0',
  '\ud800',
  '1e400',
  '0000-01-01',
  '2026-02-30',
  '99999-01-01',
];
const furtherWrongKeys = ['x'.repeat(1_001), '9'.repeat(30), '2026-01-01 00:00:00', '2026-13-01 00:00:00+00', 'VENDOR', "'"];

test('no forged cursor is an internal error', async () => {
  const id = `cus_${busyCustomer}`;
  const lists = [
    ...[ofRoot('customers'), ofRoot('endedCustomers', 'customerId'), nested('users'), nested('contractChanges')],
    ...[
      nested('timeline', 'requestId'),
      nested('appUsage', 'app'),
      ofPartner('users'),
      ofPartner('apiKeys'),
      ofPartner('sessions'),
      ofViewer('sessions'),
    ],
    ...fields.map((field) => dashboard([{ field, direction: 'ASC' }])),
  ];
  await data.change((tx) =>
    tx.query(`insert into app_usage (partner_id, customer_id, app, date) values ($1, $2, 'Ads', $3)`, [
      data.partnerId,
      busyCustomer,
      today,
    ]),
  );
  for (const unbound of lists) {
    const list = { ...unbound, variables: { ...unbound.variables, ...(unbound.declares?.includes('$id') && { id }) } };
    const { edges } = await ask(list, { first: 1 });
    const { cursor } = edges[0]!;
    const cursors = [
      ...[...wrongKeys, ...furtherWrongKeys].map((key) => forged(cursor, (order, keys, rowId) => [order, keys.map(() => key), rowId])),
      ...[null, 1, 'x', [], {}].map((keys) => forged(cursor, (order, _, rowId) => [order, keys, rowId])),
      ...[null, 1, 'x', [], {}, '\0'].map((rowId) => forged(cursor, (order, keys) => [order, keys, rowId])),
      forged(cursor, (order, keys, rowId) => [order, [...keys, null], rowId]),
      forged(cursor, (order, keys, rowId) => [order, keys.slice(1), rowId]),
      forged(cursor, (_, keys, rowId) => [null, keys, rowId]),
      ...[null, 'x', {}, []].map((contents) => forged(cursor, () => contents)),
    ];
    for (const after of cursors) {
      const { document, variables } = requestOf(list, [{ first: 1, after }]);
      const { status, body } = await server.query(document, variables, { token });
      const codes = (body.errors ?? []).map((error) => error.extensions['code'] as string);
      expect({ after, status, codes: codes.filter((code) => code !== 'INVALID_CURSOR') }).toEqual({ after, status: 200, codes: [] });
    }
    const { document, variables } = requestOf(list, [{ first: 1, after: forged(cursor, (order, _, rowId) => [order, null, rowId]) }]);
    const { body } = await server.query(document, variables, { token });
    expect(body.errors?.map((error) => error.extensions['code'])).toEqual(['INVALID_CURSOR']);
  }
});

test('an invalid cursor is refused, also if only the count is selected', async () => {
  const below = (field: string) => `{ customer(by: { id: "${globalId('Customer', busyCustomer)}" }) { ${field} } }`;
  const only = '(after: "x") { totalCount }';
  const documents = [
    ...['upcomingContractChanges', 'customers', 'endedCustomers'].map((field) => `{ ${field}${only} }`),
    `{ upcomingContractChanges(before: "x") { totalCount } }`,
    ...['users', 'contractChanges', 'timeline', 'appUsage'].map((field) => below(field + only)),
    ...['users', 'apiKeys', 'sessions'].map((field) => `{ viewer { partner { ${field}${only} } } }`),
  ];
  for (const document of documents) {
    const { body } = await server.query(document, {}, { token });
    expect({ document, codes: body.errors?.map(({ extensions }) => extensions['code']) }).toEqual({ document, codes: ['INVALID_CURSOR'] });
    const { body: valid } = await server.query(document.replace(/(after|before): "x"/, 'first: 1'), {}, { token });
    expect(valid.errors).toBeUndefined();
  }
});
