import { contractTerms, eachTerm } from '../contract/contract.terms.ts';
import type { PartnerTransaction } from '../database/transaction.ts';
import { dateOfRowsSql } from '../partner/partner-record.queries.ts';
import { decisionStateSql, effectOrderSql } from './contract-change.rules.ts';

const columns = [
  ...['partner_id', 'id', 'customer_id', 'contract_id', 'type', 'effective_date', 'renewal_deadline', 'notice_period_days'],
  ...['is_accepted', 'is_cancelled', 'has_late_cancellation', 'customer_name', 'website', 'hub_id', 'search_text', 'manual_owner'],
  ...['primary_contact_id', 'primary_contact_name', 'primary_contact_email', 'association_version', 'version', 'position'],
  ...contractTerms.map((term) => `current_${term}`),
  ...contractTerms.map((term) => `new_${term}`),
];

/** Includes the generated column. */
const allColumns = [...columns, 'estimated_mrr_change'];

export type RowsAsOf = {
  /** SQL of the partner's id and of the date of the rows */
  partnerId: string;
  asOf: string;
  /** position of that date relative to the date of the partner's rows */
  direction: 'past' | 'present' | 'future';
  /** further predicate on the alias change (contract_change) */
  where?: string;
};

/**
 * THE definition of the dashboard's rows, for any business date: one row for each visible change of a customer with an active
 * association. `dashboard_row` stores the rows of today; `asOf` runs this query directly.
 */
export function dashboardRowsSql({ partnerId, asOf, direction, where }: RowsAsOf): string {
  // The terms before a change: those stored when it was settled, else the contract's. For a past date, the terms stored by the
  // first change settled since then.
  const kept = direction === 'past' ? 'settled' : 'change';
  const current = (term: string) => `case when ${kept}.from_mrr is not null then ${kept}.from_${term} else contract.${term} end`;
  const next = (term: string) => `coalesce(change.new_${term}, earlier.${term}, ${current(term)})`;
  return `
    select change.partner_id, change.id, change.customer_id, change.contract_id, change.type, change.effective_date,
      change.renewal_deadline, change.notice_period_days, state.is_accepted, state.is_cancelled, state.has_late_cancellation,
      customer.name as customer_name, customer.website, customer.hub_id, customer.search_text,
      association.communication_owner as manual_owner,
      contact.id as primary_contact_id, contact.name as primary_contact_name, contact.email as primary_contact_email,
      association.version as association_version, change.version, earlier.position,
      ${eachTerm((term) => `${current(term)} as current_${term}`)},
      ${eachTerm((term) => `${next(term)} as new_${term}`)},
      case when ${current('currency_code')} = ${next('currency_code')} then ${next('mrr')} - ${current('mrr')} end as estimated_mrr_change
    from contract_change change
    join customer_association association on association.partner_id = change.partner_id
      and association.customer_id = change.customer_id and association.ended_at is null
    join customer on customer.partner_id = change.partner_id and customer.id = change.customer_id
    join contract on contract.partner_id = change.partner_id and contract.id = change.contract_id
    left join customer_user contact on contact.partner_id = association.partner_id and contact.id = association.primary_contact_id
    cross join lateral (${decisionStateSql('change', asOf)}) state
    cross join lateral (${earlierSql({ asOf, direction })}) earlier
    ${direction === 'past' ? `left join lateral (${keptTermsSql(asOf)}) settled on true` : ''}
    where change.partner_id = ${partnerId}
      and ${isOpenedSql('change')}
      and (change.opened_on is null or change.opened_on <= ${asOf})
      -- changes after the contract's end never come; a day of the past shows those that were not gone then
      and (contract.ended_on is null or change.effective_date <= contract.ended_on${direction === 'past' ? ` or contract.ended_on >= ${asOf}` : ''})
      ${direction === 'future' ? `and not ${willHaveEndedSql(asOf)}` : ''}
      ${where === undefined ? '' : `and (${where})`}`;
}

/** SQL: not a renewal that was announced and has not opened yet, nor one that the contract does not reach any more. */
const isOpenedSql = (change: string) =>
  `(${change}.type <> 'RENEWAL' or ${change}.settled_on is not null or ${change}.effective_date = contract.renewal_start_date)`;

/**
 * SQL: the change is not settled. The planner must not read the index of a partner's open changes for each row: it does so when it has no
 * statistics of the partner, and the time grows with the square of the rows.
 */
const isStillOpenSql = (change: string) => `coalesce(${change}.settled_on, 'infinity') = 'infinity'`;

/**
 * SQL: the terms that changes before this one will have announced by then, each the last one's, and how many changes there are. A pending
 * renewal counts: unless it renews, this change never comes.
 */
function earlierSql({ asOf, direction }: Pick<RowsAsOf, 'asOf' | 'direction'>): string {
  // Open changes, on a past day those that were open then.
  const isOpen =
    direction === 'past'
      ? `change.effective_date >= ${asOf} and before.effective_date >= ${asOf} and (before.opened_on is null or before.opened_on <= ${asOf})`
      : `change.settled_on is null and ${isStillOpenSql('before')}`;
  const isComing = `not before.is_history and case when before.type = 'RENEWAL' then not before_state.is_cancelled else before_state.is_accepted end`;
  // The rows are sorted once for all terms: an aggregate with an order of its own costs every row of the dashboard a sort, even of none.
  return `
    select count(*)::integer as position, ${eachTerm((term) => `(array_agg(sorted.new_${term}) filter (where sorted.new_${term} is not null))[1] as ${term}`)}
    from (
      select ${eachTerm((term) => `case when ${isComing} then before.new_${term} end as new_${term}`)}
      from contract_change before cross join lateral (${decisionStateSql('before', asOf)}) before_state
      where before.partner_id = change.partner_id and before.contract_id = change.contract_id and before.id <> change.id
        and before.effective_date <= change.effective_date and ${isOpen} and ${isOpenedSql('before')}
        and ${effectOrderSql('before', 'before_state')} < ${effectOrderSql('change', 'state')}
      order by ${effectOrderSql('before', 'before_state')} desc
    ) sorted`;
}

const keptTermsSql = (asOf: string) => `
  select settled.* from contract_change settled
  where settled.partner_id = change.partner_id and settled.contract_id = change.contract_id and settled.settled_on is not null
    and (settled.id = change.id or (change.effective_date >= ${asOf} and settled.effective_date >= ${asOf}))
  -- the terms of history are those of the day on which it was told
  order by settled.is_history, settled.effective_date, (settled.type = 'RENEWAL'), settled.settled_position,
    settled.external_id collate "C" limit 1`;

const willHaveEndedSql = (asOf: string) => `exists (
  select from contract_change renewal cross join lateral (${decisionStateSql('renewal', asOf)}) ending
  where renewal.partner_id = change.partner_id and renewal.contract_id = change.contract_id and renewal.type = 'RENEWAL'
    and ${isStillOpenSql('renewal')} and renewal.effective_date = contract.renewal_start_date and renewal.effective_date < ${asOf}
    and renewal.effective_date < change.effective_date and ending.is_cancelled)`;

/** The rows that `dashboard_row` must hold for the partner $1. Tests compare the table with it. */
export const definedRowsSql = (where?: string) =>
  `select ${allColumns.join(', ')} from (${dashboardRowsSql({
    partnerId: '$1',
    asOf: dateOfRowsSql('$1'),
    direction: 'present',
    ...(where === undefined ? {} : { where }),
  })}) defined`;

export const storedRowsSql = `select ${allColumns.join(', ')} from dashboard_row where partner_id = $1`;

/** So many customers' rows are derived at once that no statement takes longer than a second. */
const piece = 2000;

/** Rows that a write may have changed: those of some customers (ids, or a select of ids), or all of the partner's. */
export type RefreshScope = { customerIds: readonly string[] } | { customersFrom: string } | 'all';

const ofCustomersFrom = (customers: string) => refreshSql((row) => `${row}.customer_id in (${customers})`);
// Every mutation runs this long text, so it is built once. The lookup of its prepared name is then fast.
// An array, since the planner may read a subquery's many ids again for each contract.
const refreshOfCustomersSql = refreshSql((row) => `${row}.customer_id = any ($2::uuid[])`);

/**
 * Updates `dashboard_row` from its source tables. A transaction that changes those calls this last, after it has
 * locked the active associations of the customers. Without the lock, two writers could read stale tables.
 */
export async function refreshDashboardRows(tx: PartnerTransaction, scope: RefreshScope): Promise<void> {
  if (scope === 'all')
    await tx.query(
      refreshSql(() => 'true'),
      [tx.partnerId],
    );
  else if ('customerIds' in scope)
    for (let at = 0; at < scope.customerIds.length; at += piece)
      await tx.query(refreshOfCustomersSql, [tx.partnerId, scope.customerIds.slice(at, at + piece)]);
  else await tx.query(ofCustomersFrom(scope.customersFrom), [tx.partnerId]);
}

function refreshSql(within: (row: string) => string): string {
  return `/* refreshDashboardRows */
    with defined as materialized (${definedRowsSql(within('change'))}),
    gone as (
      delete from dashboard_row row
      where row.partner_id = $1 and ${within('row')} and not exists (select from defined where defined.id = row.id)
    )
    insert into dashboard_row as row (${columns.join(', ')}) select ${columns.join(', ')} from defined
    on conflict (partner_id, id) do update set ${columns
      .slice(2)
      .map((column) => `${column} = excluded.${column}`)
      .join(', ')}
    -- *<> compares the stored images: 417.0 and 417.00 are equal numbers, but shown as they came
    where row(${columns.map((column) => `row.${column}`).join(', ')})::record *<> row(${columns.map((column) => `excluded.${column}`).join(', ')})::record`;
}
