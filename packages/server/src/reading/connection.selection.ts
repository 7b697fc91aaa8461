import { getNamedType, type FieldNode, type GraphQLObjectType, type GraphQLResolveInfo } from 'graphql';
import { encodeCursor } from './cursor.ts';
import type { FoundPage, FoundRow, PageFacts } from './page.queries.ts';
import { projectionOf, type Viewer, type FieldTable, type Projection } from './projection.ts';
import { selectedPaths, subfields } from './selected-fields.ts';

/** What a query wants of a connection: fields of its nodes, facts of its page; and whether rows or the count are wanted at all. */
export type ConnectionSelection = { projection: Projection; facts: PageFacts; wantsRows: boolean; wantsCount: boolean };

export function connectionSelection(info: GraphQLResolveInfo, table: FieldTable): ConnectionSelection {
  // The same list of nodes is the same selection: a compiled query hands in the same one each time.
  const byTable = selections.get(info.fieldNodes) ?? new Map<FieldTable, ConnectionSelection>();
  selections.set(info.fieldNodes, byTable);
  let selection = byTable.get(table);
  if (selection === undefined) byTable.set(table, (selection = selectionOf(info, table)));
  return selection;
}

const selections = new WeakMap<readonly FieldNode[], Map<FieldTable, ConnectionSelection>>();

function selectionOf(info: GraphQLResolveInfo, table: FieldTable): ConnectionSelection {
  const connection = getNamedType(info.returnType) as GraphQLObjectType;
  const typeOf = (type: GraphQLObjectType, field: string) => getNamedType(type.getFields()[field]?.type) as GraphQLObjectType;
  const fields = subfields(info, connection, info.fieldNodes);
  const edges = subfields(info, typeOf(connection, 'edges'), fields.get('edges') ?? []);
  const pageInfo = subfields(info, typeOf(connection, 'pageInfo'), fields.get('pageInfo') ?? []);
  const nodes = [...(fields.get('nodes') ?? []), ...(edges.get('node') ?? [])];
  return {
    projection: projectionOf(table, selectedPaths(info, typeOf(connection, 'nodes'), nodes, table)),
    facts: {
      positions: edges.has('cursor') || pageInfo.has('startCursor') || pageInfo.has('endCursor'),
      hasBefore: pageInfo.has('hasPreviousPage'),
      hasAfter: pageInfo.has('hasNextPage'),
    },
    wantsRows: fields.has('nodes') || fields.has('edges') || fields.has('pageInfo'),
    wantsCount: fields.has('totalCount'),
  };
}

/** Stands for the rows of a connection of which only the count is wanted. */
export const noPage: FoundPage = { rows: [], hasBefore: false, hasAfter: false };

/** The connection's `nodes`, `edges` and `pageInfo` from the rows of a page. */
export function connectionFrom(found: FoundPage, projection: Projection, order: string, partnerId: string, viewer: Viewer) {
  const nodes = found.rows.map(({ row }) => projection.shape(row, viewer));
  const cursorOf = (row: FoundRow | undefined) => (row?.position == null ? null : encodeCursor(partnerId, order, row.position));
  return {
    nodes,
    edges: nodes.map((node, index) => new Edge(node, found.rows[index], cursorOf)),
    pageInfo: new PageInfo(found, cursorOf),
  };
}

type CursorOf = (row: FoundRow | undefined) => string | null;

// A cursor is made when it is read: a page needs one of them where no edge does. By getters of a class: one of an object literal is a
// closure that V8 keeps with the object's shape, and with it the rows, until the old generation is collected.

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
