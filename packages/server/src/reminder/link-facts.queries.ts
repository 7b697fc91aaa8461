import type { PartnerUserRole } from '../access/role.rules.ts';
import type { CalendarDate } from '../calendar-date.ts';
import type { ContractChangeAction, ContractChangeType } from '../contract-change/contract-change.rules.ts';
import { decidingDecisionSql } from '../contract-change/contract-change.rules.ts';
import type { ContractTerms } from '../contract/contract.entity.ts';
import { communicationOwnerSql, type CommunicationOwner } from '../customer/communication-owner.rules.ts';
import type { PartnerReader } from '../database/reader.ts';
import type { ReminderKind } from './reminder-kind.ts';

/** A decision, as it stands today. */
export type LinkedDecision = { action: ContractChangeAction; decidedOn: CalendarDate; recordedBy: string };

/** The change that a reminder is about, while the partner sees it: its association is active, and it has not passed. */
export type LinkedChange = {
  id: string;
  customerId: string;
  customerName: string;
  product: string;
  type: ContractChangeType;
  effectiveDate: CalendarDate;
  renewalDeadline: CalendarDate | null;
  noticePeriodDays: number;
  isAccepted: boolean;
  isCancelled: boolean;
  version: number;
  owner: CommunicationOwner;
  currentTerms: ContractTerms;
  newTerms: ContractTerms;
  decision: LinkedDecision | null;
  /** Until when the recipient snoozes it. */
  snoozedUntil: CalendarDate | null;
};

/** What the page of a link says, read when it is opened. */
export type LinkFacts = {
  kind: ReminderKind;
  recipientKind: 'USER' | 'CONTACT' | 'VENDOR' | null;
  /** Where the message went; null until it has ended. */
  address: string | null;
  language: string | null;
  partnerName: string;
  timeZone: string | null;
  /** The recipient; null if it is no user, or removed. */
  user: { id: string; name: string; email: string; role: PartnerUserRole } | null;
  /** The address of the customer's contact now, if the recipient is one. */
  contactEmail: string | null;
  change: LinkedChange | null;
};

/** An amount as JSON would lose digits, so it is a text. */
const termsSql = (which: 'current' | 'new') =>
  `json_build_object('maxContacts', row.${which}_max_contacts, 'emailLimit', row.${which}_email_limit,
    'billingFrequency', row.${which}_billing_frequency, 'billingIntervalMonths', row.${which}_billing_interval_months,
    'subscriptionTermMonths', row.${which}_subscription_term_months,
    'mrr', json_build_object('amount', row.${which}_mrr::text, 'currencyCode', row.${which}_currency_code))`;

const changeSql = `select row.id, row.customer_id as "customerId", row.customer_name as "customerName", contract.product, row.type,
    row.effective_date as "effectiveDate", row.renewal_deadline as "renewalDeadline", row.notice_period_days as "noticePeriodDays",
    row.is_accepted as "isAccepted", row.is_cancelled as "isCancelled", row.version,
    ${communicationOwnerSql('row.manual_owner', 'partner.owns_all_transactional_conversations')} as owner,
    ${termsSql('current')} as "currentTerms", ${termsSql('new')} as "newTerms",
    (select json_build_object('action', deciding.action, 'decidedOn', deciding.decided_on, 'recordedBy', deciding.recorded_by)
     from (${decidingDecisionSql('row', '$3::date')}) deciding) as decision,
    (select max(mute.until) from reminder_mute mute where mute.partner_id = row.partner_id and mute.contract_change_id = row.id
       and mute.partner_user_id = message.recipient_id and mute.is_snooze and mute.ended_at is null and mute.until > $3::date) as "snoozedUntil"
  from dashboard_row row
  join contract on contract.partner_id = row.partner_id and contract.id = row.contract_id
  where row.partner_id = message.partner_id and row.id = message.contract_change_id`;

/** Everything about one message that its links need; null if the partner has no such message. */
export async function readLinkFacts(reader: PartnerReader, messageId: string, today: CalendarDate): Promise<LinkFacts | null> {
  const rows = await reader.select<[LinkFacts]>({
    name: 'readLinkFacts',
    select: `select message.kind, message.recipient_kind as "recipientKind", message.address, message.details ->> 'language' as language,
        partner.name as "partnerName", setting.time_zone as "timeZone", to_json(person) as "user", contact.email as "contactEmail",
        to_json(change) as change
      from outbox_message message
      join partner on partner.id = message.partner_id
      left join reminder_settings setting on setting.partner_id = message.partner_id
      left join lateral (select person.id, person.name, person.email, person.role from partner_user person
        where message.recipient_kind = 'USER' and person.partner_id = message.partner_id and person.id = message.recipient_id
          and person.removed_at is null) person on true
      left join customer_user contact on message.recipient_kind = 'CONTACT' and contact.partner_id = message.partner_id
        and contact.id = message.recipient_id
      left join lateral (${changeSql}) change on true
      where message.partner_id = scope.partner_id and message.id = $2::uuid`,
    output: 'to_json(found)',
    values: [messageId, today],
    isShort: true,
  });
  return rows[0]?.[0] ?? null;
}
