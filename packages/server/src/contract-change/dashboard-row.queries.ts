import { contractTerms, eachTerm } from '../contract/contract.terms.ts';
import type { PartnerTransaction } from '../database/transaction.ts';
import { dateOfRowsSql } from '../partner/partner-record.queries.ts';
import { decisionStateSql, effectOrderSql, maxAsOfDistanceDays } from './contract-change.rules.ts';

const columns = [
  ...['partner_id', 'id', 'customer_id', 'contract_id', 'type', 'effective_date', 'renewal_deadline', 'notice_period_days'],
  ...['is_accepted', 'is_cancelled', 'has_late_cancellation', 'customer_name', 'website', 'hub_id', 'search_text', 'manual_owner'],
  ...['primary_contact_id', 'primary_contact_name', 'primary_contact_email', 'association_version', 'version', 'position'],
  ...contractTerms.map((term) => `current_${term}`),
  ...contractTerms.map((term) => `new_${term}`),
];

/** All but the key. */
const valueColumns = columns.slice(2);

/** SQL: what tells a row from the stored one. Amounts are texts: 417.0 and 417.00 are equal numbers, but shown as they came. */
const compared = (row: string) =>
  valueColumns.map((column) => (column.endsWith('_mrr') ? `${row}.${column}::text` : `${row}.${column}`)).join(', ');

/** Includes the generated column. */
const allColumns = [...columns, 'estimated_mrr_change'];

export type RowsAsOf = {
  /** SQL of the partner's id and of the date of the rows */
  partnerId: string;
  asOf: string;
  /** position of that date relative to the date of the partner's rows */
  direction: 'past' | 'present' | 'future';
  only?: Only;
};

/**
 * Limits the rows: by a predicate on an alias, or to the rows whose column is in an array of ids (SQL). Those are looked up id by id, and
 * all that belongs to them by its key (`offset 0`). Statistics do not know a partner that has just grown: the planner then starts with all
 * associations of the partner, and the time of many pieces grows with its square.
 */
type Only = { where: (row: string) => string } | { column: 'customer_id' | 'contract_id'; ids: string };

/** SQL: a from clause and a predicate for the rows of a table, under an alias. */
function rowsOfSql(table: string, row: string, partnerId: string, only?: Only): { from: string; where: string } {
  const ofPartner = `${row}.partner_id = ${partnerId}`;
  if (only === undefined) return { from: `${table} ${row}`, where: ofPartner };
  if ('where' in only) return { from: `${table} ${row}`, where: `${ofPartner} and ${only.where(row)}` };
  const ofOne = `select * from ${table} ${row} where ${ofPartner} and ${row}.${only.column} = wanted.id offset 0`;
  return { from: `unnest(${only.ids}) wanted(id) cross join lateral (${ofOne}) ${row}`, where: 'true' };
}

/**
 * THE definition of the dashboard's rows, for any business date: one row for each visible change of a customer with an active
 * association. `dashboard_row` stores the rows of today; `asOf` runs this query directly.
 */
export function dashboardRowsSql({ partnerId, asOf, direction, only }: RowsAsOf): string {
  const changes = rowsOfSql('contract_change', 'change', partnerId, only);
  const isKeyed = only !== undefined && 'ids' in only;
  const join = (table: string, row: string, on: string) =>
    isKeyed ? `cross join lateral (select * from ${table} ${row} where ${on} offset 0) ${row}` : `join ${table} ${row} on ${on}`;
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
    from ${changes.from}
    ${join(
      'customer_association',
      'association',
      `association.partner_id = change.partner_id
      and association.customer_id = change.customer_id and association.ended_at is null`,
    )}
    ${join('customer', 'customer', 'customer.partner_id = change.partner_id and customer.id = change.customer_id')}
    ${join('contract', 'contract', 'contract.partner_id = change.partner_id and contract.id = change.contract_id')}
    left join customer_user contact on contact.partner_id = association.partner_id and contact.id = association.primary_contact_id
    cross join lateral (${decisionStateSql('change', asOf)}) state
    cross join lateral (${earlierSql({ asOf, direction })}) earlier
    ${direction === 'past' ? `left join lateral (${keptTermsSql(asOf)}) settled on true` : ''}
    where ${changes.where} and ${isVisibleSql({ asOf, direction })}
      ${direction === 'future' ? `and not ${willHaveEndedSql(asOf)}` : ''}`;
}

/** SQL: the change has opened, and its contract (alias `contract`) reaches it. */
const isVisibleSql = ({ asOf, direction }: Pick<RowsAsOf, 'asOf' | 'direction'>) => `${isOpenedSql('change')}
      and (change.opened_on is null or change.opened_on <= ${asOf})
      -- changes after the contract's end never come; a day of the past shows those that were not gone then
      and (contract.ended_on is null or change.effective_date <= contract.ended_on${direction === 'past' ? ` or contract.ended_on >= ${asOf}` : ''})`;

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

/**
 * SQL: the first effective date of the rows that `dashboard_row` must hold for a partner. It may hold older ones, until they are removed
 * (old-rows.queries.ts), so what reads both compares with this day.
 */
export const firstKeptDaySql = (partnerId: string) => `(${dateOfRowsSql(partnerId)} - ${maxAsOfDistanceDays})`;

/** The rows that `dashboard_row` must hold for the partner $1. Tests compare the table with it. */
export const definedRowsSql = (only?: Only) =>
  `select ${allColumns.join(', ')} from (${dashboardRowsSql({
    partnerId: '$1',
    asOf: dateOfRowsSql('$1'),
    direction: 'present',
    ...(only === undefined ? {} : { only }),
  })}) defined where defined.effective_date >= ${firstKeptDaySql('$1')}`;

export const storedRowsSql = `select ${allColumns.join(', ')} from dashboard_row where partner_id = $1`;

/** SQL: the changes that are visible to a partner now, also those that took effect long ago. */
export const visibleChangesSql = (partnerId: string) => `
  select change.* from contract_change change
  join customer_association association on association.partner_id = ${partnerId} and association.customer_id = change.customer_id
    and association.ended_at is null
  join contract on contract.partner_id = ${partnerId} and contract.id = change.contract_id
  where change.partner_id = ${partnerId} and ${isVisibleSql({ asOf: dateOfRowsSql(partnerId), direction: 'present' })}`;

/** SQL: the row of a visible change: stored, or derived if it took effect long ago. */
export const rowOfChangeSql = ({ partnerId, asOf, id }: { partnerId: string; asOf: string; id: string }) => {
  const only = { where: (change: string) => `${change}.id = ${id} and ${change}.effective_date < ${firstKeptDaySql(partnerId)}` };
  return `
  select ${allColumns.join(', ')} from dashboard_row kept
  where kept.partner_id = ${partnerId} and kept.id = ${id} and kept.effective_date >= ${firstKeptDaySql(partnerId)}
  union all
  select ${allColumns.join(', ')} from (${dashboardRowsSql({ partnerId, asOf, direction: 'present', only })}) old`;
};

/** Rows that a write may have changed: those of some customers (ids, or a select of ids), of some contracts, or all of the partner's. */
export type RefreshScope = { customerIds: readonly string[] } | { customersFrom: string } | { contractIds: readonly string[] } | 'all';

const refreshAllSql = refreshSql();
// Every mutation runs this long text, so it is built once. The lookup of its prepared name is then fast.
const refreshOfCustomersSql = refreshSql({ column: 'customer_id', ids: '$2::uuid[]' });
const refreshOfContractsSql = refreshSql({ column: 'contract_id', ids: '$2::uuid[]' });

/**
 * Updates `dashboard_row` from its source tables. A transaction that changes those calls this last, after it has
 * locked the active associations of the customers. Without the lock, two writers could read stale tables.
 */
export async function refreshDashboardRows(tx: PartnerTransaction, scope: RefreshScope): Promise<void> {
  if (scope === 'all') await tx.query(refreshAllSql, [tx.partnerId]);
  else if ('customerIds' in scope) await tx.query(refreshOfCustomersSql, [tx.partnerId, scope.customerIds]);
  else if ('contractIds' in scope) await tx.query(refreshOfContractsSql, [tx.partnerId, scope.contractIds]);
  else await tx.query(refreshSql({ where: (row) => `${row}.customer_id in (${scope.customersFrom})` }), [tx.partnerId]);
}

function refreshSql(only?: Only): string {
  const stored = rowsOfSql('dashboard_row', 'row', '$1', only);
  return `/* refreshDashboardRows */
    with defined as materialized (${definedRowsSql(only)}),
    gone as (
      delete from dashboard_row obsolete
      where obsolete.partner_id = $1 and obsolete.id = any (array(
        -- sets, since without statistics the planner compared each row with all defined ones
        select row.id from ${stored.from} where ${stored.where} except select id from defined))
    )
    insert into dashboard_row as row (${columns.join(', ')}) select ${columns.join(', ')} from defined
    on conflict (partner_id, id) do update set ${valueColumns.map((column) => `${column} = excluded.${column}`).join(', ')}
    where (${compared('row')}) is distinct from (${compared('excluded')})`;
}
