import type { Terms, Type } from '../model/dashboard.model.ts';
import { dateOf, dayOf, monthsAfter } from '../model/civil-day.ts';
import { carriedOn, emptyLog, renewalState, upgradeState, type Line, type Log, type State } from './decision-log.model.ts';

// The life of a contract, told anew from its beginning whenever somebody asks: what is known today, put in the order of its dates. So it
// makes no difference on which day a decision was told, or how many days passed at once. From domain.md 4.4 to 4.6, 4.18 and 4.21 to 4.27.

/** The columns that one import set, on the day on which the row's content changed. */
export type StateRow = { day: number; recorded: number; terms: Partial<Terms>; notice: number | null };

/** What a change changes; the amount is in the contract's currency. */
export type Announced = { maxContacts?: number; emailLimit?: number; subscriptionTermMonths?: number; amount?: string };

export const changed = (terms: Terms, { amount, ...announced }: Announced): Terms => ({
  ...terms,
  ...announced,
  ...(amount !== undefined && { mrr: { ...terms.mrr, amount } }),
});

/** What changes.csv and decisions tell of a change. */
export type Told = {
  externalId: string | null;
  announced: Announced;
  announcedAt: number;
  log: Log;
  /** history only: the contract's terms when the change was recorded */
  history: Terms | null;
  imported: Record<string, unknown>;
};

export type Upgrade = Told & { externalId: string; type: Exclude<Type, 'RENEWAL'>; on: number };

export type Contract = {
  externalId: string;
  hubId: string;
  product: string;
  anchor: string;
  term: number;
  rows: StateRow[];
  imported: Record<string, unknown>;
  /** an End date that is no renewal's, or the day on which its status was told */
  endsOn: number | null;
  upgrades: Upgrade[];
  /** by their dates; renewals that nobody told anything about are missing */
  renewals: Map<number, Told>;
};

export type Change = {
  key: string;
  contract: Contract;
  type: Type;
  on: number;
  notice: number;
  /** the first day it can be seen */
  opened: number;
  told: Told;
  log: Log;
  /** the terms it changed from, once days have passed over it */
  from: Terms | null;
};

export type Life = {
  /** in the order in which they take effect */
  changes: Change[];
  /** the only renewal that is open; null when the contract has ended */
  open: Change | null;
  terms: Terms;
  notice: number;
  termStart: number;
  endedOn: number | null;
};

export const nobodyTold = (): Told => ({
  externalId: null,
  announced: {},
  announcedAt: 0,
  log: emptyLog(),
  history: null,
  imported: {},
});

export const stateOf = ({ type, on, notice, log }: Change, asOf: number): State =>
  type === 'RENEWAL' ? renewalState(log, on - notice, asOf) : upgradeState(log, on, asOf);

const byCodePoint = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

/** Several on one day: in the order of their acceptance, those without one last, and the renewal after them all. */
export function inOrder(a: Change, b: Change, asOf: number): number {
  const renewalLast = Number(a.type === 'RENEWAL') - Number(b.type === 'RENEWAL');
  if (a.on !== b.on || renewalLast !== 0) return a.on - b.on || renewalLast;
  const accepted = [a, b].map((each) => {
    const { isAccepted, decision } = stateOf(each, asOf);
    return isAccepted && decision !== null ? decision : { on: Infinity, recorded: Infinity };
  });
  const [first, second] = accepted as [Line, Line];
  if (first.on !== second.on) return first.on - second.on;
  if (first.recorded !== second.recorded) return first.recorded - second.recorded;
  return byCodePoint(a.told.externalId ?? '', b.told.externalId ?? '');
}

/** Was it told only after an import had already told the contract's state of a later day? */
const isOlderThanItsRow = ({ rows }: Contract, on: number, recorded: number) =>
  rows.some((row) => row.day > on && row.recorded <= recorded);

export function lifeOf(contract: Contract, today: number): Life {
  const [first, ...later] = contract.rows as [StateRow, ...StateRow[]];
  const { anchor, term } = contract;
  let terms = first.terms as Terms;
  let notice = first.notice ?? 45;
  let renewalMonths = term;
  while (monthsAfter(anchor, renewalMonths) < first.day) renewalMonths += term;
  let termStartMonths = renewalMonths - term;
  const hasBegun = dayOf(anchor) < first.day;
  const opens = hasBegun ? monthsAfter(anchor, termStartMonths) + 1 : -Infinity;

  const settled: Change[] = contract.upgrades.filter((each) => each.history !== null).map((each) => upgrade(contract, each));
  const waiting = contract.upgrades
    .filter((each) => each.history === null)
    .map((each) => upgrade(contract, each))
    .toSorted(asSettled);
  for (const [on, told] of contract.renewals) {
    if (told.history === null) continue;
    const months = monthsOf(contract, on) - term;
    settled.push({ ...renewal(contract, on, first.notice ?? 45, monthsAfter(anchor, months) + 1, []), from: told.history });
  }
  let open: Change | null = renewal(contract, monthsAfter(anchor, renewalMonths), notice, opens, []);
  let endedOn: number | null = null;
  const end = contract.endsOn ?? Infinity;

  for (;;) {
    const next: Change | null = waiting[0] !== undefined && (open === null || waiting[0].on <= open.on) ? waiting[0] : open;
    const isOver: boolean = next === null || endedOn !== null || next.on >= today || next.on > end;
    // What a day's import told is the state of that day: changes of the days before it lie behind it.
    if (later[0] !== undefined && (isOver || later[0].day <= next!.on)) {
      const row = later.shift()!;
      if (endedOn === null) terms = { ...terms, ...row.terms };
      notice = row.notice ?? notice;
      continue;
    }
    if (isOver || next === null) break;
    next.from = terms;
    settled.push(next);
    const announced = isOlderThanItsRow(contract, next.on, next.told.announcedAt) ? {} : next.told.announced;
    if (next.type !== 'RENEWAL') {
      waiting.shift();
      if (stateOf(knownInTime(next), next.on).isAccepted) terms = changed(terms, announced);
    } else if (stateOf(next, next.on).isCancelled) {
      [endedOn, open] = [next.on, null];
    } else {
      terms = changed(terms, announced);
      termStartMonths = renewalMonths;
      renewalMonths += terms.subscriptionTermMonths;
      open = renewal(contract, monthsAfter(anchor, renewalMonths), notice, next.on + 1, carriedOn(next.log, next.on - next.notice));
    }
  }
  return {
    changes: [...settled, ...waiting, ...(open === null ? [] : [open])],
    open,
    terms,
    notice,
    termStart: monthsAfter(anchor, termStartMonths),
    endedOn: endedOn ?? contract.endsOn,
  };
}

/** The order in which changes were settled: decisions told after an import of a later day do not change it. */
export const asSettled = (a: Change, b: Change): number => inOrder(knownInTime(a), knownInTime(b), Infinity);

/** The change with those decisions alone that were told before an import told the state of a later day. */
function knownInTime(change: Change): Change {
  const lines = change.log.lines.filter((line) => !isOlderThanItsRow(change.contract, change.on, line.recorded));
  return { ...change, log: { ...change.log, lines } };
}

function upgrade(contract: Contract, told: Upgrade): Change {
  const { type, on, log } = told;
  const key = `${contract.externalId} ${type} ${told.externalId}`;
  return { key, contract, type, on, notice: 0, opened: -Infinity, told, log, from: told.history };
}

function renewal(contract: Contract, on: number, notice: number, opened: number, carried: Line[]): Change {
  const told = contract.renewals.get(on) ?? nobodyTold();
  const log = { ...told.log, lines: [...told.log.lines, ...carried] };
  return { key: `${contract.externalId} RENEWAL ${dateOf(on)}`, contract, type: 'RENEWAL', on, notice, opened, told, log, from: null };
}

/** Whole months from the anchor to a renewal's date; NaN when no number of terms leads there. */
export function monthsOf({ anchor, term }: Contract, on: number): number {
  for (let months = term; ; months += term) {
    const day = monthsAfter(anchor, months);
    if (day >= on) return day === on ? months : NaN;
  }
}
