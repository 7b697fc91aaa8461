import { eachTerm, noticeDaysSql } from '../contract/contract.terms.ts';
import type { PartnerTransaction } from '../database/transaction.ts';
import { writeRows, type RowSet } from '../writing/row-set.ts';

/**
 * Opens the next renewal of contracts, with the contract's renewal date and notice period: rows of contract_id and id, and opened_on
 * unless the SQL of that day is given (null: open from the start). A renewal that was announced earlier keeps its row; one that opens again keeps its notice period too.
 */
export async function openRenewals(tx: PartnerTransaction, renewals: RowSet, openedOn = 'opened.opened_on'): Promise<void> {
  await writeRows(
    tx,
    renewals,
    (rows) => `/* openRenewals */ insert into contract_change as change
       (partner_id, id, contract_id, customer_id, type, effective_date, notice_period_days, opened_on)
     select $1, opened.id, contract.id, contract.customer_id, 'RENEWAL', contract.renewal_start_date,
       ${noticeDaysSql('contract.renewal_start_date')}, ${openedOn}
     from ${rows} opened join contract on contract.partner_id = $1 and contract.id = opened.contract_id
     where contract.renewal_start_date is not null
     on conflict (partner_id, contract_id, effective_date) where type = 'RENEWAL' do update
     set opened_on = excluded.opened_on,
       notice_period_days = case when change.opened_on is null then excluded.notice_period_days else change.notice_period_days end`,
  );
}

/** Adds renewals of contracts that open later: rows of id, contract_id and effective_date. */
export async function expectRenewals(tx: PartnerTransaction, renewals: RowSet): Promise<void> {
  await writeRows(
    tx,
    renewals,
    (rows) => `/* expectRenewals */ insert into contract_change
       (partner_id, id, contract_id, customer_id, type, effective_date, notice_period_days)
     select $1, expected.id, contract.id, contract.customer_id, 'RENEWAL', expected.effective_date,
       ${noticeDaysSql('expected.effective_date')}
     from ${rows} expected join contract on contract.partner_id = $1 and contract.id = expected.contract_id`,
  );
}

/** SQL: clears the result of settling a change. */
const reopenSql = `settled_on = null, settled_position = null, is_applied = null, ${eachTerm((term) => `from_${term} = null`)}`;

/** Makes settled changes open again, from a day on: rows of contract_id and day. History stays settled. */
export async function clearSettled(tx: PartnerTransaction, contracts: RowSet): Promise<void> {
  await writeRows(
    tx,
    contracts,
    (rows) => `/* clearSettled */ update contract_change change set ${reopenSql}
     from ${rows} cleared
     where change.partner_id = $1 and change.contract_id = cleared.contract_id and change.effective_date >= cleared.day
       and change.settled_position is not null`,
  );
}

/**
 * SQL: the day on which the open renewal of an imported contract (alias `contract`) opened: the day after its predecessor's date. Null if
 * the contract had not begun.
 */
export const openedOnSql = 'case when contract.anchor_date < contract.imported_on then contract.term_start + 1 end';

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
     set effective_date = contract.renewal_start_date, opened_on = ${openedOnSql}, version = change.version + 1
     from ${moved(rows)}
     where change.partner_id = $1 and change.contract_id = contract.id and change.type = 'RENEWAL'
       and change.effective_date = moved.previous_date and change.settled_on is null and ${hasNoRenewalSql}
       -- without a term there is no next date: the renewal stays as one that does not open
       and contract.renewal_start_date is not null`,
  );
  await openRenewals(
    tx,
    {
      ...contracts,
      sql: `select contract.id as contract_id, gen_random_uuid() as id from ${moved(`(${contracts.sql})`)} where ${hasNoRenewalSql}`,
    },
    openedOnSql,
  );
}
