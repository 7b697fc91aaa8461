import type { Pool } from 'pg';
import type { CalendarDate } from '../calendar-date.ts';
import { inPartnerTransaction } from '../database/transaction.ts';
import { readPartnerDays } from '../partner/partner-record.queries.ts';
import type { DueContracts } from './due-contracts.queries.ts';
import { beginWithoutWaiting, lockPiece, planningPiece, refreshPiece, settlePiece } from './passing-pieces.queries.ts';

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
