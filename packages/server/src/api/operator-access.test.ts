// Long: what operators' requests record, and whom their decisions reach.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { addDays } from '../calendar-date.ts';
import { untilLocksAreAwaited } from '../../testing/lock-waits.ts';
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
    const headers = { authorization: `Bearer ${operator}`, 'x-partner-id': data.globalId };
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
  const { rows: columns } = await server.database.superuserPool.query<{ names: string }>(
    `select string_agg(column_name, ', ') as names from information_schema.column_privileges
     where table_name = 'audit_event' and grantee = 'renewals_serving' and privilege_type = 'INSERT'`,
  );
  await server.database.superuserPool.query('revoke insert on audit_event from renewals_serving');
  try {
    const { body, text } = await ask('{ viewer { partner { name } } }');
    expect(body).toEqual({ errors: [{ message: 'Internal server error.', extensions: { code: 'INTERNAL_SERVER_ERROR' } }] });
    expect(text).not.toContain('Partner ');
  } finally {
    await server.database.superuserPool.query(`grant insert (${columns[0]?.names}) on audit_event to renewals_serving`);
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
      const customerId = await each.customer({ name: 'Shared', hubId: String(500_000 + count) });
      const stranger = each === others[2];
      const { id, contractId } = await each.renewal(customerId, addDays(today, 60), stranger ? { external_id: `D-${count}` } : shared);
      // The third partner does not have the upgrade; the fourth has one with the same id on another contract.
      const upgrade = { type: 'CONTACT_TIER_UPGRADE', effective_date: addDays(today, 30), external_id: `U-${count}` };
      changes.set(each, { renewal: id, ...(each !== others[1] && { upgrade: await each.changeOf(customerId, contractId, upgrade) }) });
    }
  });

  const decide = async (field: string, id: string, headers = {}) =>
    await ask(
      `mutation ($input: ${field[0]?.toUpperCase()}${field.slice(1)}Input!) { ${field}(input: $input) { contractChange { status } otherPartners { id name } userErrors { code } } }`,
      { input: { contractChangeId: `cch_${id}` } },
      headers,
    );

  /** In the payload; partners are locked and told in the order of their ids. */
  const told = (partners: TestData[]) =>
    partners
      .toSorted((one, other) => (one.partnerId < other.partnerId ? -1 : 1))
      .map(({ globalId }) => ({ id: globalId, name: expect.stringMatching(/^(Second|Third) /) }));

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
    expect(body.data.requestCancellation).toEqual({
      contractChange: { status: 'CANCELLATION_REQUESTED' },
      otherPartners: told([second, third]),
      userErrors: [],
    });
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

  test('counts for a partner whose days are passing', async () => {
    const [second] = others as [TestData];
    const { superuserPool } = server.database;
    await superuserPool.query('update partner set passed_through = $2 where id = $1', [second.partnerId, addDays(today, -1)]);
    const passing = await superuserPool.connect();
    await passing.query('begin');
    // The contracts with something to do have been read.
    await passing.query('select from partner where id = $1 for no key update', [second.partnerId]);
    const decided = decide('requestCancellation', changes.get(data)?.renewal as string);
    await Promise.race([decided, untilLocksAreAwaited(superuserPool)]);
    await passing.query('update partner set passed_through = $2 where id = $1', [second.partnerId, today]);
    await passing.query('commit');
    passing.release();
    expect((await decided).body.data.requestCancellation.userErrors).toEqual([]);
    expect((await statuses(second))[0]).toBe('CANCELLATION_REQUESTED');
  });

  test('on a change that one partner does not have is recorded for the others', async () => {
    const [second, third, stranger] = others as [TestData, TestData, TestData];
    await decide('acceptContractChange', changes.get(data)?.upgrade as string);
    expect(await statuses(data)).toEqual(['PENDING', 'CONFIRMED']);
    expect(await statuses(second)).toEqual(['PENDING', 'CONFIRMED']);
    expect([await log(third), await log(stranger)]).toEqual([[], []]);
    expect([await actions(third), await actions(stranger)]).toEqual([[], []]);
  });

  test.each<[string, string | null, string, string]>([
    ['another Hub ID', '777', 'K-9', addDays(today, 30)],
    ['no Hub ID', null, 'K-9', addDays(today, 30)],
    ['another effective date', '4711', 'K-9', addDays(today, 31)],
    ['another external ID', '4711', 'K-8', addDays(today, 30)],
  ])('does not reach a change with %s, although the other ids agree by chance', async (_, hubId, externalId, effectiveDate) => {
    const [second, third] = others as [TestData, TestData, TestData];
    const lay = async (of: TestData, hub: string | null, upgrade: { external_id: string; effective_date: string }) => {
      const customerId = await of.customer({ name: 'Chance', hubId: hub ?? '4711' });
      if (hub === null)
        await of.change((tx) =>
          tx.query(`update customer set hub_id = null, external_id = 'E-1' where partner_id = $1 and id = $2`, [of.partnerId, customerId]),
        );
      const renewalDate = addDays(upgrade.effective_date, 40);
      const { id, contractId } = await of.renewal(customerId, renewalDate, { external_id: '1' });
      return { renewal: id, upgrade: await of.changeOf(customerId, contractId, { type: 'CONTACT_TIER_UPGRADE', ...upgrade }) };
    };
    const right = { external_id: 'K-9', effective_date: addDays(today, 30) };
    const ours = await lay(data, '4711', right);
    await lay(second, hubId, { external_id: externalId, effective_date: effectiveDate });
    const same = await lay(third, '4711', right);
    const { body } = await decide('acceptContractChange', ours.upgrade);
    expect(body.data.acceptContractChange).toMatchObject({ otherPartners: told([third]), userErrors: [] });
    expect([await log(second), await log(third)]).toEqual([[], [{ id: same.upgrade, action: 'ACCEPT', onBehalf: false }]]);
    if (externalId !== 'K-9') return;
    const renewal = await decide('requestCancellation', ours.renewal);
    expect(renewal.body.data.requestCancellation.otherPartners).toEqual(told([third]));
    expect(await log(second)).toEqual([]);
  });

  test('of a customer without a Hub ID reaches no other partner', async () => {
    const ids: string[] = [];
    for (const each of [data, ...others]) {
      const customerId = await each.customer({ name: 'Nameless' });
      await each.change((tx) =>
        tx.query(`update customer set hub_id = null, external_id = 'E-1' where partner_id = $1 and id = $2`, [each.partnerId, customerId]),
      );
      ids.push((await each.renewal(customerId, addDays(today, 60), { external_id: '1' })).id);
    }
    const { body } = await decide('acceptContractChange', ids[0]!);
    expect(body.data.acceptContractChange).toMatchObject({ otherPartners: [], userErrors: [] });
    for (const each of others) expect(await log(each)).toEqual([]);
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
      expect(body.data?.acceptContractChange).toMatchObject({ contractChange: { status: 'RENEWED' }, userErrors: [] });
    // One of them recorded it for all; the others changed nothing, and name nobody.
    expect(
      answers.map(({ body }) => body.data?.acceptContractChange.otherPartners.length as number).toSorted((one, other) => one - other),
    ).toEqual([0, 0, 0, 2]);
    for (const each of [data, second]) expect(await log(each)).toHaveLength(1);

    await data.change((tx) =>
      tx.query(`update customer_association set communication_owner = 'PARTNER' where partner_id = $1`, [data.partnerId]),
    );
    const manager = await server.createToken(data.partnerId, 'MANAGER');
    const id = changes.get(data)?.upgrade as string;
    const { body } = await server.query(
      `mutation { acceptContractChange(input: { contractChangeId: "cch_${id}" }) { otherPartners { name } userErrors { code } } }`,
      {},
      { token: manager },
    );
    expect(body.data.acceptContractChange).toEqual({ otherPartners: [], userErrors: [] });
    expect(await log(data)).toContainEqual({ id, action: 'ACCEPT', onBehalf: true });
    expect(await log(second)).toHaveLength(1);
  });
});
