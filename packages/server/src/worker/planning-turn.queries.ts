import type { PartnerTransaction } from '../database/transaction.ts';

/** Takes the turn to plan for the partner until the transaction ends, unless another process has it. */
export async function isPlannedElsewhere(tx: PartnerTransaction): Promise<boolean> {
  const { rows } = await tx.query<{ taken: boolean }>(
    `/* isPlannedElsewhere */ select pg_try_advisory_xact_lock(hashtextextended('planning of ' || $1, 0)) as taken`,
    [tx.partnerId],
  );
  return !rows[0]!.taken;
}
