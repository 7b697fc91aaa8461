// Long: one customer for all acts on its association.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { addDays } from '../calendar-date.ts';
import { TestData } from '../../testing/test-data.ts';
import { startTestServer, type TestServer } from '../../testing/test-server.ts';
import { rowDifferences } from '../../testing/row-differences.ts';

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

async function run(
  field: string,
  input: Record<string, unknown>,
  selection: string,
  options: { headers?: Record<string, string>; as?: string } = {},
) {
  const type = `${field[0]?.toUpperCase()}${field.slice(1)}Input!`;
  const { body } = await server.query(
    `mutation ($input: ${type}) { ${field}(input: $input) { ${selection} } }`,
    { input },
    { token: options.as ?? token, ...options },
  );
  if (body.errors) throw new Error(JSON.stringify(body.errors));
  return body.data[field];
}

const list = async (fields: string) => {
  const { body } = await server.query(`{ upcomingContractChanges { nodes { ${fields} } } }`, {}, { token });
  return body.data.upcomingContractChanges.nodes;
};

async function audit(): Promise<Record<string, unknown>[]> {
  const { rows } = await server.database.superuserPool.query(
    `select action, before, after from audit_event where partner_id = $1 and action not like '%KEY%' order by occurred_at`,
    [data.partnerId],
  );
  return rows;
}

async function expectRowsInStep() {
  expect(await rowDifferences(server.database.superuserPool, data.partnerId)).toEqual([]);
}

const errors = 'userErrors { __typename code field message ... on ConflictError { currentVersion } }';

describe('the communication owner', () => {
  test('is set by hand for all changes of the customer, and reset to the default', async () => {
    const customerId = await data.customer({ name: 'A' });
    await data.renewal(customerId, addDays(today, 60));
    await data.renewal(customerId, addDays(today, 70));
    const answer = await run(
      'setCommunicationOwner',
      { customerId: `cus_${customerId}`, owner: 'PARTNER' },
      `association { communicationOwner communicationOwnerSource version } customer { name } ${errors}`,
    );
    expect(answer).toEqual({
      association: { communicationOwner: 'PARTNER', communicationOwnerSource: 'MANUAL', version: 2 },
      customer: { name: 'A' },
      userErrors: [],
    });
    expect(await list('communicationOwner')).toEqual([{ communicationOwner: 'PARTNER' }, { communicationOwner: 'PARTNER' }]);
    await run('setCommunicationOwner', { customerId: `cus_${customerId}`, owner: null }, errors);
    expect(await list('communicationOwnerSource')).toEqual([
      { communicationOwnerSource: 'VENDOR_DEFAULT' },
      { communicationOwnerSource: 'VENDOR_DEFAULT' },
    ]);
    expect(await audit()).toEqual([
      { action: 'SET_COMMUNICATION_OWNER', before: { communicationOwner: null }, after: { communicationOwner: 'PARTNER' } },
      { action: 'SET_COMMUNICATION_OWNER', before: { communicationOwner: 'PARTNER' }, after: { communicationOwner: null } },
    ]);
    await expectRowsInStep();
  });

  test('set the second time changes nothing', async () => {
    const customerId = `cus_${await data.customer({ name: 'A' })}`;
    await run('setCommunicationOwner', { customerId, owner: 'PARTNER' }, errors);
    const again = await run('setCommunicationOwner', { customerId, owner: 'PARTNER' }, `association { version } ${errors}`);
    expect(again).toEqual({ association: { version: 2 }, userErrors: [] });
    expect(await audit()).toHaveLength(1);
  });

  test('changes once per version: of 100 concurrent edits, 1 succeeds and 99 are conflicts', async () => {
    const customerId = `cus_${await data.customer({ name: 'A' })}`;
    const answers = await Promise.all(
      Array.from({ length: 100 }, () =>
        run('setCommunicationOwner', { customerId, owner: 'PARTNER', expectedVersion: 1 }, `association { version } ${errors}`),
      ),
    );
    expect(answers.filter((answer) => answer.userErrors.length === 0)).toHaveLength(1);
    expect(
      answers.filter((answer) => answer.userErrors[0]?.code === 'CONFLICT' && answer.userErrors[0]?.currentVersion === 2),
    ).toHaveLength(99);
    expect(await audit()).toHaveLength(1);
  });

  test('is set for many customers in one statement, with a result for each', async () => {
    const ids = [
      `cus_${await data.customer({ name: 'A' })}`,
      `cus_${randomUUID()}`,
      'nonsense',
      `cus_${await data.customer({ name: 'B', owner: 'PARTNER' })}`,
    ];
    server.database.markStatements();
    const answer = await run(
      'bulkSetCommunicationOwner',
      { customerIds: ids, owner: 'PARTNER' },
      `results { customer { name association { communicationOwner version } } userErrors { code field } } ${errors}`,
    );
    expect(server.database.statements().filter((text) => /update customer_association/.test(text))).toHaveLength(1);
    const missing = (index: string) => ({ customer: null, userErrors: [{ code: 'NOT_FOUND', field: ['input', 'customerIds', index] }] });
    expect(answer).toEqual({
      results: [
        { customer: { name: 'A', association: { communicationOwner: 'PARTNER', version: 2 } }, userErrors: [] },
        missing('1'),
        missing('2'),
        { customer: { name: 'B', association: { communicationOwner: 'PARTNER', version: 1 } }, userErrors: [] },
      ],
      userErrors: [],
    });
    expect(await audit()).toHaveLength(1);
    server.database.markStatements();
    await run('bulkSetCommunicationOwner', { customerIds: [ids[0], ids[3]], owner: 'PARTNER' }, errors);
    expect(server.database.statements().filter((text) => /update customer_association|refreshDashboardRows/.test(text))).toEqual([]);
    const tooMany = await run(
      'bulkSetCommunicationOwner',
      { customerIds: Array(251).fill('x'), owner: null },
      `results { customer { id } } ${errors}`,
    );
    expect(tooMany).toMatchObject({ results: [], userErrors: [{ code: 'TOO_MANY_IDS', field: ['input', 'customerIds'] }] });
  });
});

describe('the primary contact', () => {
  test('is an active user of the account, or null', async () => {
    const customerId = await data.customer({ name: 'A' });
    const otherId = await data.customer({ name: 'B' });
    await data.renewal(customerId, addDays(today, 60));
    const user = await data.user(customerId, { name: 'Zoë' });
    const set = (contactId: string | null) =>
      run('setPrimaryContact', { customerId: `cus_${customerId}`, contactId }, `association { primaryContact { name } } ${errors}`);
    expect(await set(`cusr_${user}`)).toEqual({ association: { primaryContact: { name: 'Zoë' } }, userErrors: [] });
    expect(await list('primaryContact { name }')).toEqual([{ primaryContact: { name: 'Zoë' } }]);
    for (const id of [
      `cusr_${await data.user(otherId, { name: 'Else' })}`,
      `cusr_${await data.user(customerId, { name: 'Gone', isActive: false })}`,
      `cusr_${randomUUID()}`,
      'x',
    ]) {
      expect(await set(id)).toMatchObject({
        association: null,
        userErrors: [{ code: 'CONTACT_NOT_IN_ACCOUNT', field: ['input', 'contactId'] }],
      });
    }
    expect(await set(null)).toEqual({ association: { primaryContact: null }, userErrors: [] });
    expect(await list('primaryContact { name }')).toEqual([{ primaryContact: null }]);
    await expectRowsInStep();
  });
});

describe('the end of an association', () => {
  test('is complete, immediate and idempotent; a resumed association starts with defaults', async () => {
    const customerId = await data.customer({ name: 'A', owner: 'PARTNER', hubId: '77' });
    const { id: changeId } = await data.renewal(customerId, addDays(today, 60));
    await data.user(customerId, { name: 'Zoë', isPrimaryContact: true });
    const id = `cus_${customerId}`;
    const ended = await run('endAssociation', { customerId: id }, `association { id endedAt } ${errors}`);
    expect(ended).toMatchObject({ association: { endedAt: expect.stringMatching(/Z$/) }, userErrors: [] });
    expect(await run('endAssociation', { customerId: id }, `association { id endedAt } ${errors}`)).toEqual(ended);
    expect(await audit()).toHaveLength(1);
    const { body } = await server.query(
      `query ($change: ID!, $id: ID!, $association: ID!) { change: node(id: $change) { id } customer(by: { id: $id }) { id } byHubId: customer(by: { hubId: "77" }) { id }
         association: node(id: $association) { id } customers { totalCount } upcomingContractChanges { totalCount nodes { id } } upcomingContractChangesSummary { totalCount } }`,
      { change: `cch_${changeId}`, id, association: ended.association.id },
      { token },
    );
    expect(body.data).toEqual({
      change: null,
      customer: null,
      byHubId: null,
      association: null,
      customers: { totalCount: 0 },
      upcomingContractChanges: { totalCount: 0, nodes: [] },
      upcomingContractChangesSummary: { totalCount: 0 },
    });
    expect(await run('setCommunicationOwner', { customerId: id, owner: null }, errors)).toMatchObject({
      userErrors: [{ code: 'NOT_FOUND' }],
    });
    expect(await run('acceptContractChange', { contractChangeId: `cch_${changeId}` }, errors)).toMatchObject({
      userErrors: [{ code: 'NOT_FOUND' }],
    });

    const resumed = await run(
      'resumeAssociation',
      { customerId: id },
      `association { id version communicationOwnerSource primaryContact { name } } ${errors}`,
    );
    expect(resumed).toMatchObject({
      association: { version: 1, communicationOwnerSource: 'VENDOR_DEFAULT', primaryContact: null },
      userErrors: [],
    });
    expect(resumed.association.id).not.toBe(ended.association.id);
    expect(await run('resumeAssociation', { customerId: id }, `association { id } ${errors}`)).toMatchObject({
      association: { id: resumed.association.id },
    });
    expect(await list('customer { name }')).toEqual([{ customer: { name: 'A' } }]);
    await expectRowsInStep();
  });
});

describe('an idempotency key', () => {
  test('sent by 50 concurrent requests has one effect, one audit entry and one result', async () => {
    const customerId = `cus_${await data.customer({ name: 'A' })}`;
    const document = `mutation ($input: SetCommunicationOwnerInput!) { setCommunicationOwner(input: $input) @idempotent(key: "one") { association { version } userErrors { code } } }`;
    const texts = await Promise.all(
      Array.from(
        { length: 50 },
        async () => (await server.query(document, { input: { customerId, owner: 'PARTNER', expectedVersion: 1 } }, { token })).text,
      ),
    );
    expect(new Set(texts).size).toBe(1);
    expect(JSON.parse(texts[0] as string).data.setCommunicationOwner).toEqual({ association: { version: 2 }, userErrors: [] });
    expect(await audit()).toHaveLength(1);
  });

  test('belongs to one input of a mutation; another mutation may use it too', async () => {
    const customerId = `cus_${await data.customer({ name: 'A' })}`;
    const headers = { 'idempotency-key': 'two' };
    await run('setCommunicationOwner', { customerId, owner: 'PARTNER' }, errors, { headers });
    expect(await run('setCommunicationOwner', { customerId, owner: 'VENDOR' }, errors, { headers })).toMatchObject({
      userErrors: [{ code: 'IDEMPOTENCY_KEY_PARAMETER_MISMATCH', field: null }],
    });
    expect(await run('endAssociation', { customerId }, errors, { headers })).toMatchObject({ userErrors: [] });
  });

  test('is kept for 24 hours, and then again from its next use', async () => {
    const customerId = `cus_${await data.customer({ name: 'A' })}`;
    const send = async (owner: string) =>
      (await run('setCommunicationOwner', { customerId, owner }, errors, { headers: { 'idempotency-key': 'day' } })).userErrors;
    const age = (hours: number) =>
      server.database.superuserPool.query(
        `update idempotency_key set created_at = now() - make_interval(hours => $2) where partner_id = $1 and key = 'day'`,
        [data.partnerId, hours],
      );
    const mismatch = [{ code: 'IDEMPOTENCY_KEY_PARAMETER_MISMATCH', field: null }];
    expect(await send('PARTNER')).toEqual([]);
    await age(23);
    expect(await send('VENDOR')).toMatchObject(mismatch);
    await age(25);
    expect(await send('VENDOR')).toEqual([]);
    expect(await send('PARTNER')).toMatchObject(mismatch);
  });

  test('on any of the merged nodes of a mutation counts, and two different ones are refused', async () => {
    const customerId = `cus_${await data.customer({ name: 'A' })}`;
    const set = 'setCommunicationOwner(input: { customerId: $id, owner: $owner })';
    const merged = (...directives: string[]) =>
      `mutation ($id: ID!, $owner: CommunicationOwner) { ${directives.map((directive) => `${set} ${directive} { userErrors { code } }`).join(' ')} }`;
    const send = async (document: string, owner: string) => (await server.query(document, { id: customerId, owner }, { token })).body;
    const second = merged('', '@idempotent(key: "merged")');
    expect((await send(second, 'PARTNER')).data.setCommunicationOwner).toEqual({ userErrors: [] });
    expect((await send(second, 'VENDOR')).data.setCommunicationOwner.userErrors).toEqual([{ code: 'IDEMPOTENCY_KEY_PARAMETER_MISMATCH' }]);
    const { errors: refusals } = await send(merged('@idempotent(key: "x")', '@idempotent(key: "y")'), 'VENDOR');
    expect(refusals?.map(({ extensions }) => extensions['code'])).toEqual(['BAD_USER_INPUT']);
    expect(await send(merged('@idempotent(key: "z")', '@idempotent(key: "z")'), 'PARTNER')).toEqual({
      data: { setCommunicationOwner: { userErrors: [] } },
    });
  });

  test('in the header covers one mutation', async () => {
    const customerId = `cus_${await data.customer({ name: 'A' })}`;
    const { body } = await server.query(
      `mutation ($id: ID!) { a: setCommunicationOwner(input: { customerId: $id, owner: null }) { userErrors { code } } b: endAssociation(input: { customerId: $id }) { userErrors { code } } }`,
      { id: customerId },
      { token, headers: { 'idempotency-key': 'three' } },
    );
    expect(body.errors?.[0]?.extensions['code']).toBe('BAD_USER_INPUT');
    expect(await audit()).toEqual([]);
  });
});
