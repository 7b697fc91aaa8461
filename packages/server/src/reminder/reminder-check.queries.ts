import type { ViewerRole } from '../access/role.rules.ts';
import type { CalendarDate } from '../calendar-date.ts';
import type { PartnerReader } from '../database/reader.ts';
import type { OutboxMessage } from '../outbox/outbox.types.ts';
import { itemSql, outcomeSql, type ItemRow } from './mail-item.sql.ts';
import type { ReminderLanguage } from './reminder-kind.ts';
import type { Person } from './reminder-mail.types.ts';
import { reminderReadersSql, type UsualReader } from './reminder-preference.queries.ts';
import { reminderSettingsSql } from './reminder-settings.queries.ts';
import { baseDateSql, recipientReasonSql, silenceReasonSql, stateReasonSql, wantsSql } from './reminder-rules.sql.ts';
import type { SkipReason } from './skip-reason.ts';

/** A message to check; a preview has none in the outbox. */
export type MessageToCheck = Pick<
  OutboxMessage,
  'id' | 'kind' | 'customerId' | 'contractChangeId' | 'recipientKind' | 'recipientId' | 'details'
>;

/** What a message is made of, and why it must not leave. */
export type CheckedMessage = {
  id: string;
  reason: SkipReason | null;
  recipient: MessageRecipient | null;
  /** Null without a change that is on the dashboard. */
  item: ItemRow | null;
};

export type MessageRecipient = {
  name: string | null;
  address: string;
  language: ReminderLanguage;
  /** Of a user only. */
  role?: ViewerRole;
  usual?: UsualReader | null;
  hasChosen?: boolean;
  onlyOwnCustomers?: boolean;
};

/** What all mails of a partner have in common. */
export type MailFrame = {
  partnerName: string;
  passedThrough: CalendarDate | null;
  isPassing: boolean;
  timeZone: string | null;
  sendFromHour: number;
  sendUntilHour: number;
  senderName: string | null;
  /** The point of contact, else the first administrator. */
  contact: Person | null;
};

const [today, vendorAddress] = ['$3::date', '$4::text'];

const messageColumns = `number int, id uuid, kind text, customer_id uuid, contract_change_id uuid, recipient_kind text, recipient_id uuid, base_date date,
  language text`;

const byKey = (table: string, alias: string, on: string) =>
  `left join lateral (select * from ${table} ${alias} where ${alias}.partner_id = scope.partner_id and ${on} offset 0) ${alias} on true`;

const frameSql = `json_build_object('partnerName', partner.name, 'passedThrough', partner.passed_through,
  'isPassing', partner.passing_through is not null, 'timeZone', setting.time_zone,
  'sendFromHour', setting.send_from_hour, 'sendUntilHour', setting.send_until_hour, 'senderName', setting.sender_name,
  'contact', (
    select json_build_object('name', person.name, 'email', person.email) from partner_user person
    where person.partner_id = scope.partner_id and person.removed_at is null and (person.id = partner.point_of_contact_id or person.role = 'ADMIN')
    order by (person.id = partner.point_of_contact_id) desc nulls last, person.created_at, person.id limit 1))`;

const recipientSql = `case message.recipient_kind
  when 'USER' then json_build_object('name', reader.name, 'address', reader.email,
    'language', coalesce(message.language, reader.language), 'role', reader.role,
    'usual', reader.usual, 'onlyOwnCustomers', reader.only_own_customers, 'hasChosen', coalesce(case message.kind
      when 'DEADLINE_REMINDER' then reader.chosen_deadline_reminders when 'WEEKLY_DIGEST' then reader.chosen_weekly_digest
      else reader.chosen_after_the_fact end, false))
  when 'CONTACT' then json_build_object('name', contact.name, 'address', contact.email, 'language', setting.customer_language)
  else json_build_object('name', null, 'address', ${vendorAddress}, 'language', 'en') end`;

const addressSql = `case message.recipient_kind when 'USER' then reader.email when 'CONTACT' then contact.email else ${vendorAddress} end`;

const isThereSql = `case message.recipient_kind when 'USER' then reader.user_id is not null when 'CONTACT' then contact.id is not null
  else ${vendorAddress} is not null end`;

const recipient = {
  kind: 'message.kind',
  recipientKind: 'message.recipient_kind',
  recipientId: 'message.recipient_id',
  hasVendor: `(${vendorAddress} is not null)`,
};

/** The rules of reminder-rules.sql.ts for a message that is there already: why it must not leave, or null. */
const reasonSql = `coalesce(
  case when message.contract_change_id is not null then case
    when association.id is null then 'ASSOCIATION_ENDED'
    when row.id is null then 'NOT_DECIDABLE'
    when row.customer_id <> message.customer_id or message.base_date <> ${baseDateSql('message.kind')} then 'MOVED'
    else coalesce(${stateReasonSql('message.kind', today)}, ${recipientReasonSql(recipient)}) end
  else case when reader.user_id is null then 'USER_GONE' when not ${wantsSql('message.kind')} then 'SWITCHED_OFF' end end,
  ${silenceReasonSql({ partnerId: 'scope.partner_id', kind: 'message.kind', today, recipientKind: 'message.recipient_kind', address: addressSql })})`;

const outcome = `case when message.kind in ('AFTER_DEADLINE', 'ON_EFFECTIVE_DATE') then ${outcomeSql(today)} end`;

const checkSql = `
  with message as materialized (select * from jsonb_to_recordset($2::jsonb) message(${messageColumns})),
  reader as materialized (${reminderReadersSql('scope.partner_id')})
  select message.number, message.id, ${reasonSql} as reason,
    case when ${isThereSql} then ${recipientSql} end as recipient, case when row.id is not null then ${itemSql(outcome)} end as item,
    case when message.number = 0 then ${frameSql} end as frame
  from message
  join partner on partner.id = scope.partner_id
  cross join (${reminderSettingsSql('scope.partner_id')}) setting
  ${byKey('customer_association', 'association', 'association.customer_id = message.customer_id and association.ended_at is null')}
  ${byKey('dashboard_row', 'row', 'row.id = message.contract_change_id')}
  ${byKey('contract_change', 'change', 'change.id = row.id')}
  ${byKey('contract', 'contract', 'contract.id = row.contract_id')}
  left join reader on message.recipient_kind = 'USER' and reader.user_id = message.recipient_id
  ${byKey('customer_user', 'contact', `message.recipient_kind = 'CONTACT' and contact.id = coalesce(message.recipient_id, row.primary_contact_id)`)}`;

/** Reads messages with what their mails say, and why they must not leave. In a preview, the reasons do not matter. */
export async function checkMessages(
  reader: PartnerReader,
  messages: readonly MessageToCheck[],
  facts: { today: CalendarDate; vendorAddress: string | null },
): Promise<{ frame: MailFrame; checked: CheckedMessage[] }> {
  const records = messages.map((message, number) => ({
    ...{ number, id: message.id, kind: message.kind, customer_id: message.customerId, contract_change_id: message.contractChangeId },
    ...{ recipient_kind: message.recipientKind, recipient_id: message.recipientId, base_date: message.details['deadline'] ?? null },
    // A test is in the language that was chosen for it.
    language: message.kind === 'TEST' ? (message.details['language'] ?? null) : null,
  }));
  const rows = await reader.select<[string, SkipReason | null, MessageRecipient | null, ItemRow | null, MailFrame | null]>({
    name: 'checkMessages',
    select: checkSql,
    output: 'found.id, found.reason, found.recipient, found.item, found.frame',
    orderBy: 'found.number',
    values: [JSON.stringify(records), facts.today, facts.vendorAddress],
  });
  const frame = rows[0]?.[4];
  if (frame == null) throw new Error('There is no partner for these messages.');
  return { frame, checked: rows.map(([id, reason, itsRecipient, item]) => ({ id, reason, recipient: itsRecipient, item })) };
}
