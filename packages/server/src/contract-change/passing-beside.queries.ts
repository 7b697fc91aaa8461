import type { Pool } from 'pg';
import type { CalendarDate } from '../calendar-date.ts';
import { inPartnerTransaction, type PartnerTransaction } from '../database/transaction.ts';
import { readPartnerDays } from '../partner/partner-record.queries.ts';
import { holdsOffImportSql } from '../writing/import-turns.queries.ts';
import type { DueContracts } from './due-contracts.queries.ts';
import { lockPiece, planningPiece, refreshPiece, settlePiece } from './passing-pieces.queries.ts';

/** Bounds the wait for edits, so that a process can stop, and prefers indexes. Returns false if an import is running. */
export async function beginWithoutWaiting(tx: PartnerTransaction): Promise<boolean> {
  const { rows } = await tx.query<{ held: boolean }>(
    `/* beginWithoutWaiting */ select ${holdsOffImportSql('$1')} as held, set_config('lock_timeout', '1s', true),
       set_config('enable_seqscan', 'off', true)`,
    [tx.partnerId],
  );
  return rows[0]!.held;
}

/**
 * Passes contracts in a transaction of its own, while another one holds the partner and passes earlier contracts: a database has more than
 * one processor. It notes nothing at the partner. If its process ends, those contracts pass once more, and nothing of them is due then.
 * @returns whether they are through; if not, the caller passes them in their turn
 */
export async function passBeside(pool: Pool, partnerId: string, through: CalendarDate, contracts: DueContracts): Promise<boolean> {
  return await inPartnerTransaction(
    pool,
    partnerId,
    async (tx) => {
      if (!(await beginWithoutWaiting(tx))) return false;
      const statements = planningPiece(tx, contracts);
      await lockPiece(statements, contracts);
      // Another process may have passed all meanwhile. As long as it has not, it needs the customers that are locked now.
      if ((await readPartnerDays(tx))?.passingThrough !== through) return false;
      if (!(await settlePiece(statements, through, contracts))) return false;
      await refreshPiece(statements, contracts);
      return true;
    },
    { isRoutine: true },
  );
}
