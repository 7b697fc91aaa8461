import type { CalendarDate } from '../calendar-date.ts';
import { eachTerm } from '../contract/contract.terms.ts';
import { applyTerms, restoreContracts } from '../contract/contract.writers.ts';
import { importedColumns, resumeImportedTerms } from '../contract/imported-terms.writers.ts';
import { inOrder } from '../database/in-order.ts';
import type { PartnerTransaction } from '../database/transaction.ts';
import { decisionStateSql, effectOrderSql } from './contract-change.rules.ts';
import { carryLateRequests } from './late-request.queries.ts';
import { openRenewals } from './open-renewals.queries.ts';

// A change is settled the day after its effective date: its terms are applied to the contract, and after a renewal the next one
// opens. The result depends only on the change's own date, not on the day the work runs. So days passed one by one or all at once
// leave the same tables.

/**
 * SQL: open changes to settle, of all contracts or of an array of ids. Announced renewals that have not opened, and changes after the
 * contract's end, are never settled.
 */
const dueSql = ({ partnerId = '$1', businessDate = '$2', contractIds = null as string | null } = {}) => `
  select change.*
  from contract_change change
  -- by its key (offset 0): without statistics, the planner joined all changes of a partner with all its contracts
  cross join lateral (
    select renewal_start_date, ended_on from contract where contract.partner_id = ${partnerId} and contract.id = change.contract_id offset 0) contract
  where change.partner_id = ${partnerId} and change.settled_on is null and change.effective_date < ${businessDate}
    ${contractIds === null ? '' : `and change.contract_id = any (${contractIds})`}
    and (change.type <> 'RENEWAL' or change.effective_date = contract.renewal_start_date)
    and (contract.ended_on is null or change.effective_date <= contract.ended_on)`;

const waitingTermsSql = (partnerId: string) => `
  select terms.contract_id from imported_terms terms where terms.partner_id = ${partnerId} and not terms.is_applied`;

/** SQL: contracts with a change to settle, or with imported terms to apply again. $2 is the business date, unless others are named. */
export const concernedContractsSql = ({ partnerId = '$1', businessDate = '$2' } = {}) => `
  select due.contract_id from (${dueSql({ partnerId, businessDate })}) due union ${waitingTermsSql(partnerId)}`;

/** SQL: whether there are such contracts. Their union would be found whole, also for its first row. */
export const areContractsConcernedSql = (partnerId: string, businessDate: string) =>
  `(exists (${dueSql({ partnerId, businessDate })}) or exists (${waitingTermsSql(partnerId)}))`;

/**
 * Settles the first due change of every contract, round by round: a renewal that it opens may be due in the next one. Where days pass
 * again, imported terms apply again on their day. The statements run in sequence, since each reads what the previous one wrote.
 * Without contracts, it settles those of all.
 * @returns whether all is settled: after so many rounds it stops
 */
export async function settleRounds(
  tx: PartnerTransaction,
  businessDate: CalendarDate,
  contractIds?: readonly string[],
  mostRounds = Infinity,
): Promise<boolean> {
  for (let round = 1; round <= mostRounds; round += 1) {
    const isRestated = await applyImportedTerms(tx, businessDate, contractIds);
    const isSettled = await settleRound(tx, businessDate, contractIds);
    if (!isRestated && !isSettled) return true;
  }
  return false;
}

/** @returns whether a change was settled */
async function settleRound(tx: PartnerTransaction, businessDate: CalendarDate, contractIds?: readonly string[]): Promise<boolean> {
  const { rows } = await tx.query<{ id: string }>(
    contractIds === undefined ? settleAllSql : settleOfContractsSql,
    contractIds === undefined ? [tx.partnerId, businessDate] : [tx.partnerId, businessDate, contractIds],
  );
  if (rows.length === 0) return false;
  const settled = [rows.map(({ id }) => id)];
  await inOrder(
    applyTerms(tx, { sql: appliedSql, values: settled }),
    openRenewals(tx, { sql: nextRenewalsSql, values: settled }),
    carryLateRequests(tx, {
      sql: `select change.id from ${settledSql} and change.type = 'RENEWAL' and change.is_applied`,
      values: settled,
    }),
  );
  return true;
}

/** SQL: no imported terms apply before the change with this alias. */
const isNextSql = (change: string) => `not exists (
  select from imported_terms terms where terms.partner_id = $1 and terms.contract_id = ${change}.contract_id
    and not terms.is_applied and terms.imported_on <= ${change}.effective_date)`;

const settleSql = (contractIds: string | null) => `/* settleDueChanges */
  update contract_change change
  set settled_on = change.effective_date + 1,
    settled_position = 1 + (
      select count(*) from contract_change other
      where other.partner_id = $1 and other.contract_id = change.contract_id and other.effective_date = change.effective_date
        and other.settled_position is not null),
    is_applied = case when change.type = 'RENEWAL' then not first.is_cancelled else coalesce(change.kept_result, first.is_accepted) end,
    ${eachTerm((term) => `from_${term} = contract.${term}`)}
  from (
    select distinct on (due.contract_id) due.id, due.contract_id, state.is_cancelled, state.is_accepted
    from (${dueSql({ contractIds })}) due cross join lateral (${decisionStateSql('due', 'due.effective_date')}) state
    where ${isNextSql('due')}
    order by due.contract_id, ${effectOrderSql('due', 'state')}
  ) first
  join contract on contract.partner_id = $1 and contract.id = first.contract_id
  where change.partner_id = $1 and change.id = first.id
  returning change.id`;
const settleAllSql = settleSql(null);
const settleOfContractsSql = settleSql('$3::uuid[]');

/** The changes $2, settled in this round. */
const settledSql = 'contract_change change where change.partner_id = $1 and change.id = any ($2::uuid[])';

const appliedSql = `
  select change.contract_id, ${eachTerm((term) => `case when change.is_applied and not change.has_late_terms then change.new_${term} end as ${term}`)},
    change.type = 'RENEWAL' and change.is_applied as renews,
    case when not change.is_applied then change.effective_date end as cancelled_on
  from ${settledSql} and (change.is_applied or change.type = 'RENEWAL')`;

// The id is derived from the predecessor's, so that every process opens the same renewal.
const nextRenewalsSql = `
  select change.contract_id, md5(change.id || ' next')::uuid as id, change.effective_date + 1 as opened_on
  from ${settledSql} and change.type = 'RENEWAL' and change.is_applied`;

/**
 * Applies the first waiting imported terms of each contract that has no change to settle before them.
 * @returns whether there were any
 */
async function applyImportedTerms(
  tx: PartnerTransaction,
  businessDate: CalendarDate,
  contractIds: readonly string[] | null = null,
): Promise<boolean> {
  const { rows } = await tx.query<{ contract_id: string; imported_on: CalendarDate }>(
    `/* applyImportedTerms */ select distinct on (terms.contract_id) terms.contract_id, terms.imported_on
     from imported_terms terms join contract on contract.partner_id = $1 and contract.id = terms.contract_id
     where terms.partner_id = $1 and not terms.is_applied and ($3::uuid[] is null or contract.id = any ($3))
       and not exists (select from (${dueSql()}) due where due.contract_id = terms.contract_id and due.effective_date < terms.imported_on)
     order by terms.contract_id, terms.imported_on`,
    [tx.partnerId, businessDate, contractIds],
  );
  if (rows.length === 0) return false;
  const values = [rows.map((row) => row.contract_id), rows.map((row) => row.imported_on)];
  const waiting = 'unnest($2::uuid[], $3::date[]) waiting(contract_id, imported_on)';
  // A contract that has ended by then keeps the terms of its end.
  await restoreContracts(tx, {
    sql: `select terms.contract_id, ${importedColumns
      .map((column) => `case when '${column}' = any (terms.told) then terms.${column} else contract.${column} end as ${column}`)
      .join(', ')},
        contract.term_start_months, contract.renewal_months
      from ${waiting} join imported_terms terms on terms.partner_id = $1 and terms.contract_id = waiting.contract_id
        and terms.imported_on = waiting.imported_on
      join contract on contract.partner_id = $1 and contract.id = terms.contract_id and contract.cancelled_on is null`,
    values,
  });
  await resumeImportedTerms(tx, { sql: `select waiting.contract_id, waiting.imported_on from ${waiting}`, values });
  return true;
}
