import type { Type } from '../model/dashboard.model.ts';
import { stateOf, type Life } from './contract-life.model.ts';

// Which rules a world meets: the proof that the worlds of a run reach them all.

/** Numbers are those of domain.md 4. */
export const rulesToMeet = [
  '19: auto-renew is on again',
  '21: takes a change with it that was applied since',
  '21: told late, counts for the open renewal',
  '21: told late, ends a later renewal',
  '21: told late, ends after all',
  '21: told late, goes on after all',
  '22: a decision dated after the change',
  '22: decided before, told after',
  '24: terms after an earlier change',
  '25: a change that is history',
  '25: a renewal that is history',
  '25: an end on a renewal’s date',
  '25: an end that lies ahead',
  '25: ended by its date',
  '25: ended by its status',
  '26: another notice period',
  '28: a decision dated ahead',
] as const;
export type MetRule = (typeof rulesToMeet)[number];

/** Of a decision that an import tells: what it did to the contract's life. */
export function rulesOf(
  decision: { type: Type; effective: number; on: number; today: number; isKnown: boolean },
  before: Life,
  after: Life,
): MetRule[] {
  const { type, effective, on, today, isKnown } = decision;
  const met: MetRule[] = [];
  const meets = (rule: MetRule, condition: boolean) => condition && met.push(rule);
  const isUpgrade = type !== 'RENEWAL';
  meets('28: a decision dated ahead', on > today);
  meets('22: a decision dated after the change', isUpgrade && on > effective);
  if (!isKnown) return met;
  meets('22: decided before, told after', isUpgrade && on <= effective);
  if (isUpgrade) return met;
  const isCancelled = ({ open }: Life) => open !== null && stateOf(open, Infinity).isCancelled;
  const end = before.endedOn === null ? after.endedOn : null;
  meets('21: told late, goes on after all', before.endedOn !== null && after.endedOn === null);
  meets('21: told late, counts for the open renewal', isCancelled(after) && !isCancelled(before));
  if (end === null) return met;
  meets('21: told late, ends after all', end === effective);
  meets('21: told late, ends a later renewal', end > effective);
  const applied = before.changes.filter((each) => each.type !== 'RENEWAL' && each.from !== null);
  meets(
    '21: takes a change with it that was applied since',
    applied.some((each) => each.on > end),
  );
  return met;
}
