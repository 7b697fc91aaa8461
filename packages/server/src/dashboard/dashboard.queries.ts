import { inWindowSql, joinsSql, rowsSql, type Dates } from '../contract-change/contract-change.queries.ts';
import { searchSql } from '../customer/search.sql.ts';
import type { Reader } from '../database/reader.ts';
import { Parameters } from '../database/sql.ts';
import type { DirectedKey } from '../reading/keyset.ts';
import { selectPage } from '../reading/page.queries.ts';
import type { Wanted } from '../reading/wanted.ts';
import { filterSql, type ContractChangeFilter } from './dashboard.filter.ts';

/** A set of changes on the dashboard. */
export type ChangeSet = Dates & { query?: string | null | undefined; filter?: ContractChangeFilter | null | undefined };

type ChangeOrder = { name: string; keys: readonly DirectedKey[] };

/** The rows of a set, and their predicate: partner, window, search and filter. */
export function setSql(set: ChangeSet, parameters: Parameters): { from: string; where: string } {
  const { query, filter } = set;
  const within = (row: string, search: string) =>
    [`${row}.partner_id = scope.partner_id`, inWindowSql(row), search].filter((condition) => condition !== 'true').join(' and ');
  const { join, where: further } = filter == null ? { join: '', where: 'true' } : filterSql(filter, parameters);
  if (set.asOf !== set.today || (query ?? '').trim() === '') {
    const where = within('row', searchSql(query, 'row', parameters));
    return { from: `${rowsSql(set)}${join}`, where: further === 'true' ? where : `${where} and ${further}` };
  }
  // The index holds the search text, so a search reads only the index until a row matches. It keeps the index's order, so that a page in
  // the default order stops as soon as it is full.
  const matches =
    `select matched.id, matched.effective_date from dashboard_row matched ` +
    `where ${within('matched', searchSql(query, 'matched', parameters))} order by matched.effective_date, matched.id offset 0`;
  return {
    from:
      `(${matches}) matched join dashboard_row row on row.partner_id = scope.partner_id ` +
      `and row.id = matched.id and row.effective_date = matched.effective_date${join}`,
    where: further,
  };
}

/** One page of the dashboard. */
export async function findUpcoming(reader: Reader, wanted: Wanted, { set, order }: { set: ChangeSet; order: ChangeOrder }) {
  const parameters = new Parameters(set);
  const [first, ...rest] = order.keys;
  const isIndexed = first?.sql === 'row.effective_date' && !first.isDescending && rest.length === 0;
  const { from, where } = setSql(set, parameters);
  // Without an index in this order, the statement reads every row from the index of all sort keys, and fetches only the rows of the page.
  const isFetchedAfter = !isIndexed && set.asOf === set.today;
  return await selectPage(reader, wanted, {
    name: 'findUpcoming',
    from,
    joins: joinsSql(wanted.projection.joins, set),
    ...(isFetchedAfter && { fetchedFrom: 'dashboard_row' }),
    where,
    order: { ...order, id: 'row.id' },
    parameters,
    isShort: isIndexed && from === 'dashboard_row row' && set.filter == null,
  });
}

export async function countUpcoming(reader: Reader, set: ChangeSet): Promise<number> {
  const parameters = new Parameters(set);
  const { from, where } = setSql(set, parameters);
  const select = parameters.bind(`select count(*)::int from ${from} where ${where}`);
  const rows = await reader.select<[number]>({ name: 'countUpcoming', select, values: parameters.values });
  return rows[0]?.[0] ?? 0;
}
