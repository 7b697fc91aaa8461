import type { PartnerTransaction } from '../database/transaction.ts';
import { writeRows, type RowSet } from '../writing/row-set.ts';

/** Rows of partner_user_id (null is everyone), customer_id or contract_change_id, is_snooze, until (null is until it is ended). */
export async function createMutes(tx: PartnerTransaction, mutes: RowSet, by: string): Promise<void> {
  await writeRows(
    tx,
    mutes,
    (rows, name) => `/* createMutes */ insert into reminder_mute
       (partner_id, id, partner_user_id, customer_id, contract_change_id, is_snooze, until, created_by)
     select $1, gen_random_uuid(), given.partner_user_id, given.customer_id, given.contract_change_id, given.is_snooze, given.until, ${name}
     from ${rows} given`,
    by,
  );
}

/** Ends mutes: rows of id. */
export async function endMutes(tx: PartnerTransaction, mutes: RowSet, by: string): Promise<void> {
  await writeRows(
    tx,
    mutes,
    (rows, name) => `/* endMutes */ update reminder_mute mute set ended_at = statement_timestamp(), ended_by = ${name}
     from ${rows} ended where mute.partner_id = $1 and mute.id = ended.id and mute.ended_at is null`,
    by,
  );
}
