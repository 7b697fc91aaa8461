import fc from 'fast-check';
import type { Action, Type } from '../model/dashboard.model.ts';
import type { Features } from './features.ts';

// What a world is made of, in numbers small enough that any combination makes sense. Days are counted from the world's first day. What
// they mean is read off when a step is taken, so a world makes sense when parts of it are left out, and shrinks.

export type ContractPlan = {
  customer: number;
  /** how many months after the first day the open renewal is, and how many terms before it have passed; -1: it has not begun */
  monthsAhead: number;
  passed: number;
  dayOfMonth: number;
  term: number;
  amount: number;
  currency: string;
  hasContacts: boolean;
  notice: number | null;
  otherNotice: { on: number; notice: number | null } | null;
  /** the first day on which exports have it */
  from: number;
  /** does its row follow the changes that have taken effect? */
  keepsUp: boolean;
  edits: { on: number; amount: number }[];
  startsOff: boolean;
  flips: number[];
  end: { told: number; after: number; how: 'date' | 'status' | 'renewal' } | null;
};

/** Decided so many days before the change takes effect, and told so many days after it was decided (before that: dated ahead). */
export type DecisionPlan = { before: number; lag: number };

export type ChangePlan = {
  contract: number;
  type: Type;
  /** upgrades: the day; renewals: which one, counted from the open one of the first day */
  on: number;
  nth: number;
  amount: number | null;
  term: number | null;
  limit: number;
  /** the first day on which exports have it */
  from: number;
  accepted: DecisionPlan | null;
  cancelled: DecisionPlan | null;
};

export type StepPlan = {
  what: 'import' | 'decide' | 'nothing';
  gap: number;
  /** bits: files, rows and columns that are left out; 0 leaves nothing out */
  files: number;
  rows: number;
  columns: number;
  stale: number;
  pick: number;
  action: Action | 'FOR_NEXT_POSSIBLE';
  isOperator: boolean;
  asOf: number[];
};

export type WorldPlan = { start: string; contracts: ContractPlan[]; changes: ChangePlan[]; steps: StepPlan[]; isRepeated: boolean };

const often = <T>(usual: T, rare: fc.Arbitrary<T>, weight = 3) =>
  fc.oneof({ arbitrary: fc.constant(usual), weight }, { arbitrary: rare, weight: 1 });

const decision = (features: Features) =>
  fc.record<DecisionPlan>({
    before: fc.oneof(
      fc.constantFrom(44, 45, 46, 1, 0, 60, 14),
      fc.integer({ min: 1, max: 130 }),
      fc.integer({ min: features.has('after effective date') ? -20 : 0, max: 5 }),
    ),
    lag: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 10 }), fc.integer({ min: features.has('dated ahead') ? -60 : 0, max: 120 })),
  });

const contract = (features: Features) =>
  fc.record<ContractPlan>({
    customer: fc.nat({ max: 2 }),
    monthsAhead: fc.nat({ max: 4 }),
    passed: fc.constantFrom(0, 1, 2, 0, -1),
    dayOfMonth: fc.constantFrom(31, 15, 30, 29, 1, 28),
    term: fc.constantFrom(1, 12, 1, 3, 6, 24),
    amount: fc.integer({ min: 1, max: 9 }),
    currency: often('EUR', fc.constant('USD')),
    hasContacts: fc.boolean(),
    notice: features.has('notice column') ? fc.constantFrom(null, 45, 0, 14, 30, 60) : fc.constant(null),
    otherNotice: features.has('notice column')
      ? fc.option(fc.record({ on: fc.nat({ max: 150 }), notice: fc.constantFrom(null, 45, 0, 14, 60) }))
      : fc.constant(null),
    from: often(0, fc.nat({ max: 60 })),
    keepsUp: features.has('changed rows') ? fc.boolean() : fc.constant(false),
    edits: features.has('changed rows')
      ? fc.array(fc.record({ on: fc.nat({ max: 180 }), amount: fc.integer({ min: 10, max: 19 }) }), { maxLength: 2 })
      : fc.constant([]),
    startsOff: often(false, fc.constant(features.has('auto-renew')), 4),
    flips: features.has('auto-renew') ? fc.array(fc.nat({ max: 180 }), { maxLength: 2 }) : fc.constant([]),
    end: features.has('ended contracts')
      ? often(
          null,
          fc.record({
            told: fc.nat({ max: 150 }),
            after: features.has('future end') ? fc.integer({ min: -60, max: 90 }) : fc.integer({ min: -60, max: 0 }),
            how: features.has('future end') ? fc.constantFrom('date', 'renewal', 'status') : fc.constantFrom('date', 'status'),
          }),
        )
      : fc.constant(null),
  });

const change = (features: Features) =>
  fc.record<ChangePlan>({
    contract: fc.nat({ max: 3 }),
    type: fc.constantFrom('RENEWAL', 'CONTACT_TIER_UPGRADE', 'EMAIL_OVERAGE', 'RENEWAL', 'CONTACT_TIER_UPGRADE'),
    // Few enough days for several changes to meet on one of them.
    on: fc.oneof(fc.nat({ max: 170 }), fc.constantFrom(20, 40, 60), fc.integer({ min: features.has('history') ? -100 : 0, max: 30 })),
    nth: features.has('past renewals') ? fc.constantFrom(0, 0, 1, 2, -1) : fc.constantFrom(0, 0, 1, 2),
    amount: fc.option(fc.integer({ min: 20, max: 39 }), { freq: 5 }),
    term: often(null, fc.constantFrom<number | null>(1, 3, 6), 6),
    limit: fc.integer({ min: 1, max: 9 }),
    from: fc.oneof(fc.constant(0), fc.nat({ max: 120 })),
    accepted: fc.option(decision(features), { freq: 2 }),
    cancelled: fc.option(decision(features), { freq: 1 }),
  });

const step = (features: Features) =>
  fc.record<StepPlan>({
    what: fc.oneof(
      { arbitrary: fc.constant('import' as const), weight: 4 },
      { arbitrary: fc.constant('decide' as const), weight: 3 },
      { arbitrary: fc.constant('nothing' as const), weight: 1 },
    ),
    gap: fc.oneof(fc.nat({ max: 3 }), fc.nat({ max: 50 })),
    files: fc.oneof(fc.constant(0), fc.nat({ max: 6 })),
    rows: fc.oneof(fc.constant(0), fc.nat({ max: 4095 })),
    columns: features.has('missing columns') ? fc.oneof(fc.constant(0), fc.nat({ max: 4095 })) : fc.constant(0),
    stale: features.has('stale exports') ? often(0, fc.nat({ max: 40 }), 5) : fc.constant(0),
    pick: fc.nat({ max: 9999 }),
    action: fc.constantFrom('ACCEPT', 'REQUEST_CANCELLATION', 'WITHDRAW_CANCELLATION', 'FOR_NEXT_POSSIBLE'),
    isOperator: fc.boolean(),
    asOf: fc.tuple(fc.nat({ max: 9999 }), fc.nat({ max: 9999 })),
  });

export const worlds = (features: Features): fc.Arbitrary<WorldPlan> =>
  fc.record<WorldPlan>({
    start: fc.constantFrom('2026-01-31', '2025-12-16', '2027-12-31', '2026-11-22'),
    contracts: fc.array(contract(features), { minLength: 1, maxLength: 4 }),
    changes: fc.array(change(features), { maxLength: 6, size: 'max' }),
    steps: fc.array(step(features), { minLength: 3, maxLength: 8, size: 'max' }),
    // Every day passed by itself takes as long as everything else: a third of the worlds.
    isRepeated: fc.nat({ max: 2 }).map((pick) => pick === 0),
  });
