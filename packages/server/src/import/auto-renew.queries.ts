import type { CalendarDate } from '../calendar-date.ts';
import { appendDecisions, hasRequestSql } from '../contract-change/decision-log.queries.ts';
import type { PartnerTransaction } from '../database/transaction.ts';
import { contractsFile } from './contracts.columns.ts';
import { goodRowsSql, importedDecision } from './rows.queries.ts';
import { recordToldDecisions } from './told-decisions.queries.ts';

const cancelledOn = 'least($2::date, change.renewal_deadline)';

const openRenewals = `import_contract_plan plan join import_contract staged using (line)
  join contract on contract.partner_id = $1 and contract.id = plan.contract_id and contract.cancelled_on is null
    and (contract.stated_end is null or contract.stated_end >= $2::date)
  join contract_change change on change.partner_id = $1 and change.contract_id = contract.id and change.type = 'RENEWAL'
    and change.effective_date = contract.renewal_start_date and change.settled_on is null`;

/**
 * Switching auto-renew off cancels the open renewal, on the business date or on the deadline if that is earlier. Switching it
 * on again withdraws that cancellation while it is still possible, and no other. An unchanged flag does nothing.
 */
export async function followAutoRenew(tx: PartnerTransaction, businessDate: CalendarDate): Promise<void> {
  await recordToldDecisions(tx, 'AUTO_RENEW', {
    // A contract whose dates moved may have a renewal without a cancellation.
    sql: `select change.id, 'REQUEST_CANCELLATION'::contract_change_action, ${cancelledOn} from ${openRenewals}
      where staged.auto_renew = false and (plan.previous_auto_renew is distinct from false or (plan.is_rescheduled and not exists (
        select from contract_change_decision decision where decision.partner_id = $1 and decision.contract_change_id = change.id)))
      union all
      select change.id, 'WITHDRAW_CANCELLATION', $2::date from ${openRenewals}
      where staged.auto_renew and $2::date <= change.renewal_deadline and ${hasRequestSql('change', 'AUTO_RENEW', '$2::date')}`,
    values: [businessDate],
  });
}

/** Cancels the first renewals of new contracts without auto-renew. */
export async function cancelFirstRenewals(tx: PartnerTransaction, businessDate: CalendarDate): Promise<void> {
  await appendDecisions(tx, {
    sql: `select change.id as contract_change_id, 'REQUEST_CANCELLATION'::contract_change_action as action, ${cancelledOn} as decided_on,
        1 as position, ${importedDecision('AUTO_RENEW')}
      from contract_change change join (
        select judged.contract_id from ${goodRowsSql(contractsFile, 'CREATED')} and staged.auto_renew = false
      ) created on created.contract_id = change.contract_id
      where change.partner_id = $1`,
    values: [businessDate],
  });
}
