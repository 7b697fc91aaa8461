// Long: one set-up for what every kind of payload carries.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { addDays } from '../calendar-date.ts';
import { TestData } from '../../testing/test-data.ts';
import { startTestServer, type TestServer } from '../../testing/test-server.ts';

const today = '2026-11-22';

let server: TestServer;
let data: TestData;
let token: string;
let count = 0;
beforeAll(async () => void (server = await startTestServer({ businessDate: today })));
afterAll(() => server.close());
beforeEach(async () => {
  data = await TestData.of(server.database.pool, { name: `Partner ${(count += 1)}`, passedThrough: today });
  token = await server.createToken(data.partnerId, 'ADMIN');
});

async function ask(document: string, variables: Record<string, unknown> = {}, as = token) {
  const { body } = await server.query(document, variables, { token: as });
  if (body.errors) throw new Error(JSON.stringify(body.errors));
  return body.data;
}

async function run(field: string, input: Record<string, unknown>, selection: string, as = token) {
  const type = `${field[0]?.toUpperCase()}${field.slice(1)}Input!`;
  return (await ask(`mutation ($input: ${type}) { ${field}(input: $input) { ${selection} } }`, { input }, as))[field];
}

/** A customer with upcoming renewals on these days from today. */
async function lay(name: string, days: readonly number[], owner?: 'PARTNER' | 'VENDOR') {
  const customerId = await data.customer({ name, ...(owner && { owner }) });
  const ids: string[] = [];
  for (const each of days) ids.push(`cch_${(await data.renewal(customerId, addDays(today, each))).id}`);
  return { id: `cus_${customerId}`, customerId, ids };
}

describe('the payload of a mutation has the rows that it changed', () => {
  test('at the cost of as many as without IDs, however few IDs are given', async () => {
    const document = `mutation ($ids: [ID!]!) {
      bulkSetCommunicationOwner(input: { customerIds: $ids, owner: null }) { results { customer { id } } contractChanges { contract { id } } }
    }`;
    const costs: number[] = [];
    for (const length of [0, 1, 10, 40])
      costs.push((await server.query(document, { ids: Array(length).fill('x') }, { token })).cost!.requested);
    // IDs cost a little, too.
    expect(costs).toEqual([10 + 10 * 2, 10 + 2 + 10 * 2, 10 + 10 * 2 + 10 * 2, 10 + 40 * 2 + 40 * 2 + 10]);
  });

  test('with their owner, by effective date', async () => {
    const [acme] = [await lay('Acme', [70, 50, 130]), await lay('Other', [60])];
    expect(
      await run(
        'setCommunicationOwner',
        { customerId: acme.id, owner: 'PARTNER' },
        'contractChanges { __typename id communicationOwner communicationOwnerSource customer { name } }',
      ),
    ).toEqual({
      contractChanges: [acme.ids[1], acme.ids[0]].map((id) => ({
        ...{ __typename: 'ContractChange', id, communicationOwner: 'PARTNER', communicationOwnerSource: 'MANUAL' },
        customer: { name: 'Acme' },
      })),
    });
  });

  test('with their primary contact', async () => {
    const acme = await lay('Acme', [50]);
    const contactId = `cusr_${await data.user(acme.customerId, { name: 'Zoë' })}`;
    const selection = 'contractChanges { id primaryContact { id name } }';
    expect(await run('setPrimaryContact', { customerId: acme.id, contactId }, selection)).toEqual({
      contractChanges: [{ id: acme.ids[0], primaryContact: { id: contactId, name: 'Zoë' } }],
    });
  });

  test('of all customers of a bulk change', async () => {
    const [one, other, third] = [await lay('One', [60, 50]), await lay('Other', [55]), await lay('Third', [52])];
    const payload = await run(
      'bulkSetCommunicationOwner',
      { customerIds: [one.id, 'cus_nobody', other.id], owner: 'PARTNER' },
      'contractChanges { id communicationOwner }',
    );
    expect(payload.contractChanges).toEqual([one.ids[1], other.ids[0], one.ids[0]].map((id) => ({ id, communicationOwner: 'PARTNER' })));
    expect(payload.contractChanges).not.toContainEqual(expect.objectContaining({ id: third.ids[0] }));
  });

  test('of the customers that follow a changed setting, and none if only another setting changed', async () => {
    const [follows] = [await lay('Follows', [50]), await lay('By hand', [51], 'VENDOR')];
    const selection = 'contractChanges { id communicationOwner communicationOwnerSource }';
    expect(await run('updatePartnerSettings', { ownsAllTransactionalConversations: true }, selection)).toEqual({
      contractChanges: [{ id: follows.ids[0], communicationOwner: 'PARTNER', communicationOwnerSource: 'PARTNER_SETTING' }],
    });
    expect(await run('updatePartnerSettings', { pointOfContactId: null }, selection)).toEqual({ contractChanges: [] });
  });

  test('of the contract whose change was decided, since later changes build on it', async () => {
    const customerId = await data.customer({ name: 'Acme', owner: 'PARTNER' });
    const { contractId, id } = await data.renewal(customerId, addDays(today, 60), { mrr: '100.00' });
    const upgrade = { type: 'CONTACT_TIER_UPGRADE', new_mrr: '150.00', new_currency_code: 'EUR' };
    const upgradeId = await data.changeOf(customerId, contractId, { ...upgrade, effective_date: addDays(today, 50) });
    await data.renewal(customerId, addDays(today, 70));
    const selection = 'contractChanges { id status version newTerms { mrr { amount } } estimatedMrrChange { amount } }';
    const payload = await run('acceptContractChange', { contractChangeId: `cch_${upgradeId}` }, selection);
    expect(payload.contractChanges).toEqual([
      expect.objectContaining({ id: `cch_${upgradeId}`, status: 'CONFIRMED', newTerms: { mrr: { amount: '150.00' } } }),
      expect.objectContaining({ id: `cch_${id}`, status: 'PENDING', newTerms: { mrr: { amount: '150.00' } } }),
    ]);
    for (const field of ['requestCancellation', 'withdrawCancellation']) {
      const { contractChanges } = await run(field, { contractChangeId: `cch_${id}` }, 'contractChanges { id status }');
      const status = field === 'requestCancellation' ? 'CANCELLATION_REQUESTED' : 'PENDING';
      expect(contractChanges.map((each: { id: string }) => each.id)).toEqual([`cch_${upgradeId}`, `cch_${id}`]);
      expect(contractChanges[1].status).toBe(status);
    }
  });

  test('of a resumed customer, with the default owner', async () => {
    const acme = await lay('Acme', [50], 'PARTNER');
    await run('endAssociation', { customerId: acme.id }, 'userErrors { code }');
    expect(await run('resumeAssociation', { customerId: acme.id }, 'contractChanges { id communicationOwner }')).toEqual({
      contractChanges: [{ id: acme.ids[0], communicationOwner: 'VENDOR' }],
    });
  });

  test('but null on error', async () => {
    for (const [field, input] of [
      ['setCommunicationOwner', { customerId: 'cus_nobody', owner: 'PARTNER' }],
      ['acceptContractChange', { contractChangeId: 'cch_nothing' }],
      ['setPrimaryContact', { customerId: 'cus_nobody', contactId: null }],
      ['resumeAssociation', { customerId: 'cus_nobody' }],
      ['bulkSetCommunicationOwner', { customerIds: Array(251).fill('cus_nobody'), owner: 'PARTNER' }],
      ['updatePartnerSettings', { pointOfContactId: 'usr_nobody', ownsAllTransactionalConversations: true }],
    ] as const) {
      const payload = await run(field, input, 'contractChanges { id } userErrors { code }');
      expect([field, payload.contractChanges, payload.userErrors.length]).toEqual([field, null, 1]);
    }
  });

  test('at most 250, the earliest, with one statement', async () => {
    const acme = await lay('Acme', []);
    await data.change(async (tx) => {
      await tx.query(
        `insert into contract (partner_id, id, external_id, customer_id, product, billing_frequency, billing_interval_months,
           subscription_term_months, mrr, currency_code, anchor_date, term_start_months, renewal_months)
         select $1, gen_random_uuid(), 'C-' || n, $2, 'GTX', 'MONTHLY', 1, 12, 100, 'EUR', '2020-01-01', 0, 12 from generate_series(1, 260) n`,
        [data.partnerId, acme.customerId],
      );
      await tx.query(
        `insert into contract_change (partner_id, id, customer_id, contract_id, type, effective_date, external_id)
         select $1, gen_random_uuid(), $2, id, 'EMAIL_OVERAGE', $3::date + (substr(external_id, 3)::int % 100), 'X-' || external_id
         from contract where partner_id = $1`,
        [data.partnerId, acme.customerId, today],
      );
    });
    server.database.markStatements();
    const input = { customerId: acme.id, owner: 'PARTNER' };
    const { contractChanges } = await run('setCommunicationOwner', input, 'contractChanges { id effectiveDate }');
    expect(server.database.statements().filter((text) => text.includes('findUpcomingOfChanged'))).toHaveLength(1);
    expect(contractChanges).toHaveLength(250);
    const dates: string[] = contractChanges.map((each: { effectiveDate: string }) => each.effectiveDate);
    expect(dates).toEqual(dates.toSorted((one, other) => (one < other ? -1 : 1)));
    const ended = await run('endAssociation', { customerId: acme.id }, 'removedContractChangeIds');
    expect(ended.removedContractChangeIds).toHaveLength(260);
  });
});

describe('the payload of endAssociation has the IDs of what the viewer no longer sees', () => {
  test('the customer and its upcoming changes; none the second time, and the same with an idempotency key', async () => {
    const [acme] = [await lay('Acme', [60, 50]), await lay('Other', [60])];
    const document = `mutation { endAssociation(input: { customerId: "${acme.id}" }) { removedCustomerId removedContractChangeIds userErrors { code } } }`;
    const end = async (headers = {}) => (await server.query(document, {}, { token, headers })).body.data.endAssociation;
    const first = await end({ 'idempotency-key': 'end' });
    expect(first).toEqual({ removedCustomerId: acme.id, removedContractChangeIds: [acme.ids[1], acme.ids[0]], userErrors: [] });
    expect(await end({ 'idempotency-key': 'end' })).toEqual(first);
    expect(await end()).toEqual({ removedCustomerId: acme.id, removedContractChangeIds: [], userErrors: [] });
  });

  test('and null on error', async () => {
    expect(await run('endAssociation', { customerId: 'cus_nobody' }, 'removedCustomerId removedContractChangeIds')).toEqual({
      removedCustomerId: null,
      removedContractChangeIds: null,
    });
  });
});

describe('the payload of a creation has the edge of the list', () => {
  const view = (name: string) => ({
    name,
    columns: ['CUSTOMER_NAME', 'COMMUNICATION_OWNER', 'CONTRACT_TYPE', 'STATUS', 'RENEWAL_DEADLINE'],
  });

  test('of the saved views, with the cursor it has there', async () => {
    await run('createSavedView', view('B'), 'userErrors { code }');
    const { savedViewEdge, savedView } = await run(
      'createSavedView',
      view('A'),
      'savedViewEdge { __typename cursor node { id name } } savedView { id name }',
    );
    expect(savedViewEdge).toMatchObject({ __typename: 'SavedViewEdge', node: savedView });
    const { viewer } = await ask(
      `query ($after: String) { viewer {
         savedViews { totalCount edges { __typename cursor node { id name } } pageInfo { hasNextPage startCursor } }
         later: savedViews(first: 1, after: $after) { nodes { name } pageInfo { hasNextPage hasPreviousPage } } } }`,
      { after: savedViewEdge.cursor },
    );
    expect(viewer.savedViews.edges[0]).toEqual(savedViewEdge);
    expect(viewer.savedViews).toMatchObject({ totalCount: 2, pageInfo: { hasNextPage: false, startCursor: savedViewEdge.cursor } });
    expect(viewer.later).toEqual({ nodes: [{ name: 'B' }], pageInfo: { hasNextPage: false, hasPreviousPage: true } });
  });

  test('of the users and the API keys of the partner', async () => {
    const user = { name: 'Zoë', email: 'zoe@acme.example', role: 'VIEWER' };
    const { userEdge } = await run('createPartnerUser', user, 'userEdge { cursor node { id name } }');
    const { apiKeyEdge } = await run('createApiKey', { role: 'VIEWER' }, 'apiKeyEdge { cursor node { id role } }');
    const { viewer } = await ask(
      '{ viewer { partner { users { edges { cursor node { id name } } } apiKeys { edges { cursor node { id role } } } } } }',
    );
    expect(viewer.partner.users.edges).toEqual([userEdge]);
    expect(viewer.partner.apiKeys.edges).toContainEqual(apiKeyEdge);
  });

  test('of the customers that a resumed one is among, and of the ended ones', async () => {
    const acme = await lay('Acme', []);
    const ended = await run('endAssociation', { customerId: acme.id }, 'endedCustomerEdge { cursor node { id customerId name } }');
    const read = '{ endedCustomers { edges { cursor node { id customerId name } } } customers { edges { cursor node { id name } } } }';
    expect(await ask(read)).toEqual({ endedCustomers: { edges: [ended.endedCustomerEdge] }, customers: { edges: [] } });
    const resumed = await run(
      'resumeAssociation',
      { customerId: acme.id },
      'customerEdge { cursor node { id name } } removedEndedCustomerId',
    );
    expect(resumed.removedEndedCustomerId).toBe(ended.endedCustomerEdge.node.id);
    expect(await ask(read)).toEqual({ endedCustomers: { edges: [] }, customers: { edges: [resumed.customerEdge] } });
  });

  test('and null on error', async () => {
    expect(await run('createSavedView', { ...view(''), name: '' }, 'savedViewEdge { cursor }')).toEqual({ savedViewEdge: null });
    const user = { name: 'Zoë', email: 'no address', role: 'VIEWER' };
    expect(await run('createPartnerUser', user, 'userEdge { cursor }')).toEqual({ userEdge: null });
    expect(await run('resumeAssociation', { customerId: 'cus_nobody' }, 'customerEdge { cursor } removedEndedCustomerId')).toEqual({
      customerEdge: null,
      removedEndedCustomerId: null,
    });
    expect(await run('endAssociation', { customerId: 'cus_nobody' }, 'endedCustomerEdge { cursor }')).toEqual({ endedCustomerEdge: null });
  });
});

describe('the payload of every mutation has the queries', () => {
  test('so that one request changes something and reads the counters after it', async () => {
    const acme = await lay('Acme', [60]);
    const selection = `query { viewer { role businessDate } upcomingContractChangesSummary { actionRequiredCount totalCount }
      nodes(ids: ["${acme.ids[0]}"]) { ... on ContractChange { id communicationOwner } } }`;
    expect(await run('setCommunicationOwner', { customerId: acme.id, owner: 'PARTNER' }, selection)).toEqual({
      query: {
        viewer: { role: 'ADMIN', businessDate: today },
        upcomingContractChangesSummary: { actionRequiredCount: 1, totalCount: 1 },
        nodes: [{ id: acme.ids[0], communicationOwner: 'PARTNER' }],
      },
    });
    const ended = await run(
      'endAssociation',
      { customerId: acme.id },
      'query { upcomingContractChangesSummary { totalCount } endedCustomers { nodes { name } } }',
    );
    expect(ended.query).toEqual({ upcomingContractChangesSummary: { totalCount: 0 }, endedCustomers: { nodes: [{ name: 'Acme' }] } });
  });

  test('also on error, and with the rights of the viewer', async () => {
    const viewer = await server.createToken(data.partnerId, 'MANAGER');
    const { body } = await server.query(
      'mutation { setCommunicationOwner(input: { customerId: "cus_nobody", owner: null }) { userErrors { code } query { viewer { role } endedCustomers { totalCount } } } }',
      {},
      { token: viewer },
    );
    expect(body.errors?.map(({ path, extensions }) => [path?.join('.'), extensions['code']])).toEqual([
      ['setCommunicationOwner.query.endedCustomers', 'FORBIDDEN'],
    ]);
  });

  test('at the price of the queries, and within the limit of root fields', async () => {
    const { cost } = await server.query(
      'mutation { deleteSavedView(input: { id: "x" }) { query { upcomingContractChanges(first: 10) { nodes { id } } } } }',
      {},
      { token },
    );
    expect(cost?.requested).toBe(10 + 1 + 10 + 2 + 10);
    const fields = Array.from({ length: 20 }, (_, n) => `a${n}: dashboardColumns { key }`).join(' ');
    const { body } = await server.query(`mutation { deleteSavedView(input: { id: "x" }) { query { ${fields} } } }`, {}, { token });
    expect(body.errors?.[0]).toMatchObject({ message: 'A request can select at most 20 root fields.' });
  });

  test('and the audit trail names the queries of an operator', async () => {
    const operator = await server.createToken(data.partnerId, 'OPERATOR');
    await server.query(
      'mutation { acceptContractChange(input: { contractChangeId: "x" }) { query { customers { totalCount } ... on Query { viewer { role } } } } }',
      {},
      { token: operator, headers: { 'x-partner-id': data.globalId } },
    );
    const { rows } = await server.database.superuserPool.query(
      `select after -> 'fields' as fields from audit_event where partner_id = $1 and action = 'OPERATOR_ACCESS'`,
      [data.partnerId],
    );
    expect(rows).toEqual([{ fields: ['acceptContractChange', 'customers', 'viewer'] }]);
  });
});
