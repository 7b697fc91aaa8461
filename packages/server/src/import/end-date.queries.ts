import type { CalendarDate } from '../calendar-date.ts';
import { hasRequestSql } from '../contract-change/decision-log.queries.ts';
import { expectRenewals } from '../contract-change/open-renewals.queries.ts';
import type { PartnerTransaction } from '../database/transaction.ts';
import { contractsFile } from './contracts.columns.ts';
import { isRenewalDateSql } from './renewal.rules.ts';
import { goodRowsSql } from './rows.queries.ts';
import type { StagedFile } from './staging.queries.ts';
import { recordToldDecisions } from './told-decisions.queries.ts';

const isRenewal = isRenewalDateSql({
  anchor: 'contract.anchor_date',
  renewal: 'contract.renewal_months',
  term: 'contract.subscription_term_months',
  day: 'staged.end_date',
});

/**
 * An end date to come that is a renewal's date cancels that renewal, on the business date or on its deadline if that is earlier. Another
 * end date, or none, withdraws that cancellation while it is still possible.
 */
export async function followEndDates(tx: PartnerTransaction, { header }: StagedFile, businessDate: CalendarDate): Promise<void> {
  if (!header!.staged.has('end_date')) return;
  const { rows: ending } = await tx.query<{ contract_id: string; end_date: CalendarDate }>(
    `/* followEndDates */ select contract.id as contract_id, staged.end_date
     from ${goodRowsSql(
       contractsFile,
       undefined,
       `join contract on contract.partner_id = $1 and contract.id = judged.contract_id
        left join import_contract_plan plan on plan.line = judged.line`,
     )} and staged.end_date > $2::date and (plan.line is null or plan.is_end_changed) and ${isRenewal}`,
    [tx.partnerId, businessDate],
  );
  const values = [businessDate, ending.map((row) => row.contract_id), ending.map((row) => row.end_date)];
  const endingSql = 'unnest($3::uuid[], $4::date[]) ending(contract_id, end_date)';
  await recordToldDecisions(tx, 'END_DATE', { sql: withdrawnSql(endingSql), values });
  if (ending.length === 0) return;
  await expectRenewals(tx, {
    sql: `select gen_random_uuid() as id, ending.contract_id, ending.end_date as effective_date
      from ${endingSql}
      where $2::date is not null and not exists (
        select from contract_change change where change.partner_id = $1 and change.contract_id = ending.contract_id
          and change.type = 'RENEWAL' and change.effective_date = ending.end_date)`,
    values,
  });
  await recordToldDecisions(tx, 'END_DATE', {
    sql: `select change.id, 'REQUEST_CANCELLATION', least($2::date, change.renewal_deadline)
      from ${endingSql}
      join contract_change change on change.partner_id = $1 and change.contract_id = ending.contract_id and change.type = 'RENEWAL'
        and change.effective_date = ending.end_date
      where not ${hasRequestSql('change', 'END_DATE', '$2::date')}`,
    values,
  });
}

/** SQL: cancellations by an end date that the contract's row tells no more. */
const withdrawnSql = (ending: string) => `select change.id, 'WITHDRAW_CANCELLATION', $2::date
  from import_contract_plan plan
  join contract_change change on change.partner_id = $1 and change.contract_id = plan.contract_id and change.type = 'RENEWAL'
    and change.settled_on is null and $2::date <= change.renewal_deadline
  left join ${ending} on ending.contract_id = change.contract_id and ending.end_date = change.effective_date
  where plan.is_end_changed and ending.contract_id is null and ${hasRequestSql('change', 'END_DATE', '$2::date')}`;
