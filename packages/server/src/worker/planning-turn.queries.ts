import type { PartnerTransaction } from '../database/transaction.ts';

/**
 * Takes the turn to plan for the partner until the transaction ends, unless another process has it. The transaction is idle while the planner
 * works, which takes minutes on a slow database: the time-out of idle transactions would end the turn, and the planning of all partners.
 */
export async function isPlannedElsewhere(tx: PartnerTransaction): Promise<boolean> {
  const { rows } = await tx.query<{ taken: boolean }>(
    `/* isPlannedElsewhere */ select pg_try_advisory_xact_lock(hashtextextended('planning of ' || $1, 0)) as taken,
       set_config('idle_in_transaction_session_timeout', '0', true)`,
    [tx.partnerId],
  );
  return !rows[0]!.taken;
}
