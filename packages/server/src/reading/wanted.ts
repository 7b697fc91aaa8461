import { getNamedType, type FieldNode, type GraphQLObjectType, type GraphQLResolveInfo } from 'graphql';
import { collectSubfields } from 'graphql/execution/collectFields.js';
import { pageOf, type Page, type PageArgs } from '../graphql/connection.type.ts';
import { areRowsLeftOut, nodesWithRows } from './left-out-rows.ts';
import { projectionOf, type FieldTable, type Projection } from './projection.ts';
import { rowSteps, type Step } from './row.steps.ts';
import { descend, selectedPaths, subfields } from './selected-fields.ts';

/** The selected parts of a connection. */
type Selection = {
  /** Fields of its nodes. */
  projection: Projection;
  rows: boolean;
  count: boolean;
  cursors: boolean;
  hasBefore: boolean;
  hasAfter: boolean;
  /** How its rows are written as bytes; null if they become objects. */
  byteSteps: ByteSteps | null;
};

/** The field whose rows are left out of the query, and the steps for each key of rows. */
type ByteSteps = { field: FieldNode; keys: readonly { key: string; steps: readonly Step[] }[] };

/** The selected parts of a list, and the requested page. */
export type Wanted = Selection & { page: Page };

export const wantedOf = (info: GraphQLResolveInfo, fields: FieldTable, args: Partial<PageArgs>): Wanted => ({
  ...selectionOf(info, fields),
  page: pageOf(args),
});

/** The first rows of a list that is no connection. */
export const wantedRows = (projection: Projection, size: number): Wanted => ({
  ...{ projection, rows: true, count: false, cursors: false, hasBefore: false, hasAfter: false, byteSteps: null },
  page: { size, cursor: null, isBackward: false },
});

/** An edge in a field below the current one; null if it is not selected. */
export function wantedEdge(info: GraphQLResolveInfo, table: FieldTable, field: string): Wanted | null {
  const edge = descend(info, info.returnType, info.fieldNodes, field);
  if (edge.nodes.length === 0) return null;
  const node = descend(info, info.returnType, info.fieldNodes, field, 'node');
  return { ...wantedRows(projectionOf(table, selectedPaths(info, node.type, node.nodes, table)), 1), cursors: true };
}

function selectionOf(info: GraphQLResolveInfo, table: FieldTable): Selection {
  // A compiled query passes the same node list each time, so the selection can be cached by it.
  const byTable = selections.get(info.fieldNodes) ?? new Map<FieldTable, Selection>();
  selections.set(info.fieldNodes, byTable);
  let selection = byTable.get(table);
  if (selection === undefined) byTable.set(table, (selection = readSelection(info, table)));
  return selection;
}

const selections = new WeakMap<readonly FieldNode[], Map<FieldTable, Selection>>();

function readSelection(info: GraphQLResolveInfo, table: FieldTable): Selection {
  const connection = getNamedType(info.returnType) as GraphQLObjectType;
  const typeOf = (type: GraphQLObjectType, field: string) => getNamedType(type.getFields()[field]?.type) as GraphQLObjectType;
  const fields = subfields(info, connection, nodesWithRows(info));
  const edges = subfields(info, typeOf(connection, 'edges'), fields.get('edges') ?? []);
  const pageInfo = subfields(info, typeOf(connection, 'pageInfo'), fields.get('pageInfo') ?? []);
  const nodes = [...(fields.get('nodes') ?? []), ...(edges.get('node') ?? [])];
  const projection = projectionOf(table, selectedPaths(info, typeOf(connection, 'nodes'), nodes, table));
  return {
    projection,
    byteSteps: areRowsLeftOut(info) ? byteStepsOf(info, connection, { table, projection }) : null,
    cursors: edges.has('cursor') || pageInfo.has('startCursor') || pageInfo.has('endCursor'),
    hasBefore: pageInfo.has('hasPreviousPage'),
    hasAfter: pageInfo.has('hasNextPage'),
    rows: fields.has('nodes') || fields.has('edges') || fields.has('pageInfo'),
    count: fields.has('totalCount'),
  };
}

function byteStepsOf(
  info: GraphQLResolveInfo,
  connection: GraphQLObjectType,
  of: { table: FieldTable; projection: Projection },
): ByteSteps | null {
  const keys: { key: string; steps: readonly Step[] }[] = [];
  for (const [key, group] of collectSubfields(info.schema, info.fragments, info.variableValues, connection, [...nodesWithRows(info)])) {
    const name = group[0]!.name.value;
    if (name !== 'nodes' && name !== 'edges') continue;
    const steps = rowSteps(info, getNamedType(connection.getFields()[name]!.type) as GraphQLObjectType, group, of);
    if (steps === null) return null;
    keys.push({ key, steps });
  }
  return { field: info.fieldNodes[0]!, keys };
}
