import { mayDecide } from '../access/role.rules.ts';
import { addDays, addMonths, type CalendarDate } from '../calendar-date.ts';
import { communicationOwner } from '../customer/communication-owner.rules.ts';
import type { Reader } from '../database/reader.ts';
import type { PartnerTransaction } from '../database/transaction.ts';
import type { ContractChangeType } from './contract-change.rules.ts';

/** The open renewal of a contract after its deadline. */
export type PassedRenewal = {
  contract_id: string;
  effective_date: CalendarDate;
  anchor_date: CalendarDate;
  renewal_months: number;
  subscription_term_months: number;
  contract_notice_days: number;
};

type AnnouncedTerm = { type: ContractChangeType; on: CalendarDate; months: number | null; notice: number };

/** The first later renewal whose deadline has not passed. Its date follows from the current and the announced terms. */
export const findNextCancellableRenewal = async (tx: PartnerTransaction, passed: PassedRenewal, today: CalendarDate) =>
  nextCancellable(passed, await findAnnouncedTerms(tx, passed.contract_id), today);

function nextCancellable(passed: PassedRenewal, announced: readonly AnnouncedTerm[], today: CalendarDate): CalendarDate {
  let [date, months, term] = [passed.effective_date, passed.renewal_months, passed.subscription_term_months];
  for (let seen: CalendarDate = ''; ;) {
    // On one date upgrades come before the renewal; the query orders them so.
    for (const each of announced) {
      if (each.on > seen && each.on <= date && (each.type !== 'RENEWAL' || each.on === date)) term = each.months ?? term;
    }
    seen = date;
    months += term;
    date = addMonths(passed.anchor_date, months);
    const notice = announced.find((each) => each.type === 'RENEWAL' && each.on === date)?.notice ?? passed.contract_notice_days;
    if (addDays(date, -notice) >= today) return date;
  }
}

/** SQL: changes to the length of the term of a contract (SQL of its ID): confirmed upgrades, and open or announced renewals. */
const announcedTermsSql = (partner: string, contract: string) => `
  select change.type, change.effective_date as on, change.new_subscription_term_months as months, change.notice_period_days as notice,
    row_number() over (order by change.effective_date, (change.type = 'RENEWAL'), row.position, change.id) as place
  from contract_change change left join dashboard_row row on row.partner_id = change.partner_id and row.id = change.id
  where change.partner_id = ${partner} and change.contract_id = ${contract} and change.settled_on is null
    and (change.type = 'RENEWAL' or row.is_accepted)`;

async function findAnnouncedTerms(tx: PartnerTransaction, contractId: string): Promise<AnnouncedTerm[]> {
  const { rows } = await tx.query<AnnouncedTerm>(
    `/* findAnnouncedTerms */ select * from (${announcedTermsSql('$1', '$2')}) announced order by place`,
    [tx.partnerId, contractId],
  );
  return rows;
}

type LateRenewal = [
  id: string,
  manualOwner: 'VENDOR' | 'PARTNER' | null,
  ownsAll: boolean,
  passed: PassedRenewal,
  announced: AnnouncedTerm[] | null,
];

/** For each of these renewals for which the viewer may request cancellation late: the date of the renewal that it would count for. */
export async function findNextCancellableRenewals(reader: Reader, changeIds: readonly string[]): Promise<Map<string, CalendarDate>> {
  const { viewer, today } = reader;
  const rows = await reader.select<LateRenewal>({
    name: 'findNextCancellableRenewals',
    select: `
      select late.id, late.manual_owner, settings.owns_all_transactional_conversations,
        json_build_object('effective_date', late.effective_date, 'anchor_date', contract.anchor_date, 'renewal_months', contract.renewal_months,
          'subscription_term_months', contract.subscription_term_months, 'contract_notice_days', contract.notice_period_days),
        (select json_agg(announced order by announced.place) from (${announcedTermsSql('scope.partner_id', 'late.contract_id')}) announced)
      from unnest($2::uuid[]) wanted(id)
      cross join lateral (select one.* from dashboard_row one where one.partner_id = scope.partner_id and one.id = wanted.id offset 0) late
      join contract on contract.partner_id = scope.partner_id and contract.id = late.contract_id
      where late.type = 'RENEWAL'
        and not late.is_cancelled and not late.has_late_cancellation
        and late.effective_date >= $3::date and late.renewal_deadline < $3::date`,
    values: [changeIds, today],
  });
  const allowed = rows.filter(([, owner, ownsAll]) => mayDecide(viewer.role, communicationOwner(owner, ownsAll)));
  return new Map(allowed.map(([id, , , passed, announced]) => [id, nextCancellable(passed, announced ?? [], today)]));
}
