import type { CalendarDate } from '../calendar-date.ts';
import type { PartnerReader } from '../database/reader.ts';

type MuteSql = { partnerId: string; customerId: string; changeId: string; userId: string; day: string };

/**
 * SQL: why a change is silent for a user on a day, 'MUTED' or 'SNOOZED'; null if it is not. All arguments are SQL expressions. A null user
 * stands for the customer's contact: only what is muted for everyone is silent for a contact. A mute of the customer covers all
 * its changes, and on the day `until` reminders come again.
 */
export const muteReasonSql = ({ partnerId, customerId, changeId, userId, day }: MuteSql): string =>
  `(select case when bool_or(not mute.is_snooze) then 'MUTED' when bool_or(mute.is_snooze) then 'SNOOZED' end
    from reminder_mute mute
    where mute.partner_id = ${partnerId} and (mute.customer_id = ${customerId} or mute.contract_change_id = ${changeId})
      and ${mutesNowSql(day)} and (mute.partner_user_id is null or mute.partner_user_id = ${userId}))`;

/** SQL: whether a mute (alias `mute`) holds on a day. */
export const mutesNowSql = (day: string): string => `mute.ended_at is null and (mute.until is null or mute.until > ${day})`;

/** A mute that holds: of all changes of a customer, or of one change; for one user, or for everyone. */
export type ReminderMute = {
  id: string;
  userId: string | null;
  customerId: string | null;
  contractChangeId: string | null;
  isSnooze: boolean;
  until: CalendarDate | null;
};

/** The mutes that hold on a day, of the whole partner. */
export async function readMutes(reader: PartnerReader, day: CalendarDate): Promise<ReminderMute[]> {
  const rows = await reader.select<[string, string | null, string | null, string | null, boolean, CalendarDate | null]>({
    name: 'readMutes',
    select: `select mute.id, mute.partner_user_id, mute.customer_id, mute.contract_change_id, mute.is_snooze, mute.until
      from reminder_mute mute where mute.partner_id = scope.partner_id and ${mutesNowSql('$2::date')}`,
    values: [day],
  });
  return rows.map(([id, userId, customerId, contractChangeId, isSnooze, until]) => ({
    ...{ id, userId, customerId, contractChangeId, isSnooze, until },
  }));
}
