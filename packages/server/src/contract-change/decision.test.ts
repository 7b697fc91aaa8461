import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { addDays } from '../calendar-date.ts';
import { TestData } from '../../testing/test-data.ts';
import { startTestServer, type TestServer } from '../../testing/test-server.ts';
import { rowDifferences } from '../../testing/row-differences.ts';

const today = '2026-11-22';

let server: TestServer;
let data: TestData;
let token: string;
let count = 0;
beforeAll(async () => void (server = await startTestServer({ businessDate: today, mostDays: Infinity })));
afterAll(() => server.close());
beforeEach(async () => {
  server.setBusinessDate(today);
  data = await TestData.of(server.database.pool, { name: `Partner ${(count += 1)}`, passedThrough: today, ownsAll: true });
  token = await server.createToken(data.partnerId, 'MANAGER');
});

const selection = `contractChange { status statusReason version lateCancellationRequest availableActions decision { action decidedOn onBehalfOfCustomer } }
  userErrors { __typename code field message ... on DeadlinePassedError { renewalDeadline nextCancellableRenewalDate } ... on ConflictError { currentVersion } }`;

async function run(
  field: 'acceptContractChange' | 'requestCancellation' | 'withdrawCancellation',
  id: string,
  input: Record<string, unknown> = {},
  headers: Record<string, string> = {},
) {
  const type = `${field[0]?.toUpperCase()}${field.slice(1)}Input!`;
  const { body } = await server.query(
    `mutation ($input: ${type}) { ${field}(input: $input) { ${selection} } }`,
    { input: { contractChangeId: `cch_${id}`, ...input } },
    { token, headers },
  );
  if (body.errors) throw new Error(JSON.stringify(body.errors));
  return body.data[field];
}
const accept = (id: string, input = {}) => run('acceptContractChange', id, input);
const cancel = (id: string, input = {}) => run('requestCancellation', id, input);
const withdraw = (id: string, input = {}) => run('withdrawCancellation', id, input);

async function expectRowsInStep() {
  expect(await rowDifferences(server.database.superuserPool, data.partnerId)).toEqual([]);
}

const trail = async () =>
  (
    await server.database.superuserPool.query(
      `select action, on_behalf_of_customer, before, after from audit_event where partner_id = $1 and contract_change_id is not null order by occurred_at`,
      [data.partnerId],
    )
  ).rows;

describe("a customer's decision", () => {
  test.each(['AUTO_RENEW', 'END_DATE', 'CARRIED'])(
    'is recorded beside the same one that an import derived (%s), which the import may take back',
    async (source) => {
      const { id } = await data.renewal(await data.customer({ name: 'A' }), addDays(today, 60));
      await data.decide(id, 'REQUEST_CANCELLATION', addDays(today, -1), source);
      await cancel(id);
      await cancel(id);
      const log = 'select action, source from contract_change_decision where partner_id = $1 order by sequence';
      const request = { action: 'REQUEST_CANCELLATION' };
      expect((await server.database.superuserPool.query(log, [data.partnerId])).rows).toEqual([
        { ...request, source },
        { ...request, source: 'MANUAL' },
      ]);
      await data.decide(id, 'WITHDRAW_CANCELLATION', today, source);
      const { body } = await server.query('{ upcomingContractChanges { nodes { status decision { decidedOn } } } }', {}, { token });
      const [shown] = body.data.upcomingContractChanges.nodes;
      expect(shown).toEqual({ status: 'CANCELLATION_REQUESTED', decision: { decidedOn: today } });
    },
  );

  test('is recorded once, on its behalf, and shown at once', async () => {
    const { id } = await data.renewal(await data.customer({ name: 'A' }), addDays(today, 60));
    const accepted = {
      status: 'RENEWED',
      statusReason: 'ACCEPTED',
      version: 2,
      lateCancellationRequest: false,
      availableActions: ['REQUEST_CANCELLATION'],
    };
    const decision = { action: 'ACCEPT', decidedOn: today, onBehalfOfCustomer: true };
    expect(await accept(id)).toEqual({ contractChange: { ...accepted, decision }, userErrors: [] });
    expect(await accept(id)).toMatchObject({ contractChange: { version: 2 }, userErrors: [] });
    expect(await trail()).toEqual([
      { action: 'ACCEPT', on_behalf_of_customer: true, before: { decision: null }, after: { decision: 'ACCEPT' } },
    ]);
    await expectRowsInStep();
  });

  test('to cancel overrides the acceptance, and can be withdrawn, all on one day', async () => {
    const { id } = await data.renewal(await data.customer({ name: 'A' }), addDays(today, 60));
    await accept(id);
    expect(await cancel(id)).toMatchObject({
      contractChange: { status: 'CANCELLATION_REQUESTED', availableActions: ['ACCEPT', 'WITHDRAW_CANCELLATION'] },
    });
    expect(await withdraw(id)).toMatchObject({ contractChange: { status: 'RENEWED', statusReason: 'ACCEPTED' } });
    expect(await withdraw(id)).toMatchObject({ contractChange: { status: 'RENEWED' }, userErrors: [] });
    await cancel(id);
    expect(await accept(id)).toMatchObject({ contractChange: { status: 'RENEWED', statusReason: 'ACCEPTED' } });
    await expectRowsInStep();
  });

  test("can be recorded on the deadline's day; the day after, the error says that it has passed", async () => {
    const { id } = await data.renewal(await data.customer({ name: 'A' }), addDays(today, 45));
    const { id: late } = await data.renewal(await data.customer({ name: 'B' }), addDays(today, 44));
    expect(await cancel(id)).toMatchObject({ contractChange: { status: 'CANCELLATION_REQUESTED' }, userErrors: [] });
    const next = '2028-01-05';
    expect(await cancel(late)).toEqual({
      contractChange: null,
      userErrors: [
        {
          __typename: 'DeadlinePassedError',
          code: 'DEADLINE_PASSED',
          field: ['input', 'contractChangeId'],
          message: `The last day to decide on this renewal was ${addDays(today, -1)}. The next one that can be cancelled is that of ${next}.`,
          renewalDeadline: addDays(today, -1),
          nextCancellableRenewalDate: next,
        },
      ],
    });
    expect(await accept(late)).toMatchObject({
      contractChange: null,
      userErrors: [{ code: 'DEADLINE_PASSED', renewalDeadline: addDays(today, -1) }],
    });
    expect(await trail()).toHaveLength(1);
  });

  test('to cancel a monthly contract late counts for the next renewal that the error named, and ends the contract there', async () => {
    const monthly = { subscription_term_months: 1, anchor_date: '2026-10-01', term_start_months: 1, renewal_months: 2 };
    const { id } = await data.renewal(await data.customer({ name: 'A' }), '2026-12-01', monthly);
    const { userErrors } = await cancel(id);
    expect(userErrors[0]).toMatchObject({ code: 'DEADLINE_PASSED', nextCancellableRenewalDate: '2027-02-01' });
    expect(await cancel(id, { forNextPossible: true })).toMatchObject({
      contractChange: { status: 'RENEWED', lateCancellationRequest: true },
      userErrors: [],
    });
    await expectRowsInStep();
    expect(await withdraw(id)).toMatchObject({ contractChange: { lateCancellationRequest: false }, userErrors: [] });
    expect(await cancel(id, { forNextPossible: true })).toMatchObject({ contractChange: { lateCancellationRequest: true } });
    server.setBusinessDate('2027-01-05');
    const { body } = await server.query('{ upcomingContractChanges { nodes { effectiveDate status } } }', {}, { token });
    expect(body.data.upcomingContractChanges.nodes).toEqual([{ effectiveDate: '2027-02-01', status: 'CANCELLATION_REQUESTED' }]);
    server.setBusinessDate('2027-02-02');
    const later = await server.query('{ customers { nodes { products { product } upcomingContractChanges { id } } } }', {}, { token });
    expect(later.body.data.customers.nodes).toEqual([{ products: [], upcomingContractChanges: [] }]);
  });

  test('that is too late gets the next renewal by announced and confirmed terms, or none where the contract ends', async () => {
    const monthly = { subscription_term_months: 1, anchor_date: '2026-10-01', term_start_months: 1, renewal_months: 2 };
    const next = async (id: string) => {
      const told = (await accept(id)).userErrors[0].nextCancellableRenewalDate;
      const shown = 'query ($id: ID!) { node(id: $id) { ... on ContractChange { nextCancellableRenewalDate } } }';
      const { body } = await server.query(shown, { id: `cch_${id}` }, { token });
      expect(body.data.node).toEqual({ nextCancellableRenewalDate: told });
      return told;
    };
    const announced = await data.renewal(await data.customer({ name: 'A' }), '2026-12-01', monthly, { new_subscription_term_months: 6 });
    expect(await next(announced.id)).toBe('2027-06-01');

    const customerId = await data.customer({ name: 'B' });
    const upgraded = await data.renewal(customerId, '2026-12-01', monthly);
    const upgrade = { type: 'CONTACT_TIER_UPGRADE', effective_date: '2026-12-01', new_subscription_term_months: 12 };
    const upgradeId = await data.changeOf(customerId, upgraded.contractId, upgrade);
    expect(await next(upgraded.id)).toBe('2027-02-01');
    await accept(upgradeId);
    expect(await next(upgraded.id)).toBe('2027-12-01');

    const ending = await data.renewal(await data.customer({ name: 'C' }), addDays(today, 44));
    await data.decide(ending.id, 'REQUEST_CANCELLATION', addDays(today, -1));
    expect(await next(ending.id)).toBeNull();
    expect((await cancel(ending.id)).userErrors[0].message).toBe(`The last day to decide on this renewal was ${addDays(today, -1)}.`);
  });

  test('that was too late can be withdrawn, as availableActions says', async () => {
    const { id } = await data.renewal(await data.customer({ name: 'A' }), addDays(today, 44));
    expect(await cancel(id, { forNextPossible: true })).toMatchObject({ contractChange: { availableActions: ['WITHDRAW_CANCELLATION'] } });
    expect(await withdraw(id)).toMatchObject({ contractChange: { lateCancellationRequest: false, availableActions: [] }, userErrors: [] });
  });

  test('about an upgrade is possible through the day before it takes effect', async () => {
    const customerId = await data.customer({ name: 'A' });
    const contractId = await data.contract(customerId);
    const upgrade = (days: number) =>
      data.changeOf(customerId, contractId, { type: 'CONTACT_TIER_UPGRADE', effective_date: addDays(today, days), new_mrr: '120' });
    expect(await accept(await upgrade(1))).toMatchObject({ contractChange: { status: 'CONFIRMED' } });
    expect(await accept(await upgrade(0))).toMatchObject({
      contractChange: null,
      userErrors: [{ code: 'ALREADY_EFFECTIVE', field: ['input', 'contractChangeId'] }],
    });
  });

  test('is left to the vendor where the vendor is the communication owner', async () => {
    const { id } = await data.renewal(await data.customer({ name: 'A', owner: 'VENDOR' }), addDays(today, 60));
    expect(await accept(id)).toMatchObject({ contractChange: null, userErrors: [{ code: 'NOT_COMMUNICATION_OWNER' }] });
    expect(await trail()).toEqual([]);
  });

  test('based on an outdated version is a conflict: of 20 concurrent requests, 1 is recorded', async () => {
    const { id } = await data.renewal(await data.customer({ name: 'A' }), addDays(today, 60));
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => (index % 2 === 0 ? accept : cancel)(id, { expectedVersion: 1 })),
    );
    expect(answers.filter((answer) => answer.userErrors.length === 0)).toHaveLength(1);
    expect(
      answers.filter((answer) => answer.userErrors[0]?.code === 'CONFLICT' && answer.userErrors[0]?.currentVersion === 2),
    ).toHaveLength(19);
    expect(await trail()).toHaveLength(1);
  });
});
