// Long: the truth table is written out as literal data.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { randomUUID } from 'node:crypto';
import { addDays } from '../calendar-date.ts';
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts';
import { Parameters } from '../database/sql.ts';
import { inWindowSql } from './contract-change.queries.ts';
import {
  availableActions,
  decisionState,
  decisionStateSql,
  isDecidable,
  isDecidableSql,
  status,
  statusReason,
  statusSql,
  type ContractChangeType,
  type Decision,
} from './contract-change.rules.ts';

// The truth table: d is the number of days to the effective date; every case covers d from 130 to -3.

const accept = 'ACCEPT';
const cancel = 'REQUEST_CANCELLATION';
const withdraw = 'WITHDRAW_CANCELLATION';

type Line = [fromDay: number, toDay: number, status: string, reason: string, flag?: 'late'];
type Case = { title: string; type: ContractChangeType; log: [action: Decision['action'], day: number][]; life: Line[] };

const cases: Case[] = [
  {
    title: 'an undecided renewal is pending through its deadline and renews by itself the day after',
    type: 'RENEWAL',
    log: [],
    life: [
      [130, 45, 'PENDING', 'AWAITING_DECISION'],
      [44, -3, 'RENEWED', 'AUTO_RENEWED'],
    ],
  },
  {
    title: 'an accepted renewal is renewed from that day on',
    type: 'RENEWAL',
    log: [[accept, 60]],
    life: [
      [130, 61, 'PENDING', 'AWAITING_DECISION'],
      [60, -3, 'RENEWED', 'ACCEPTED'],
    ],
  },
  {
    title: 'a renewal cancelled in time stays cancelled',
    type: 'RENEWAL',
    log: [[cancel, 60]],
    life: [
      [130, 61, 'PENDING', 'AWAITING_DECISION'],
      [60, -3, 'CANCELLATION_REQUESTED', 'CANCELLATION_REQUESTED'],
    ],
  },
  {
    title: "the deadline's day is in time",
    type: 'RENEWAL',
    log: [[cancel, 45]],
    life: [
      [130, 46, 'PENDING', 'AWAITING_DECISION'],
      [45, -3, 'CANCELLATION_REQUESTED', 'CANCELLATION_REQUESTED'],
    ],
  },
  {
    title: 'the day after the deadline is late: it renews, flagged',
    type: 'RENEWAL',
    log: [[cancel, 44]],
    life: [
      [130, 45, 'PENDING', 'AWAITING_DECISION'],
      [44, -3, 'RENEWED', 'AUTO_RENEWED', 'late'],
    ],
  },
  {
    title: 'a late cancellation after an acceptance in time is only flagged',
    type: 'RENEWAL',
    log: [
      [accept, 60],
      [cancel, 44],
    ],
    life: [
      [130, 61, 'PENDING', 'AWAITING_DECISION'],
      [60, 45, 'RENEWED', 'ACCEPTED'],
      [44, -3, 'RENEWED', 'ACCEPTED', 'late'],
    ],
  },
  {
    title: 'a cancellation in time overrides the acceptance before it',
    type: 'RENEWAL',
    log: [
      [accept, 60],
      [cancel, 50],
    ],
    life: [
      [130, 61, 'PENDING', 'AWAITING_DECISION'],
      [60, 51, 'RENEWED', 'ACCEPTED'],
      [50, -3, 'CANCELLATION_REQUESTED', 'CANCELLATION_REQUESTED'],
    ],
  },
  {
    title: 'an acceptance in time overrides the cancellation before it',
    type: 'RENEWAL',
    log: [
      [cancel, 60],
      [accept, 50],
    ],
    life: [
      [130, 61, 'PENDING', 'AWAITING_DECISION'],
      [60, 51, 'CANCELLATION_REQUESTED', 'CANCELLATION_REQUESTED'],
      [50, -3, 'RENEWED', 'ACCEPTED'],
    ],
  },
  {
    title: 'on the same date cancellation wins in any order of recording',
    type: 'RENEWAL',
    log: [
      [cancel, 50],
      [accept, 50],
    ],
    life: [
      [130, 51, 'PENDING', 'AWAITING_DECISION'],
      [50, -3, 'CANCELLATION_REQUESTED', 'CANCELLATION_REQUESTED'],
    ],
  },
  {
    title: 'an acceptance after the deadline never overrides a cancellation in time',
    type: 'RENEWAL',
    log: [
      [cancel, 50],
      [accept, 40],
    ],
    life: [
      [130, 51, 'PENDING', 'AWAITING_DECISION'],
      [50, -3, 'CANCELLATION_REQUESTED', 'CANCELLATION_REQUESTED'],
    ],
  },
  {
    title: 'an acceptance after the deadline tells why it is renewed',
    type: 'RENEWAL',
    log: [[accept, 40]],
    life: [
      [130, 45, 'PENDING', 'AWAITING_DECISION'],
      [44, 41, 'RENEWED', 'AUTO_RENEWED'],
      [40, -3, 'RENEWED', 'ACCEPTED'],
    ],
  },
  {
    title: 'a withdrawn cancellation leaves the renewal undecided',
    type: 'RENEWAL',
    log: [
      [cancel, 60],
      [withdraw, 50],
    ],
    life: [
      [130, 61, 'PENDING', 'AWAITING_DECISION'],
      [60, 51, 'CANCELLATION_REQUESTED', 'CANCELLATION_REQUESTED'],
      [50, 45, 'PENDING', 'AWAITING_DECISION'],
      [44, -3, 'RENEWED', 'AUTO_RENEWED'],
    ],
  },
  {
    title: 'a cancellation withdrawn after the deadline remains',
    type: 'RENEWAL',
    log: [
      [cancel, 60],
      [withdraw, 40],
    ],
    life: [
      [130, 61, 'PENDING', 'AWAITING_DECISION'],
      [60, -3, 'CANCELLATION_REQUESTED', 'CANCELLATION_REQUESTED'],
    ],
  },
  {
    title: 'a late cancellation that is withdrawn is no longer flagged',
    type: 'RENEWAL',
    log: [
      [cancel, 44],
      [withdraw, 40],
    ],
    life: [
      [130, 45, 'PENDING', 'AWAITING_DECISION'],
      [44, 41, 'RENEWED', 'AUTO_RENEWED', 'late'],
      [40, -3, 'RENEWED', 'AUTO_RENEWED'],
    ],
  },
  {
    title: 'a cancellation withdrawn and requested again on one day stands',
    type: 'RENEWAL',
    log: [
      [cancel, 60],
      [withdraw, 60],
      [cancel, 60],
    ],
    life: [
      [130, 61, 'PENDING', 'AWAITING_DECISION'],
      [60, -3, 'CANCELLATION_REQUESTED', 'CANCELLATION_REQUESTED'],
    ],
  },
  {
    title: 'a cancellation withdrawn on the day it was requested never stood, and the acceptance of that day does',
    type: 'RENEWAL',
    log: [
      [cancel, 60],
      [withdraw, 60],
      [accept, 60],
    ],
    life: [
      [130, 61, 'PENDING', 'AWAITING_DECISION'],
      [60, -3, 'RENEWED', 'ACCEPTED'],
    ],
  },
  { title: 'an undecided upgrade stays pending', type: 'CONTACT_TIER_UPGRADE', log: [], life: [[130, -3, 'PENDING', 'AWAITING_DECISION']] },
  {
    title: 'an accepted upgrade is confirmed',
    type: 'CONTACT_TIER_UPGRADE',
    log: [[accept, 1]],
    life: [
      [130, 2, 'PENDING', 'AWAITING_DECISION'],
      [1, -3, 'CONFIRMED', 'ACCEPTED'],
    ],
  },
  {
    title: 'an upgrade has no deadline: a cancellation counts through its date',
    type: 'CONTACT_TIER_UPGRADE',
    log: [
      [accept, 20],
      [cancel, 10],
    ],
    life: [
      [130, 21, 'PENDING', 'AWAITING_DECISION'],
      [20, 11, 'CONFIRMED', 'ACCEPTED'],
      [10, -3, 'CANCELLATION_REQUESTED', 'CANCELLATION_REQUESTED'],
    ],
  },
  {
    title: 'an upgrade keeps what stood on its date: a later cancellation does not count',
    type: 'CONTACT_TIER_UPGRADE',
    log: [
      [accept, 0],
      [cancel, -1],
    ],
    life: [
      [130, 1, 'PENDING', 'AWAITING_DECISION'],
      [0, -3, 'CONFIRMED', 'ACCEPTED'],
    ],
  },
  {
    title: 'an overage accepted after its date stays pending',
    type: 'EMAIL_OVERAGE',
    log: [[accept, -1]],
    life: [[130, -3, 'PENDING', 'AWAITING_DECISION']],
  },
  { title: 'an undecided overage stays pending', type: 'EMAIL_OVERAGE', log: [], life: [[130, -3, 'PENDING', 'AWAITING_DECISION']] },
  {
    title: 'an overage accepted after a cancellation is confirmed',
    type: 'EMAIL_OVERAGE',
    log: [
      [cancel, 20],
      [accept, 10],
    ],
    life: [
      [130, 21, 'PENDING', 'AWAITING_DECISION'],
      [20, 11, 'CANCELLATION_REQUESTED', 'CANCELLATION_REQUESTED'],
      [10, -3, 'CONFIRMED', 'ACCEPTED'],
    ],
  },
  {
    title: 'a withdrawn cancellation lets an earlier acceptance stand again',
    type: 'EMAIL_OVERAGE',
    log: [
      [accept, 30],
      [cancel, 20],
      [withdraw, 10],
    ],
    life: [
      [130, 31, 'PENDING', 'AWAITING_DECISION'],
      [30, 21, 'CONFIRMED', 'ACCEPTED'],
      [20, 11, 'CANCELLATION_REQUESTED', 'CANCELLATION_REQUESTED'],
      [10, -3, 'CONFIRMED', 'ACCEPTED'],
    ],
  },
];

const days = Array.from({ length: 134 }, (_, index) => 130 - index);
const effectiveDate = '2027-03-31';
const noticePeriodDays = 45;
// Both follow domain.md; "golden dates" compares the column renewal_deadline with it.
const deadlineOf = (type: ContractChangeType) => (type === 'RENEWAL' ? '2027-02-14' : null);
const dayOf = (d: number) => addDays(effectiveDate, -d);

type Verdict = { d: number; status: string; reason: string; isLate: boolean; isDecidable: boolean };

const expected = ({ type, life }: Case): Verdict[] =>
  life.flatMap(([from, to, itsStatus, reason, flag]) =>
    days
      .filter((d) => d <= from && d >= to)
      .map((d) => ({ d, status: itsStatus, reason, isLate: flag === 'late', isDecidable: type === 'RENEWAL' ? d >= 45 : d >= 1 })),
  );

describe('the truth table of the function', () => {
  test.each(cases)('$title', (each) => {
    const log = each.log.map(([action, day]): Decision => ({ action, decidedOn: dayOf(day), source: 'MANUAL' }));
    const actual = days.map((d): Verdict => {
      const state = decisionState(log, { deadline: deadlineOf(each.type), effectiveDate }, dayOf(d));
      const facts = { type: each.type, daysUntilEffective: d, noticePeriodDays, ...state };
      return { d, status: status(facts), reason: statusReason(facts), isLate: state.hasLateCancellation, isDecidable: isDecidable(facts) };
    });
    expect(actual).toEqual(expected(each));
  });
});

let database: TestDatabase;
const [partnerId, customerId, contractId] = [randomUUID(), randomUUID(), randomUUID()];

beforeAll(async () => {
  database = await createTestDatabase();
  const db = database.superuserPool;
  await db.query(`insert into partner (id, name) values ($1, 'Truth')`, [partnerId]);
  await db.query(`insert into customer (partner_id, id, hub_id, name, search_text) values ($1, $2, 1, 'Customer', 'customer')`, [
    partnerId,
    customerId,
  ]);
  await db.query(
    `insert into contract (partner_id, id, external_id, customer_id, product, billing_frequency, billing_interval_months, subscription_term_months,
       mrr, currency_code, anchor_date, term_start_months, renewal_months) values ($1, $2, 'C-1', $3, 'Product', 'MONTHLY', 1, 12, 1, 'EUR', '2020-01-01', 0, 12)`,
    [partnerId, contractId, customerId],
  );
});
afterAll(() => database.close());

async function insertChange(type: ContractChangeType, date: string): Promise<string> {
  const id = randomUUID();
  await database.superuserPool.query(
    `insert into contract_change (partner_id, id, contract_id, customer_id, type, effective_date) values ($1, $2, $3, $4, $5, $6)`,
    [partnerId, id, contractId, customerId, type, date],
  );
  return id;
}

describe('the truth table of the database', () => {
  const ids = new Map<Case, string>();
  let verdicts: Map<string, Omit<Verdict, 'reason'>[]>;

  beforeAll(async () => {
    const db = database.superuserPool;
    for (const [index, each] of cases.entries()) {
      // A contract has one renewal per date, so the dates of the cases lie years apart, after the golden dates.
      const date = addDays(effectiveDate, (index + 1) * 1000);
      const id = await insertChange(each.type, date);
      ids.set(each, id);
      for (const [sequence, [action, day]] of each.log.entries()) {
        await db.query(
          `insert into contract_change_decision (partner_id, contract_change_id, sequence, action, decided_on, recorded_by, on_behalf_of_customer, source)
           values ($1, $2, $3, $4, $5, 'test', false, 'MANUAL')`,
          [partnerId, id, sequence + 1, action, addDays(date, -day)],
        );
      }
    }
    const { rows } = await db.query<{ id: string; d: number; status: string; late: boolean; decidable: boolean }>(
      `select c.id, days.d, ${statusSql('r', 't.today')} as status, z.has_late_cancellation as late, ${isDecidableSql('r', 't.today')} as decidable
       from contract_change c cross join generate_series(-3, 130) days(d)
       cross join lateral (select c.effective_date - days.d as today) t
       cross join lateral (${decisionStateSql('c', 't.today')}) z
       cross join lateral (select c.type, c.effective_date, c.notice_period_days, z.is_accepted, z.is_cancelled) r
       order by days.d desc`,
    );
    verdicts = new Map(cases.map((each) => [ids.get(each) as string, []]));
    for (const row of rows) verdicts.get(row.id)?.push({ d: row.d, status: row.status, isLate: row.late, isDecidable: row.decidable });
  });

  test.each(cases)('$title', (each) => {
    expect(verdicts.get(ids.get(each) as string)).toEqual(expected(each).map(({ reason: _, ...rest }) => rest));
  });
});

describe('golden dates', () => {
  /** The deadline of a change, and its undecided status on some days, from the database. */
  async function lifeOf(type: ContractChangeType, date: string, today: readonly string[]) {
    const { rows } = await database.superuserPool.query<{ deadline: string | null; statuses: string[] }>(
      `select c.renewal_deadline as deadline, array_agg(${statusSql('r', 'days.today')}::text order by days.today) as statuses
       from contract_change c cross join unnest($2::date[]) days(today)
       cross join lateral (select c.type, c.effective_date, c.notice_period_days, false as is_accepted, false as is_cancelled) r
       where c.id = $1 group by 1`,
      [await insertChange(type, date), today],
    );
    return rows[0];
  }

  test.each([
    ['2026-06-30', '2026-05-16', '2026-05-17'],
    ['2028-03-31', '2028-02-15', '2028-02-16'],
    ['2027-03-31', '2027-02-14', '2027-02-15'],
    ['2026-02-28', '2026-01-14', '2026-01-15'],
    ['2026-01-01', '2025-11-17', '2025-11-18'],
  ])('a renewal on %s has its deadline on %s and renews by itself from %s', async (date, deadline, autoRenewedFrom) => {
    expect(await lifeOf('RENEWAL', date, [deadline, autoRenewedFrom])).toEqual({ deadline, statuses: ['PENDING', 'RENEWED'] });
  });

  test('on 2026-01-01 the last day of the window is 2026-05-01', async () => {
    const dates = ['2025-12-31', '2026-01-01', '2026-05-01', '2026-05-02'];
    const parameters = new Parameters({ asOf: '2026-01-01', today: '2026-01-01' });
    const isShown = parameters.bind(inWindowSql('r'));
    const { rows } = await database.superuserPool.query<{ shown: boolean[] }>(
      `select array_agg(${isShown} order by r.effective_date) as shown from unnest($1::date[]) r(effective_date)`,
      [dates, ...parameters.values],
    );
    expect(rows[0]?.shown).toEqual([false, true, true, false]);
  });

  test.each(['CONTACT_TIER_UPGRADE', 'EMAIL_OVERAGE'] as const)('%s has no deadline', async (type) => {
    expect(await lifeOf(type, '2026-06-30', ['2026-05-17'])).toEqual({ deadline: null, statuses: ['PENDING'] });
  });
});

describe('for any log of decisions', () => {
  const decisions = fc.array(
    fc.record({ action: fc.constantFrom<Decision['action']>(accept, cancel, withdraw), day: fc.integer({ min: -3, max: 130 }) }),
    { maxLength: 6 },
  );
  const types = fc.constantFrom<ContractChangeType>('RENEWAL', 'CONTACT_TIER_UPGRADE', 'EMAIL_OVERAGE');
  const lifeOf = (type: ContractChangeType, log: { action: Decision['action']; day: number }[]) => {
    const dated = log.map(({ action, day }) => ({ action, decidedOn: dayOf(day), source: 'MANUAL' as const }));
    return days.map((d) => {
      const state = decisionState(dated, { deadline: deadlineOf(type), effectiveDate }, dayOf(d));
      return status({ type, daysUntilEffective: d, noticePeriodDays, ...state });
    });
  };

  test('only renewals are renewed, and only the others are confirmed', () => {
    fc.assert(
      fc.property(types, decisions, (type, log) => {
        expect(lifeOf(type, log)).not.toContain(type === 'RENEWAL' ? 'CONFIRMED' : 'RENEWED');
      }),
    );
  });

  test('an undecided renewal goes from pending to renewed once, the day after its deadline', () => {
    expect(lifeOf('RENEWAL', [])).toEqual(days.map((d) => (d >= 45 ? 'PENDING' : 'RENEWED')));
  });

  test('a cancellation that stands on the deadline is final, and no cancellation appears later', () => {
    fc.assert(
      fc.property(decisions, (log) => {
        const after = lifeOf('RENEWAL', log).slice(days.indexOf(45));
        const isCancelled = after[0] === 'CANCELLATION_REQUESTED';
        expect(after.every((each) => (each === 'CANCELLATION_REQUESTED') === isCancelled)).toBe(true);
      }),
    );
  });
});

describe('available actions', () => {
  const undecided = { isAccepted: false, isCancelled: false, hasLateCancellation: false };
  const facts = { type: 'RENEWAL', daysUntilEffective: 45, noticePeriodDays: 45, ...undecided } as const;

  test('on the last day include every action that changes something', () => {
    expect(availableActions(facts, true)).toEqual([accept, cancel]);
    expect(availableActions({ ...facts, isAccepted: true }, true)).toEqual([cancel]);
    expect(availableActions({ ...facts, isCancelled: true }, true)).toEqual([accept, withdraw]);
  });

  test('are none the day after, and none for a viewer who may not decide', () => {
    expect(availableActions({ ...facts, daysUntilEffective: 44 }, true)).toEqual([]);
    expect(availableActions(facts, false)).toEqual([]);
  });

  test('include the withdrawal of a late request until its renewal has passed', () => {
    const late = (daysUntilEffective: number) => availableActions({ ...facts, hasLateCancellation: true, daysUntilEffective }, true);
    expect([late(44), late(0), late(-1)]).toEqual([[withdraw], [withdraw], []]);
  });
});
