import type { CalendarDate } from '../calendar-date.ts';
import { standingDecisionSql } from '../contract-change/contract-change.rules.ts';
import type { PartnerTransaction } from '../database/transaction.ts';

/**
 * Auto-renew that goes off is a cancellation of the open renewal, on the business date or on the deadline if that is earlier; one
 * that comes on again withdraws it while that can still be decided. A flag that stays as it was does nothing.
 */
export async function followAutoRenew(tx: PartnerTransaction, businessDate: CalendarDate): Promise<void> {
  await decide(tx, businessDate, 'REQUEST_CANCELLATION', {
    decidedOn: 'least($2::date, o.renewal_deadline)',
    // A contract whose dates moved may have a renewal that knows of no cancellation yet.
    where: `s.auto_renew = false and (p.previous_auto_renew is distinct from false or (p.is_rescheduled and not exists (
      select from contract_change_decision d where d.partner_id = $1 and d.contract_change_id = o.id)))`,
  });
  await decide(tx, businessDate, 'WITHDRAW_CANCELLATION', {
    decidedOn: '$2::date',
    where: `s.auto_renew and $2::date <= o.renewal_deadline and exists (
      select from (${standingDecisionSql('o', '$2::date')}) d where d.action = 'REQUEST_CANCELLATION' and d.source = 'AUTO_RENEW')`,
  });
}

async function decide(
  tx: PartnerTransaction,
  businessDate: CalendarDate,
  action: 'REQUEST_CANCELLATION' | 'WITHDRAW_CANCELLATION',
  { decidedOn, where }: { decidedOn: string; where: string },
): Promise<void> {
  await tx.query(
    `/* followAutoRenew */ with decided as (
       insert into contract_change_decision
         (partner_id, contract_change_id, sequence, action, decided_on, recorded_by, on_behalf_of_customer, source)
       select $1, o.id, 1 + coalesce(
           (select max(d.sequence) from contract_change_decision d where d.partner_id = $1 and d.contract_change_id = o.id), 0),
         '${action}', ${decidedOn}, 'import', false, 'AUTO_RENEW'
       from import_contract_plan p join import_contract s using (line)
       join contract c on c.partner_id = $1 and c.id = p.contract_id and c.ended_on is null
       join contract_change o on o.partner_id = $1 and o.contract_id = c.id and o.type = 'RENEWAL'
         and o.effective_date = c.renewal_start_date and o.settled_on is null
       where ${where}
       returning contract_change_id
     )
     update contract_change c set version = c.version + 1 from decided d where c.partner_id = $1 and c.id = d.contract_change_id`,
    [tx.partnerId, businessDate],
  );
}
