// Long: one server for events, their actors, pages and cursors.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { addDays } from '../calendar-date.ts';
import { encodeCursor } from '../reading/cursor.ts';
import { TestData } from '../../testing/test-data.ts';
import { startTestServer, type TestServer } from '../../testing/test-server.ts';

const today = '2026-11-22';

let server: TestServer;
let data: TestData;
let token: string;
let userToken: string;
let userId: string;
/** ID of the key that the token belongs to. */
let keyId: string;
let count = 0;
beforeAll(async () => void (server = await startTestServer({ businessDate: today })));
afterAll(() => server.close());
beforeEach(async () => {
  data = await TestData.of(server.database.pool, { name: `Partner ${(count += 1)}`, passedThrough: today });
  token = await server.createToken(data.partnerId, 'ADMIN');
  keyId = token.slice(0, token.indexOf('_', 4));
  userId = randomUUID();
  await server.database.superuserPool.query(
    `insert into partner_user (partner_id, id, name, email, role) values ($1, $2, 'Ada', 'ada@example.com', 'ADMIN')`,
    [data.partnerId, userId],
  );
  userToken = await server.createToken(data.partnerId, 'ADMIN', { partnerUserId: userId });
});

async function ask(
  document: string,
  variables: Record<string, unknown> = {},
  options: { as?: string; headers?: Record<string, string> } = {},
) {
  const { body } = await server.query(document, variables, {
    token: options.as ?? token,
    ...(options.headers && { headers: options.headers }),
  });
  if (body.errors) throw new Error(JSON.stringify(body.errors));
  return body.data;
}

const setOwner = (customerId: string, owner: string | null, as = token) =>
  ask(
    'mutation ($id: ID!, $owner: CommunicationOwner) { setCommunicationOwner(input: { customerId: $id, owner: $owner }) { userErrors { message } } }',
    { id: `cus_${customerId}`, owner },
    { as },
  );

/** Creates events at exact times, newest last. */
async function layEvents(customerId: string, times: string[]): Promise<void> {
  for (const [index, time] of times.entries()) {
    await server.database.superuserPool.query(
      `insert into audit_event (partner_id, id, occurred_at, actor, action, customer_id) values ($1, $2, $3, $4, 'SET_COMMUNICATION_OWNER', $5)`,
      [data.partnerId, randomUUID(), time, `actor ${index}`, customerId],
    );
  }
}

describe('a timeline', () => {
  test('has actor, action, time and changes of each event, latest first', async () => {
    const customerId = await data.customer({ name: 'A' });
    const { id: changeId } = await data.renewal(customerId, addDays(today, 60));
    const contactId = await data.user(customerId, { name: 'Zoë' });
    await setOwner(customerId, 'PARTNER', userToken);
    await ask('mutation ($c: ID!, $u: ID!) { setPrimaryContact(input: { customerId: $c, contactId: $u }) { userErrors { message } } }', {
      c: `cus_${customerId}`,
      u: `cusr_${contactId}`,
    });
    const { acceptContractChange } = await ask(
      'mutation ($id: ID!) { acceptContractChange(input: { contractChangeId: $id }) { userErrors { message } } }',
      { id: `cch_${changeId}` },
      { as: userToken, headers: { 'x-request-id': 'request-of-ada' } },
    );
    expect(acceptContractChange.userErrors).toEqual([]);
    const { customer, node } = await ask(
      `query ($id: ID!, $change: ID!) {
        customer(by: { id: $id }) { timeline { totalCount nodes { occurredAt action actor { kind name userId apiKeyId } onBehalfOfCustomer contractChangeId changes { field before after } requestId } } }
        node(id: $change) { ... on ContractChange { timeline { totalCount nodes { action actor { kind name userId apiKeyId } onBehalfOfCustomer changes { field before after } } } } }
      }`,
      { id: `cus_${customerId}`, change: `cch_${changeId}` },
    );
    const accepted = {
      action: 'ACCEPT',
      actor: { kind: 'USER', name: 'Ada', userId: `usr_${userId}`, apiKeyId: null },
      onBehalfOfCustomer: true,
      changes: [{ field: 'decision', before: null, after: 'ACCEPT' }],
    };
    const instant = expect.stringMatching(/^\d{4}-.*Z$/);
    const requestId = expect.stringMatching(/./);
    expect(customer.timeline).toEqual({
      totalCount: 3,
      nodes: [
        { ...accepted, occurredAt: instant, contractChangeId: `cch_${changeId}`, requestId },
        {
          occurredAt: instant,
          action: 'SET_PRIMARY_CONTACT',
          actor: { kind: 'API_KEY', name: `API key ${keyId.slice(4)}`, userId: null, apiKeyId: keyId },
          onBehalfOfCustomer: false,
          contractChangeId: null,
          changes: [{ field: 'primaryContactId', before: null, after: `cusr_${contactId}` }],
          requestId,
        },
        {
          occurredAt: instant,
          action: 'SET_COMMUNICATION_OWNER',
          actor: { kind: 'USER', name: 'Ada', userId: `usr_${userId}`, apiKeyId: null },
          onBehalfOfCustomer: false,
          contractChangeId: null,
          changes: [{ field: 'communicationOwner', before: null, after: 'PARTNER' }],
          requestId,
        },
      ],
    });
    expect(node.timeline).toEqual({ totalCount: 1, nodes: [accepted] });
  });

  test('tells an operator from a user who is named like one, and an event of unknown origin from both', async () => {
    const customerId = await data.customer({ name: 'A' });
    const { id: changeId } = await data.renewal(customerId, addDays(today, 60));
    const operator = await server.createToken(data.partnerId, 'OPERATOR');
    const label = `vendor operator ${operator.split('_')[1]}`;
    await server.database.superuserPool.query('update partner_user set name = $2 where partner_id = $1', [data.partnerId, label]);
    await layEvents(customerId, ['2026-11-01Z']);
    await setOwner(customerId, 'PARTNER', userToken);
    await ask(
      'mutation ($id: ID!) { acceptContractChange(input: { contractChangeId: $id }) { userErrors { message } } }',
      { id: `cch_${changeId}` },
      { as: operator, headers: { 'x-partner-id': data.globalId } },
    );
    const { customer } = await ask(
      '{ customer(by: { id: "ID" }) { timeline { nodes { actor { kind name userId apiKeyId } } } } }'.replace('ID', `cus_${customerId}`),
    );
    expect(customer.timeline.nodes.map(({ actor }: { actor: unknown }) => actor)).toEqual([
      { kind: 'OPERATOR', name: label, userId: null, apiKeyId: null },
      { kind: 'USER', name: label, userId: `usr_${userId}`, apiKeyId: null },
      { kind: null, name: 'actor 0', userId: null, apiKeyId: null },
    ]);
  });

  test('is read in pages, exact to the microsecond, also for events at the same time', async () => {
    const customerId = await data.customer({ name: 'A' });
    const second = '2026-11-01 10:00:00';
    await layEvents(customerId, [
      `${second}Z`,
      `${second}.000001Z`,
      `${second}.000002Z`,
      `${second}.000002Z`,
      `${second}.1Z`,
      `${second}.100001Z`,
    ]);
    const seen: string[] = [];
    let after: string | null = null;
    do {
      const { customer } = await ask(
        `query ($id: ID!, $after: String) { customer(by: { id: $id }) { timeline(first: 1, after: $after) { nodes { actor { name } } pageInfo { hasNextPage endCursor } } } }`,
        { id: `cus_${customerId}`, after },
      );
      seen.push(...customer.timeline.nodes.map((event: { actor: { name: string } }) => event.actor.name));
      after = customer.timeline.pageInfo.hasNextPage ? customer.timeline.pageInfo.endCursor : null;
    } while (after !== null && seen.length < 10);
    expect([seen[0], seen[1], new Set(seen.slice(2, 4)), ...seen.slice(4)]).toEqual([
      ...['actor 5', 'actor 4', new Set(['actor 2', 'actor 3']), 'actor 1', 'actor 0'],
    ]);
  });

  test('refuses a cursor without a valid instant', async () => {
    const customerId = await data.customer({ name: 'A' });
    for (const key of [
      '2026-02-30 10:00:00+00',
      '2026-02-28 24:00:00+00',
      'now',
      '2026-02-28 10:00:00.1234567+00',
      'infinity',
      '2026-02-28',
    ]) {
      const after = encodeCursor(data.partnerId, 'timeline', { keys: [key], id: randomUUID() });
      const { body } = await server.query(
        'query ($id: ID!, $after: String) { customer(by: { id: $id }) { timeline(after: $after) { nodes { actor { name } } } } }',
        { id: `cus_${customerId}`, after },
        { token },
      );
      expect(body.errors?.[0]?.extensions['code']).toBe('INVALID_CURSOR');
    }
  });

  test('of many customers and of their changes is read in one statement each', async () => {
    const lay = async (name: string) => {
      const customerId = await data.customer({ name });
      await data.renewal(customerId, addDays(today, 60));
      await layEvents(customerId, ['2026-11-01Z', '2026-11-02Z']);
    };
    const statements = async () => {
      server.database.markStatements();
      const { customers } = await ask(
        '{ customers(first: 10) { nodes { name timeline(first: 1) { totalCount nodes { actor { name } } } upcomingContractChanges { timeline { nodes { actor { name } } } } } } }',
      );
      return [customers.nodes, server.database.statements().filter((text) => /audit_event/.test(text)).length];
    };
    const event = {
      timeline: { totalCount: 2, nodes: [{ actor: { name: 'actor 1' } }] },
      upcomingContractChanges: [{ timeline: { nodes: [] } }],
    };
    await lay('A');
    expect(await statements()).toEqual([[{ name: 'A', ...event }], 3]);
    await lay('B');
    await lay('C');
    expect(await statements()).toEqual([
      [
        { name: 'A', ...event },
        { name: 'B', ...event },
        { name: 'C', ...event },
      ],
      3,
    ]);
  });

  test('is visible only to its partner, gone after the association ends, and back after it resumes', async () => {
    const customerId = await data.customer({ name: 'A' });
    const { id: changeId } = await data.renewal(customerId, addDays(today, 60));
    await setOwner(customerId, 'PARTNER');
    const otherPartner = await server.createPartner(`Other ${count}`);
    const stranger = await server.createToken(otherPartner, 'ADMIN');
    // Even an event with a foreign customer's ID stays in its own partner's trail.
    await server.database.superuserPool.query(
      `insert into audit_event (partner_id, id, actor, action, customer_id) values ($1, $2, 'CANARY', 'END_ASSOCIATION', $3)`,
      [otherPartner, randomUUID(), customerId],
    );
    const both = async (as: string) =>
      await ask(
        `query ($id: ID!, $change: ID!) { customer(by: { id: $id }) { timeline { nodes { action actor { name } } } } node(id: $change) { ... on ContractChange { timeline { nodes { action } } } } }`,
        { id: `cus_${customerId}`, change: `cch_${changeId}` },
        { as },
      );
    expect(await both(stranger)).toEqual({ customer: null, node: null });
    const seen = JSON.stringify(await both(token));
    expect(seen).toContain('SET_COMMUNICATION_OWNER');
    expect(seen).not.toContain('CANARY');
    const change = (field: string) =>
      ask(`mutation ($id: ID!) { ${field}(input: { customerId: $id }) { userErrors { message } } }`, { id: `cus_${customerId}` });
    await change('endAssociation');
    expect(await both(token)).toEqual({ customer: null, node: null });
    await change('resumeAssociation');
    const { customer } = await both(token);
    expect(customer.timeline.nodes.map((event: { action: string }) => event.action)).toEqual([
      'RESUME_ASSOCIATION',
      'END_ASSOCIATION',
      'SET_COMMUNICATION_OWNER',
    ]);
  });
});
