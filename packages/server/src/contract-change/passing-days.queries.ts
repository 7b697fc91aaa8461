import { setTimeout as sleep } from 'node:timers/promises';
import type { Pool } from 'pg';
import { addDays, daysBetween, type CalendarDate } from '../calendar-date.ts';
import { lockAssociations } from '../customer/customer-lock.queries.ts';
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
import { refreshDashboardRows } from './dashboard-row.queries.ts';
import { customersSql, hasContracts, lateSql, readCustomers, type DueCustomers } from './due-customers.queries.ts';
import { concernedCustomersSql, settleRounds } from './settling.queries.ts';

// Days of a partner pass in pieces: each is one transaction that settles some customers and derives their rows. The partner's row notes
// how far they are, so another process, or a later one, goes on from there. Customers do not depend on each other.

/** About so many open changes are handled in one transaction, so that no lock is held longer than a second. */
const pieceWeight = 800;

/** More days than this pass in several turns: a contract then renews at most once or twice in a transaction. */
const daysAtOnce = 31;

/** Statements for more open changes than this are planned for their number: a generic plan of theirs may take the square of it. */
const fewChanges = 40;

const lockedPauseMs = 20;

/** The customers that one passing concerns, in the order of their ids, each with its number of open changes. */
type Concerned = { readonly of: string; readonly customers: DueCustomers; readonly repeats: number };

/** One partner's days on their way to a business date. */
export type Passing = {
  readonly partnerId: string;
  readonly businessDate: CalendarDate;
  /** More days than this need to be told. */
  readonly mostDays: number;
  /** Days that have passed so far. */
  daysPassed: number;
  concerned?: Concerned | undefined;
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
      else if (!(await beginWithoutWaiting(tx))) return 'importing';
      const days = await lockPartnerDays(tx, { skipLocked: true });
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
  // A passing that another process began is finished first, also one to a later date: part of the customers have reached it.
  const isBegun = days.passingThrough !== null;
  if (days.passedThrough !== null && days.passedThrough >= businessDate) return 'through';
  if (!isBegun) await refuseTooManyDays(tx, passing, days);
  const through = days.passingThrough ?? nextTarget(days.passedThrough, businessDate);
  const concerned = await concernedBy(tx, passing, days.passedThrough, through);
  const rest = concerned.customers.slice(firstAfter(concerned.customers, days.passingAfter));
  const piece = cut(rest);
  const isLast = piece.length === rest.length;
  if (isLast && !isBegun) await setPassedThrough(tx, through);
  else await setPassing(tx, { through, after: piece.at(-1)?.id ?? days.passingAfter });
  await passCustomers(weightOf(piece) > fewChanges ? await planningEach(tx) : tx, through, piece);
  if (!isLast) return 'partly';
  if (isBegun) {
    // Customers that became due behind the place that was reached: an import between two pieces brought their changes.
    const late = await readCustomers(tx, lateSql, [tx.partnerId, through]);
    if (late.length > 0 && concerned.repeats < 3) {
      passing.concerned = { ...concerned, customers: late, repeats: concerned.repeats + 1 };
      await setPassing(tx, { through, after: null });
      return 'partly';
    }
    await setPassedThrough(tx, through);
  }
  passing.concerned = undefined;
  if (days.passedThrough !== null) passing.daysPassed += daysBetween(days.passedThrough, through);
  return through >= businessDate ? 'through' : 'partly';
}

const weightOf = (customers: DueCustomers) => customers.reduce((sum, { weight }) => sum + weight, 0);

/**
 * The transaction with statements that are planned for their values (force_custom_plan would also replan every foreign key check). A piece
 * must not read all rows of a big partner, so indexes are preferred: otherwise the time grows with the square of the customers.
 */
async function planningEach(tx: PartnerTransaction): Promise<PartnerTransaction> {
  const settings = { plan_cache_mode: 'auto', enable_seqscan: 'off', random_page_cost: '1' };
  const set = Object.entries(settings).map(([name, value]) => `set_config('${name}', '${value}', true)`);
  await tx.query(`/* planningEach */ select ${set.join(', ')}`);
  // Without names, so that no plan of an earlier piece is taken.
  const query = (text: string, values: unknown[]) => tx.query({ text, values });
  return { partnerId: tx.partnerId, query: query as PartnerTransaction['query'] };
}

/** Settles what is due of some customers, and derives their rows. */
async function passCustomers(tx: PartnerTransaction, through: CalendarDate, customers: DueCustomers): Promise<void> {
  if (customers.length === 0) return;
  const customerIds = customers.map(({ id }) => id);
  await lockAssociations(tx, { sql: 'select unnest($2::uuid[])', values: [customerIds] });
  await settleRounds(tx, through, customerIds);
  await refreshDashboardRows(tx, { customerIds });
}

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

/** Reads the customers once for all pieces of a passing; they are many, and each reading takes all of them. */
async function concernedBy(tx: PartnerTransaction, passing: Passing, from: CalendarDate | null, through: CalendarDate): Promise<Concerned> {
  const of = `${from ?? ''} ${through}`;
  if (passing.concerned?.of !== of) {
    const customers = await readCustomers(tx, customersSql, [tx.partnerId, through, from]);
    passing.concerned = { of, customers, repeats: 0 };
  }
  return passing.concerned;
}

/** The place of the first customer after an id. Ids sort as texts in the order of the database. */
function firstAfter(customers: DueCustomers, after: string | null): number {
  if (after === null) return 0;
  const index = customers.findIndex(({ id }) => id > after);
  return index === -1 ? customers.length : index;
}

/** As many of the first customers as one transaction takes, at least one. */
function cut(customers: DueCustomers): DueCustomers {
  let weight = 0;
  const end = customers.findIndex((customer, index) => (weight += customer.weight) > pieceWeight && index > 0);
  return end === -1 ? customers : customers.slice(0, end);
}

/** Settles changes that took effect before the business date, or before a later date that has passed. The caller refreshes the rows. */
export async function settleDueChanges(tx: PartnerTransaction, businessDate: CalendarDate): Promise<void> {
  // Days can pass after the import's own passing and before its turn. After that, its turn holds them off.
  const passed = await readPassedThrough(tx);
  const through = passed !== null && passed > businessDate ? passed : businessDate;
  const concerned = await tx.query<{ customer_id: string }>(`/* settleDueChanges */ ${concernedCustomersSql()}`, [tx.partnerId, through]);
  const customerIds = concerned.rows.map((row) => row.customer_id);
  if (customerIds.length === 0) return;
  await lockAssociations(tx, { sql: 'select unnest($2::uuid[])', values: [customerIds] });
  await settleRounds(tx, through);
}
