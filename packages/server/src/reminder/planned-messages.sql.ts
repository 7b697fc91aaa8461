import { reminderReadersSql } from './reminder-preference.queries.ts';
import { reminderSettingsSql } from './reminder-settings.queries.ts';
import {
  baseDateSql,
  daysOfResult,
  lastDayToActSql,
  lastUsefulDaySql,
  recipientReasonSql,
  stateReasonSql,
  usualOffsets,
  wantsSql,
} from './reminder-rules.sql.ts';
import { plannedAgainAfter } from './skip-reason.ts';

/** More messages of one kind for one recipient than this leave as one mail. */
const mostSingly = 5;

/** What a planning needs to know; each becomes a parameter of the statement, in this order after the partner. */
export type PlanningFacts = {
  today: string;
  /** What became due after this day is planned: the day of the last planning, at the latest yesterday. */
  since: string;
  notBefore: Date;
  vendorNotBefore: Date;
  hasVendor: boolean;
  /** Names the planning, and so its bundles. */
  planning: string;
  digestDay: string;
  digestNotBefore: Date;
  missedDigestDays: string[];
  /** The changes of this piece. */
  changeIds: readonly string[];
  /** Whether the planning began with other changes. */
  isFurtherPiece: boolean;
};

export const planningValues = (facts: PlanningFacts): unknown[] => [
  ...[facts.today, facts.since, facts.notBefore, facts.vendorNotBefore, facts.hasVendor],
  ...[facts.planning, facts.digestDay, facts.digestNotBefore, facts.missedDigestDays, facts.changeIds],
  facts.isFurtherPiece,
];

const [today, since, notBefore, vendorNotBefore, hasVendor] = ['$2::date', '$3::date', '$4::timestamptz', '$5::timestamptz', '$6::boolean'];
const [planning, digestDay, digestNotBefore, missedDigestDays] = ['$7::text', '$8::date', '$9::timestamptz', '$10::date[]'];
const [changeIds, isFurtherPiece] = ['$11::uuid[]', '$12::boolean'];
const bundle = `md5(${planning} || due.kind || due.recipient)::uuid`;

const usualDaysSql = `array[${usualOffsets.join(', ')}]`;

/** One row a change and kind of recipient for each day on which a message is due: kind, days, recipient_kind, and only_for, one user. */
const slotsSql = `
  select 'DEADLINE_REMINDER' as kind, days, 'USER' as recipient_kind, null::uuid as only_for from unnest(setting.deadline_offsets) days
  union all
  select 'DEADLINE_REMINDER', days, 'VENDOR', null from unnest(${usualDaysSql}) days where ${hasVendor}
  union all
  select 'CUSTOMER_NOTICE', days, 'CONTACT', null from unnest(setting.customer_offsets) days where setting.customer_notices
  union all
  select result.kind, result.days, audience.kind, null
  from (values ${Object.entries(daysOfResult)
    .map(([kind, days]) => `('${kind}', ${days})`)
    .join(', ')}) result(kind, days), (values ('USER'), ('VENDOR')) audience(kind)
  union all
  -- after a snooze, one reminder on its last day
  select 'DEADLINE_REMINDER', ${baseDateSql("'DEADLINE_REMINDER'")} - mute.until, 'USER', mute.partner_user_id
  from reminder_mute mute
  where mute.partner_id = $1 and mute.contract_change_id = row.id and mute.is_snooze and mute.ended_at is null and mute.until <= ${today}
    and ${baseDateSql("'DEADLINE_REMINDER'")} - mute.until <> all (setting.deadline_offsets)`;

const settingSql = `select own.*, (
    select max(day) from unnest(own.deadline_offsets || own.customer_offsets || ${usualDaysSql}) day) as furthest
  from (${reminderSettingsSql('partner.id')}) own`;

const dueOn = `${baseDateSql('slot.kind')} - slot.days`;
const [stateReason, recipientId] = [
  stateReasonSql('slot.kind', today),
  `case slot.recipient_kind when 'USER' then reader.user_id when 'CONTACT' then row.primary_contact_id end`,
];
const recipient = { kind: 'slot.kind', recipientKind: 'slot.recipient_kind', recipientId: 'row.primary_contact_id', hasVendor };

/**
 * SQL of one row: the ids of the changes about which something may be due, by their order. Of all others the deadline is far away, or passed
 * before the last planning, or they are decided.
 */
export const candidatesSql = `
  select coalesce(array_agg(row.id order by row.id), '{}') as ids
  from partner cross join lateral (${settingSql} offset 0) setting
  join dashboard_row row on row.partner_id = partner.id
  where partner.id = $1 and row.effective_date > ${since}
    and coalesce(row.renewal_deadline, row.effective_date) <= ${today} + setting.furthest
    and (row.effective_date <= ${today} or (${lastDayToActSql} >= ${since} and not row.is_accepted and not row.is_cancelled))`;

/**
 * SQL: the messages about those changes that are there, by the key that all plannings of a message share. Statistics do not know a queue
 * that has just filled. So it is read once, not once a message, whatever index the planner takes.
 */
const toldSql = `
  select message.kind || ' ' || array_to_string((string_to_array(message.key, '/'))[1:4], '/') as key,
    coalesce(message.reason not in (${plannedAgainAfter.map((each) => `'${each}'`).join(', ')}), true) as is_final
  from outbox_message message
  where message.partner_id = $1 and message.contract_change_id = any (array(select id from candidate))`;

/**
 * SQL: what is due about changes and not there yet, as rows for the outbox. A due message whose day to act passed unnoticed is TOO_LATE;
 * of several about one change, the latest waits, and those before it are OVERTAKEN.
 */
const messagesOfChangesSql = `
  select due.kind,
    -- one that ended before its time is planned again under a key of its own
    due.key || case when due.kind || ' ' || due.key in (select told.key from told)
      then '/' || (1 + (select count(*) from told where told.key = due.kind || ' ' || due.key)) else '' end as key,
    case when due.reason is null and (count(*) filter (where due.reason is null) over (partition by due.kind, due.recipient) > ${mostSingly}
      or ${isFurtherPiece} and ${bundle} in (select other.bundle_id from outbox_message other where other.partner_id = $1 and other.bundle_id is not null and other.state = 'WAITING'))
      then ${bundle} end as bundle_id,
    due.customer_id, due.contract_change_id, due.recipient_kind, due.recipient_id,
    jsonb_build_object('deadline', due.base_date, 'daysBefore', due.days, 'language', due.language)
      || case when due.is_after_snooze then '{"afterSnooze": true}'::jsonb else '{}' end as details,
    case when due.recipient_kind = 'VENDOR' then ${vendorNotBefore} else ${notBefore} end as not_before,
    due.reason as skip_reason
  from (
    select found.*, concat_ws('/', found.contract_change_id, found.base_date, found.days, found.recipient) as key,
      case when found.state_reason is not null then found.state_reason
        when found.days > min(found.days) filter (where found.state_reason is null)
          over (partition by found.kind, found.contract_change_id, found.recipient) then 'OVERTAKEN' end as reason
    from (
      select slot.kind, slot.days, row.id as contract_change_id, row.customer_id, ${baseDateSql('slot.kind')} as base_date,
        slot.recipient_kind, ${recipientId} as recipient_id, slot.only_for is not null as is_after_snooze,
        case slot.recipient_kind when 'USER' then 'user:' || reader.user_id when 'CONTACT' then 'contact:' || row.primary_contact_id else 'vendor' end as recipient,
        case slot.recipient_kind when 'USER' then reader.language when 'CONTACT' then setting.customer_language else 'en' end as language,
        slot.state_reason
      from partner
      cross join lateral (${settingSql} offset 0) setting
      cross join candidate
      cross join lateral (select * from dashboard_row row where row.partner_id = $1 and row.id = candidate.id offset 0) row
      cross join lateral (select * from contract_change change where change.partner_id = $1 and change.id = candidate.id offset 0) change
      cross join lateral (
        select slot.*, ${stateReason} as state_reason from (${slotsSql}) slot
        where ${dueOn} <= ${today} and ${dueOn} <= ${lastUsefulDaySql('slot.kind')}
          -- a renewal that opened late is due from that day
          and (greatest(${dueOn}, change.opened_on) > ${since} or slot.days >= 0 and slot.kind <> 'ON_EFFECTIVE_DATE' and ${lastDayToActSql} >= ${today})
        offset 0) slot
      left join reader on slot.recipient_kind = 'USER' and reader.user_id = coalesce(slot.only_for, reader.user_id)
      where partner.id = $1
        and coalesce(slot.state_reason, 'TOO_LATE') = 'TOO_LATE' and ${recipientReasonSql(recipient)} is null
    ) found
  ) due
  where due.kind || ' ' || due.key not in (select told.key from told where told.is_final)`;

/** The weekly digest of each user who wants it, once in seven days also if its weekday changes. Missed ones are OVERTAKEN. */
const digestsSql = `
  select 'WEEKLY_DIGEST', digest.day || '/user:' || reader.user_id, null::uuid, null::uuid, null::uuid, 'USER', reader.user_id,
    jsonb_build_object('day', digest.day, 'language', reader.language), ${digestNotBefore},
    case when digest.day < ${digestDay} then 'OVERTAKEN' end
  from reader cross join unnest(array[${digestDay}] || ${missedDigestDays}) digest(day)
  where not ${isFurtherPiece} and ${wantsSql("'WEEKLY_DIGEST'")} and not exists (
    select from generate_series(0, 6) later(days) join outbox_message message on message.partner_id = $1 and message.kind = 'WEEKLY_DIGEST'
      and message.key = (digest.day + later.days) || '/user:' || reader.user_id)`;

/** SQL: all messages of a piece that are not there yet; the digests come with the first one. */
export const plannedMessagesSql = `
  with reader as materialized (${reminderReadersSql('$1')}), candidate as materialized (select unnest(${changeIds}) as id), told as materialized (${toldSql})
  ${messagesOfChangesSql}
  union all
  ${digestsSql}`;
