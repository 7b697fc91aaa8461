// Long: each history is written out day by day.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { addDays } from '../calendar-date.ts';
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts';
import { passAllDays } from '../../testing/pass-all-days.ts';
import { TestData } from '../../testing/test-data.ts';
import { rowDifferences } from '../../testing/row-differences.ts';
import { passDays } from './passing-days.queries.ts';

let database: TestDatabase;
beforeAll(async () => void (database = await createTestDatabase()));
afterAll(() => database.close());

let count = 0;
const partnerOn = (date: string) => TestData.of(database.pool, { name: `Partner ${(count += 1)}`, passedThrough: date });
const pass = (data: TestData, date: string) => passDays(database.pool, data.partnerId, date);
const rows = async (sql: string, values: unknown[]) => (await database.superuserPool.query(sql, values)).rows as Record<string, unknown>[];

/** All rows that passing days can change, under names without random ids. */
async function state(data: TestData) {
  const contracts = await rows(
    `select external_id, max_contacts, mrr, currency_code, subscription_term_months, billing_frequency, billing_interval_months,
       term_start, renewal_start_date, ended_on from contract where partner_id = $1 order by external_id`,
    [data.partnerId],
  );
  const changes = await rows(
    `select k.external_id, c.type, c.effective_date, c.opened_on, c.settled_on, c.is_applied, c.from_mrr, c.from_max_contacts, c.version,
       (select json_agg(json_build_array(d.sequence, d.action, d.decided_on, d.source) order by d.sequence)
        from contract_change_decision d where d.partner_id = c.partner_id and d.contract_change_id = c.id) as log
     from contract_change c join contract k on k.partner_id = c.partner_id and k.id = c.contract_id
     where c.partner_id = $1 order by 1, c.effective_date, c.type, c.new_mrr`,
    [data.partnerId],
  );
  const dashboard = await rows(
    `select customer_name, type, effective_date, is_accepted, is_cancelled, has_late_cancellation, current_mrr, new_mrr, current_max_contacts
     from dashboard_row where partner_id = $1 order by 1, 3, 2, 8`,
    [data.partnerId],
  );
  return { contracts, changes, dashboard };
}

const differences = async ({ partnerId }: TestData) => await rowDifferences(database.superuserPool, partnerId);

const renewals = async (data: TestData) =>
  await rows(
    `select effective_date as on, opened_on, settled_on, is_applied from contract_change where partner_id = $1 and type = 'RENEWAL' order by 1`,
    [data.partnerId],
  );

describe('when a business date passes', () => {
  test('a renewal stays through its date; the day after, it is settled and the next one opens', async () => {
    const data = await partnerOn('2026-06-29');
    await data.renewal(await data.customer({ name: 'A' }), '2026-06-30');
    await pass(data, '2026-06-30');
    expect(await renewals(data)).toEqual([{ on: '2026-06-30', opened_on: null, settled_on: null, is_applied: null }]);
    await pass(data, '2026-07-01');
    expect(await renewals(data)).toEqual([
      { on: '2026-06-30', opened_on: null, settled_on: '2026-07-01', is_applied: true },
      { on: '2027-06-30', opened_on: '2026-07-01', settled_on: null, is_applied: null },
    ]);
    expect((await state(data)).contracts).toMatchObject([{ term_start: '2026-06-30', renewal_start_date: '2027-06-30' }]);
  });

  test('renewals are computed from the anchor, clamped to the end of the month, and every missed one is settled', async () => {
    const data = await partnerOn('2025-01-31');
    const contract = { anchor_date: '2024-12-31', term_start_months: 0, renewal_months: 1, subscription_term_months: 1 };
    await data.renewal(await data.customer({ name: 'A' }), '2025-01-31', contract);
    await pass(data, '2025-06-15');
    expect((await renewals(data)).map((each) => each['on'])).toEqual([
      '2025-01-31',
      '2025-02-28',
      '2025-03-31',
      '2025-04-30',
      '2025-05-31',
      '2025-06-30',
    ]);
  });

  test('a renewal applies its announced terms; a new length counts from the elapsed months', async () => {
    const data = await partnerOn('2026-01-01');
    const contract = { anchor_date: '2025-01-31', term_start_months: 0, renewal_months: 13, subscription_term_months: 13 };
    await data.renewal(await data.customer({ name: 'A' }), '2026-02-28', contract, { new_mrr: '120.50', new_subscription_term_months: 6 });
    await pass(data, '2026-03-01');
    const { contracts, changes } = await state(data);
    expect(contracts).toMatchObject([
      { mrr: '120.50', subscription_term_months: 6, term_start: '2026-02-28', renewal_start_date: '2026-08-31' },
    ]);
    expect(changes).toMatchObject([{ from_mrr: '100.00', is_applied: true }, { effective_date: '2026-08-31' }]);
  });

  test('a confirmed upgrade is applied, a pending one lapses, and on one date upgrades come before the renewal', async () => {
    const data = await partnerOn('2026-01-01');
    const customerId = await data.customer({ name: 'A' });
    const { contractId } = await data.renewal(customerId, '2026-01-10');
    const upgrade = { type: 'CONTACT_TIER_UPGRADE', effective_date: '2026-01-10' };
    const confirmed = await data.changeOf(customerId, contractId, { ...upgrade, new_max_contacts: 5000, new_mrr: '150' });
    await data.changeOf(customerId, contractId, { ...upgrade, new_max_contacts: 9000, new_mrr: '190' });
    await data.decide(confirmed, 'ACCEPT', '2026-01-02');
    await pass(data, '2026-01-11');
    const { contracts, changes } = await state(data);
    expect(contracts).toMatchObject([{ max_contacts: 5000, mrr: '150' }]);
    expect(changes.map((each) => `${String(each['type'])} ${String(each['is_applied'])}`).sort()).toEqual([
      'CONTACT_TIER_UPGRADE false',
      'CONTACT_TIER_UPGRADE true',
      'RENEWAL null',
      'RENEWAL true',
    ]);
    // The renewal renewed the upgraded terms.
    expect(changes.find((each) => each['type'] === 'RENEWAL' && each['is_applied'])).toMatchObject({
      from_mrr: '150',
      from_max_contacts: 5000,
    });
  });

  test('a cancelled renewal ends the contract on its date: no next renewal opens, and later changes disappear', async () => {
    const data = await partnerOn('2026-01-01');
    const customerId = await data.customer({ name: 'A' });
    const { contractId, id } = await data.renewal(customerId, '2026-03-01');
    await data.changeOf(customerId, contractId, { type: 'EMAIL_OVERAGE', effective_date: '2026-03-20', new_mrr: '150' });
    await data.decide(id, 'REQUEST_CANCELLATION', '2026-01-10');
    expect((await state(data)).dashboard).toHaveLength(2);
    await pass(data, '2026-03-02');
    const { contracts, dashboard } = await state(data);
    expect(contracts).toMatchObject([{ ended_on: '2026-03-01' }]);
    expect(dashboard).toMatchObject([{ effective_date: '2026-03-01', is_cancelled: true }]);
    expect(await renewals(data)).toHaveLength(1);
    await pass(data, '2026-05-01');
    expect((await state(data)).contracts).toMatchObject([{ mrr: '100.00' }]);
  });

  test('a late cancellation counts for the first later renewal whose deadline it meets', async () => {
    const data = await partnerOn('2026-11-05');
    const monthly = { anchor_date: '2026-10-01', term_start_months: 1, renewal_months: 2, subscription_term_months: 1 };
    const { id } = await data.renewal(await data.customer({ name: 'A' }), '2026-12-01', monthly);
    // The deadline was 17 October; that of the renewal on 1 January is 17 November.
    await data.decide(id, 'REQUEST_CANCELLATION', '2026-11-05');
    await pass(data, '2026-12-02');
    expect((await state(data)).dashboard).toMatchObject([
      { effective_date: '2026-12-01', is_cancelled: false, has_late_cancellation: true },
      { effective_date: '2027-01-01', is_cancelled: true, has_late_cancellation: false },
    ]);
    await pass(data, '2027-01-02');
    expect((await state(data)).contracts).toMatchObject([{ ended_on: '2027-01-01' }]);
  });

  test('a cancellation too late for the next renewal as well counts for a later one', async () => {
    const data = await partnerOn('2026-11-20');
    const monthly = { anchor_date: '2026-10-01', term_start_months: 1, renewal_months: 2, subscription_term_months: 1 };
    const { id } = await data.renewal(await data.customer({ name: 'A' }), '2026-12-01', monthly);
    await data.decide(id, 'REQUEST_CANCELLATION', '2026-11-20');
    await pass(data, '2027-02-02');
    expect((await state(data)).dashboard).toMatchObject([
      { effective_date: '2026-12-01', has_late_cancellation: true },
      { effective_date: '2027-01-01', has_late_cancellation: true },
      { effective_date: '2027-02-01', is_cancelled: true },
    ]);
    expect((await state(data)).contracts).toMatchObject([{ ended_on: '2027-02-01' }]);
  });

  test('a decision with a future date counts from that date on', async () => {
    const data = await partnerOn('2026-01-01');
    const { id } = await data.renewal(await data.customer({ name: 'A' }), '2026-04-01');
    await data.decide(id, 'ACCEPT', '2026-01-05');
    expect((await state(data)).dashboard).toMatchObject([{ is_accepted: false }]);
    await pass(data, '2026-01-04');
    expect((await state(data)).dashboard).toMatchObject([{ is_accepted: false }]);
    await pass(data, '2026-01-05');
    expect((await state(data)).dashboard).toMatchObject([{ is_accepted: true }]);
  });

  test('the same date again or an earlier one changes nothing', async () => {
    const data = await partnerOn('2026-01-01');
    await data.renewal(await data.customer({ name: 'A' }), '2026-01-10');
    await pass(data, '2026-02-01');
    const before = await state(data);
    await pass(data, '2026-02-01');
    await pass(data, '2026-01-15');
    expect(await state(data)).toEqual(before);
  });

  test('several concurrent processes do the work once', async () => {
    const data = await partnerOn('2026-01-01');
    for (const name of ['A', 'B', 'C']) await data.renewal(await data.customer({ name }), '2026-01-10', { subscription_term_months: 1 });
    await Promise.all(Array.from({ length: 8 }, () => passAllDays(database.pool, '2026-03-15')));
    const all = await renewals(data);
    expect(all.filter((each) => each['is_applied'])).toHaveLength(9);
    expect(all.filter((each) => each['is_applied'] === null)).toHaveLength(3);
  });
});

describe('days passed one by one and all at once', () => {
  // A seeded generator: each seed gives another history of contracts and decisions.
  const random = (seed: number) => () => (seed = (seed * 1103515245 + 12345) % 2147483648) / 2147483648;

  async function layOut(data: TestData, seed: number, start: string) {
    const next = random(seed);
    const pick = <T>(values: readonly T[]) => values[Math.floor(next() * values.length)] as T;
    const open: { id: string; on: string; days: number }[] = [];
    for (let index = 0; index < 12; index += 1) {
      const customerId = await data.customer({ name: `Customer ${index}` });
      const days = Math.floor(next() * 60) - 2;
      const on = addDays(start, days);
      const anchor = `${Number(on.slice(0, 4)) - 4}${on.slice(4)}`;
      const term = pick([1, 1, 1, 3, 12]);
      const contract = {
        external_id: `C-${index}`,
        anchor_date: anchor,
        term_start_months: 48 - term,
        renewal_months: 48,
        subscription_term_months: term,
      };
      const { contractId, id } = await data.renewal(customerId, on, contract, next() < 0.3 ? { new_mrr: pick(['110', '120.5']) } : {});
      open.push({ id, on, days });
      for (let extra = Math.floor(next() * 3); extra > 0; extra -= 1) {
        const away = Math.floor(next() * 12) - 1;
        const values = {
          effective_date: addDays(start, away),
          new_mrr: String(200 + index * 10 + extra),
          new_max_contacts: pick([2000, 5000]),
        };
        open.push({
          id: await data.changeOf(customerId, contractId, { type: pick(['CONTACT_TIER_UPGRADE', 'EMAIL_OVERAGE']), ...values }),
          on: values.effective_date,
          days: away,
        });
      }
    }
    const decisions = open.flatMap(({ id, days }) =>
      next() < 0.6
        ? [
            {
              id,
              day: Math.floor(next() * Math.max(1, Math.min(10, days + 1))),
              action: pick(['ACCEPT', 'REQUEST_CANCELLATION', 'WITHDRAW_CANCELLATION']),
            },
          ]
        : [],
    );
    return decisions;
  }

  test.each([1, 2, 3, 4, 5])('leave identical tables, with decisions in between (seed %d)', async (seed) => {
    const start = '2026-02-20';
    const slow = await partnerOn(start);
    const fast = await partnerOn(start);
    const slowDecisions = await layOut(slow, seed, start);
    const fastDecisions = await layOut(fast, seed, start);
    for (let day = 0; day <= 10; day += 1) {
      if (day > 0) await pass(slow, addDays(start, day));
      for (const [index, decision] of slowDecisions.entries()) {
        if (decision.day !== day) continue;
        await slow.decide(decision.id, decision.action, addDays(start, day));
        await fast.decide(fastDecisions[index]?.id as string, decision.action, addDays(start, day));
      }
      expect(await differences(slow)).toEqual([]);
    }
    await pass(fast, addDays(start, 10));
    expect(await differences(fast)).toEqual([]);
    const [stepped, leapt] = [await state(slow), await state(fast)];
    expect(leapt).toEqual(stepped);
    expect(stepped.changes.some((each) => each['is_applied'] === true)).toBe(true);
    // Then further, through several renewals of the monthly contracts.
    for (let day = 11; day <= 70; day += 7) await pass(slow, addDays(start, day));
    await pass(slow, addDays(start, 70));
    await pass(fast, addDays(start, 70));
    expect(await state(fast)).toEqual(await state(slow));
    expect(await differences(fast)).toEqual([]);
  });
});

test('a partner whose day a migration forgot gets all its rows derived again', async () => {
  const data = await partnerOn('2026-01-01');
  for (const name of ['A', 'B']) await data.renewal(await data.customer({ name }), '2026-03-01');
  await database.superuserPool.query(`update dashboard_row set new_mrr = 7, position = 9 where partner_id = $1`, [data.partnerId]);
  await database.superuserPool.query('update partner set passed_through = null where id = $1', [data.partnerId]);
  await pass(data, '2026-01-01');
  expect(await differences(data)).toEqual([]);
  expect(await rows('select passed_through::text as day from partner where id = $1', [data.partnerId])).toEqual([{ day: '2026-01-01' }]);
});
