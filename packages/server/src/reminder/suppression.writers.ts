import type { PartnerTransaction } from '../database/transaction.ts';
import { writeRows, type RowSet } from '../writing/row-set.ts';

/**
 * Rows of address, reason (BOUNCED or UNSUBSCRIBED), kind (null is every kind), detail and outbox_message_id. An address that is suppressed
 * for the kind already stays as it is. Returns how many are new.
 */
export async function suppress(tx: PartnerTransaction, suppressions: RowSet): Promise<number> {
  const { rowCount } = await writeRows(
    tx,
    suppressions,
    (rows) => `/* suppress */ insert into mail_suppression (partner_id, id, address, reason, kind, detail, outbox_message_id)
     select $1, gen_random_uuid(), lower(given.address), given.reason, given.kind, left(given.detail, 1000), given.outbox_message_id
     from ${rows} given
     on conflict (partner_id, address, coalesce(kind, '')) where lifted_at is null do nothing`,
  );
  return rowCount ?? 0;
}

/** Returns whether it held until now. */
export async function markLifted(tx: PartnerTransaction, suppressionId: string, by: string): Promise<boolean> {
  const { rowCount } = await tx.query(
    `/* markLifted */ update mail_suppression set lifted_at = statement_timestamp(), lifted_by = $3
     where partner_id = $1 and id = $2 and lifted_at is null`,
    [tx.partnerId, suppressionId, by],
  );
  return rowCount === 1;
}
