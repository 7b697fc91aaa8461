import { isDecidableSql, statusSql } from '../contract-change/contract-change.rules.ts';
import { communicationOwnerSql } from '../customer/communication-owner.rules.ts';
import { muteReasonSql } from './reminder-mute.sql.ts';
import { switchOfKind } from './reminder-preference.queries.ts';
import { suppressedBySql } from './suppression.queries.ts';

// THE rules of when a reminder comes, to whom, and why not. The planner and the check right before sending both use them. Aliases: `row` is
// a dashboard row, `change` its contract change, `partner` and `setting` the partner's record and reminder settings, `reader` a user with
// what the user gets (reminderReadersSql). Kinds and days before the base date are expressions. Days are business dates.

/** The days before the deadline on which reminders come unless a partner chooses others. The vendor always gets these. */
export const usualOffsets = [30, 14, 7, 1] as const;

/** After its effective date, a result is news for so many days. */
const newsDays = 7;

/** After the fact, `days` is fixed: one day after the deadline, and the effective date itself. */
export const daysOfResult = { AFTER_DEADLINE: -1, ON_EFFECTIVE_DATE: 0 } as const;

/** SQL: who communicates with the customer. */
export const ownerSql = communicationOwnerSql('row.manual_owner', 'partner.owns_all_transactional_conversations');

/** SQL: the date that days count from: a renewal's deadline, another change's effective date; for a result, the effective date. */
export const baseDateSql = (kind: string) =>
  `case when ${kind} = 'ON_EFFECTIVE_DATE' then row.effective_date else coalesce(row.renewal_deadline, row.effective_date) end`;

/** SQL: the last day on which a decision can be recorded. */
export const lastDayToActSql = 'coalesce(row.renewal_deadline, row.effective_date - 1)';

/** SQL: the last day on which a message is of use. */
export const lastUsefulDaySql = (kind: string) => `case ${kind}
  when 'AFTER_DEADLINE' then row.effective_date - 1
  when 'ON_EFFECTIVE_DATE' then row.effective_date + ${newsDays}
  else ${lastDayToActSql} end`;

/**
 * SQL: nobody could decide on the renewal in its term: its deadline lies before the term, or before the day on which it opened. Such short
 * terms are silent unless the partner wants them.
 */
export const isShortSql = `(row.type = 'RENEWAL' and not setting.short_terms and coalesce(
  row.renewal_deadline < (row.effective_date - make_interval(months => row.current_subscription_term_months))::date
  or row.renewal_deadline < change.opened_on, false))`;

/** SQL: why the state of the change gives no reason for a message; null if it does. */
export const stateReasonSql = (kind: string, today: string) => {
  const isDecided = '(row.is_accepted or row.is_cancelled)';
  return `case
    when change.is_history or ${isShortSql} then 'NOT_DECIDABLE'
    when ${kind} = 'ON_EFFECTIVE_DATE' then case when ${today} > ${lastUsefulDaySql(kind)} then 'TOO_LATE' end
    when ${isDecided} then 'DECIDED'
    when ${kind} = 'AFTER_DEADLINE' then case
      when row.type <> 'RENEWAL' or ${statusSql('row', today)} <> 'RENEWED' then 'NOT_DECIDABLE'
      when ${today} > ${lastUsefulDaySql(kind)} then 'TOO_LATE' end
    when not (${statusSql('row', today)} = 'PENDING' and ${isDecidableSql('row', today)}) then 'TOO_LATE' end`;
};

type Recipient = { kind: string; recipientKind: string; recipientId: string; hasVendor: string };

/** SQL: why this recipient does not get a message of the kind about the change; null if it does. */
export const recipientReasonSql = ({ kind, recipientKind, recipientId, hasVendor }: Recipient) => `case ${recipientKind}
  when 'USER' then case
    when reader.user_id is null then 'USER_GONE'
    when not ${wantsSql(kind)} then 'SWITCHED_OFF'
    when reader.only_own_customers and ${ownerSql} <> 'PARTNER' then 'OWNER_CHANGED' end
  when 'CONTACT' then case
    when ${ownerSql} <> 'PARTNER' then 'OWNER_CHANGED'
    when not setting.customer_notices then 'SWITCHED_OFF'
    when row.primary_contact_id is null or row.primary_contact_id is distinct from ${recipientId} then 'CONTACT_GONE' end
  else case
    when not ${hasVendor} then 'SWITCHED_OFF'
    when ${ownerSql} <> 'VENDOR' then 'OWNER_CHANGED' end
  end`;

/** SQL: whether the user gets messages of the kind; a test always comes. */
export const wantsSql = (kind: string) => `case ${kind}
  ${Object.entries(switchOfKind)
    .map(([each, column]) => `when '${each}' then reader.${column}`)
    .join(' ')}
  else true end`;

type Silence = { partnerId: string; kind: string; today: string; recipientKind: string; address: string };

/** SQL: why the recipient hears nothing: muted, snoozed, or no mail to the address; null if it does. Mutes do not concern the vendor. */
export const silenceReasonSql = ({ partnerId, kind, today, recipientKind, address }: Silence) => {
  const [customerId, changeId, userId] = ['row.customer_id', 'row.id', 'reader.user_id'];
  return `coalesce(
    case when ${recipientKind} <> 'VENDOR' then ${muteReasonSql({ partnerId, customerId, changeId, userId, day: today })} end,
    ${suppressedBySql({ partnerId, address, kind })})`;
};
