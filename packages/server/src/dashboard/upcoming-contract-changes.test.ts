// Long: one set of rows for every filter, order and page.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { addDays, daysBetween } from '../calendar-date.ts';
import { TestData } from '../../testing/test-data.ts';
import { startTestServer, type TestServer } from '../../testing/test-server.ts';

const today = '2026-11-22';
const inDays = (days: number) => addDays(today, days);

let server: TestServer;
let token: string;
let data: TestData;
/** Change IDs by customer name. */
const changes = new Map<string, string>();

type Change = Record<string, unknown> & { id: string; customer: { name: string } };
const names = (nodes: Change[]) => nodes.map((node) => node.customer.name);

async function ask(document: string, variables: Record<string, unknown> = {}) {
  const { body } = await server.query(document, variables, { token });
  if (body.errors) throw new Error(JSON.stringify(body.errors));
  return body.data;
}

async function list(args: Record<string, unknown> = {}, fields = 'id customer { name }'): Promise<Change[]> {
  const { upcomingContractChanges } = await ask(
    `query ($first: Int, $query: String, $filter: ContractChangeFilter, $orderBy: [ContractChangeOrder!], $asOf: Date) {
       upcomingContractChanges(first: $first, query: $query, filter: $filter, orderBy: $orderBy, asOf: $asOf) { nodes { ${fields} } } }`,
    { first: 100, ...args },
  );
  return upcomingContractChanges.nodes;
}

const story = [
  { name: 'On day 121', days: 121 },
  { name: 'On day 120', days: 120, website: 'https://www.day120.example' },
  {
    name: 'On day 46',
    days: 46,
    contract: { mrr: '417.00', currency_code: 'JPY', billing_frequency: 'QUARTERLY', billing_interval_months: 3 },
  },
  { name: 'On day 45', days: 45, owner: 'PARTNER' as const, contract: { mrr: '9.99', max_contacts: null } },
  { name: 'On day 44', days: 44, contract: { mrr: '10.5', subscription_term_months: 24 } },
  { name: 'On day 1', days: 1, contract: { billing_frequency: 'OTHER', billing_interval_months: 3, email_limit: null } },
  { name: 'On day 0', days: 0, website: 'müller-söhne.example' },
  { name: 'Yesterday', days: -1 },
];

beforeAll(async () => {
  server = await startTestServer({ businessDate: today });
  data = await TestData.of(server.database.pool, { name: 'Reader', passedThrough: today });
  token = await server.createToken(data.partnerId, 'MANAGER');
  for (const { name, days, website, owner, contract } of story) {
    const customerId = await data.customer({ name, ...(website && { website }), ...(owner && { owner }) });
    changes.set(name, (await data.renewal(customerId, inDays(days), contract)).id);
  }
  const upgrading = await data.customer({ name: 'Äpfel & Birnen 100%', website: 'aepfel.example', hubId: '9223372036854775807' });
  await data.user(upgrading, { name: 'Zoë Trần', email: 'zoe@aepfel.example', isPrimaryContact: true });
  const contractId = await data.contract(upgrading, { mrr: '50.00' });
  changes.set(
    'upgrade',
    await data.changeOf(upgrading, contractId, {
      type: 'CONTACT_TIER_UPGRADE',
      effective_date: inDays(20),
      new_max_contacts: 5000,
      new_mrr: '80.25',
    }),
  );
  changes.set(
    'overage',
    await data.changeOf(upgrading, contractId, {
      type: 'EMAIL_OVERAGE',
      effective_date: inDays(30),
      new_email_limit: 20_000,
      new_mrr: '9',
      new_currency_code: 'USD',
    }),
  );
  await data.decide(changes.get('upgrade') as string, 'ACCEPT', inDays(-3));
  await data.decide(changes.get('On day 46') as string, 'REQUEST_CANCELLATION', inDays(-2));
  await data.decide(changes.get('On day 44') as string, 'REQUEST_CANCELLATION', today);
});
afterAll(() => server.close());

describe('the dashboard', () => {
  test('shows the changes of the next 120 days, both ends included, by effective date', async () => {
    expect(names(await list())).toEqual([
      'On day 0',
      'On day 1',
      'Äpfel & Birnen 100%',
      'Äpfel & Birnen 100%',
      'On day 44',
      'On day 45',
      'On day 46',
      'On day 120',
    ]);
  });

  test('has status, reason, deadline and days of each change', async () => {
    const rows = await list(
      {},
      'customer { name } type status statusReason lateCancellationRequest effectiveDate renewalStartDate renewalDeadline daysUntilEffective daysUntilDeadline lastDecisionDate daysUntilLastDecision',
    );
    expect(rows.find((row) => row.customer.name === 'On day 45')).toEqual({
      customer: { name: 'On day 45' },
      type: 'RENEWAL',
      status: 'PENDING',
      statusReason: 'AWAITING_DECISION',
      lateCancellationRequest: false,
      effectiveDate: inDays(45),
      renewalStartDate: inDays(45),
      renewalDeadline: today,
      daysUntilEffective: 45,
      daysUntilDeadline: 0,
      lastDecisionDate: today,
      daysUntilLastDecision: 0,
    });
    const facts = rows.map((row) => [row.customer.name, row['type'], row['status'], row['statusReason'], row['lateCancellationRequest']]);
    expect(facts).toEqual([
      ['On day 0', 'RENEWAL', 'RENEWED', 'AUTO_RENEWED', false],
      ['On day 1', 'RENEWAL', 'RENEWED', 'AUTO_RENEWED', false],
      ['Äpfel & Birnen 100%', 'CONTACT_TIER_UPGRADE', 'CONFIRMED', 'ACCEPTED', false],
      ['Äpfel & Birnen 100%', 'EMAIL_OVERAGE', 'PENDING', 'AWAITING_DECISION', false],
      ['On day 44', 'RENEWAL', 'RENEWED', 'AUTO_RENEWED', true],
      ['On day 45', 'RENEWAL', 'PENDING', 'AWAITING_DECISION', false],
      ['On day 46', 'RENEWAL', 'CANCELLATION_REQUESTED', 'CANCELLATION_REQUESTED', false],
      ['On day 120', 'RENEWAL', 'PENDING', 'AWAITING_DECISION', false],
    ]);
  });

  test('reads every field of a change, including nested ones, in one statement', async () => {
    server.database.markStatements();
    const [row] = await list(
      { filter: { type: { eq: 'CONTACT_TIER_UPGRADE' } } },
      `__typename id version communicationOwner communicationOwnerSource availableActions
       customer { id name website hubId association { id version startedAt endedAt communicationOwner communicationOwnerSource primaryContact { name jobTitle isActive } } }
       contract { id externalId termStart renewalStartDate noticePeriodDays terms { mrr { amount currencyCode } maxContacts } customer { id name } }
       primaryContact { id name email jobTitle isActive }
       currentTerms { maxContacts emailLimit billingFrequency billingIntervalMonths subscriptionTermMonths mrr { amount currencyCode } }
       newTerms { maxContacts emailLimit billingFrequency billingIntervalMonths subscriptionTermMonths mrr { amount currencyCode } }
       estimatedMrrChange { amount currencyCode } decision { action decidedOn recordedBy onBehalfOfCustomer }`,
    );
    expect(server.database.statements().filter((text) => !text.includes('findApiKeyHolders'))).toHaveLength(1);
    const customer = { name: 'Äpfel & Birnen 100%', website: 'https://aepfel.example', hubId: '9223372036854775807' };
    const contact = { name: 'Zoë Trần', jobTitle: null, isActive: true };
    expect(row).toMatchObject({
      __typename: 'ContractChange',
      id: `cch_${changes.get('upgrade')}`,
      version: 1,
      communicationOwner: 'VENDOR',
      communicationOwnerSource: 'VENDOR_DEFAULT',
      availableActions: [],
      customer: {
        ...customer,
        association: {
          version: 1,
          endedAt: null,
          communicationOwner: 'VENDOR',
          communicationOwnerSource: 'VENDOR_DEFAULT',
          primaryContact: contact,
        },
      },
      contract: {
        termStart: '2020-01-01',
        renewalStartDate: '2021-01-01',
        noticePeriodDays: 45,
        terms: { mrr: { amount: '50.00', currencyCode: 'EUR' }, maxContacts: 1000 },
      },
      primaryContact: { ...contact, email: 'zoe@aepfel.example' },
      currentTerms: {
        maxContacts: 1000,
        emailLimit: 10_000,
        billingFrequency: 'MONTHLY',
        billingIntervalMonths: 1,
        subscriptionTermMonths: 12,
        mrr: { amount: '50.00', currencyCode: 'EUR' },
      },
      newTerms: {
        maxContacts: 5000,
        emailLimit: 10_000,
        billingFrequency: 'MONTHLY',
        billingIntervalMonths: 1,
        subscriptionTermMonths: 12,
        mrr: { amount: '80.25', currencyCode: 'EUR' },
      },
      estimatedMrrChange: { amount: '30.25', currencyCode: 'EUR' },
      decision: { action: 'ACCEPT', decidedOn: inDays(-3), recordedBy: 'test', onBehalfOfCustomer: false },
    });
  });

  test('has no MRR difference across currencies, and null for missing values', async () => {
    const [row] = await list(
      { filter: { type: { eq: 'EMAIL_OVERAGE' } } },
      'customer { name } estimatedMrrChange { amount } decision { action } renewalDeadline daysUntilDeadline effectiveDate lastDecisionDate daysUntilLastDecision renewalStartDate newTerms { mrr { amount currencyCode } }',
    );
    const effective = (row as unknown as { effectiveDate: string }).effectiveDate;
    expect(row).toEqual({
      customer: { name: 'Äpfel & Birnen 100%' },
      estimatedMrrChange: null,
      decision: null,
      renewalDeadline: null,
      daysUntilDeadline: null,
      effectiveDate: effective,
      lastDecisionDate: addDays(effective, -1),
      daysUntilLastDecision: daysBetween(today, effective) - 1,
      renewalStartDate: null,
      newTerms: { mrr: { amount: '9', currencyCode: 'USD' } },
    });
  });

  test('offers possible actions to viewers who may record them', async () => {
    const actions = async (role: 'VIEWER' | 'MANAGER' | 'ADMIN') => {
      const { body } = await server.query(
        `{ upcomingContractChanges { nodes { customer { name } availableActions } } }`,
        {},
        { token: await server.createToken(data.partnerId, role) },
      );
      return (body.data.upcomingContractChanges.nodes as Change[]).filter((node) => (node['availableActions'] as string[]).length > 0);
    };
    expect(await actions('VIEWER')).toEqual([]);
    expect(await actions('MANAGER')).toEqual([{ customer: { name: 'On day 45' }, availableActions: ['ACCEPT', 'REQUEST_CANCELLATION'] }]);
    expect(await actions('ADMIN')).toEqual([{ customer: { name: 'On day 45' }, availableActions: ['ACCEPT', 'REQUEST_CANCELLATION'] }]);
  });
});

describe('search', () => {
  test.each([
    ['apfel', 2],
    ['ÄPFEL', 2],
    ['  birnen ', 2],
    ['100%', 2],
    ['%', 2],
    ['_', 0],
    ['day120', 1],
    ['muller-sohne', 1],
    ['9223372036854775807', 2],
    ['922337203685477580', 0],
    ['99999999999999999999', 0],
    ['', 8],
    ['   ', 8],
    ["'; drop table partner; --", 0],
  ])('for %j finds %d', async (query, count) => {
    expect(await list({ query })).toHaveLength(count);
  });
});

const orderFields = [
  ...['EFFECTIVE_DATE', 'RENEWAL_DEADLINE', 'CUSTOMER_NAME', 'TYPE', 'STATUS', 'COMMUNICATION_OWNER', 'WEBSITE', 'HUB_ID', 'MAX_CONTACTS'],
  ...[
    'EMAIL_LIMIT',
    'BILLING_FREQUENCY',
    'SUBSCRIPTION_TERM',
    'CURRENT_MRR',
    'ESTIMATED_NEW_MRR',
    'ESTIMATED_MRR_CHANGE',
    'LAST_DECISION_DATE',
    'PRIMARY_CONTACT',
    'RENEWAL_START_DATE',
  ],
];

async function page(args: Record<string, unknown>) {
  const { upcomingContractChanges } = await ask(
    `query ($first: Int, $after: String, $last: Int, $before: String, $orderBy: [ContractChangeOrder!], $filter: ContractChangeFilter) {
       upcomingContractChanges(first: $first, after: $after, last: $last, before: $before, orderBy: $orderBy, filter: $filter) {
         edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }`,
    args,
  );
  return upcomingContractChanges as {
    edges: { cursor: string; node: { id: string } }[];
    pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; startCursor: string | null; endCursor: string | null };
  };
}

describe('order', () => {
  test.each(
    orderFields.flatMap((field) => [
      [field, 'ASC'],
      [field, 'DESC'],
    ]),
  )('by %s %s pages forward and backward through the same list', async (field, direction) => {
    const orderBy = [{ field, direction }];
    const all = (await list({ orderBy })).map((node) => node.id);
    expect(new Set(all).size).toBe(8);

    const forward: string[] = [];
    for (let after: string | null = null, more = true; more;) {
      const { edges, pageInfo } = await page({ first: 3, ...(after !== null && { after }), orderBy });
      expect(pageInfo.hasPreviousPage).toBe(after !== null);
      forward.push(...edges.map((edge) => edge.node.id));
      after = pageInfo.endCursor;
      more = pageInfo.hasNextPage;
    }
    expect(forward).toEqual(all);

    const backward: string[] = [];
    for (let before: string | null = null, more = true; more;) {
      const { edges, pageInfo } = await page({ last: 3, ...(before !== null && { before }), orderBy });
      expect(pageInfo.hasNextPage).toBe(before !== null);
      backward.unshift(...edges.map((edge) => edge.node.id));
      before = pageInfo.startCursor;
      more = pageInfo.hasPreviousPage;
    }
    expect(backward).toEqual(all);
  });

  test('has counts and page info for a query without fields of rows', async () => {
    const { pageInfo } = await page({ first: 3 });
    const { upcomingContractChanges, customers } = await ask(
      `query ($after: String) {
         upcomingContractChanges(first: 3, after: $after) { edges { __typename } pageInfo { hasPreviousPage hasNextPage } }
         customers(first: 1) { nodes { timeline { edges { __typename } } contractChanges { edges { __typename } } users { edges { __typename } } } } }`,
      { after: pageInfo.endCursor },
    );
    expect(upcomingContractChanges.edges).toHaveLength(3);
    expect(upcomingContractChanges.pageInfo).toEqual({ hasPreviousPage: true, hasNextPage: true });
    expect(customers.nodes).toHaveLength(1);
  });

  test('puts nulls last in both directions', async () => {
    for (const direction of ['ASC', 'DESC']) {
      const rows = await list({ orderBy: [{ field: 'RENEWAL_DEADLINE', direction }] }, 'customer { name } renewalDeadline');
      expect(rows.map((row) => row['renewalDeadline'] === null)).toEqual([false, false, false, false, false, false, true, true]);
    }
  });

  test('puts what must be decided first before what can wait, whatever its type', async () => {
    const rows = await list({ orderBy: [{ field: 'LAST_DECISION_DATE' }] }, 'type lastDecisionDate');
    const dates = rows.map((row) => row['lastDecisionDate'] as string);
    expect(dates).toEqual(dates.toSorted());
    expect(new Set(rows.slice(0, 6).map((row) => row['type'])).size).toBeGreaterThan(1);
  });

  test('puts Ä beside A', async () => {
    expect(names(await list({ orderBy: [{ field: 'CUSTOMER_NAME' }] })).slice(0, 3)).toEqual([
      'Äpfel & Birnen 100%',
      'Äpfel & Birnen 100%',
      'On day 0',
    ]);
  });

  test('sorts money by currency, then by amount, and enums in their declared order', async () => {
    const money = await list(
      { orderBy: [{ field: 'CURRENT_MRR', direction: 'ASC' }] },
      'customer { name } currentTerms { mrr { amount currencyCode } }',
    );
    expect(money.map((row) => Object.values((row['currentTerms'] as { mrr: object }).mrr).join(' '))).toEqual([
      ...['9.99 EUR', '10.5 EUR', '50.00 EUR', '50.00 EUR', '100.00 EUR', '100.00 EUR', '100.00 EUR', '417.00 JPY'],
    ]);
    const statuses = await list({ orderBy: [{ field: 'STATUS' }] }, 'customer { name } status');
    expect(statuses.map((row) => row['status'])).toEqual([
      ...['RENEWED', 'RENEWED', 'RENEWED', 'CONFIRMED', 'PENDING', 'PENDING', 'PENDING', 'CANCELLATION_REQUESTED'],
    ]);
  });

  test('sorts by several keys', async () => {
    const rows = await list(
      { orderBy: [{ field: 'TYPE', direction: 'DESC' }, { field: 'STATUS' }, { field: 'EFFECTIVE_DATE', direction: 'DESC' }] },
      'customer { name } type status',
    );
    expect(rows.map((row) => `${String(row['type'])} ${row.customer.name}`)).toEqual([
      'EMAIL_OVERAGE Äpfel & Birnen 100%',
      'CONTACT_TIER_UPGRADE Äpfel & Birnen 100%',
      'RENEWAL On day 44',
      'RENEWAL On day 1',
      'RENEWAL On day 0',
      'RENEWAL On day 120',
      'RENEWAL On day 45',
      'RENEWAL On day 46',
    ]);
  });
});

describe('a cursor', () => {
  test('remains valid under another filter and after its row is gone', async () => {
    const { edges } = await page({ first: 5 });
    const [, , , , fifth] = edges;
    const { edges: others } = await page({ first: 5, after: fifth?.cursor, filter: { status: { eq: 'PENDING' } } });
    expect(others.map((edge) => edge.node.id)).toEqual([`cch_${changes.get('On day 45')}`, `cch_${changes.get('On day 120')}`]);
    const { edges: none, pageInfo } = await page({ first: 5, after: fifth?.cursor, filter: { customerId: { eq: 'cus_nobody' } } });
    expect(none).toEqual([]);
    expect(pageInfo).toEqual({ hasNextPage: false, hasPreviousPage: false, startCursor: null, endCursor: null });
  });
});

describe('filters', () => {
  const filters: [string, object, number][] = [
    ['type', { type: { in: ['RENEWAL', 'EMAIL_OVERAGE'] } }, 7],
    ['no type', { type: { in: [] } }, 0],
    ['other types', { type: { nin: ['RENEWAL'] } }, 2],
    ['status', { status: { eq: 'RENEWED' } }, 3],
    ['owner', { communicationOwner: { eq: 'PARTNER' } }, 1],
    ['effective dates', { effectiveDate: { gte: inDays(44), lt: inDays(46) } }, 2],
    ['deadline', { renewalDeadline: { lte: today } }, 4],
    ['no deadline', { renewalDeadline: { isNull: true } }, 2],
    ['a deadline', { renewalDeadline: { isNull: false } }, 6],
    ['a deadline compared with null', { renewalDeadline: { eq: null } }, 0],
    ['days until the deadline', { daysUntilDeadline: { eq: 0 } }, 1],
    ['days until the deadline in a list', { daysUntilDeadline: { in: [0, 1] } }, 2],
    ['days until the deadline, which other types do not have', { daysUntilDeadline: { gte: 1 } }, 2],
    ['days until the last decision', { daysUntilLastDecision: { gte: 0, lte: 1 } }, 2],
    ['days until the last decision of all types', { daysUntilLastDecision: { isNull: true } }, 0],
    ['days until the last decision, with an upgrade', { daysUntilLastDecision: { gte: 0, lte: 19 } }, 3],
    ['a primary contact', { hasPrimaryContact: true }, 2],
    ['no primary contact', { hasPrimaryContact: false }, 6],
    ['action required', { actionRequired: true }, 1],
    ['nothing', {}, 8],
    ['all of none', { and: [] }, 8],
    ['one of none', { or: [] }, 0],
    ['one of two', { or: [{ type: { eq: 'EMAIL_OVERAGE' } }, { status: { eq: 'CANCELLATION_REQUESTED' } }] }, 2],
    [
      'nested',
      { and: [{ not: { type: { eq: 'RENEWAL' } } }, { or: [{ status: { eq: 'CONFIRMED' } }, { effectiveDate: { gt: inDays(25) } }] }] },
      2,
    ],
    ['a null where nothing is wanted', { type: null, and: null, not: null }, 8],
    ['a missing id', { customerId: { in: ['cus_00000000-0000-0000-0000-000000000000', 'nonsense'] } }, 0],
  ];

  test.each(filters)('%s: %j gives %d, and its complement the rest', async (_, filter, count) => {
    const matching = await list({ filter });
    const others = await list({ filter: { not: filter } });
    expect([matching.length, others.length]).toEqual([count, 8 - count]);
    expect(new Set([...matching, ...others].map((node) => node.id)).size).toBe(8);
    // Among many conditions, it is written in another way.
    const among = { and: [filter, ...Array.from({ length: 11 }, () => ({ effectiveDate: { gte: today } }))] };
    const ids = (nodes: Change[]) => nodes.map((node) => node.id);
    for (const further of [{}, { query: 'day' }, { asOf: inDays(1) }, { asOf: inDays(1), query: 'day' }]) {
      expect(ids(await list({ filter: among, ...further }))).toEqual(ids(await list({ filter, ...further })));
      expect(ids(await list({ filter: { not: among }, ...further }))).toEqual(ids(await list({ filter: { not: filter }, ...further })));
    }
  });

  test('have at most 100 conditions, which take little room in a statement', async () => {
    const conditions = (count: number) =>
      Array.from({ length: count / 2 }, () => ({ status: { in: ['PENDING'], nin: [] }, communicationOwner: null }));
    server.database.markStatements();
    await list({ filter: { or: conditions(100) } });
    expect(Math.max(...server.database.statements().map((text) => text.length))).toBeLessThan(20_000);
    await expect(list({ filter: { or: [...conditions(100), { hasPrimaryContact: true }] } })).rejects.toThrow(
      'Use at most 100 conditions in a filter.',
    );
  });

  test('may name customers', async () => {
    const [row] = await list({ query: 'day 45' }, 'customer { id name }');
    const { id } = row!.customer as unknown as { id: string };
    expect(names(await list({ filter: { customerId: { in: [id] } } }))).toEqual(['On day 45']);
    expect(await list({ filter: { customerId: { nin: [id] } } })).toHaveLength(7);
  });
});

describe('statements', () => {
  const run = async (document: string, variables: object = {}) => {
    await ask(document, variables as Record<string, unknown>);
    server.database.markStatements();
    await ask(document, variables as Record<string, unknown>);
    // The lookup of the viewer is cached, so it appears only in some requests.
    return server.database.statements().filter((text) => !text.includes('findApiKeyHolders'));
  };

  test('a page is one statement; with its count, two', async () => {
    expect(
      await run('{ upcomingContractChanges(first: 1) { nodes { id } pageInfo { hasNextPage hasPreviousPage endCursor } } }'),
    ).toHaveLength(1);
    expect(
      await run('{ upcomingContractChanges(first: 50) { totalCount edges { cursor node { id status customer { name } } } } }'),
    ).toHaveLength(2);
    expect(await run('{ upcomingContractChanges { totalCount businessDate } }')).toHaveLength(1);
    expect(await run('{ upcomingContractChanges { businessDate } }')).toHaveLength(0);
  });

  test('a page fetches only the selected columns', async () => {
    const [few = ''] = await run('{ upcomingContractChanges { nodes { customer { website } } } }');
    expect(few).toContain('row.website');
    expect(few).not.toMatch(/row\.customer_name|current_mrr|primary_contact|owns_all/);
    const [skipped = ''] = await run(
      'query ($no: Boolean! = false) { upcomingContractChanges { nodes { id status @include(if: $no) ... on ContractChange @skip(if: true) { type } } } }',
    );
    expect(skipped).not.toMatch(/is_cancelled|r\.type/);
  });

  const nested = `customer { users(first: 2) { totalCount nodes { name } } products { product contract { externalId customer { name } } } appUsage { nodes { app } }
    upcomingContractChanges { id status } contractChanges(first: 3) { totalCount nodes { id } } }`;

  test('lists below the rows cost the same number of statements for 1 row and for all', async () => {
    const one = await run(`{ upcomingContractChanges(first: 1) { nodes { ${nested} } } }`);
    const many = await run(`{ upcomingContractChanges(first: 50) { nodes { ${nested} } } }`);
    expect(many).toHaveLength(one.length);
    expect(one).toHaveLength(8);
  });
});
