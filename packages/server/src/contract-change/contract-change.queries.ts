import { daysBetween, type CalendarDate } from '../calendar-date.ts';
import type { Reader } from '../database/reader.ts';
import { maxListLength } from '../graphql/connection.type.ts';
import { Parameters } from '../database/sql.ts';
import { selectKeyed, type KeyedRows } from '../reading/keyed.queries.ts';
import { countOfOwners, selectFirstRows, selectPage, selectPages } from '../reading/page.queries.ts';
import type { Projection } from '../reading/projection.ts';
import { wantedRows, type Wanted } from '../reading/wanted.ts';
import { asOfSql } from './contract-change.columns.ts';
import { decidingDecisionSql, lateRequestSql, maxAsOfDistanceDays, windowDays } from './contract-change.rules.ts';
import { dashboardRowsSql, rowOfChangeSql, visibleChangesSql } from './dashboard-row.queries.ts';

/** The business date for which the rules are evaluated, and today. */
export type Dates = { asOf: CalendarDate; today: CalendarDate };

export const isAsOfAllowed = ({ asOf, today }: Dates): boolean =>
  asOf === today || Math.abs(daysBetween(today, asOf)) <= maxAsOfDistanceDays;

/** The dashboard's rows on a business date (alias `row`): stored for today, derived for any other day. */
export function rowsSql({ asOf, today }: Dates): string {
  if (asOf === today) return 'dashboard_row row';
  const direction = asOf < today ? 'past' : 'future';
  return `(${dashboardRowsSql({ partnerId: 'scope.partner_id', asOf: asOfSql, direction })}) row`;
}

export const inWindowSql = (row: string) => `${row}.effective_date between ${asOfSql} and ${asOfSql} + ${windowDays}`;

/** The joins that a projection needs; each has the name of its alias. */
export function joinsSql(joins: ReadonlySet<string>, { asOf, today }: Dates): string {
  const sql: string[] = [];
  if (joins.has('association')) {
    sql.push(
      'join customer_association association on association.partner_id = scope.partner_id ' +
        'and association.customer_id = row.customer_id and association.ended_at is null',
    );
  }
  if (joins.has('contact')) {
    sql.push('left join customer_user contact on contact.partner_id = scope.partner_id and contact.id = association.primary_contact_id');
  }
  if (joins.has('customer')) sql.push('join customer on customer.partner_id = scope.partner_id and customer.id = row.customer_id');
  if (joins.has('contract')) sql.push('join contract on contract.partner_id = scope.partner_id and contract.id = row.contract_id');
  if (joins.has('decision')) sql.push(`left join lateral (${decidingDecisionSql('row', asOfSql)}) decision on true`);
  if (joins.has('late_request'))
    sql.push(`left join lateral (${lateRequestSql('row', asOfSql)}) late_request on row.has_late_cancellation`);
  if (joins.has('today')) {
    sql.push(
      asOf === today
        ? 'cross join lateral (select row.type, row.effective_date, row.notice_period_days, row.is_accepted, row.is_cancelled, row.has_late_cancellation) today'
        : 'left join dashboard_row today on today.partner_id = scope.partner_id and today.id = row.id',
    );
  }
  return sql.join(' ');
}

const datesOf = ({ today }: Reader): Dates => ({ asOf: today, today });

/** The rows of a customer are found before they are ordered or joined: in the order, every upcoming row of the partner would be read. */
const rowsOfCustomerSql = (customerId: string) =>
  `(select of_customer.* from dashboard_row of_customer where of_customer.partner_id = scope.partner_id and of_customer.customer_id = ${customerId} offset 0)`;

/** For each of many customers, its upcoming changes by effective date. */
export async function findUpcomingOfCustomers(reader: Reader, projection: Projection, customerIds: readonly string[]) {
  const dates = datesOf(reader);
  return await selectFirstRows(reader, projection, maxListLength, {
    name: 'findUpcomingOfCustomers',
    from: `${rowsOfCustomerSql('owner.id')} row`,
    joins: joinsSql(projection.joins, dates),
    where: inWindowSql('row'),
    owner: 'row.customer_id',
    ownerIds: customerIds,
    order: upcomingOrder,
    parameters: new Parameters(dates),
  });
}

/** What a mutation changed: customers, all customers whose owner follows the partner's setting, or the contract of a change. */
export type Changed = { customerIds: readonly string[] } | { contractOf: string } | 'default owners';

/** The rows (alias `row`) of what changed. */
function changedRowsSql(changed: Changed, parameters: Parameters): string {
  if (changed === 'default owners') return 'dashboard_row row';
  if ('customerIds' in changed) {
    const customers = `unnest(${parameters.add(changed.customerIds, 'uuid[]')}) customer(id)`;
    return `(select changed.* from ${customers} cross join lateral ${rowsOfCustomerSql('customer.id')} changed) row`;
  }
  const contractId =
    'select one.contract_id from contract_change one ' +
    `where one.partner_id = scope.partner_id and one.id = ${parameters.add(changed.contractOf, 'uuid')}`;
  return `(select changed.* from dashboard_row changed where changed.partner_id = scope.partner_id and changed.contract_id = (${contractId}) offset 0) row`;
}

const upcomingOrder = {
  name: 'upcoming changes',
  keys: [{ sql: 'row.effective_date', type: 'date', isRequired: true, isDescending: false }],
  id: 'row.id',
} as const;

/** The first upcoming changes among these, by effective date. */
export async function findUpcomingOfChanged(reader: Reader, projection: Projection, changed: Changed) {
  const dates = datesOf(reader);
  const parameters = new Parameters(dates);
  const { rows } = await selectPage(reader, wantedRows(projection, maxListLength), {
    name: 'findUpcomingOfChanged',
    from: changedRowsSql(changed, parameters),
    joins: joinsSql(projection.joins, dates),
    where: `row.partner_id = scope.partner_id and ${inWindowSql('row')}${changed === 'default owners' ? ' and row.manual_owner is null' : ''}`,
    order: upcomingOrder,
    parameters,
  });
  return rows.map(({ row }) => row);
}

const historyOrder = {
  name: 'contractChanges of a customer',
  keys: [{ sql: 'row.effective_date', type: 'date', isRequired: true, isDescending: true }],
  id: 'row.id',
} as const;

const historySql = `(${visibleChangesSql('scope.partner_id')}) row`;

/** For each of many customers, a page of all its changes, including past ones. The rows of a page are fetched after it is found. */
export async function findHistoryOfCustomers(reader: Reader, wanted: Wanted, customerIds: readonly string[]) {
  const dates = datesOf(reader);
  return await selectPages(reader, wanted, {
    name: 'findHistoryOfCustomers',
    from: historySql,
    fetchedFrom: `lateral (${rowOfChangeSql({ partnerId: 'scope.partner_id', asOf: asOfSql, id: 'on_page.id' })})`,
    joins: joinsSql(wanted.projection.joins, dates),
    where: 'row.partner_id = scope.partner_id',
    owner: 'row.customer_id',
    ownerIds: customerIds,
    order: historyOrder,
    parameters: new Parameters(dates),
  });
}

export const countHistoryOfCustomers = async (reader: Reader, customerIds: readonly string[]) =>
  await countOfOwners(reader, {
    name: 'countHistoryOfCustomers',
    from: historySql,
    where: 'row.partner_id = scope.partner_id',
    owner: 'row.customer_id',
    ownerIds: customerIds,
    parameters: new Parameters(),
  });

/** Changes by ID, including past ones. */
export const findChanges = async (reader: Reader, projection: Projection, ids: readonly string[]) =>
  await findByIds(reader, projection, ids, datesOf(reader));

/** The same as they are on a day; none on a day that asOf cannot be. */
export const findChangesOn = (asOf: CalendarDate) => async (reader: Reader, projection: Projection, ids: readonly string[]) =>
  isAsOfAllowed({ asOf, today: reader.today }) ? await findByIds(reader, projection, ids, { asOf, today: reader.today }) : new Map();

async function findByIds(reader: Reader, projection: Projection, ids: readonly string[], dates: Dates): Promise<KeyedRows> {
  const select = async (rows: string, wanted: readonly string[], isDerived: boolean) => {
    return await selectKeyed(reader, projection, {
      name: 'findChanges',
      key: 'row.id',
      ids: wanted,
      from: `${rows} ${joinsSql(projection.joins, dates)}`,
      where: 'row.partner_id = scope.partner_id',
      parameters: new Parameters(dates),
      isDerived,
    });
  };
  const found = await select(rowsSql(dates), ids, dates.asOf !== dates.today);
  const others = dates.asOf === dates.today ? ids.filter((id) => !found.has(id)) : [];
  if (others.length === 0) return found;
  // Changes that took effect long ago have no row. They are asked for rarely, so others do not pay for them.
  const derived = `(${dashboardRowsSql({ partnerId: 'scope.partner_id', asOf: asOfSql, direction: 'present' })}) row`;
  return new Map([...found, ...(await select(derived, others, true))]);
}
