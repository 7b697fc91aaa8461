import { searchSql } from '../customer/search-text.ts';
import { Parameters } from '../database/sql.ts';
import { readAs } from '../database/reader.ts';
import type { Db } from '../database/transaction.ts';
import type { Page } from '../reading/connection.type.ts';
import { selectPage, type FoundPage, type PageFacts } from '../reading/page.queries.ts';
import type { Projection } from '../reading/projection.ts';

/** The one place where a customer is seen without an active association. */
const endedSql = `customer m join lateral (
  select max(e.ended_at) as ended_at from customer_association e where e.partner_id = s.partner_id and e.customer_id = m.id
  having count(*) > 0 and count(*) = count(e.ended_at)) a on true`;

export const endedCustomerOrder = {
  name: 'ended customers',
  keys: [
    { sql: 'm.name collate "und-x-icu"', type: 'text', isRequired: true, isDescending: false },
    { sql: 'a.ended_at', type: 'timestamptz', isRequired: true, isDescending: true },
  ],
  id: 'm.id',
} as const;

export async function findEndedCustomers(
  db: Db,
  partnerId: string,
  projection: Projection,
  query: string | null | undefined,
  page: Page,
  facts: PageFacts,
): Promise<FoundPage> {
  const parameters = new Parameters();
  return await selectPage(db, partnerId, {
    name: 'findEndedCustomers',
    projection,
    from: endedSql,
    where: `m.partner_id = s.partner_id and ${searchSql(query, 'm', parameters)}`,
    order: endedCustomerOrder,
    page,
    facts,
    parameters,
  });
}

export async function countEndedCustomers(db: Db, partnerId: string, query: string | null | undefined): Promise<number> {
  const parameters = new Parameters();
  const select = `select count(*)::int from ${endedSql} where m.partner_id = s.partner_id and ${searchSql(query, 'm', parameters)}`;
  const rows = await readAs(db, partnerId).select<[number]>({ name: 'countEndedCustomers', select, values: parameters.values });
  return rows[0]?.[0] ?? 0;
}
