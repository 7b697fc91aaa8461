import type { CalendarDate } from '../calendar-date.ts';
import { Parameters } from '../database/sql.ts';
import { readAs } from '../database/reader.ts';
import type { Db } from '../database/transaction.ts';
import type { Page } from '../reading/connection.type.ts';
import { selectKeyed, selectPages, type FoundPage, type PageFacts } from '../reading/page.queries.ts';
import type { Projection } from '../reading/projection.ts';
import { asOfSql } from './contract-change.columns.ts';
import { dashboardRowsSql } from './dashboard-row.queries.ts';
import { standingDecisionSql, windowDays } from './contract-change.rules.ts';

/** For which business date the rules are evaluated, and which day it is. */
export type Dates = { asOf: CalendarDate; today: CalendarDate };

/** The dashboard's rows r on a business date: as they stand today, or derived for another day. */
export function rowsSql({ asOf, today }: Dates): string {
  if (asOf === today) return 'dashboard_row r';
  const direction = asOf < today ? 'past' : 'future';
  return `(${dashboardRowsSql({ partnerId: 's.partner_id', asOf: asOfSql, direction })}) r`;
}

export const inWindowSql = (row: string) => `${row}.effective_date between ${asOfSql} and ${asOfSql} + ${windowDays}`;

/** What a projection needs beyond the row r; a join is named by the alias it brings. */
export function joinsSql(joins: ReadonlySet<string>, { asOf, today }: Dates): string {
  const sql: string[] = [];
  if (joins.has('a')) {
    sql.push('join customer_association a on a.partner_id = s.partner_id and a.customer_id = r.customer_id and a.ended_at is null');
  }
  if (joins.has('u')) sql.push('left join customer_user u on u.partner_id = s.partner_id and u.id = a.primary_contact_id');
  if (joins.has('k')) sql.push('join contract k on k.partner_id = s.partner_id and k.id = r.contract_id');
  if (joins.has('d')) sql.push(`left join lateral (${standingDecisionSql('r', asOfSql)}) d on true`);
  if (joins.has('t')) {
    const isToday = asOf === today;
    sql.push(
      isToday
        ? 'cross join lateral (select r.type, r.effective_date, r.notice_period_days, r.is_accepted, r.is_cancelled, r.has_late_cancellation) t'
        : 'left join dashboard_row t on t.partner_id = s.partner_id and t.id = r.id',
    );
  }
  return sql.join(' ');
}

/** Upcoming changes of each of many customers, by effective date. */
export async function findUpcomingOfCustomers(
  db: Db,
  partnerId: string,
  projection: Projection,
  customerIds: readonly string[],
  today: CalendarDate,
) {
  const dates = { asOf: today, today };
  const parameters = new Parameters(dates);
  return await selectKeyed(db, partnerId, {
    name: 'findUpcomingOfCustomers',
    projection,
    key: 'r.customer_id',
    from: `${rowsSql(dates)} ${joinsSql(projection.joins, dates)}`,
    where: `r.partner_id = s.partner_id and ${inWindowSql('r')} and r.customer_id = any (${parameters.add(customerIds, 'uuid[]')})`,
    orderBy: ['r.effective_date', 'r.id'],
    parameters,
  });
}

/** The latest comes first: what is still ahead, then what was. */
export const historyOrder = {
  name: 'contractChanges of a customer',
  keys: [{ sql: 'r.effective_date', type: 'date', isRequired: true, isDescending: true }],
  id: 'r.id',
} as const;

/** A page of all changes, past ones too, of each of many customers. */
export async function findHistoryOfCustomers(
  db: Db,
  partnerId: string,
  projection: Projection,
  customerIds: readonly string[],
  page: Page,
  facts: PageFacts,
  today: CalendarDate,
): Promise<Map<string, FoundPage>> {
  const dates = { asOf: today, today };
  return await selectPages(db, partnerId, {
    name: 'findHistoryOfCustomers',
    projection,
    from: `${rowsSql(dates)} ${joinsSql(projection.joins, dates)}`,
    where: 'r.partner_id = s.partner_id',
    owner: 'r.customer_id',
    ownerIds: customerIds,
    order: historyOrder,
    page,
    facts,
    parameters: new Parameters(dates),
  });
}

export async function countHistoryOfCustomers(db: Db, partnerId: string, customerIds: readonly string[]): Promise<Map<string, number>> {
  const rows = await readAs(db, partnerId).select<[string, number]>({
    name: 'countHistoryOfCustomers',
    select:
      'select r.customer_id, count(*)::int from dashboard_row r where r.partner_id = s.partner_id and r.customer_id = any ($2::uuid[]) group by 1',
    values: [customerIds],
  });
  return new Map(rows);
}

/** Changes by their ids, past ones too; an id that is not the partner's finds nothing. */
export async function findChanges(db: Db, partnerId: string, projection: Projection, ids: readonly string[], today: CalendarDate) {
  const dates = { asOf: today, today };
  const parameters = new Parameters(dates);
  return await selectKeyed(db, partnerId, {
    name: 'findChanges',
    projection,
    key: 'r.id',
    from: `${rowsSql(dates)} ${joinsSql(projection.joins, dates)}`,
    where: `r.partner_id = s.partner_id and r.id = any (${parameters.add(ids, 'uuid[]')})`,
    parameters,
  });
}
