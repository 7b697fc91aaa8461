import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { addDays } from '../calendar-date.ts';
import { TestData } from '../../testing/test-data.ts';
import { startTestServer, type TestServer } from '../../testing/test-server.ts';

const today = '2026-11-22';

let server: TestServer;
let data: TestData;
let operator: string;
let count = 0;
beforeAll(async () => {
  server = await startTestServer({ businessDate: today });
  operator = await server.createToken(await server.createPartner('Home of the key'), 'OPERATOR');
});
afterAll(() => server.close());
beforeEach(async () => void (data = await TestData.of(server.database.pool, { name: `Partner ${(count += 1)}`, passedThrough: today })));

const ask = (document: string, variables = {}, headers = {}, token = operator) =>
  server.query(document, variables, { token, headers: { 'x-partner-id': data.globalId, ...headers } });

async function auditLog(partnerId = data.partnerId) {
  const { rows } = await server.database.superuserPool.query(
    `select actor, action, after, request_id as "requestId" from audit_event where partner_id = $1 and actor <> 'test' order by occurred_at`,
    [partnerId],
  );
  return rows;
}

describe('every request of an operator adds one event to the audit log of the partner that it names', () => {
  test('with the operation and the request id', async () => {
    await ask('query Look { viewer { role } }', {}, { 'x-request-id': 'look-1' });
    expect(await auditLog()).toEqual([
      {
        actor: expect.stringMatching(/^vendor operator \w{12}$/),
        action: 'OPERATOR_ACCESS',
        after: { operationName: 'Look', operation: 'query', fields: ['viewer'] },
        requestId: 'look-1',
      },
    ]);
  });

  test.each([
    ['a list', '{ upcomingContractChanges { totalCount } }', 200],
    ['an object by its id', 'query ($id: ID = "x") { node(id: $id) { id } }', 200],
    ['only __typename', '{ __typename }', 200],
    ['the schema', '{ __schema { queryType { name } } }', 200],
    ['fields in a fragment', 'query A { ...B } fragment B on Query { viewer { role } }', 200],
    ['a skipped field', '{ viewer @skip(if: true) { role } }', 200],
    ['a mutation that is refused', 'mutation { endAssociation(input: { customerId: "x" }) { userErrors { code } } }', 200],
    ['a decision that is refused', 'mutation { acceptContractChange(input: { contractChangeId: "x" }) { userErrors { code } } }', 200],
    ['an argument that is refused', '{ upcomingContractChanges(first: 0) { totalCount } }', 200],
  ])('for %s', async (_, document, status) => {
    expect((await ask(document)).status).toBe(status);
    expect((await auditLog()).map(({ action }) => action)).toEqual(['OPERATOR_ACCESS']);
  });

  test('also for GET', async () => {
    const headers = { authorization: `Bearer ${operator}`, 'x-partner-id': data.globalId, 'apollo-require-preflight': 'yes' };
    const response = await fetch(`${server.url}/graphql?query=${encodeURIComponent('{ viewer { role } }')}`, { headers });
    expect(await response.json()).toMatchObject({ data: { viewer: { role: 'OPERATOR' } } });
    expect(await auditLog()).toHaveLength(1);
  });

  test('but not if the document is invalid', async () => {
    for (const document of ['{', '{ nothing }']) {
      expect((await ask(document)).body.data).toBeUndefined();
    }
    expect(await auditLog()).toEqual([]);
  });

  test('but requests of the partner add none', async () => {
    await ask('{ viewer { role } }', {}, {}, await server.createToken(data.partnerId, 'ADMIN'));
    expect(await auditLog()).toEqual([]);
  });
});

test('an operation whose access cannot be recorded does not run', async () => {
  await server.database.superuserPool.query('revoke insert on audit_event from renewals_serving');
  try {
    const { body, text } = await ask('{ viewer { partner { name } } }');
    expect(body).toEqual({ errors: [{ message: 'Internal server error.', extensions: { code: 'INTERNAL_SERVER_ERROR' } }] });
    expect(text).not.toContain('Partner ');
  } finally {
    await server.database.superuserPool.query('grant insert on audit_event to renewals_serving');
  }
});

describe("an operator's decision", () => {
  let others: TestData[];
  const shared = { external_id: 'C-1' };
  const changes = new Map<TestData, { renewal: string; upgrade?: string }>();

  beforeEach(async () => {
    others = [];
    for (const name of ['Second', 'Third', 'Stranger']) {
      others.push(await TestData.of(server.database.pool, { name: `${name} ${count}`, passedThrough: today }));
    }
    shared.external_id = `C-${count}`;
    // An unrelated contract with the same date.
    await others[0]?.renewal(await others[0].customer({ name: 'Other' }), addDays(today, 60));
    for (const each of [data, ...others]) {
      const customerId = await each.customer({ name: 'Shared' });
      const stranger = each === others[2];
      const { id, contractId } = await each.renewal(customerId, addDays(today, 60), stranger ? { external_id: `D-${count}` } : shared);
      // The third partner does not have the upgrade; the fourth has one with the same id on another contract.
      const upgrade = { type: 'CONTACT_TIER_UPGRADE', effective_date: addDays(today, 30), external_id: `U-${count}` };
      changes.set(each, { renewal: id, ...(each !== others[1] && { upgrade: await each.changeOf(customerId, contractId, upgrade) }) });
    }
  });

  const decide = async (field: string, id: string, headers = {}) =>
    await ask(
      `mutation ($input: ${field[0]?.toUpperCase()}${field.slice(1)}Input!) { ${field}(input: $input) { contractChange { status } userErrors { code } } }`,
      { input: { contractChangeId: `cch_${id}` } },
      headers,
    );

  const log = async (of: TestData) =>
    (
      await server.database.superuserPool.query(
        `select contract_change_id as id, action, on_behalf_of_customer as "onBehalf" from contract_change_decision where partner_id = $1 order by sequence`,
        [of.partnerId],
      )
    ).rows;
  const statuses = async (of: TestData) => {
    const { body } = await server.query(
      '{ upcomingContractChanges(orderBy: [{ field: TYPE }]) { nodes { status customer { name } } } }',
      {},
      { token: await server.createToken(of.partnerId, 'VIEWER') },
    );
    return body.data.upcomingContractChanges.nodes.flatMap((node: { status: string; customer: { name: string } }) =>
      node.customer.name === 'Shared' ? node.status : [],
    );
  };
  const actions = async (of: TestData) => (await auditLog(of.partnerId)).map(({ action, requestId }) => [action, requestId]);

  test('applies to every partner that holds the contract and the change, with an audit event each, and to no other', async () => {
    const [second, third, stranger] = others as [TestData, TestData, TestData];
    const { body } = await decide('requestCancellation', changes.get(data)?.renewal as string, { 'x-request-id': 'all' });
    expect(body.data.requestCancellation).toEqual({ contractChange: { status: 'CANCELLATION_REQUESTED' }, userErrors: [] });
    for (const each of [data, second, third]) {
      expect(await log(each)).toEqual([{ id: changes.get(each)?.renewal, action: 'REQUEST_CANCELLATION', onBehalf: false }]);
      expect((await statuses(each))[0]).toBe('CANCELLATION_REQUESTED');
    }
    expect(await actions(data)).toEqual([
      ['OPERATOR_ACCESS', 'all'],
      ['REQUEST_CANCELLATION', 'all'],
    ]);
    expect(await actions(second)).toEqual([['REQUEST_CANCELLATION', 'all']]);
    expect(await actions(third)).toEqual([['REQUEST_CANCELLATION', 'all']]);
    expect([await log(stranger), await actions(stranger), await statuses(stranger)]).toEqual([[], [], ['PENDING', 'PENDING']]);
  });

  test('on a change that one partner does not have is recorded for the others', async () => {
    const [second, third, stranger] = others as [TestData, TestData, TestData];
    await decide('acceptContractChange', changes.get(data)?.upgrade as string);
    expect(await statuses(data)).toEqual(['PENDING', 'CONFIRMED']);
    expect(await statuses(second)).toEqual(['PENDING', 'CONFIRMED']);
    expect([await log(third), await log(stranger)]).toEqual([[], []]);
    expect([await actions(third), await actions(stranger)]).toEqual([[], []]);
  });

  test('skips partners whose association has ended, and partners that already have the same decision', async () => {
    const [second, third] = others as [TestData, TestData, TestData];
    await second.change((tx) => tx.query('update customer_association set ended_at = now() where partner_id = $1', [second.partnerId]));
    await third.decide(changes.get(third)?.renewal as string, 'ACCEPT', addDays(today, -1));
    await decide('acceptContractChange', changes.get(data)?.renewal as string);
    expect(await log(data)).toHaveLength(1);
    expect(await log(second)).toEqual([]);
    expect(await log(third)).toHaveLength(1);
    expect([await actions(second), await actions(third)]).toEqual([[], []]);
  });

  test('that the named partner already has still applies to a partner that joined later', async () => {
    const [second] = others as [TestData, TestData, TestData];
    await data.decide(changes.get(data)?.renewal as string, 'ACCEPT', today);
    await decide('acceptContractChange', changes.get(data)?.renewal as string);
    expect(await log(data)).toHaveLength(1);
    expect(await log(second)).toHaveLength(1);
  });

  test('that fails for one partner changes nothing for any', async () => {
    const [, third] = others as [TestData, TestData, TestData];
    const everything = async () =>
      (
        await server.database.superuserPool.query(
          `select 'decision' as what, count(*) from contract_change_decision union all select 'version', sum(version) from contract_change
           union all select 'audit', count(*) from audit_event where action <> 'OPERATOR_ACCESS' union all select 'row', count(*) from dashboard_row where is_accepted`,
        )
      ).rows;
    const before = await everything();
    await server.database.superuserPool.query(
      `create function fail_there() returns trigger language plpgsql as $$ begin raise exception 'no'; end $$;
       create trigger fail_there before insert on audit_event for each row when (new.partner_id = '${third.partnerId}') execute function fail_there()`,
    );
    try {
      const { body } = await decide('acceptContractChange', changes.get(data)?.renewal as string);
      expect(body.errors).toMatchObject([{ extensions: { code: 'INTERNAL_SERVER_ERROR' } }]);
    } finally {
      await server.database.superuserPool.query('drop trigger fail_there on audit_event; drop function fail_there');
    }
    expect(await everything()).toEqual(before);
    // A retry succeeds.
    expect((await decide('acceptContractChange', changes.get(data)?.renewal as string)).body.data.acceptContractChange.userErrors).toEqual(
      [],
    );
    expect(await log(third)).toHaveLength(1);
  });

  test("by two operators at once, each naming another partner, is recorded once per partner; a partner's own decision applies to it alone", async () => {
    const [second] = others as [TestData, TestData, TestData];
    const answers = await Promise.all(
      [data, second, data, second].map((named) =>
        decide('acceptContractChange', changes.get(named)?.renewal as string, { 'x-partner-id': named.globalId }),
      ),
    );
    for (const { body } of answers)
      expect(body.data?.acceptContractChange).toEqual({ contractChange: { status: 'RENEWED' }, userErrors: [] });
    for (const each of [data, second]) expect(await log(each)).toHaveLength(1);

    await data.change((tx) =>
      tx.query(`update customer_association set communication_owner = 'PARTNER' where partner_id = $1`, [data.partnerId]),
    );
    const manager = await server.createToken(data.partnerId, 'MANAGER');
    const id = changes.get(data)?.upgrade as string;
    await server.query(
      `mutation { acceptContractChange(input: { contractChangeId: "cch_${id}" }) { userErrors { code } } }`,
      {},
      { token: manager },
    );
    expect(await log(data)).toContainEqual({ id, action: 'ACCEPT', onBehalf: true });
    expect(await log(second)).toHaveLength(1);
  });
});
