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
