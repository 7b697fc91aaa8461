import { eachTerm } from '../contract/contract.terms.ts';
import type { PartnerTransaction } from '../database/transaction.ts';
import { writeRows, type RowSet } from '../writing/row-set.ts';

/**
 * Opens the next renewal of contracts, with the contract's renewal date and notice period: rows of contract_id, id and opened_on
 * (null: open from the start). A renewal that was announced earlier keeps its row.
 */
export async function openRenewals(tx: PartnerTransaction, renewals: RowSet): Promise<void> {
  await writeRows(
    tx,
    renewals,
    (rows) => `/* openRenewals */ insert into contract_change
       (partner_id, id, contract_id, customer_id, type, effective_date, notice_period_days, opened_on)
     select $1, opened.id, contract.id, contract.customer_id, 'RENEWAL', contract.renewal_start_date, contract.notice_period_days,
       opened.opened_on
     from ${rows} opened join contract on contract.partner_id = $1 and contract.id = opened.contract_id
     on conflict (partner_id, contract_id, effective_date) where type = 'RENEWAL' do update set opened_on = excluded.opened_on`,
  );
}

/** SQL: clears the result of settling a change. */
const reopenSql = `settled_on = null, is_applied = null, ${eachTerm((term) => `from_${term} = null`)}`;

const hasNoRenewalSql = `not exists (
  select from contract_change renewal where renewal.partner_id = $1 and renewal.contract_id = contract.id
    and renewal.type = 'RENEWAL' and renewal.effective_date = contract.renewal_start_date)`;

/**
 * Moves the open renewals of contracts whose dates have moved. A contract that had ended gets a new open renewal. Rows of contract_id
 * and previous_date, the date of its open renewal so far.
 */
export async function rescheduleRenewals(tx: PartnerTransaction, contracts: RowSet): Promise<void> {
  const moved = (rows: string) => `${rows} moved join contract on contract.partner_id = $1 and contract.id = moved.contract_id`;
  // The new date may already have a renewal, announced or settled.
  await writeRows(
    tx,
    contracts,
    (rows) => `/* reopenRenewals */ update contract_change change set ${reopenSql}, version = change.version + 1
     from ${moved(rows)}
     where change.partner_id = $1 and change.contract_id = contract.id and change.type = 'RENEWAL'
       and change.effective_date = contract.renewal_start_date and change.settled_on is not null`,
  );
  await writeRows(
    tx,
    contracts,
    (rows) => `/* moveRenewals */ update contract_change change
     set effective_date = contract.renewal_start_date, version = change.version + 1
     from ${moved(rows)}
     where change.partner_id = $1 and change.contract_id = contract.id and change.type = 'RENEWAL'
       and change.effective_date = moved.previous_date and change.settled_on is null and ${hasNoRenewalSql}`,
  );
  await openRenewals(tx, {
    ...contracts,
    sql: `select contract.id as contract_id, gen_random_uuid() as id, null::date as opened_on from ${moved(`(${contracts.sql})`)} where ${hasNoRenewalSql}`,
  });
}
