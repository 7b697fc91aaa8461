import type { Reader } from '../database/reader.ts';
import { encodeCursor } from './cursor.ts';
import type { FoundPage, FoundRow } from './page.queries.ts';
import type { Projection } from './projection.ts';
import type { Wanted } from './wanted.ts';

/**
 * A connection: one statement for its page and one for its count, each only if selected. A given cursor is read even if only the count is
 * selected, so that an invalid one is always an error.
 */
export async function resolveConnection(
  reader: Reader,
  wanted: Wanted,
  find: () => Promise<FoundPage | undefined>,
  count: () => Promise<number | undefined>,
) {
  const [found, totalCount] = await Promise.all([wanted.rows || wanted.page.cursor !== null ? find() : noPage, wanted.count ? count() : 0]);
  return { ...connectionFrom(found ?? noPage, wanted.projection, reader), totalCount: totalCount ?? 0 };
}

/** The page of a connection of which only the count is selected. */
const noPage: FoundPage = { order: '', rows: [], hasBefore: false, hasAfter: false };

/** The connection's `nodes`, `edges` and `pageInfo` from the rows of a page. */
function connectionFrom(found: FoundPage, projection: Projection, { partnerId, viewer }: Reader) {
  const nodes = found.rows.map(({ row }) => projection.shape(row, viewer));
  const cursorOf = (row: FoundRow | undefined) => (row?.position == null ? null : encodeCursor(partnerId, found.order, row.position));
  return {
    nodes,
    edges: nodes.map((node, index) => new Edge(node, found.rows[index], cursorOf)),
    pageInfo: new PageInfo(found, cursorOf),
  };
}

/** The edge of the only row of a page; null if there is none. */
export const edgeFrom = (found: FoundPage, projection: Projection, reader: Reader) =>
  connectionFrom(found, projection, reader).edges[0] ?? null;

type CursorOf = (row: FoundRow | undefined) => string | null;

// Getters encode cursors on demand, because most queries need only one. They belong to classes: V8 keeps the getter of an object literal
// with the object's shape, and with it the rows, until a major garbage collection.

class Edge {
  readonly node: Record<string, unknown>;
  readonly #row: FoundRow | undefined;
  readonly #cursorOf: CursorOf;

  constructor(node: Record<string, unknown>, row: FoundRow | undefined, cursorOf: CursorOf) {
    this.node = node;
    this.#row = row;
    this.#cursorOf = cursorOf;
  }

  get cursor(): string | null {
    return this.#cursorOf(this.#row);
  }
}

class PageInfo {
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
  readonly #rows: readonly FoundRow[];
  readonly #cursorOf: CursorOf;

  constructor({ rows, hasAfter, hasBefore }: FoundPage, cursorOf: CursorOf) {
    this.hasNextPage = hasAfter;
    this.hasPreviousPage = hasBefore;
    this.#rows = rows;
    this.#cursorOf = cursorOf;
  }

  get startCursor(): string | null {
    return this.#cursorOf(this.#rows[0]);
  }

  get endCursor(): string | null {
    return this.#cursorOf(this.#rows.at(-1));
  }
}
