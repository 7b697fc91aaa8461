import type { CalendarDate } from '../calendar-date.ts';
import { appendDecisions, hasRequestSql, reviseChanges } from '../contract-change/decision-log.queries.ts';
import { expectRenewals } from '../contract-change/open-renewals.queries.ts';
import type { PartnerTransaction } from '../database/transaction.ts';
import { contractsFile } from './contracts.columns.ts';
import { isRenewalDateSql } from './renewal.rules.ts';
import { goodRowsSql, importedDecision } from './rows.queries.ts';

const isRenewal = isRenewalDateSql({
  anchor: 'contract.anchor_date',
  renewal: 'contract.renewal_months',
  term: 'contract.subscription_term_months',
  day: 'staged.end_date',
});

/** SQL: contracts whose row says anew when they end. */
const toldSql = `${goodRowsSql(
  contractsFile,
  undefined,
  `join contract on contract.partner_id = $1 and contract.id = judged.contract_id
   left join import_contract_plan plan on plan.line = judged.line`,
)} and (plan.line is null or plan.is_end_changed)`;

/** SQL: those that end on the date of a renewal to come. */
const endingSql = `select contract.id as contract_id, staged.end_date from ${toldSql} and staged.end_date > $2::date and ${isRenewal}`;

const decided = (action: 'REQUEST_CANCELLATION' | 'WITHDRAW_CANCELLATION', decidedOn: string) =>
  `change.id as contract_change_id, '${action}'::contract_change_action as action, ${decidedOn} as decided_on, 1 as position,
   ${importedDecision('END_DATE')}`;

/**
 * An end date to come that is a renewal's date cancels that renewal, on the business date or on its deadline if that is earlier. Another
 * end date, or none, withdraws that cancellation while it is still possible.
 */
export async function followEndDates(tx: PartnerTransaction, businessDate: CalendarDate): Promise<void> {
  const values = [businessDate];
  await expectRenewals(tx, {
    sql: `select gen_random_uuid() as id, ending.contract_id, ending.end_date as effective_date
      from (${endingSql}) ending
      where not exists (select from contract_change change where change.partner_id = $1 and change.contract_id = ending.contract_id
        and change.type = 'RENEWAL' and change.effective_date = ending.end_date)`,
    values,
  });
  const rows = {
    sql: `select ${decided('WITHDRAW_CANCELLATION', '$2::date')}
      from (select contract.id as contract_id, staged.end_date from ${toldSql}) told
      join contract_change change on change.partner_id = $1 and change.contract_id = told.contract_id and change.type = 'RENEWAL'
        and change.settled_on is null and $2::date <= change.renewal_deadline and change.effective_date is distinct from told.end_date
      where ${hasRequestSql('change', 'END_DATE', '$2::date')}
      union all
      select ${decided('REQUEST_CANCELLATION', 'least($2::date, change.renewal_deadline)')}
      from (${endingSql}) ending
      join contract_change change on change.partner_id = $1 and change.contract_id = ending.contract_id and change.type = 'RENEWAL'
        and change.effective_date = ending.end_date
      where not ${hasRequestSql('change', 'END_DATE', '$2::date')}`,
    values,
  };
  // The log comes last: after it is written, the same select finds no rows.
  await reviseChanges(tx, rows);
  await appendDecisions(tx, rows);
}
