import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { addDays } from '../calendar-date.ts';
import { TestData } from '../../testing/test-data.ts';
import { startTestServer, type TestServer } from '../../testing/test-server.ts';
import { passDays } from '../contract-change/passing-days.queries.ts';

const today = '2026-11-22';

let server: TestServer;
beforeAll(async () => void (server = await startTestServer({ businessDate: today })));
afterAll(() => server.close());

let count = 0;
async function partner(passedThrough = today) {
  const data = await TestData.of(server.database.pool, { name: `Partner ${(count += 1)}`, passedThrough, ownsAll: true });
  const token = await server.createToken(data.partnerId, 'MANAGER');
  const list = async (asOf: string, fields = 'type effectiveDate status') => {
    const { body } = await server.query(
      `query ($asOf: Date) { upcomingContractChanges(asOf: $asOf) { totalCount businessDate nodes { ${fields} } } }`,
      { asOf },
      { token },
    );
    if (body.errors) throw new Error(JSON.stringify(body.errors));
    expect(body.data.upcomingContractChanges).toMatchObject({
      businessDate: asOf,
      totalCount: body.data.upcomingContractChanges.nodes.length,
    });
    return body.data.upcomingContractChanges.nodes as Record<string, unknown>[];
  };
  return { data, list, token };
}

describe('asOf', () => {
  test('shows what will have renewed by then', async () => {
    const { data, list } = await partner();
    await data.renewal(await data.customer({ name: 'A' }), addDays(today, 46));
    const statusOn = async (days: number) => (await list(addDays(today, days), 'status'))[0]?.['status'];
    expect([await statusOn(0), await statusOn(1), await statusOn(2)]).toEqual(['PENDING', 'PENDING', 'RENEWED']);
  });

  test('moves the window with it', async () => {
    const { data, list } = await partner();
    await data.renewal(await data.customer({ name: 'A' }), addDays(today, 100));
    expect(await list(addDays(today, -21))).toEqual([]);
    expect(await list(addDays(today, -20))).toHaveLength(1);
    expect(await list(addDays(today, 100))).toHaveLength(1);
    expect(await list(addDays(today, 101))).toEqual([]);
  });

  test('ignores later decisions, and keeps the availableActions of today', async () => {
    const { data, list } = await partner();
    const { id } = await data.renewal(await data.customer({ name: 'A' }), addDays(today, 60));
    await data.decide(id, 'REQUEST_CANCELLATION', addDays(today, -3));
    const fields = 'status decision { action } availableActions';
    const actions = ['ACCEPT', 'WITHDRAW_CANCELLATION'];
    expect(await list(addDays(today, -4), fields)).toEqual([{ status: 'PENDING', decision: null, availableActions: actions }]);
    expect(await list(addDays(today, -3), fields)).toEqual([
      { status: 'CANCELLATION_REQUESTED', decision: { action: 'REQUEST_CANCELLATION' }, availableActions: actions },
    ]);
    expect(await list(addDays(today, 40), fields)).toMatchObject([{ status: 'CANCELLATION_REQUESTED', availableActions: actions }]);
  });

  test('shows the past as it was: the terms a change took effect from, and no renewal that had not opened', async () => {
    const start = addDays(today, -30);
    const { data, list } = await partner(start);
    const customerId = await data.customer({ name: 'A' });
    const { contractId } = await data.renewal(customerId, addDays(start, 20), { subscription_term_months: 1 });
    const upgrade = await data.changeOf(customerId, contractId, {
      type: 'CONTACT_TIER_UPGRADE',
      effective_date: addDays(start, 10),
      new_mrr: '150',
    });
    await data.decide(upgrade, 'ACCEPT', addDays(start, 2));
    const fields = 'type effectiveDate currentTerms { mrr { amount } } newTerms { mrr { amount } } status';
    const days = [0, 1, 5, 10, 11, 15, 20, 21, 30];
    const lived: unknown[] = [];
    for (const day of days) {
      await passDays(server.database.pool, data.partnerId, addDays(start, day));
      server.setBusinessDate(addDays(start, day));
      lived.push(await list(addDays(start, day), fields));
    }
    const remembered: unknown[] = [];
    for (const day of days) remembered.push(await list(addDays(start, day), fields));
    // The upgrade was recorded with its date in advance, so the dashboard showed it on earlier days too.
    expect(remembered).toEqual(lived);
    expect(lived[2]).toMatchObject([{ currentTerms: { mrr: { amount: '100.00' } } }, { currentTerms: { mrr: { amount: '100.00' } } }]);
    expect(lived[5]).toMatchObject([{ type: 'RENEWAL', currentTerms: { mrr: { amount: '150' } } }]);
    server.setBusinessDate(today);
  });

  test('hides what a cancelled renewal will have ended', async () => {
    const { data, list } = await partner();
    const customerId = await data.customer({ name: 'A' });
    const { contractId, id } = await data.renewal(customerId, addDays(today, 50));
    await data.changeOf(customerId, contractId, { type: 'EMAIL_OVERAGE', effective_date: addDays(today, 70), new_mrr: '150' });
    await data.decide(id, 'REQUEST_CANCELLATION', today);
    expect(await list(addDays(today, 50))).toHaveLength(2);
    expect(await list(addDays(today, 51))).toEqual([]);
  });

  test('is at most 366 days from today in both directions', async () => {
    const { list } = await partner();
    expect(await list(addDays(today, 366))).toEqual([]);
    expect(await list(addDays(today, -366))).toEqual([]);
    for (const days of [367, -367]) await expect(list(addDays(today, days))).rejects.toThrow('BAD_USER_INPUT');
  });

  test('applies to the summary', async () => {
    const { data, token } = await partner();
    await data.renewal(await data.customer({ name: 'A' }), addDays(today, 46), { mrr: '10.10' });
    const { body } = await server.query(
      `query ($asOf: Date) { upcomingContractChangesSummary(asOf: $asOf) { totalCount actionRequiredCount totals { renewedMrr { amount } pendingMrr { amount } } } }`,
      { asOf: addDays(today, 2) },
      { token },
    );
    expect(body.data.upcomingContractChangesSummary).toEqual({
      totalCount: 1,
      actionRequiredCount: 0,
      totals: [{ renewedMrr: { amount: '10.10' }, pendingMrr: { amount: '0' } }],
    });
  });
});

describe('the summary', () => {
  test('counts by status and type, and counts a contract once in its totals', async () => {
    const { data, token } = await partner();
    const customerId = await data.customer({ name: 'A' });
    const { contractId } = await data.renewal(customerId, addDays(today, 60), { mrr: '100.00' }, { new_mrr: '110.00' });
    await data.changeOf(customerId, contractId, { type: 'CONTACT_TIER_UPGRADE', effective_date: addDays(today, 10), new_mrr: '150.00' });
    await data.renewal(customerId, addDays(today, 20), { mrr: '50' });
    const { id: cancelled } = await data.renewal(
      customerId,
      addDays(today, 80),
      { mrr: '7.5', currency_code: 'JPY' },
      { new_mrr: '8', new_currency_code: 'USD' },
    );
    await data.decide(cancelled, 'REQUEST_CANCELLATION', today);
    const { body } = await server.query(
      `{ upcomingContractChangesSummary { totalCount actionRequiredCount byStatus { status count } byType { type count }
         totals { currencyCode currentMrr { amount currencyCode } estimatedNewMrr { amount } renewedMrr { amount } pendingMrr { amount } atRiskMrr { amount } } } }`,
      {},
      { token },
    );
    const amounts = (current: string, next: string, renewed: string, pending: string, atRisk: string) => ({
      currentMrr: { amount: current },
      estimatedNewMrr: { amount: next },
      renewedMrr: { amount: renewed },
      pendingMrr: { amount: pending },
      atRiskMrr: { amount: atRisk },
    });
    expect(body.data.upcomingContractChangesSummary).toMatchObject({
      totalCount: 4,
      actionRequiredCount: 2,
      byStatus: [
        { status: 'RENEWED', count: 1 },
        { status: 'CONFIRMED', count: 0 },
        { status: 'PENDING', count: 2 },
        { status: 'CANCELLATION_REQUESTED', count: 1 },
      ],
      byType: [
        { type: 'RENEWAL', count: 3 },
        { type: 'CONTACT_TIER_UPGRADE', count: 1 },
        { type: 'EMAIL_OVERAGE', count: 0 },
      ],
      totals: [
        { currencyCode: 'EUR', ...amounts('150.00', '160.00', '50', '100.00', '0') },
        { currencyCode: 'JPY', ...amounts('7.5', '0', '0', '0', '7.5') },
        { currencyCode: 'USD', ...amounts('0', '0', '0', '0', '0') },
      ],
    });
  });

  test('leaves a cancelled upgrade or overage out of the estimated new MRR', async () => {
    const { data, token } = await partner();
    const customerId = await data.customer({ name: 'A' });
    const far = addDays(today, 200);
    const change = (type: string, days: number, mrr: string) => ({ type, effective_date: addDays(today, days), new_mrr: mrr });
    // Alone, the contract stays at its MRR of today; after another change, at that of the other.
    const { contractId: alone } = await data.renewal(customerId, far, { mrr: '100' });
    const overage = await data.changeOf(customerId, alone, change('EMAIL_OVERAGE', 20, '130'));
    const { contractId: second } = await data.renewal(customerId, far, { mrr: '10' });
    await data.decide(await data.changeOf(customerId, second, change('CONTACT_TIER_UPGRADE', 10, '15')), 'ACCEPT', today);
    const upgrade = await data.changeOf(customerId, second, change('CONTACT_TIER_UPGRADE', 20, '40'));
    const estimated = async () => {
      const query = '{ upcomingContractChangesSummary { totals { currentMrr { amount } estimatedNewMrr { amount } } } }';
      const { body } = await server.query(query, {}, { token });
      return body.data.upcomingContractChangesSummary.totals;
    };
    expect(await estimated()).toEqual([{ currentMrr: { amount: '110' }, estimatedNewMrr: { amount: '170' } }]);
    for (const each of [overage, upgrade]) await data.decide(each, 'REQUEST_CANCELLATION', today);
    expect(await estimated()).toEqual([{ currentMrr: { amount: '110' }, estimatedNewMrr: { amount: '115' } }]);
  });

  test('estimates a contract by the change of a day that was accepted last', async () => {
    const { data, token } = await partner();
    const customerId = await data.customer({ name: 'A' });
    // In one contract the change accepted last is recorded first, in the other last.
    for (const upgrades of [
      [
        ['160', -1],
        ['150', -2],
      ],
      [
        ['150', -2],
        ['160', -1],
      ],
    ] as const) {
      const { contractId } = await data.renewal(customerId, addDays(today, 200), { mrr: '100' });
      for (const [mrr, days] of upgrades) {
        const upgrade = { type: 'CONTACT_TIER_UPGRADE', effective_date: addDays(today, 10), new_mrr: mrr };
        await data.decide(await data.changeOf(customerId, contractId, upgrade), 'ACCEPT', addDays(today, days));
      }
    }
    const { body } = await server.query(
      '{ upcomingContractChangesSummary { totalCount totals { estimatedNewMrr { amount } } } }',
      {},
      { token },
    );
    expect(body.data.upcomingContractChangesSummary).toEqual({ totalCount: 4, totals: [{ estimatedNewMrr: { amount: '320' } }] });
  });

  test('estimates 0 for a contract whose cancelled renewal is among the rows, and only then', async () => {
    const { data, token } = await partner();
    const customerId = await data.customer({ name: 'A' });
    const { contractId, id } = await data.renewal(customerId, addDays(today, 60), { mrr: '100' });
    const overage = await data.changeOf(customerId, contractId, {
      type: 'EMAIL_OVERAGE',
      effective_date: addDays(today, 70),
      new_mrr: '150',
    });
    await data.decide(overage, 'ACCEPT', today);
    const estimated = async (filter: object = {}) => {
      const { body } = await server.query(
        `query ($filter: ContractChangeFilter) { upcomingContractChangesSummary(filter: $filter) { totals { estimatedNewMrr { amount } } } }`,
        { filter },
        { token },
      );
      return body.data.upcomingContractChangesSummary.totals.map(
        (each: { estimatedNewMrr: { amount: string } }) => each.estimatedNewMrr.amount,
      );
    };
    expect(await estimated()).toEqual(['150']);
    await data.decide(id, 'REQUEST_CANCELLATION', today);
    expect([await estimated(), await estimated({ type: { eq: 'EMAIL_OVERAGE' } })]).toEqual([['0'], ['150']]);
  });
});
