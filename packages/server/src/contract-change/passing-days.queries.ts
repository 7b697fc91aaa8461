import { setTimeout as sleep } from 'node:timers/promises';
import type { Pool } from 'pg';
import { daysBetween, type CalendarDate } from '../calendar-date.ts';
import { lockAssociations } from '../customer/customer-lock.queries.ts';
import { inOrder } from '../database/in-order.ts';
import { inPartnerTransaction, type PartnerTransaction } from '../database/transaction.ts';
import {
  lockPartnerDays,
  partnerIsThere,
  readPassedThrough,
  setPassedThrough,
  setPassing,
  type PartnerDays,
} from '../partner/partner-record.queries.ts';
import { holdOffImport } from '../writing/import-turns.queries.ts';
import { firstInPiece, isReadFor, prepare, readAhead, targetOf, type Passing } from './concerned-contracts.queries.ts';
import {
  cut,
  cutBeside,
  hasContracts,
  hasManyContracts,
  lateSql,
  readContracts,
  together,
  without,
  type DueContracts,
} from './due-contracts.queries.ts';
import { removeAllOldRows } from './old-rows.queries.ts';
import { passBeside } from './passing-beside.queries.ts';
import { beginWithoutWaiting, customersOf, lockPiece, planningPiece, refreshPiece, settlePiece } from './passing-pieces.queries.ts';
import { concernedContractsSql, settleRounds } from './settling.queries.ts';

// Days of a partner pass in pieces: each is one transaction that settles some contracts and derives their rows. The partner's row notes
// how far they are, so another process, or a later one, goes on from there. Contracts do not depend on each other, also those of one customer.

// The first piece's time decides the size of the next one, up to a limit: contracts that only need new rows are quick, and those after them
// may not be.
const mostInPiece = 1_600;
const fewestInPiece = 100;
const pieceMs = 500;

const lockedPauseMs = 20;

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
 * Passes the next piece of a partner's days in one transaction, unless another process is passing one, and further contracts in a transaction
 * beside it. With `isWaiting` it waits for a running import; otherwise it skips it, and waits a second at most for an edit.
 */
export async function passPiece(pool: Pool, passing: Passing, { isWaiting }: { isWaiting: boolean }): Promise<PassingState> {
  const passNext = async (tx: PartnerTransaction) => {
    if (isWaiting) await holdOffImport(tx);
    const held = isWaiting || beginWithoutWaiting(tx);
    const isBig = passing.concerned === undefined && hasManyContracts(tx);
    const days = await inOrder(Promise.resolve(held), Promise.resolve(isBig), lockPartnerDays(tx, { skipLocked: true }));
    if (!(await held)) return 'importing';
    if (days === undefined) return (await partnerIsThere(tx)) ? 'locked' : 'through';
    const start: Beside['start'] = (through, contracts) => void (passing.beside ??= passOthers(pool, passing, through, contracts));
    return await passPieceWithin(tx, passing, days, { isBig: await isBig, start });
  };
  try {
    const state = await inPartnerTransaction(pool, passing.partnerId, passNext, { isRoutine: true });
    if (state !== 'unread') return state;
    await readAhead(pool, passing);
    return 'partly';
  } finally {
    await passing.beside;
    passing.beside = undefined;
  }
}

/** Passes contracts beside the piece that is passing. If that fails, they pass in their turn: what is in the way is told then. */
async function passOthers(pool: Pool, passing: Passing, through: CalendarDate, contracts: DueContracts): Promise<void> {
  const concerned = passing.concerned!;
  concerned.contracts = without(concerned.contracts, contracts);
  if (await passBeside(pool, passing.partnerId, through, contracts).catch(() => false)) return;
  concerned.contracts = together(concerned.contracts, contracts);
  concerned.hasFailedBeside = true;
}

/** Passes all days in a transaction of the partner. */
export async function passDaysWithin(tx: PartnerTransaction, businessDate: CalendarDate): Promise<void> {
  const passing: Passing = { partnerId: tx.partnerId, businessDate, mostDays: Infinity, daysPassed: 0 };
  for (let state: PassingState | 'unread' = 'partly'; state !== 'through';) {
    const days = await lockPartnerDays(tx, { skipLocked: false });
    state = days === undefined ? 'through' : await passPieceWithin(tx, passing, days);
  }
}

type Beside = { isBig: boolean; start: (through: CalendarDate, contracts: DueContracts) => void };

/** unread: so many contracts have to be read first, without the lock */
async function passPieceWithin(
  tx: PartnerTransaction,
  passing: Passing,
  days: PartnerDays,
  beside?: Beside,
): Promise<PassingState | 'unread'> {
  const { businessDate } = passing;
  // A passing that another process began is finished first, also one to a later date: part of the contracts have reached it.
  const isBegun = days.passingThrough !== null;
  if (days.passedThrough !== null && days.passedThrough >= businessDate) return 'through';
  if (!isBegun) await refuseTooManyDays(tx, passing, days);
  const through = targetOf(days, businessDate);
  if (beside?.isBig && !isReadFor(passing, days, through)) return 'unread';
  if (await prepare(tx, passing, days, through)) {
    await setPassing(tx, { through, after: days.passingAfter });
    return 'partly';
  }
  const concerned = passing.concerned!;
  const size = passing.pieceSize ?? firstInPiece;
  const piece = cut(concerned.contracts, days.passingAfter, size);
  const others = isBegun && !concerned.hasFailedBeside ? cutBeside(concerned.contracts, piece, size) : [];
  if (others.length > 0) beside?.start(through, others);
  const isLast = passing.beside === undefined && (piece.length === 0 || piece.at(-1) === concerned.contracts.at(-1));
  const start = performance.now();
  const statements = planningPiece(tx, piece);
  if (piece.length > 0) {
    await lockPiece(statements, piece);
    if (!(await settlePiece(statements, through, piece))) {
      await setPassing(tx, { through, after: days.passingAfter });
      return 'partly';
    }
  }
  // Rows are of the date that the partner has now.
  const mayBeLate = isBegun || concerned.isReadAhead;
  const noted =
    isLast && !mayBeLate ? setPassedThrough(tx, through) : setPassing(tx, { through, after: piece.at(-1)?.id ?? days.passingAfter });
  await inOrder(noted, ...(piece.length > 0 ? [refreshPiece(statements, piece)] : []));
  passing.pieceSize = Math.min(mostInPiece, Math.max(fewestInPiece, (size * pieceMs) / (performance.now() - start)));
  if (!isLast) return 'partly';
  if (mayBeLate) {
    // Contracts that became due behind the place that was reached: an import between two pieces brought their changes.
    const late = await readContracts(tx, lateSql, [tx.partnerId, through, days.passedThrough]);
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

async function refuseTooManyDays(
  tx: PartnerTransaction,
  { businessDate, mostDays }: Passing,
  { passedThrough }: PartnerDays,
): Promise<void> {
  if (passedThrough === null || daysBetween(passedThrough, businessDate) <= mostDays) return;
  if (await hasContracts(tx)) throw new TooManyDays(passedThrough, businessDate);
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
