import type { CalendarDate } from '../calendar-date.ts';
import { eachTerm, monthsSinceAnchorSql } from '../contract/contract.terms.ts';
import { restoreContracts } from '../contract/contract.writers.ts';
import { suspendImportedTerms } from '../contract/imported-terms.writers.ts';
import type { PartnerTransaction } from '../database/transaction.ts';
import { writeRows, type RowSet } from '../writing/row-set.ts';
import { clearSettled } from './open-renewals.queries.ts';

// What an import tells late changes days that have passed. The contract goes back to the first change settled since that day, and its
// days pass again: so it makes no difference when something was told.

/** Takes contracts back to a day: rows of contract_id and day. Settling their due changes passes the days again. */
export async function rewindContracts(tx: PartnerTransaction, contracts: RowSet): Promise<void> {
  const { rows } = await writeRows<{ id: string; contract_id: string; day: CalendarDate }>(
    tx,
    contracts,
    (
      days,
    ) => `/* findFirstSettledChanges */ select distinct on (change.contract_id) change.id, change.contract_id, change.effective_date as day
     from (select contract_id, min(day) as day from ${days} told group by contract_id) told
     join contract on contract.partner_id = $1 and contract.id = told.contract_id
     join contract_change change on change.partner_id = $1 and change.contract_id = told.contract_id
       and change.settled_position is not null
       -- before that day the contract had other dates
       and change.effective_date >= greatest(told.day, contract.scheduled_on)
     order by change.contract_id, change.effective_date, change.settled_position`,
  );
  if (rows.length === 0) return;
  const values = [rows.map(({ id }) => id)];
  await restoreContracts(tx, { sql: restoredSql, values });
  const days = {
    sql: 'select * from unnest($2::uuid[], $3::date[]) rewound(contract_id, day)',
    values: [rows.map((row) => row.contract_id), rows.map((row) => row.day)],
  };
  await suspendImportedTerms(tx, days);
  await clearSettled(tx, days);
}

/** The state before each of the changes $2. */
const restoredSql = `
  select first.contract_id, ${eachTerm((term) => `first.from_${term} as ${term}`)},
    case when imported.is_there then imported.notice_period_days else contract.notice_period_days end as notice_period_days,
    case when imported.is_there then imported.notice_period_months else contract.notice_period_months end as notice_period_months,
    coalesce(${monthsSinceAnchorSql('renewal.effective_date')}, contract.renewal_months) as renewal_months,
    case when renewal.effective_date is null then contract.term_start_months
      else coalesce(${monthsSinceAnchorSql('previous.effective_date')},
        ${monthsSinceAnchorSql('renewal.effective_date')} - contract.imported_term_months, 0) end as term_start_months
  from contract_change first join contract on contract.partner_id = $1 and contract.id = first.contract_id
  left join lateral (
    select min(change.effective_date) as effective_date from contract_change change
    where change.partner_id = $1 and change.contract_id = first.contract_id and change.type = 'RENEWAL'
      and change.settled_position is not null and change.effective_date >= first.effective_date
  ) renewal on true
  left join lateral (
    select max(change.effective_date) as effective_date from contract_change change
    where change.partner_id = $1 and change.contract_id = first.contract_id and change.type = 'RENEWAL'
      and change.settled_position is not null and change.effective_date < first.effective_date
      and (contract.scheduled_on is null or change.effective_date >= contract.scheduled_on)
  ) previous on true
  left join lateral (
    select true as is_there, terms.notice_period_days, terms.notice_period_months from imported_terms terms
    where terms.partner_id = $1 and terms.contract_id = first.contract_id and terms.imported_on <= first.effective_date
    order by terms.imported_on desc limit 1
  ) imported on true
  where first.partner_id = $1 and first.id = any ($2::uuid[])`;
