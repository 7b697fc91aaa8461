import type { Parameters } from '../database/sql.ts';
import { readAs } from '../database/reader.ts';
import type { Db } from '../database/transaction.ts';
import type { Page } from './connection.type.ts';
import { decodeCursor, type Position } from './cursor.ts';
import { beyondSql, orderBySql, type DirectedKey } from './keyset.ts';
import type { Projection } from './projection.ts';

/** A list's order: its name, by which cursors know it, its keys, and the SQL of the id that breaks ties. */
export type Order = { name: string; keys: readonly DirectedKey[]; id: string };

/** What a page is to tell besides its rows. */
export type PageFacts = { positions: boolean; hasBefore: boolean; hasAfter: boolean };

export type PageQuery = {
  name: string;
  projection: Projection;
  /** SQL over s and p; the predicate names the partner */
  from: string;
  where: string;
  /** SQL of joins that only the projection needs */
  joins?: string;
  /** SQL of the table r from which a page's rows are fetched by partner and id once they are found, if it is to be so */
  row?: string;
  order: Order;
  page: Page;
  facts: PageFacts;
  parameters: Parameters;
  /** Whether an index has the rows in this order, so that no more of them are looked at than the page has */
  isShort?: boolean;
};

/** A row of values as the projection selects them, and where it lies in the order. */
export type FoundRow = { row: readonly unknown[]; position: Position | null };
export type FoundPage = { rows: FoundRow[]; hasBefore: boolean; hasAfter: boolean };

/** One page of a list in one statement that fetches just the projected values. */
export async function selectPage(db: Db, partnerId: string, query: PageQuery): Promise<FoundPage> {
  const { order, page, facts, from, where, parameters } = query;
  const { isBackward } = page;
  const cursor = positionOf(query, partnerId);
  const select = pageSelect(query, cursor, '');
  // Whether there is anything on the side the page was not read to: only a cursor can have something behind it.
  const isBehindAsked = cursor !== null && (isBackward ? facts.hasAfter : facts.hasBefore);
  const found = await readAs(db, partnerId).select<unknown[]>({
    name: query.name,
    select: parameters.bind(select),
    ...output(query),
    ...(isBehindAsked && {
      fact: parameters.bind(
        `exists (select from ${from} where ${where} and ` +
          `${beyondSql(order.keys, order.id, cursor, { isBackward: !isBackward, isInclusive: true }, parameters)})`,
      ),
    }),
    values: parameters.values,
    isShort: query.isShort ?? false,
  });
  // With that fact an empty page still is one row: the fact, and a marker that is null.
  if (!isBehindAsked) return pageFrom(found, query, false);
  return pageFrom(
    found.filter((row) => row[1] !== null).map((row) => row.slice(2)),
    query,
    found[0]?.[0] === true,
  );
}

/** One page for each of many owners, `owner` being the SQL of a row's owner; still one statement. */
export async function selectPages(
  db: Db,
  partnerId: string,
  query: PageQuery & { owner: string; ownerIds: readonly string[] },
): Promise<Map<string, FoundPage>> {
  const { parameters } = query;
  const cursor = positionOf(query, partnerId);
  const owners = parameters.add(query.ownerIds, 'uuid[]');
  const { output: columns, orderBy } = output(query);
  const found = await readAs(db, partnerId).select<unknown[]>({
    name: query.name,
    select: parameters.bind(
      `select o.id as owner_id, y.* from unnest(${owners}) o(id) cross join lateral (${pageSelect(query, cursor, ` and ${query.owner} = o.id`)}) y`,
    ),
    output: `x.owner_id, ${columns}`,
    orderBy,
    values: parameters.values,
  });
  const pages = new Map(query.ownerIds.map((id) => [id, [] as unknown[][]]));
  for (const [owner, ...row] of found) pages.get(owner as string)?.push(row);
  return new Map([...pages].map(([id, rows]) => [id, pageFrom(rows, query, cursor !== null)]));
}

/** Rows that need no paging by their key, keys and rows in an order given by SQL of the row. */
export async function selectKeyed(
  db: Db,
  partnerId: string,
  query: Pick<PageQuery, 'name' | 'projection' | 'from' | 'where' | 'parameters'> & { key: string; orderBy?: readonly string[] },
): Promise<Map<string, (readonly unknown[])[]>> {
  const { projection, parameters, orderBy = [] } = query;
  const columns = [
    `${query.key} as key`,
    ...projection.sources.map((sql, index) => `${sql} as v${index}`),
    ...orderBy.map((sql, index) => `${sql} as k${index}`),
  ];
  const found = await readAs(db, partnerId).select<unknown[]>({
    name: query.name,
    select: parameters.bind(`select ${columns.join(', ')} from ${query.from} where ${query.where}`),
    output: ['x.key', ...projection.sources.map((_, index) => `x.v${index}`)].join(', '),
    ...(orderBy.length > 0 && { orderBy: orderBy.map((_, index) => `x.k${index}`).join(', ') }),
    values: parameters.values,
  });
  const byKey = new Map<string, unknown[][]>();
  for (const [key, ...row] of found) {
    const rows = byKey.get(key as string);
    if (rows === undefined) byKey.set(key as string, [row]);
    else rows.push(row);
  }
  return byKey;
}

function positionOf({ page, order }: PageQuery, partnerId: string): Position | null {
  return page.cursor === null
    ? null
    : decodeCursor(
        page.cursor,
        partnerId,
        order.name,
        order.keys.map((key) => key.type),
      );
}

function pageSelect(query: PageQuery, cursor: Position | null, further: string): string {
  const { projection, from, joins = '', row, where, order, page, parameters } = query;
  const { isBackward, size } = page;
  const beyond = cursor === null ? '' : ` and ${beyondSql(order.keys, order.id, cursor, { isBackward }, parameters)}`;
  const values = projection.sources.map((sql, index) => `${sql} as v${index}`);
  const keys = [...order.keys.map((key, index) => `${key.sql} as k${index}`), `${order.id} as id`];
  // One row more tells whether there are more; it does not leave this file.
  const found =
    `where ${where}${further}${beyond} ` +
    `order by ${orderBySql(order.keys, order.id, isBackward)} limit ${parameters.add(size + 1, 'integer')}`;
  if (row === undefined) return `select ${[...values, ...keys].join(', ')} from ${from} ${joins} ${found}`;
  const foundKeys = [...order.keys.map((_, index) => `found.k${index}`), 'found.id'];
  return (
    `select ${[...values, ...foundKeys].join(', ')} from (select ${keys.join(', ')} from ${from} ${found}) found ` +
    `join ${row} on r.partner_id = s.partner_id and r.id = found.id ${joins}`
  );
}

function output({ projection, order, page, facts }: PageQuery): { output: string; orderBy: string } {
  const columns = projection.sources.map((_, index) => `x.v${index}`);
  if (facts.positions) columns.push(...order.keys.map((_, index) => `x.k${index}::text`));
  // Of rows of which nothing but their number is asked (edges { __typename }) the id: what follows other columns cannot be nothing.
  if (columns.length === 0 || (facts.positions && !projection.sources.includes(order.id))) columns.push('x.id');
  const keys = order.keys.map((key, index) => ({ ...key, sql: `x.k${index}` }));
  return { output: columns.join(', '), orderBy: orderBySql(keys, 'x.id', page.isBackward) };
}

function pageFrom(found: unknown[][], { projection, order, page, facts }: PageQuery, isBehind: boolean): FoundPage {
  const isMore = found.length > page.size;
  const keysAt = projection.sources.length;
  const idAt = projection.sources.includes(order.id) ? projection.sources.indexOf(order.id) : keysAt + order.keys.length;
  const rows = found.slice(0, page.size).map((row): FoundRow => ({
    row,
    position: facts.positions ? { keys: row.slice(keysAt, keysAt + order.keys.length) as string[], id: row[idAt] as string } : null,
  }));
  if (page.isBackward) rows.reverse();
  return { rows, hasBefore: page.isBackward ? isMore : isBehind, hasAfter: page.isBackward ? isBehind : isMore };
}
