import type { Pool } from 'pg';
import { addDays, type CalendarDate } from '../calendar-date.ts';
import { inPartnerTransaction, type PartnerTransaction } from '../database/transaction.ts';
import { readPartnerDays, type PartnerDays } from '../partner/partner-record.queries.ts';
import { refreshStaleStatistics } from '../writing/statistics.queries.ts';
import { contractsSql, readContracts, weightOf, type DueContracts } from './due-contracts.queries.ts';
import { beginWithoutWaiting } from './passing-pieces.queries.ts';

/** More days than this pass in several turns: a contract then renews at most once or twice in a transaction. */
const daysAtOnce = 31;

/** The first transaction handles about so many open changes. It lasts far less than a second, so that nobody waits long for its locks. */
export const firstInPiece = 800;

/** The contracts that one passing concerns. */
type Concerned = {
  readonly of: string;
  /** those that this process has not passed, as far as it knows */
  contracts: DueContracts;
  readonly repeats: number;
  /** whether the planner knows of so many */
  readonly isPlanned: boolean;
  /** They were read under no lock: others may have become due since. */
  readonly isReadAhead: boolean;
  /** Something was in the way of contracts that passed beside a piece. */
  hasFailedBeside: boolean;
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
  /** Contracts are passing beside a piece. */
  beside?: Promise<void> | undefined;
};

/** The date that the next pieces reach. */
export function targetOf({ passedThrough, passingThrough }: PartnerDays, businessDate: CalendarDate): CalendarDate {
  if (passingThrough !== null) return passingThrough;
  if (passedThrough === null) return businessDate;
  const latest = addDays(passedThrough, daysAtOnce);
  return latest < businessDate ? latest : businessDate;
}

const nameOf = ({ passedThrough }: PartnerDays, through: CalendarDate) => `${passedThrough ?? ''} ${through}`;

/** Whether the contracts on the way to the date have been read. */
export const isReadFor = ({ concerned }: Passing, days: PartnerDays, through: CalendarDate) => concerned?.of === nameOf(days, through);

async function readConcerned(tx: PartnerTransaction, days: PartnerDays, through: CalendarDate): Promise<Concerned> {
  const contracts = await readContracts(tx, contractsSql, [tx.partnerId, through, days.passedThrough]);
  const isPlanned = weightOf(contracts) <= firstInPiece / 2;
  return { of: nameOf(days, through), contracts, repeats: 0, isPlanned, isReadAhead: false, hasFailedBeside: false };
}

/**
 * Reads the contracts once for all pieces of a passing. Many take long to read, and the planner may have to learn of them.
 * @returns whether that was so much that the first piece is left to another transaction
 */
export async function prepare(tx: PartnerTransaction, passing: Passing, days: PartnerDays, through: CalendarDate): Promise<boolean> {
  if (!isReadFor(passing, days, through)) {
    passing.concerned = await readConcerned(tx, days, through);
    return !passing.concerned.isPlanned;
  }
  const known = passing.concerned!;
  if (known.isPlanned) return false;
  passing.concerned = { ...known, isPlanned: true };
  return await refreshStaleStatistics(tx, weightOf(known.contracts));
}

/** The same without a lock of the partner: very many contracts take seconds to read. */
export async function readAhead(pool: Pool, passing: Passing): Promise<void> {
  const { partnerId, businessDate } = passing;
  const way = { isRoutine: true };
  const read = async (tx: PartnerTransaction) => {
    const days = (await beginWithoutWaiting(tx)) ? await readPartnerDays(tx) : undefined;
    return days && (await readConcerned(tx, days, targetOf(days, businessDate)));
  };
  const concerned = await inPartnerTransaction(pool, partnerId, read, way);
  if (concerned === undefined) return;
  await inPartnerTransaction(pool, partnerId, (tx) => refreshStaleStatistics(tx, weightOf(concerned.contracts)), way);
  passing.concerned = { ...concerned, isPlanned: true, isReadAhead: true };
}
