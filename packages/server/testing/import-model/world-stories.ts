import fc from 'fast-check';
import type { Features } from './features.ts';
import { change, contract, often, step, type ChangePlan, type ContractPlan, type WorldPlan } from './world-plans.ts';

/** A contract and changes that meet by chance too rarely. */
type Story = { contract: ContractPlan; changes: ChangePlan[] };

/**
 * A contract whose first renewal was cancelled, or accepted after all, as is told long after it; and a change that
 * took effect meanwhile.
 */
const storyToldLate = (features: Features) =>
  fc
    .record({
      contract: contract(features),
      renewal: change(features),
      upgrade: change(features),
      term: fc.constantFrom(1, 1, 3, 12),
      cancelled: fc.constantFrom(50, 46, 70, 45, 44, 30, 20, 5),
      isAcceptedAfter: often(false, fc.constant(true)),
      lag: fc.oneof(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 31, max: 70 })),
      moved: often(null, fc.integer({ min: -20, max: 35 }), 1),
      on: fc.integer({ min: -2, max: 20 }),
    })
    .map(({ renewal, upgrade, cancelled, isAcceptedAfter, lag, moved, on, ...plan }): Story => ({
      contract: {
        ...{ ...plan.contract, term: plan.term, from: 0, monthsAhead: 1 + (lag % 2), end: null, startsOff: false },
        ...(lag % 3 > 0 && { edits: [], keepsUp: false, flips: [] }),
      },
      changes: [
        {
          ...{ ...renewal, contract: 0, type: 'RENEWAL', nth: 0, from: 0, term: null },
          cancelled: { before: cancelled, lag: isAcceptedAfter ? 0 : lag, since: isAcceptedAfter ? 'decision' : 'change', moved },
          accepted: isAcceptedAfter ? { before: cancelled - 1, lag, since: 'change', moved: null } : null,
        },
        {
          ...{ ...upgrade, contract: 0, type: 'CONTACT_TIER_UPGRADE', from: 0, isByRenewal: true, on },
          ...{ accepted: { before: 30, lag: 0, since: 'decision', moved: null }, cancelled: null },
        },
      ],
    }));

/** Two late requests for one renewal of a short term, of which the first is in time for the next renewal. */
const storyOfTwoRequests = (features: Features) =>
  fc
    .record({ contract: contract(features), renewal: change(features), before: fc.integer({ min: 17, max: 44 }), lag: fc.nat({ max: 15 }) })
    .map(({ renewal, before, lag, ...plan }): Story => ({
      contract: { ...plan.contract, term: 1, notice: null, otherNotice: null, from: 0, end: null, startsOff: false, flips: [] },
      changes: [
        {
          ...{ ...renewal, contract: 0, type: 'RENEWAL', nth: 0, from: 0, term: null },
          ...{ cancelled: { before, lag, since: 'decision', moved: Math.max(before - 10, 5) }, accepted: null },
        },
      ],
    }));

/** Two confirmed changes on one day, accepted on two days or on one. */
const storyOfOneDay = (features: Features) =>
  fc
    .record({
      contract: contract(features),
      one: change(features),
      other: change(features),
      on: fc.integer({ min: 5, max: 40 }),
      accepted: fc.tuple(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 12 })),
    })
    .map(({ one, other, on, accepted, ...plan }): Story => ({
      contract: { ...plan.contract, from: 0, end: null, startsOff: false },
      changes: [one, other].map((each, index) => ({
        ...{ ...each, contract: 0, type: 'CONTACT_TIER_UPGRADE', isByRenewal: false, on, from: 0, amount: 20 + index },
        ...{ accepted: { before: accepted[index]!, lag: 0, since: 'decision', moved: null }, cancelled: null },
      })),
    }));

/** Auto-renew that goes off and on again beside a request that was told explicitly, before the deadline. */
const storyOfAutoRenew = (features: Features) =>
  fc
    .record({
      contract: contract(features),
      renewal: change(features),
      flips: fc.tuple(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 21, max: 45 })),
      before: fc.integer({ min: 100, max: 130 }),
    })
    .map(({ renewal, flips, before, ...plan }): Story => ({
      contract: { ...plan.contract, term: 12, passed: 0, monthsAhead: 4, notice: null, from: 0, end: null, startsOff: false, flips },
      changes: [
        {
          ...{ ...renewal, contract: 0, type: 'RENEWAL', nth: 0, from: 0, term: null },
          ...{ cancelled: { before, lag: 0, since: 'decision', moved: null }, accepted: null },
        },
      ],
    }));

const stories = (features: Features): fc.Arbitrary<Story | null> =>
  fc.oneof(
    { arbitrary: fc.constant(null), weight: 3 },
    ...(features.has('renewals told late') ? [{ arbitrary: storyToldLate(features), weight: 4 }] : []),
    ...(features.has('renewals told late') ? [{ arbitrary: storyOfTwoRequests(features), weight: 1 }] : []),
    ...(features.has('same day') ? [{ arbitrary: storyOfOneDay(features), weight: 1 }] : []),
    ...(features.has('auto-renew') ? [{ arbitrary: storyOfAutoRenew(features), weight: 2 }] : []),
  );

export const worlds = (features: Features): fc.Arbitrary<WorldPlan> =>
  fc
    .record({
      start: fc.constantFrom('2026-01-31', '2025-12-16', '2027-12-31', '2026-11-22'),
      contracts: fc.array(contract(features), { minLength: 1, maxLength: 4 }),
      changes: fc.array(change(features), { minLength: 1, maxLength: 6, size: 'max' }),
      story: stories(features),
      steps: fc.array(step(features), { minLength: 3, maxLength: 9, size: 'max' }),
      // Every day passed by itself takes as long as everything else: a fifth of the worlds.
      isRepeated: fc.nat({ max: 4 }).map((pick) => pick === 0),
    })
    .map(({ contracts, changes, story, ...plan }) => ({
      ...plan,
      contracts: story === null ? contracts : [story.contract, ...contracts.slice(1)],
      changes: story === null ? changes : [...story.changes, ...changes.slice(0, 4)],
    }));
