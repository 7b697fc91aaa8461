import { inWindowSql, joinsSql, rowsSql, type Dates } from '../contract-change/contract-change.queries.ts';
import { searchSql } from '../customer/search-text.ts';
import { readAs } from '../database/reader.ts';
import type { Db } from '../database/transaction.ts';
import { Parameters } from '../database/sql.ts';
import type { Page } from '../reading/connection.type.ts';
import type { DirectedKey } from '../reading/keyset.ts';
import { selectPage, type FoundPage, type PageFacts } from '../reading/page.queries.ts';
import type { Projection } from '../reading/projection.ts';
import { filterSql, type ContractChangeFilter } from './dashboard.filter.ts';

/** Which of the dashboard's changes are meant. */
export type ChangeSet = Dates & { query?: string | null | undefined; filter?: ContractChangeFilter | null | undefined };

type ChangeOrder = { name: string; keys: readonly DirectedKey[] };

/** The rows r of a set and their predicate: the partner's, in the window, searched and filtered. */
export function setSql(set: ChangeSet, parameters: Parameters): { from: string; where: string } {
  const { query, filter } = set;
  const within = (row: string, search: string) =>
    [`${row}.partner_id = s.partner_id`, inWindowSql(row), search].filter((condition) => condition !== 'true').join(' and ');
  const further = filter == null ? 'true' : filterSql(filter, parameters);
  if (set.asOf !== set.today || (query ?? '').trim() === '') {
    const where = within('r', searchSql(query, 'r', parameters));
    return { from: rowsSql(set), where: further === 'true' ? where : `${where} and ${further}` };
  }
  // A search looks through the index alone, which holds the text it looks into: of a row that does not match, nothing
  // else is read. In the index's order, so that the default page ends where it is full.
  const found = `select q.id, q.effective_date from dashboard_row q where ${within('q', searchSql(query, 'q', parameters))} order by q.effective_date, q.id offset 0`;
  return {
    from: `(${found}) q join dashboard_row r on r.partner_id = s.partner_id and r.id = q.id and r.effective_date = q.effective_date`,
    where: further,
  };
}

/** One page of the dashboard. */
export async function findUpcoming(
  db: Db,
  partnerId: string,
  projection: Projection,
  set: ChangeSet,
  order: ChangeOrder,
  page: Page,
  facts: PageFacts,
): Promise<FoundPage> {
  const parameters = new Parameters(set);
  const isIndexed = order.keys.every((key) => key.isRequired);
  const { from, where } = setSql(set, parameters);
  // An order that no index is in looks at every row: in the index of all sort keys, and what the page shows is fetched for the page.
  const isFetchedAfter = !isIndexed && set.asOf === set.today;
  return await selectPage(db, partnerId, {
    name: 'findUpcoming',
    projection,
    from,
    joins: joinsSql(projection.joins, set),
    ...(isFetchedAfter && { row: 'dashboard_row r' }),
    where,
    order: { ...order, id: 'r.id' },
    page,
    facts,
    parameters,
    isShort: isIndexed && from === 'dashboard_row r' && set.filter == null,
  });
}

export async function countUpcoming(db: Db, partnerId: string, set: ChangeSet): Promise<number> {
  const parameters = new Parameters(set);
  const { from, where } = setSql(set, parameters);
  const select = parameters.bind(`select count(*)::int from ${from} where ${where}`);
  const rows = await readAs(db, partnerId).select<[number]>({ name: 'countUpcoming', select, values: parameters.values });
  return rows[0]?.[0] ?? 0;
}
