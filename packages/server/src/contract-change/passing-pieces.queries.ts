import type { CalendarDate } from '../calendar-date.ts';
import { holdOffResuming, lockAssociations } from '../customer/customer-lock.queries.ts';
import { inOrder } from '../database/in-order.ts';
import { withPartnerConstant } from '../database/one-shard.sql.ts';
import type { PartnerTransaction } from '../database/transaction.ts';
import { holdsOffImportSql } from '../writing/import-turns.queries.ts';
import type { RowSet } from '../writing/row-set.ts';
import { refreshDashboardRows } from './dashboard-row.queries.ts';
import { weightOf, type DueContracts } from './due-contracts.queries.ts';
import { settleRounds } from './settling.queries.ts';

/** Each round visits all due changes of a piece. More visits than this take several pieces. */
const mostVisits = 10_000;
const fewestRounds = 2;

/** Statements for more open changes than this are planned for their number: a generic plan of theirs may take the square of it. */
const fewChanges = 40;

/** Bounds the wait for edits, so that a process can stop, and prefers indexes. Returns false if an import is running. */
export async function beginWithoutWaiting(tx: PartnerTransaction): Promise<boolean> {
  const { rows } = await tx.query<{ held: boolean }>(
    `/* beginWithoutWaiting */ select ${holdsOffImportSql('$1')} as held, set_config('lock_timeout', '1s', true),
       set_config('enable_seqscan', 'off', true)`,
    [tx.partnerId],
  );
  return rows[0]!.held;
}

/** Locks the customers of some contracts, as every writer of their rows does. */
export async function lockPiece(tx: PartnerTransaction, contracts: DueContracts): Promise<void> {
  const customers = customersOf(contracts.map(({ id }) => id));
  await inOrder(holdOffResuming(tx, customers), lockAssociations(tx, customers));
}

/**
 * Settles what is due of some contracts.
 * @returns whether it is all: a contract with very many changes, which settle one by one, takes several pieces
 */
export async function settlePiece(tx: PartnerTransaction, through: CalendarDate, contracts: DueContracts): Promise<boolean> {
  const rounds = Math.max(fewestRounds, Math.round(mostVisits / weightOf(contracts)));
  return await settleRounds(
    tx,
    through,
    contracts.map(({ id }) => id),
    rounds,
  );
}

export async function refreshPiece(tx: PartnerTransaction, contracts: DueContracts): Promise<void> {
  await refreshDashboardRows(tx, { contractIds: contracts.map(({ id }) => id) });
}

/** The customers that contracts have now: an import between two pieces may have moved a contract. */
export const customersOf = (contractIds: readonly string[]): RowSet => ({
  sql: 'select contract.customer_id from contract where contract.partner_id = $1 and contract.id = any ($2::uuid[])',
  values: [contractIds],
});

/** The transaction for the statements of a piece: many contracts have statements that are planned for their values. */
export const planningPiece = (tx: PartnerTransaction, contracts: DueContracts) =>
  weightOf(contracts) > fewChanges ? planningEach(tx) : tx;

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
