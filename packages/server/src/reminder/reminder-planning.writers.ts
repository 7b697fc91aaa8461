import type { CalendarDate } from '../calendar-date.ts';
import type { PartnerTransaction } from '../database/transaction.ts';

/** Notes that the reminders of the partner are planned through a day. */
export async function setPlannedThrough(tx: PartnerTransaction, day: CalendarDate): Promise<void> {
  await tx.query(
    `/* setPlannedThrough */ insert into reminder_planning as planning (partner_id, planned_through) values ($1, $2)
     on conflict (partner_id) do update set planned_through = greatest(planning.planned_through, excluded.planned_through)`,
    [tx.partnerId, day],
  );
}
