import type { Reader } from '../database/reader.ts';
import type { Parameters } from '../database/sql.ts';
import type { UnparsedRows } from '../database/unparsed-rows.ts';
import { decodeCursor, type Position } from './cursor.ts';
import { beyondSql, orderBySql, type DirectedKey } from './keyset.ts';
import { mostShortKeys, type KeyedRows } from './keyed.queries.ts';
import type { Projection } from './projection.ts';
import { wantedRows, type Wanted } from './wanted.ts';

/** A list's order: its name, which binds cursors to it, its keys, and SQL of the ID that breaks ties. */
export type Order = { name: string; keys: readonly DirectedKey[]; id: string };

/** The rows of a list; `Wanted` decides which values are selected. */
export type ListStatement = {
  name: string;
  /** SQL over scope and settings; `where` restricts it to the partner. */
  from: string;
  where: string;
  /** SQL of joins that only the projection needs. */
  joins?: string;
  /** The table, aliased `row`, from which the page's rows are fetched by partner and ID after they are found. */
  fetchedFrom?: string;
  order: Order;
  parameters: Parameters;
  /** Whether an index has the rows in this order, so that the statement reads only the rows of the page. */
  isShort?: boolean;
};

type Statement = ListStatement & { wanted: Wanted };

/** `owner` is SQL of a row's owner. */
type Owners = { owner: string; ownerIds: readonly string[] };

/** A row of projected values, and its position in the order. */
export type FoundRow = { row: readonly unknown[]; position: Position | null };
/** `rows` is empty if the rows are unparsed. */
export type FoundPage = { order: string; rows: FoundRow[]; hasBefore: boolean; hasAfter: boolean; unparsed?: UnparsedPage };

/** The rows of a page that are to be written as bytes. */
export type UnparsedPage = {
  rows: UnparsedRows;
  /** The rows in the order of the page. */
  indexes: readonly number[];
  firstColumn: number;
  positionAt: (place: number) => Position | null;
};

/** One page of a list in one statement, which fetches only the projected values. */
export async function selectPage(reader: Reader, wanted: Wanted, statement: ListStatement): Promise<FoundPage> {
  const list = { ...statement, wanted };
  const { order, from, where, parameters } = list;
  const { isBackward } = wanted.page;
  const cursor = positionOf(list, reader);
  const select = pageSelect(list, cursor, '');
  // Whether rows exist on the other side of the page; only a page with a cursor can have such rows.
  const isBehindWanted = cursor !== null && (isBackward ? wanted.hasAfter : wanted.hasBefore);
  const asked = {
    name: list.name,
    select: parameters.bind(select),
    ...outputOf(list),
    ...(isBehindWanted && {
      fact: parameters.bind(
        `exists (select from ${from} where ${where} and ` +
          `${beyondSql(order.keys, order.id, cursor, { isBackward: !isBackward, isInclusive: true }, parameters)})`,
      ),
    }),
    values: parameters.values,
    isShort: list.isShort ?? false,
  };
  if (wanted.byteSteps !== null) return unparsedPageOf(await reader.selectUnparsed(asked), list, isBehindWanted);
  const found = await reader.select<unknown[]>(asked);
  // With that fact, an empty page still returns one row: the fact and a null marker.
  if (!isBehindWanted) return pageFrom(found, list, false);
  return pageFrom(
    found.filter((row) => row[1] !== null).map((row) => row.slice(2)),
    list,
    found[0]?.[0] === true,
  );
}

/**
 * One page for each of many owners, in one statement. It looks up one owner after another: of a list of IDs, PostgreSQL knows neither length
 * nor values when it plans, and would read all rows of the partner.
 */
export async function selectPages(
  reader: Reader,
  wanted: Wanted,
  { owner, ownerIds, ...statement }: ListStatement & Owners,
): Promise<Map<string, FoundPage>> {
  const list = { ...statement, wanted };
  const { parameters } = list;
  const cursor = positionOf(list, reader);
  const owners = parameters.add(ownerIds, 'uuid[]');
  const { output: columns, orderBy } = outputOf(list);
  const asked = {
    name: list.name,
    select: parameters.bind(
      `select owner.id as owner_id, page.* from unnest(${owners}) owner(id) cross join lateral (${pageSelect(list, cursor, ` and ${owner} = owner.id`)}) page`,
    ),
    output: `found.owner_id, ${columns}`,
    orderBy,
    values: parameters.values,
    isShort: (list.isShort ?? false) && ownerIds.length <= mostShortKeys,
  };
  const isBehind = cursor !== null;
  if (wanted.byteSteps !== null) {
    if (ownerIds.length !== 1) throw new Error('Rows that stay unparsed are those of one owner.');
    const rows = await reader.selectUnparsed(asked);
    return new Map([[ownerIds[0]!, unparsedPage(rows, list, { indexes: indexesOf(rows), firstColumn: 1, isBehind })]]);
  }
  const found = await reader.select<unknown[]>(asked);
  const pages = new Map(ownerIds.map((id) => [id, [] as unknown[][]]));
  for (const [id, ...row] of found) pages.get(id as string)?.push(row);
  return new Map([...pages].map(([id, rows]) => [id, pageFrom(rows, list, isBehind)]));
}

/** The same for lists without paging: at most so many rows of each owner. */
export async function selectFirstRows(
  reader: Reader,
  projection: Projection,
  most: number,
  statement: ListStatement & Owners,
): Promise<KeyedRows> {
  const pages = await selectPages(reader, wantedRows(projection, most), { ...statement, isShort: true });
  return new Map([...pages].map(([id, { rows }]) => [id, rows.map(({ row }) => row)]));
}

/** How many rows each of many owners has, looked up as pages are. */
export async function countOfOwners(
  reader: Reader,
  { name, from, where, owner, ownerIds, parameters }: Pick<ListStatement, 'name' | 'from' | 'where' | 'parameters'> & Owners,
): Promise<Map<string, number>> {
  const owners = parameters.add(ownerIds, 'uuid[]');
  const count = `select count(*)::int from ${from} where ${where} and ${owner} = owner.id`;
  const select = parameters.bind(`select owner.id, (${count}) from unnest(${owners}) owner(id)`);
  return new Map(await reader.select<[string, number]>({ name, select, values: parameters.values }));
}

function positionOf({ wanted: { page }, order }: Statement, { partnerId }: Reader): Position | null {
  return page.cursor === null ? null : decodeCursor(page.cursor, partnerId, order.name, order.keys);
}

function pageSelect(list: Statement, cursor: Position | null, further: string): string {
  const { wanted, from, joins = '', fetchedFrom, where, order, parameters } = list;
  const { isBackward, size } = wanted.page;
  const beyond = cursor === null ? '' : ` and ${beyondSql(order.keys, order.id, cursor, { isBackward }, parameters)}`;
  const values = wanted.projection.sources.map((sql, index) => `${sql} as v${index}`);
  const keys = [...order.keys.map((key, index) => `${key.sql} as k${index}`), `${order.id} as id`];
  // One extra row shows whether more rows follow; pageFrom removes it.
  const rest =
    `where ${where}${further}${beyond} ` +
    `order by ${orderBySql(order.keys, order.id, isBackward)} limit ${parameters.add(size + 1, 'integer')}`;
  if (fetchedFrom === undefined) return `select ${[...values, ...keys].join(', ')} from ${from} ${joins} ${rest}`;
  const foundKeys = [...order.keys.map((_, index) => `on_page.k${index}`), 'on_page.id'];
  return (
    `select ${[...values, ...foundKeys].join(', ')} from (select ${keys.join(', ')} from ${from} ${rest}) on_page ` +
    `join ${fetchedFrom} row on row.partner_id = scope.partner_id and row.id = on_page.id ${joins}`
  );
}

/** What leaves the statement, for the reader. */
function outputOf({ wanted, order }: Statement): { output: string; orderBy: string } {
  const { sources } = wanted.projection;
  const columns = sources.map((_, index) => `found.v${index}`);
  if (wanted.cursors) columns.push(...order.keys.map((_, index) => `found.k${index}::text`));
  // A query may need only the number of rows (edges { __typename }); then the ID represents a row.
  if (columns.length === 0 || (wanted.cursors && !sources.includes(order.id))) columns.push('found.id');
  const keys = order.keys.map((key, index) => ({ ...key, sql: `found.k${index}` }));
  return { output: columns.join(', '), orderBy: orderBySql(keys, 'found.id', wanted.page.isBackward) };
}

/** The columns of keys and ID, among those of {@link outputOf}. */
function positionColumns({ wanted: { projection }, order }: Pick<Statement, 'wanted' | 'order'>): { keysAt: number; idAt: number } {
  const keysAt = projection.sources.length;
  return { keysAt, idAt: projection.sources.includes(order.id) ? projection.sources.indexOf(order.id) : keysAt + order.keys.length };
}

function pageFrom(found: unknown[][], { wanted, order }: Pick<Statement, 'wanted' | 'order'>, isBehind: boolean): FoundPage {
  const { page, cursors } = wanted;
  const isMore = found.length > page.size;
  const { keysAt, idAt } = positionColumns({ wanted, order });
  const rows = found.slice(0, page.size).map((row): FoundRow => ({
    row,
    position: cursors ? { keys: row.slice(keysAt, keysAt + order.keys.length) as string[], id: row[idAt] as string } : null,
  }));
  if (page.isBackward) rows.reverse();
  return {
    order: order.name,
    rows,
    hasBefore: page.isBackward ? isMore : isBehind,
    hasAfter: page.isBackward ? isBehind : isMore,
  };
}

/** The only page of a statement, whose rows stay unparsed. With a fact, that and the marker lead each row. */
function unparsedPageOf(rows: UnparsedRows, statement: Pick<Statement, 'wanted' | 'order'>, hasFact: boolean): FoundPage {
  const isEmpty = hasFact && rows.count === 1 && rows.text(0, 1) === null;
  return unparsedPage(rows, statement, {
    indexes: isEmpty ? [] : indexesOf(rows),
    firstColumn: hasFact ? 2 : 0,
    isBehind: hasFact && rows.count > 0 && rows.text(0, 0) === 't',
  });
}

const indexesOf = ({ count }: UnparsedRows): number[] => Array.from({ length: count }, (_, index) => index);

/** The same as {@link pageFrom} without a value that is parsed. */
function unparsedPage(
  rows: UnparsedRows,
  { wanted, order }: Pick<Statement, 'wanted' | 'order'>,
  found: { indexes: readonly number[]; firstColumn: number; isBehind: boolean },
): FoundPage {
  const { page, cursors } = wanted;
  const { firstColumn, isBehind } = found;
  const isMore = found.indexes.length > page.size;
  const indexes = found.indexes.slice(0, page.size);
  if (page.isBackward) indexes.reverse();
  const { keysAt, idAt } = positionColumns({ wanted, order });
  const positionAt = (place: number): Position | null => {
    const index = indexes[place];
    if (index === undefined || !cursors) return null;
    const text = (column: number) => rows.text(index, firstColumn + column);
    return { keys: order.keys.map((_, key) => text(keysAt + key)), id: text(idAt)! };
  };
  return {
    order: order.name,
    rows: [],
    unparsed: { rows, indexes, firstColumn, positionAt },
    hasBefore: page.isBackward ? isMore : isBehind,
    hasAfter: page.isBackward ? isBehind : isMore,
  };
}
