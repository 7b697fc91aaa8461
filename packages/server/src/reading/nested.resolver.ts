import { getNamedType, type GraphQLObjectType, type GraphQLResolveInfo } from 'graphql';
import type { Db } from '../database/transaction.ts';
import { connectionFrom, connectionSelection, noPage } from './connection.selection.ts';
import { pageOf, type ForwardPageArgs, type Page } from './connection.type.ts';
import { loadBatched, type RequestContext } from '../graphql/context.ts';
import { parseGlobalId } from '../graphql/global-id.ts';
import type { FoundPage, PageFacts } from './page.queries.ts';
import { projectionOf, type FieldTable, type Projection } from './projection.ts';
import { selectedPaths } from './selected-fields.ts';

// Lists below an object: asked for together with those of its siblings, in one statement for all of them.

type Parent = { id: string };

const uuidOfParent = (parent: Parent) => parseGlobalId(parent.id)?.uuid ?? '';

/** A nested list without pages. */
export async function resolveNestedList(
  field: { parent: Parent; context: RequestContext; info: GraphQLResolveInfo; table: FieldTable; args?: unknown },
  find: (
    db: Db,
    partnerId: string,
    projection: Projection,
    parentIds: readonly string[],
  ) => Promise<ReadonlyMap<string, (readonly unknown[])[]>>,
): Promise<Record<string, unknown>[]> {
  const { parent, context, info, table, args } = field;
  const type = getNamedType(info.returnType) as GraphQLObjectType;
  const projection = projectionOf(table, selectedPaths(info, type, info.fieldNodes, table));
  const what = [info.parentType.name, info.fieldName, args, projection.key];
  const rows = await loadBatched(context, what, uuidOfParent(parent), (ids) => find(context.pool, context.partnerId, projection, ids));
  return (rows ?? []).map((row) => projection.shape(row, context.viewer));
}

/** A nested connection: its pages in one statement, its counts in another, each only if asked for. */
export async function resolveNestedConnection(
  field: { parent: Parent; context: RequestContext; info: GraphQLResolveInfo; table: FieldTable; args: ForwardPageArgs; order: string },
  findPages: (
    db: Db,
    partnerId: string,
    projection: Projection,
    parentIds: readonly string[],
    page: Page,
    facts: PageFacts,
  ) => Promise<ReadonlyMap<string, FoundPage>>,
  count: (db: Db, partnerId: string, parentIds: readonly string[]) => Promise<ReadonlyMap<string, number>>,
) {
  const { parent, context, info, table, args, order } = field;
  const { pool, partnerId, viewer } = context;
  const { projection, facts, wantsRows, wantsCount } = connectionSelection(info, table);
  const page = pageOf(args);
  const id = uuidOfParent(parent);
  const what = [info.parentType.name, info.fieldName];
  const [found, totalCount] = await Promise.all([
    wantsRows
      ? loadBatched(context, [...what, page, facts, projection.key], id, (ids) => findPages(pool, partnerId, projection, ids, page, facts))
      : noPage,
    wantsCount ? loadBatched(context, [...what, 'count'], id, (ids) => count(pool, partnerId, ids)) : 0,
  ]);
  return { ...connectionFrom(found ?? noPage, projection, order, partnerId, viewer), totalCount: totalCount ?? 0 };
}
