import type { GraphQLObjectType, GraphQLResolveInfo } from 'graphql';
import type { Reader } from '../database/reader.ts';
import type { KeyedRows } from './keyed.queries.ts';
import { projectionOf, type FieldTable, type Projection } from './projection.ts';
import { descend, selectedPaths } from './selected-fields.ts';

/** How objects of one type are read; shared by `node(id)`, lists and payloads. */
export type Source = {
  /** The name of the type in the API. */
  readonly type: string;
  readonly fields: FieldTable;
  /** Finds only objects that the viewer may see; none of an ended association. */
  readonly byIds: (reader: Reader, projection: Projection, ids: readonly string[]) => Promise<KeyedRows>;
};

/** The selected fields of a source's type at the current field, or at a path below it; null if nothing is selected. */
export function selectedOf({ type, fields }: Source, info: GraphQLResolveInfo, ...path: string[]): Projection | null {
  const root = info.schema.getType(type) as GraphQLObjectType;
  if (path.length === 0) return projectionOf(fields, selectedPaths(info, root, info.fieldNodes, fields));
  const at = descend(info, info.returnType, info.fieldNodes, ...path);
  return at.nodes.length === 0 ? null : projectionOf(fields, selectedPaths(info, at.type, at.nodes, fields));
}

/** The objects with these IDs, with the fields selected there; runs no statement if nothing is selected. */
export async function findSelected(
  reader: Reader,
  info: GraphQLResolveInfo,
  source: Source,
  ids: readonly string[],
  ...path: string[]
): Promise<ReadonlyMap<string, Record<string, unknown>>> {
  const projection = selectedOf(source, info, ...path);
  if (projection === null || ids.length === 0) return new Map();
  const objects = new Map<string, Record<string, unknown>>();
  for (const [id, [row]] of await source.byIds(reader, projection, ids)) {
    if (row !== undefined) objects.set(id, projection.shape(row, reader.viewer));
  }
  return objects;
}
