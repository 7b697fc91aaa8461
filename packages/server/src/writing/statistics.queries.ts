import pg from 'pg';
import type { PartnerTransaction } from '../database/transaction.ts';

/** An arbitrary number: the lock of the one transaction that may update the planner's statistics. */
export const statisticsLock = 7_305_520_178;

/** Many times more rows than the planner expects: its plans may then take the square of them. */
const farMore = 10;

/**
 * Updates the planner's statistics if they know far fewer open changes of the partner than there are. It then takes every index that
 * begins with the partner for as good as the right one, and reads all rows of the partner for each. Does nothing while an import updates
 * them.
 * @returns whether it updated them
 */
export async function refreshStaleStatistics(tx: PartnerTransaction, changes: number): Promise<boolean> {
  const { rows } = await tx.query<{ 'QUERY PLAN': [{ Plan: { 'Plan Rows': number } }] }>(
    `/* expectedRows */ explain (format json) select from contract_change where partner_id = ${pg.escapeLiteral(tx.partnerId)}`,
  );
  if (rows[0]!['QUERY PLAN'][0].Plan['Plan Rows'] * farMore > changes) return false;
  const lock = await tx.query<{ held: boolean }>('/* refreshStaleStatistics */ select pg_try_advisory_xact_lock($1) as held', [
    statisticsLock,
  ]);
  if (!lock.rows[0]!.held) return false;
  for (const table of ['customer_association', 'contract', 'contract_change', 'contract_change_decision'])
    await tx.query('/* refreshStaleStatistics */ select refresh_statistics($1)', [table]);
  return true;
}
