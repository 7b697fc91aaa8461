import { getNamedType, type GraphQLObjectType, type GraphQLResolveInfo } from 'graphql';
import type { Reader } from '../database/reader.ts';
import type { ForwardPageArgs } from '../graphql/connection.type.ts';
import { loadBatched, type RequestContext } from '../graphql/context.ts';
import { parseGlobalId } from '../graphql/global-id.ts';
import { resolveConnection } from './list.resolver.ts';
import type { KeyedRows } from './keyed.queries.ts';
import type { FoundPage } from './page.queries.ts';
import { projectionOf, type FieldTable, type Projection } from './projection.ts';
import { selectedPaths } from './selected-fields.ts';
import { wantedOf, type Wanted } from './wanted.ts';

// Lists below an object are read together with those of its siblings, in one statement; below an object without siblings, in one of its own.

type Parent = { id: string };

const uuidOfParent = (parent: Parent) => parseGlobalId(parent.id)?.uuid ?? '';

/** A nested list without paging. */
export async function resolveNestedList(
  field: { parent: Parent; context: RequestContext; info: GraphQLResolveInfo; fields: FieldTable; args?: unknown },
  find: (reader: Reader, projection: Projection, parentIds: readonly string[]) => Promise<KeyedRows>,
): Promise<Record<string, unknown>[]> {
  const { parent, context, info, fields, args } = field;
  const { reader } = context;
  const type = getNamedType(info.returnType) as GraphQLObjectType;
  const projection = projectionOf(fields, selectedPaths(info, type, info.fieldNodes, fields));
  const what = [info.parentType.name, info.fieldName, args, projection.key];
  const rows = await loadBatched(context, what, uuidOfParent(parent), (ids) => find(reader, projection, ids));
  return (rows ?? []).map((row) => projection.shape(row, reader.viewer));
}

/**
 * A nested connection: one statement for all pages and one for all counts, each only if selected. A page that is written as bytes has one of
 * its own. `set` names the entries that these find, if it depends on arguments.
 */
export async function resolveNestedConnection(
  field: { parent: Parent; context: RequestContext; info: GraphQLResolveInfo; fields: FieldTable; args: ForwardPageArgs; set?: unknown },
  findPages: (reader: Reader, wanted: Wanted, parentIds: readonly string[]) => Promise<ReadonlyMap<string, FoundPage>>,
  count: (reader: Reader, parentIds: readonly string[]) => Promise<ReadonlyMap<string, number>>,
) {
  const { parent, context, info, fields, args, set } = field;
  const wanted = wantedOf(info, fields, args);
  const id = uuidOfParent(parent);
  const what = [info.parentType.name, info.fieldName, set];
  return await resolveConnection(
    context,
    wanted,
    () => {
      const { projection, byteSteps, ...rest } = wanted;
      return loadBatched(context, [...what, rest, byteSteps && id, projection.key], id, (ids) => findPages(context.reader, wanted, ids));
    },
    () => loadBatched(context, [...what, 'count'], id, (ids) => count(context.reader, ids)),
  );
}
