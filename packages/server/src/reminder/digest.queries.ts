import type { CalendarDate } from '../calendar-date.ts';
import { isDecidableSql, statusSql, windowDays } from '../contract-change/contract-change.rules.ts';
import type { PartnerReader } from '../database/reader.ts';
import { itemSql, outcomeSql, type ItemRow } from './mail-item.sql.ts';
import type { MailTotal } from './reminder-mail.types.ts';
import { muteReasonSql } from './reminder-mute.sql.ts';
import { reminderSettingsSql } from './reminder-settings.queries.ts';
import { isShortSql, ownerSql } from './reminder-rules.sql.ts';

/** A digest lists at most so many changes that can be decided, and at most so many results of the last week. */
const mostInDigest = { open: 50, results: 20 } as const;

export type DigestContents = {
  /** Those that can be decided, the next deadlines first; then the results of last week. */
  items: ItemRow[];
  /** Changes that can be decided beyond those listed. */
  more: number;
  /** Of all changes that can be decided; a contract counts once. */
  totals: MailTotal[];
};

const today = '$3::date';

const isOpenSql = `(${statusSql('row', today)} = 'PENDING' and ${isDecidableSql('row', today)} and row.effective_date <= ${today} + ${windowDays})`;

/** Something happened in the seven days before today: a deadline passed without a decision, or the change took effect. */
const isResultSql = `(row.effective_date between ${today} - 7 and ${today} - 1
  or (row.type = 'RENEWAL' and row.renewal_deadline + 1 between ${today} - 7 and ${today} - 1
    and not row.is_accepted and not row.is_cancelled and row.effective_date > ${today}))`;

const digestSql = `
  with found as materialized (
    select row.contract_id, row.position, row.current_currency_code, row.current_mrr, row.new_currency_code, row.new_mrr,
      part.section, row_number() over (partition by part.section order by coalesce(row.renewal_deadline, row.effective_date), row.customer_name, row.id) as place,
      row.id
    from partner cross join lateral (${reminderSettingsSql('scope.partner_id')} offset 0) setting
    join dashboard_row row on row.partner_id = scope.partner_id
    cross join lateral (
      select * from contract_change change where change.partner_id = scope.partner_id and change.id = row.id offset 0) change
    cross join lateral (select case when ${isOpenSql} then 'open' when ${isResultSql} then 'results' end as section) part
    where partner.id = scope.partner_id and row.effective_date >= ${today} - 7 and part.section is not null
      and not change.is_history and not ${isShortSql} and (not $4::boolean or ${ownerSql} = 'PARTNER')
      and ${muteReasonSql({ partnerId: 'scope.partner_id', customerId: 'row.customer_id', changeId: 'row.id', userId: '$2::uuid', day: today })} is null
  ),
  counted as (
    select distinct on (contract_id) current_currency_code, current_mrr, new_currency_code, new_mrr from found
    where section = 'open' order by contract_id, position desc
  ),
  totals as (
    select currency, sum(count)::int as count, sum(current) as current, sum(new) as new
    from counted cross join lateral (values
      (current_currency_code, 1, current_mrr, 0), (new_currency_code, 0, 0, new_mrr)) amount(currency, count, current, new)
    group by currency
  )
  select (
      select coalesce(json_agg(${itemSql(`case when found.section = 'results' then ${outcomeSql(today)} end`)} order by found.section, found.place), '[]')
      from found join partner on partner.id = scope.partner_id
      cross join lateral (select * from dashboard_row row where row.partner_id = scope.partner_id and row.id = found.id offset 0) row
      cross join lateral (
        select * from contract where contract.partner_id = scope.partner_id and contract.id = row.contract_id offset 0) contract
      where found.place <= case found.section when 'open' then ${mostInDigest.open} else ${mostInDigest.results} end) as items,
    greatest(0, (select count(*) from found where section = 'open') - ${mostInDigest.open})::int as more,
    (select coalesce(json_agg(json_build_object('currencyCode', currency, 'count', count, 'currentMrr', current::text, 'newMrr', new::text)
      order by currency), '[]') from totals) as totals`;

/** What a user's digest says, without what the user has muted. */
export async function readDigest(
  reader: PartnerReader,
  user: { id: string; onlyOwnCustomers: boolean },
  businessDate: CalendarDate,
): Promise<DigestContents> {
  const rows = await reader.select<[ItemRow[], number, MailTotal[]]>({
    name: 'readDigest',
    select: digestSql,
    values: [user.id, businessDate, user.onlyOwnCustomers],
  });
  const [items, more, totals] = rows[0]!;
  return { items, more, totals };
}
