import type { PartnerTransaction } from '../database/transaction.ts';
import { decisionStateSql } from './contract-change.rules.ts';

const terms = [
  'max_contacts',
  'email_limit',
  'billing_frequency',
  'billing_interval_months',
  'subscription_term_months',
  'mrr',
  'currency_code',
] as const;

const columns = [
  ...['partner_id', 'id', 'customer_id', 'contract_id', 'type', 'effective_date', 'renewal_deadline', 'notice_period_days'],
  ...['is_accepted', 'is_cancelled', 'has_late_cancellation', 'customer_name', 'website', 'hub_id', 'search_text', 'manual_owner'],
  ...['primary_contact_id', 'primary_contact_name', 'primary_contact_email', 'association_version', 'version'],
  ...terms.map((term) => `current_${term}`),
  ...terms.map((term) => `new_${term}`),
];

/** With what the table makes of them itself. */
const allColumns = [...columns, 'estimated_mrr_change'];

export type RowsAsOf = {
  /** SQL of the partner's id and of the date for which the rows are derived */
  partnerId: string;
  asOf: string;
  /** where that date lies against the date up to which days have passed for the partner */
  direction: 'past' | 'present' | 'future';
  /** further predicate over c (contract_change) */
  where?: string;
};

/**
 * THE definition of the dashboard's rows, for any business date: one row a visible change of a customer with an active
 * association. `dashboard_row` holds what this says for today; `asOf` reads it directly.
 */
export function dashboardRowsSql({ partnerId, asOf, direction, where }: RowsAsOf): string {
  // The terms a change starts from: as they were kept when days passed over it, else the contract's. Seen from the past, those
  // kept by the first change settled since then.
  const kept = direction === 'past' ? 'h' : 'c';
  const current = (term: string) => `case when ${kept}.from_mrr is not null then ${kept}.from_${term} else k.${term} end`;
  const next = (term: string) => `coalesce(c.new_${term}, ${current(term)})`;
  return `
    select c.partner_id, c.id, c.customer_id, c.contract_id, c.type, c.effective_date, c.renewal_deadline, c.notice_period_days,
      z.is_accepted, z.is_cancelled, z.has_late_cancellation,
      m.name as customer_name, m.website, m.hub_id, m.search_text, a.communication_owner as manual_owner,
      u.id as primary_contact_id, u.name as primary_contact_name, u.email as primary_contact_email,
      a.version as association_version, c.version,
      ${terms.map((term) => `${current(term)} as current_${term}`).join(', ')},
      ${terms.map((term) => `${next(term)} as new_${term}`).join(', ')},
      case when ${current('currency_code')} = ${next('currency_code')} then ${next('mrr')} - ${current('mrr')} end as estimated_mrr_change
    from contract_change c
    join customer_association a on a.partner_id = c.partner_id and a.customer_id = c.customer_id and a.ended_at is null
    join customer m on m.partner_id = c.partner_id and m.id = c.customer_id
    join contract k on k.partner_id = c.partner_id and k.id = c.contract_id
    left join customer_user u on u.partner_id = a.partner_id and u.id = a.primary_contact_id
    cross join lateral (${decisionStateSql('c', asOf)}) z
    ${direction === 'past' ? `left join lateral (${keptTermsSql(asOf)}) h on true` : ''}
    where c.partner_id = ${partnerId}
      -- announced for a renewal that has not opened yet, or not opened on that date
      and (c.type <> 'RENEWAL' or c.settled_on is not null or c.effective_date = k.renewal_start_date)
      and (c.opened_on is null or c.opened_on <= ${asOf})
      -- a cancelled renewal ended the contract: its later changes are gone from the day after
      and (k.ended_on is null or k.ended_on >= ${asOf} or c.effective_date <= k.ended_on)
      ${direction === 'future' ? `and not ${willHaveEndedSql(asOf)}` : ''}
      ${where === undefined ? '' : `and (${where})`}`;
}

const keptTermsSql = (asOf: string) => `
  select h.* from contract_change h
  where h.partner_id = c.partner_id and h.contract_id = c.contract_id and h.settled_on is not null
    and (h.id = c.id or (c.effective_date >= ${asOf} and h.effective_date >= ${asOf}))
  order by h.effective_date, (h.type = 'RENEWAL'), h.id limit 1`;

const willHaveEndedSql = (asOf: string) => `exists (
  select from contract_change q cross join lateral (${decisionStateSql('q', asOf)}) qz
  where q.partner_id = c.partner_id and q.contract_id = c.contract_id and q.type = 'RENEWAL' and q.settled_on is null
    and q.effective_date = k.renewal_start_date and q.effective_date < ${asOf} and q.effective_date < c.effective_date
    and qz.is_cancelled)`;

const passedThroughSql = `(select p.passed_through from partner p where p.id = $1)`;

/** The rows `dashboard_row` must hold for the partner $1; also what the tests compare it with. */
export const definedRowsSql = (where?: string) =>
  `select ${allColumns.join(', ')} from (${dashboardRowsSql({
    partnerId: '$1',
    asOf: passedThroughSql,
    direction: 'present',
    ...(where === undefined ? {} : { where }),
  })}) defined`;

export const storedRowsSql = `select ${allColumns.join(', ')} from dashboard_row where partner_id = $1`;

/** Which rows a write may have changed: those of some customers (ids, or a select of them), or all of the partner's. */
export type RefreshScope = { customerIds: readonly string[] } | { customersFrom: string } | 'all';

const ofCustomersFrom = (customers: string) => refreshSql((row) => `${row}.customer_id in (${customers})`);
// Every mutation's: a long text, which is put together once and has its name under which it is prepared found at once.
const refreshOfCustomersSql = ofCustomersFrom('select unnest($2::uuid[])');

/**
 * Brings `dashboard_row` in step with the tables it derives from. Every transaction that changes those calls it last, after
 * locking the active associations of the customers concerned: without the lock two writers could derive from stale tables.
 */
export async function refreshDashboardRows(tx: PartnerTransaction, scope: RefreshScope): Promise<void> {
  if (scope === 'all')
    await tx.query(
      refreshSql(() => 'true'),
      [tx.partnerId],
    );
  else if ('customerIds' in scope) await tx.query(refreshOfCustomersSql, [tx.partnerId, scope.customerIds]);
  else await tx.query(ofCustomersFrom(scope.customersFrom), [tx.partnerId]);
}

function refreshSql(within: (row: string) => string): string {
  return `/* refreshDashboardRows */
    with defined as materialized (${definedRowsSql(within('c'))}),
    gone as (
      delete from dashboard_row r
      where r.partner_id = $1 and ${within('r')} and not exists (select from defined d where d.id = r.id)
    )
    insert into dashboard_row as r (${columns.join(', ')}) select ${columns.join(', ')} from defined
    on conflict (partner_id, id) do update set ${columns
      .slice(2)
      .map((column) => `${column} = excluded.${column}`)
      .join(', ')}
    -- *<> compares the stored images: 417.0 and 417.00 are equal numbers, but shown as they came
    where row(${columns.map((column) => `r.${column}`).join(', ')})::record *<> row(${columns.map((column) => `excluded.${column}`).join(', ')})::record`;
}
