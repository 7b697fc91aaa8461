import { setTimeout as sleep } from 'node:timers/promises';
import type { Pool } from 'pg';
import { addDays, daysBetween, type CalendarDate } from '../calendar-date.ts';
import { holdOffResuming, lockAssociations } from '../customer/customer-lock.queries.ts';
import { inOrder } from '../database/in-order.ts';
import { withPartnerConstant } from '../database/one-shard.sql.ts';
import { inPartnerTransaction, type PartnerTransaction } from '../database/transaction.ts';
import {
  lockPartnerDays,
  partnerIsThere,
  readPassedThrough,
  setPassedThrough,
  setPassing,
  type PartnerDays,
} from '../partner/partner-record.queries.ts';
import { holdOffImport, holdsOffImportSql } from '../writing/import-turns.queries.ts';
import type { RowSet } from '../writing/row-set.ts';
import { refreshStaleStatistics } from '../writing/statistics.queries.ts';
import { refreshDashboardRows } from './dashboard-row.queries.ts';
import { contractsSql, cut, hasContracts, lateSql, readContracts, weightOf, type DueContracts } from './due-contracts.queries.ts';
import { removeAllOldRows } from './old-rows.queries.ts';
import { concernedContractsSql, settleRounds } from './settling.queries.ts';

// Days of a partner pass in pieces: each is one transaction that settles some contracts and derives their rows. The partner's row notes
// how far they are, so another process, or a later one, goes on from there. Contracts do not depend on each other, also those of one customer.

/**
 * The first transaction handles about so many open changes. It lasts far less than a second, so that nobody waits long for its locks. Its
 * time decides the size of the next one, up to a limit: contracts that only need new rows are quick, and those after them may not be.
 */
const firstInPiece = 800;
const mostInPiece = 1_600;
const fewestInPiece = 100;
const pieceMs = 500;

/** Each round visits all due changes of a piece. More visits than this take several pieces. */
const mostVisits = 10_000;
const fewestRounds = 2;

/** More days than this pass in several turns: a contract then renews at most once or twice in a transaction. */
const daysAtOnce = 31;

/** Statements for more open changes than this are planned for their number: a generic plan of theirs may take the square of it. */
const fewChanges = 40;

const lockedPauseMs = 20;

/** The contracts that one passing concerns, in the order of their ids, each with its number of open changes. */
type Concerned = {
  readonly of: string;
  readonly contracts: DueContracts;
  readonly repeats: number;
  /** whether the planner knows of so many */
  readonly isPlanned: boolean;
};

/** One partner's days on their way to a business date. */
export type Passing = {
  readonly partnerId: string;
  readonly businessDate: CalendarDate;
  /** More days than this need to be told. */
  readonly mostDays: number;
  /** Days that have passed so far. */
  daysPassed: number;
  concerned?: Concerned | undefined;
  /** How many open changes the next piece takes. */
  pieceSize?: number;
};

/** through: the date is reached; partly: pieces remain; importing, locked: another process holds the partner; nothing was done. */
export type PassingState = 'through' | 'partly' | 'importing' | 'locked';

/** Too many days at once for a partner with contracts: the clock is probably wrong. */
export class TooManyDays extends Error {
  constructor(
    readonly from: CalendarDate,
    readonly to: CalendarDate,
  ) {
    super(`${daysBetween(from, to)} days (${from} to ${to}) would pass at once.`);
    this.name = 'TooManyDays';
  }
}

/** Passes all days up to the business date for one partner, after its running import. Idempotent, also across processes. */
export async function passDays(pool: Pool, partnerId: string, businessDate: CalendarDate, mostDays = Infinity): Promise<void> {
  const passing: Passing = { partnerId, businessDate, mostDays, daysPassed: 0 };
  for (let state: PassingState = 'partly'; state !== 'through';) {
    state = await passPiece(pool, passing, { isWaiting: true });
    // Of several that wait for the partner's row, one may wait for many pieces of the others, until its lock times out.
    if (state === 'locked') await sleep(lockedPauseMs);
  }
  await removeAllOldRows(pool, partnerId);
}

/**
 * Passes the next piece of a partner's days in one transaction, unless another process is passing one. With `isWaiting` it waits for a
 * running import; otherwise it skips it, and waits a second at most for an edit.
 */
export async function passPiece(pool: Pool, passing: Passing, { isWaiting }: { isWaiting: boolean }): Promise<PassingState> {
  return await inPartnerTransaction(
    pool,
    passing.partnerId,
    async (tx) => {
      if (isWaiting) await holdOffImport(tx);
      const held = isWaiting || beginWithoutWaiting(tx);
      const days = await inOrder(Promise.resolve(held), lockPartnerDays(tx, { skipLocked: true }));
      if (!(await held)) return 'importing';
      if (days !== undefined) return await passPieceWithin(tx, passing, days);
      return (await partnerIsThere(tx)) ? 'locked' : 'through';
    },
    { isRoutine: true },
  );
}

/** Bounds the wait for edits, so that a process can stop, and prefers indexes. Returns false if an import is running. */
async function beginWithoutWaiting(tx: PartnerTransaction): Promise<boolean> {
  const { rows } = await tx.query<{ held: boolean }>(
    `/* beginWithoutWaiting */ select ${holdsOffImportSql('$1')} as held, set_config('lock_timeout', '1s', true),
       set_config('enable_seqscan', 'off', true)`,
    [tx.partnerId],
  );
  return rows[0]!.held;
}

/** Passes all days in a transaction of the partner. */
export async function passDaysWithin(tx: PartnerTransaction, businessDate: CalendarDate): Promise<void> {
  const passing: Passing = { partnerId: tx.partnerId, businessDate, mostDays: Infinity, daysPassed: 0 };
  for (let state: PassingState = 'partly'; state !== 'through';) {
    const days = await lockPartnerDays(tx, { skipLocked: false });
    state = days === undefined ? 'through' : await passPieceWithin(tx, passing, days);
  }
}

async function passPieceWithin(tx: PartnerTransaction, passing: Passing, days: PartnerDays): Promise<PassingState> {
  const { businessDate } = passing;
  // A passing that another process began is finished first, also one to a later date: part of the contracts have reached it.
  const isBegun = days.passingThrough !== null;
  if (days.passedThrough !== null && days.passedThrough >= businessDate) return 'through';
  if (!isBegun) await refuseTooManyDays(tx, passing, days);
  const through = days.passingThrough ?? nextTarget(days.passedThrough, businessDate);
  if (await prepare(tx, passing, days.passedThrough, through)) {
    await setPassing(tx, { through, after: days.passingAfter });
    return 'partly';
  }
  const concerned = passing.concerned!;
  const size = passing.pieceSize ?? firstInPiece;
  const piece = cut(concerned.contracts, days.passingAfter, size);
  const isLast = piece.length === 0 || piece.at(-1) === concerned.contracts.at(-1);
  const start = performance.now();
  const weight = weightOf(piece);
  const statements = weight > fewChanges ? planningEach(tx) : tx;
  if (!(await settlePiece(statements, through, piece, weight))) {
    await setPassing(tx, { through, after: days.passingAfter });
    return 'partly';
  }
  // Rows are of the date that the partner has now.
  const isDone = isLast && !isBegun;
  const noted = isDone ? setPassedThrough(tx, through) : setPassing(tx, { through, after: piece.at(-1)?.id ?? days.passingAfter });
  await inOrder(noted, ...(piece.length === 0 ? [] : [refreshDashboardRows(statements, { contractIds: piece.map(({ id }) => id) })]));
  passing.pieceSize = Math.min(mostInPiece, Math.max(fewestInPiece, (size * pieceMs) / (performance.now() - start)));
  if (!isLast) return 'partly';
  if (isBegun) {
    // Contracts that became due behind the place that was reached: an import between two pieces brought their changes.
    const late = await readContracts(tx, lateSql, [tx.partnerId, through]);
    if (late.length > 0 && concerned.repeats < 3) {
      passing.concerned = { ...concerned, contracts: late, repeats: concerned.repeats + 1 };
      await setPassing(tx, { through, after: null });
      return 'partly';
    }
    await setPassedThrough(tx, through);
  }
  passing.concerned = undefined;
  if (days.passedThrough !== null) passing.daysPassed += daysBetween(days.passedThrough, through);
  return through >= businessDate ? 'through' : 'partly';
}

/**
 * The transaction with statements that are planned for their values (force_custom_plan would also replan every foreign key check). A piece
 * must not read all rows of a big partner, so indexes are preferred: otherwise the time grows with the square of the contracts.
 */
function planningEach(tx: PartnerTransaction): PartnerTransaction {
  const settings = { plan_cache_mode: 'auto', enable_seqscan: 'off', random_page_cost: '1' };
  const set = Object.entries(settings).map(([name, value]) => `set_config('${name}', '${value}', true)`);
  tx.leaveToCommit(tx.query(`/* planningEach */ select ${set.join(', ')}`));
  // Without names, so that no plan of an earlier piece is taken.
  const query = (text: string, values: unknown[]) => tx.query({ text: withPartnerConstant(text), values });
  return { ...tx, query: query as PartnerTransaction['query'] };
}

/**
 * Settles what is due of some contracts.
 * @returns whether it is all: a contract with very many changes, which settle one by one, takes several pieces
 */
async function settlePiece(tx: PartnerTransaction, through: CalendarDate, contracts: DueContracts, weight: number): Promise<boolean> {
  if (contracts.length === 0) return true;
  const contractIds = contracts.map(({ id }) => id);
  await inOrder(holdOffResuming(tx, customersOf(contractIds)), lockAssociations(tx, customersOf(contractIds)));
  return await settleRounds(tx, through, contractIds, Math.max(fewestRounds, Math.round(mostVisits / weight)));
}

/** The customers that contracts have now: an import between two pieces may have moved a contract. */
const customersOf = (contractIds: readonly string[]): RowSet => ({
  sql: 'select contract.customer_id from contract where contract.partner_id = $1 and contract.id = any ($2::uuid[])',
  values: [contractIds],
});

function nextTarget(from: CalendarDate | null, businessDate: CalendarDate): CalendarDate {
  if (from === null) return businessDate;
  const latest = addDays(from, daysAtOnce);
  return latest < businessDate ? latest : businessDate;
}

async function refuseTooManyDays(
  tx: PartnerTransaction,
  { businessDate, mostDays }: Passing,
  { passedThrough }: PartnerDays,
): Promise<void> {
  if (passedThrough === null || daysBetween(passedThrough, businessDate) <= mostDays) return;
  if (await hasContracts(tx)) throw new TooManyDays(passedThrough, businessDate);
}

/**
 * Reads the contracts once for all pieces of a passing. Many take long to read, and the planner may have to learn of them.
 * @returns whether that was so much that the first piece is left to another transaction
 */
async function prepare(tx: PartnerTransaction, passing: Passing, from: CalendarDate | null, through: CalendarDate): Promise<boolean> {
  const of = `${from ?? ''} ${through}`;
  const known = passing.concerned;
  if (known?.of !== of) {
    const contracts = await readContracts(tx, contractsSql, [tx.partnerId, through, from]);
    const isPlanned = weightOf(contracts) <= firstInPiece / 2;
    passing.concerned = { of, contracts, repeats: 0, isPlanned };
    return !isPlanned;
  }
  if (known.isPlanned) return false;
  passing.concerned = { ...known, isPlanned: true };
  return await refreshStaleStatistics(tx, weightOf(known.contracts));
}

/** Settles changes that took effect before the business date, or before a later date that has passed. The caller refreshes the rows. */
export async function settleDueChanges(tx: PartnerTransaction, businessDate: CalendarDate): Promise<void> {
  // Days can pass after the import's own passing and before its turn. After that, its turn holds them off.
  const passed = await readPassedThrough(tx);
  const through = passed !== null && passed > businessDate ? passed : businessDate;
  const concerned = await tx.query<{ contract_id: string }>(`/* settleDueChanges */ ${concernedContractsSql()}`, [tx.partnerId, through]);
  if (concerned.rows.length === 0) return;
  await lockAssociations(tx, customersOf(concerned.rows.map((row) => row.contract_id)));
  await settleRounds(tx, through);
}
