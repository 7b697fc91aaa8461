import type { FieldNode, GraphQLResolveInfo } from 'graphql';
import type { Reader } from '../database/reader.ts';
import type { RequestContext } from '../graphql/context.ts';
import { encodeCursor } from './cursor.ts';
import type { FoundPage } from './page.queries.ts';
import type { WrittenAnswer } from '../graphql/written-answer.ts';
import type { Projection } from './projection.ts';
import { writeRows } from './row.writer.ts';
import type { Wanted } from './wanted.ts';

/**
 * A connection: one statement for its page and one for its count, each only if selected. A given cursor is read even if only the count is
 * selected, so that an invalid one is always an error.
 */
export async function resolveConnection(
  { reader, written }: Pick<RequestContext, 'reader' | 'written'>,
  wanted: Wanted,
  find: () => Promise<FoundPage | undefined>,
  count: () => Promise<number | undefined>,
) {
  const [found, totalCount] = await Promise.all([wanted.rows || wanted.page.cursor !== null ? find() : noPage, wanted.count ? count() : 0]);
  const page = found ?? noPage;
  if (page.unparsed && written) writePage(page, wanted, reader, written);
  // Of a page of bytes, only pageInfo is used: it has no rows.
  return { ...connectionFrom(page, wanted.projection, reader), totalCount: totalCount ?? 0 };
}

const listsOfPartner = new WeakMap<RequestContext, Map<readonly FieldNode[], Promise<unknown>>>();

/** A list of the partner, read once for all places of its field: `nodes` has one object as often as its ID is given. */
export async function oncePerField<T>(context: RequestContext, { fieldNodes }: GraphQLResolveInfo, read: () => Promise<T>): Promise<T> {
  const known = listsOfPartner.get(context) ?? new Map<readonly FieldNode[], Promise<unknown>>();
  listsOfPartner.set(context, known);
  let list = known.get(fieldNodes) as Promise<T> | undefined;
  if (!list) known.set(fieldNodes, (list = read()));
  return await list;
}

/** The page of a connection of which only the count is selected. */
const noPage: FoundPage = { order: '', rows: [], hasBefore: false, hasAfter: false };

/** Writes the rows of a page as bytes. A page with a null that may not be is not written, so that graphql-js finds the error. */
function writePage(found: FoundPage, { byteSteps }: Wanted, reader: Reader, written: WrittenAnswer): void {
  const page = { ...found.unparsed!, viewer: reader.viewer, cursorAt: cursorsOf(found, reader) };
  for (const { key, steps } of byteSteps!.keys) {
    const bytes = writeRows(steps, page);
    if (bytes === null) return;
    written.add(byteSteps!.field, key, bytes);
  }
}

type CursorAt = (place: number) => string | null;

/** The cursor of the row at a place on the page. */
const cursorsOf =
  ({ order, rows, unparsed }: FoundPage, { partnerId }: Reader): CursorAt =>
  (place) => {
    const position = unparsed ? unparsed.positionAt(place) : (rows[place]?.position ?? null);
    return position === null ? null : encodeCursor(partnerId, order, position);
  };

/** The connection's `nodes`, `edges` and `pageInfo` from the rows of a page. */
function connectionFrom(found: FoundPage, projection: Projection, reader: Reader) {
  const nodes = found.rows.map(({ row }) => projection.shape(row, reader.viewer));
  const cursorAt = cursorsOf(found, reader);
  return {
    nodes,
    edges: nodes.map((node, index) => new Edge(node, index, cursorAt)),
    pageInfo: new PageInfo(found, cursorAt),
  };
}

/** The edge of the only row of a page; null if there is none. */
export const edgeFrom = (found: FoundPage, projection: Projection, reader: Reader) =>
  connectionFrom(found, projection, reader).edges[0] ?? null;

// Getters encode cursors on demand, because most queries need only one. They belong to classes: V8 keeps the getter of an object literal
// with the object's shape, and with it the rows, until a major garbage collection.

class Edge {
  readonly node: Record<string, unknown>;
  readonly #place: number;
  readonly #cursorAt: CursorAt;

  constructor(node: Record<string, unknown>, place: number, cursorAt: CursorAt) {
    this.node = node;
    this.#place = place;
    this.#cursorAt = cursorAt;
  }

  get cursor(): string | null {
    return this.#cursorAt(this.#place);
  }
}

class PageInfo {
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
  readonly #count: number;
  readonly #cursorAt: CursorAt;

  constructor({ rows, unparsed, hasAfter, hasBefore }: FoundPage, cursorAt: CursorAt) {
    this.hasNextPage = hasAfter;
    this.hasPreviousPage = hasBefore;
    this.#count = (unparsed?.indexes ?? rows).length;
    this.#cursorAt = cursorAt;
  }

  get startCursor(): string | null {
    return this.#cursorAt(0);
  }

  get endCursor(): string | null {
    return this.#cursorAt(this.#count - 1);
  }
}
