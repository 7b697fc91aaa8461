import type { CalendarDate } from '../calendar-date.ts';
import type { Reader } from '../database/reader.ts';
import { Parameters } from '../database/sql.ts';
import { countOfOwners, selectPages } from '../reading/page.queries.ts';
import type { Wanted } from '../reading/wanted.ts';
import { associationSql } from './customer.queries.ts';

/** First and last day. */
export type Days = { from: CalendarDate; to: CalendarDate };

const from = `app_usage usage ${associationSql('usage.customer_id')}`;
const within = ({ from: first, to: last }: Days, parameters: Parameters) =>
  `usage.partner_id = scope.partner_id and usage.date between ${parameters.add(first, 'date')} and ${parameters.add(last, 'date')}`;

/** An index has the rows of a customer in this order; day and app name a row of it. */
const order = {
  name: 'app usage of a customer',
  keys: [
    { sql: 'usage.date', type: 'date', isRequired: true, isDescending: true },
    { sql: 'usage.app', type: 'text', isRequired: true, isDescending: false },
  ],
  id: 'usage.customer_id',
} as const;

/** For each of many customers, a page of its app usage on some days. */
export async function findUsageOfCustomers(reader: Reader, wanted: Wanted, customerIds: readonly string[], days: Days) {
  const parameters = new Parameters();
  return await selectPages(reader, wanted, {
    name: 'findUsageOfCustomers',
    from,
    where: within(days, parameters),
    owner: 'usage.customer_id',
    ownerIds: customerIds,
    order,
    parameters,
  });
}

export async function countUsageOfCustomers(reader: Reader, customerIds: readonly string[], days: Days): Promise<Map<string, number>> {
  const parameters = new Parameters();
  return await countOfOwners(reader, {
    name: 'countUsageOfCustomers',
    from,
    where: within(days, parameters),
    owner: 'usage.customer_id',
    ownerIds: customerIds,
    parameters,
  });
}
