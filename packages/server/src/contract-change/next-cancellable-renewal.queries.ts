import { addDays, addMonths, type CalendarDate } from '../calendar-date.ts';
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
export async function findNextCancellableRenewal(
  tx: PartnerTransaction,
  passed: PassedRenewal,
  today: CalendarDate,
): Promise<CalendarDate> {
  const announced = await findAnnouncedTerms(tx, passed.contract_id);
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

/** Changes to the length of the term, by date: confirmed upgrades, and open or announced renewals. */
async function findAnnouncedTerms(tx: PartnerTransaction, contractId: string): Promise<AnnouncedTerm[]> {
  const { rows } = await tx.query<AnnouncedTerm>(
    `/* findAnnouncedTerms */ select change.type, change.effective_date as on, change.new_subscription_term_months as months,
       change.notice_period_days as notice
     from contract_change change left join dashboard_row row on row.partner_id = change.partner_id and row.id = change.id
     where change.partner_id = $1 and change.contract_id = $2 and change.settled_on is null
       and (change.type = 'RENEWAL' or row.is_accepted)
     order by change.effective_date, (change.type = 'RENEWAL'), row.position, change.id`,
    [tx.partnerId, contractId],
  );
  return rows;
}
