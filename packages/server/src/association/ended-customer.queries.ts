import { searchSql } from '../customer/search.sql.ts';
import type { Reader } from '../database/reader.ts';
import { Parameters } from '../database/sql.ts';
import { selectPage } from '../reading/page.queries.ts';
import type { Wanted } from '../reading/wanted.ts';

/** The only place that reads a customer without an active association. One that was merged into another has not ended: it goes on there. */
const endedSql = `customer join lateral (
  select max(association.ended_at) as ended_at from customer_association association
  where association.partner_id = scope.partner_id and association.customer_id = customer.id
  having count(*) > 0 and count(*) = count(association.ended_at)) last on customer.merged_into_id is null`;

const endedCustomerOrder = {
  name: 'ended customers',
  keys: [
    { sql: 'customer.name collate "und-x-icu"', type: 'text', isRequired: true, isDescending: false },
    { sql: 'last.ended_at', type: 'timestamptz', isRequired: true, isDescending: true },
  ],
  id: 'customer.id',
} as const;

/** Ended customers that a search finds, or only the one with this ID. */
export async function findEndedCustomers(
  reader: Reader,
  wanted: Wanted,
  { query, id }: { query?: string | null | undefined; id?: string },
) {
  const parameters = new Parameters();
  const only = id === undefined ? '' : ` and customer.id = ${parameters.add(id, 'uuid')}`;
  return await selectPage(reader, wanted, {
    name: 'findEndedCustomers',
    from: endedSql,
    where: `customer.partner_id = scope.partner_id${only} and ${searchSql(query, 'customer', parameters)}`,
    order: endedCustomerOrder,
    parameters,
  });
}

export async function countEndedCustomers(reader: Reader, query: string | null | undefined): Promise<number> {
  const parameters = new Parameters();
  const select = `select count(*)::int from ${endedSql} where customer.partner_id = scope.partner_id and ${searchSql(query, 'customer', parameters)}`;
  const rows = await reader.select<[number]>({ name: 'countEndedCustomers', select, values: parameters.values });
  return rows[0]?.[0] ?? 0;
}
