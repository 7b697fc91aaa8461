import { getNamedType, type FieldNode, type GraphQLObjectType, type GraphQLResolveInfo } from 'graphql';
import type { Reader } from '../database/reader.ts';
import type { ForwardPageArgs } from '../graphql/connection.type.ts';
import { loadBatched, loadNamed, type RequestContext } from '../graphql/context.ts';
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

type NestedConnection<Chosen> = {
  parent: Parent;
  context: RequestContext;
  info: GraphQLResolveInfo;
  fields: FieldTable;
  args: ForwardPageArgs;
  readSet?: () => Chosen;
};

/**
 * A nested connection: one statement for all pages and one for all counts, each only if selected. A page that is written as bytes has one of
 * its own. `readSet` tells which entries these find, if that depends on arguments.
 */
export async function resolveNestedConnection<Chosen = undefined>(
  field: NestedConnection<Chosen>,
  findPages: (reader: Reader, wanted: Wanted, parentIds: readonly string[], set: Chosen) => Promise<ReadonlyMap<string, FoundPage>>,
  count: (reader: Reader, parentIds: readonly string[], set: Chosen) => Promise<ReadonlyMap<string, number>>,
) {
  const { parent, context } = field;
  const { wanted, set, pages, counts } = sameForSiblings(field);
  const id = uuidOfParent(parent);
  return await resolveConnection(
    context,
    wanted,
    () => loadNamed(context, wanted.byteSteps ? `${pages} ${id}` : pages, id, (ids) => findPages(context.reader, wanted, ids, set)),
    () => loadNamed(context, counts, id, (ids) => count(context.reader, ids, set)),
  );
}

/** What siblings share: the wanted page, and the names of what is loaded for all of them. */
type Shared = { parentType: GraphQLObjectType; wanted: Wanted; set: unknown; pages: string; counts: string };
type Refused = { parentType: GraphQLObjectType; refusal: unknown };

const sharedOf = new WeakMap<RequestContext, Map<readonly FieldNode[], Shared | Refused>>();

/** Reads the arguments once for all siblings. Their refusal is one error for all: thousands of errors would block the event loop. */
function sameForSiblings<Chosen>(field: NestedConnection<Chosen>): Shared & { set: Chosen } {
  const { context, info } = field;
  const known = sharedOf.get(context) ?? new Map<readonly FieldNode[], Shared | Refused>();
  sharedOf.set(context, known);
  let shared = known.get(info.fieldNodes);
  if (shared?.parentType !== info.parentType) known.set(info.fieldNodes, (shared = readShared(field)));
  if ('refusal' in shared) throw shared.refusal;
  return shared as Shared & { set: Chosen };
}

function readShared({ info, fields, args, readSet }: NestedConnection<unknown>): Shared | Refused {
  const { parentType, fieldName } = info;
  try {
    const wanted = wantedOf(info, fields, args);
    const { projection, byteSteps: _, ...rest } = wanted;
    const set = readSet?.();
    const what = [parentType.name, fieldName, set];
    return { parentType, wanted, set, pages: JSON.stringify([...what, rest, projection.key]), counts: JSON.stringify([...what, 'count']) };
  } catch (refusal) {
    return { parentType, refusal };
  }
}
