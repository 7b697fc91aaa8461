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

/** Decided so many days before the change takes effect, and told so many days after one of the two (before it was decided: dated ahead). */
export type DecisionPlan = {
  before: number;
  lag: number;
  since: 'decision' | 'change';
  /** twenty-five days after it was told, exports name a day so much later instead */
  moved: number | null;
};

export type ChangePlan = {
  contract: number;
  type: Type;
  /** upgrades: the day, counted from the first day or from the open renewal of the first day */
  on: number;
  isByRenewal: boolean;
  /** renewals: which one, counted from the open one of the first day */
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

export const often = <T>(usual: T, rare: fc.Arbitrary<T>, weight = 3) =>
  fc.oneof({ arbitrary: fc.constant(usual), weight }, { arbitrary: rare, weight: 1 });

const isToldLate = (features: Features) =>
  (['renewals told late', 'upgrades told late', 'after effective date'] as const).some((feature) => features.has(feature));

const decision = (features: Features) =>
  fc.record<DecisionPlan>({
    before: fc.oneof(
      fc.constantFrom(44, 45, 46, 30, 0, 60, 14),
      fc.integer({ min: 1, max: 100 }),
      fc.integer({ min: features.has('after effective date') ? -20 : 0, max: 5 }),
    ),
    lag: fc.oneof(fc.constant(0), fc.nat({ max: 20 }), fc.integer({ min: features.has('dated ahead') ? -60 : 0, max: 40 })),
    since: isToldLate(features) ? fc.constantFrom('decision', 'change') : fc.constant('decision'),
    moved: often(null, fc.integer({ min: -20, max: 20 }), 7),
  });

export const contract = (features: Features) =>
  fc.record<ContractPlan>({
    customer: fc.nat({ max: 2 }),
    monthsAhead: fc.constantFrom(0, 1, 1, 2, 3),
    passed: fc.constantFrom(0, 1, 2, 0, -1),
    dayOfMonth: fc.constantFrom(31, 15, 30, 29, 1, 28),
    term: fc.constantFrom(1, 12, 1, 3, 1, 24, 6),
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

export const change = (features: Features) =>
  fc.record<ChangePlan>({
    contract: often(0, fc.nat({ max: 3 }), 1),
    type: fc.constantFrom('RENEWAL', 'CONTACT_TIER_UPGRADE', 'RENEWAL', 'EMAIL_OVERAGE'),
    // Few enough days for several changes to meet on one of them.
    on: fc.oneof(
      { arbitrary: fc.constantFrom(20, 40), weight: features.has('same day') ? 3 : 1 },
      { arbitrary: fc.integer({ min: 0, max: 130 }), weight: 2 },
      { arbitrary: fc.integer({ min: features.has('history') ? -100 : 0, max: 30 }), weight: 2 },
    ),
    isByRenewal: often(false, fc.constant(true)),
    nth: features.has('past renewals') ? fc.constantFrom(0, 0, 1, 2, -1) : fc.constantFrom(0, 0, 0, 1, 2),
    amount: fc.option(fc.integer({ min: 20, max: 39 }), { freq: 5 }),
    term: often(null, fc.constantFrom<number | null>(1, 3, 6), 6),
    limit: fc.integer({ min: 1, max: 9 }),
    from: often(0, fc.nat({ max: 120 })),
    accepted: fc.option(decision(features), { freq: 3 }),
    cancelled: fc.option(decision(features), { freq: 2 }),
  });

export const step = (features: Features) =>
  fc.record<StepPlan>({
    what: fc.oneof(
      { arbitrary: fc.constant('import' as const), weight: 5 },
      { arbitrary: fc.constant('decide' as const), weight: 2 },
      { arbitrary: fc.constant('nothing' as const), weight: 1 },
    ),
    gap: fc.oneof({ arbitrary: fc.nat({ max: 3 }), weight: 1 }, { arbitrary: fc.integer({ min: 8, max: 40 }), weight: 3 }),
    files: often(0, fc.nat({ max: 6 }), 2),
    rows: often(
      0,
      fc.tuple(fc.nat({ max: 4095 }), fc.nat({ max: 4095 })).map(([one, other]) => one & other),
      2,
    ),
    columns: features.has('missing columns') ? fc.oneof(fc.constant(0), fc.nat({ max: 4095 })) : fc.constant(0),
    stale: features.has('stale exports') ? often(0, fc.nat({ max: 40 }), 5) : fc.constant(0),
    pick: fc.nat({ max: 9999 }),
    action: fc.constantFrom('ACCEPT', 'REQUEST_CANCELLATION', 'WITHDRAW_CANCELLATION', 'FOR_NEXT_POSSIBLE'),
    isOperator: fc.boolean(),
    asOf: fc.tuple(fc.nat({ max: 9999 }), fc.nat({ max: 9999 })),
  });
