import type { GraphQLResolveInfo } from 'graphql';
import type { Reader } from '../database/reader.ts';
import type { RequestContext } from '../graphql/context.ts';
import { edgeFrom } from '../reading/list.resolver.ts';
import type { FoundPage } from '../reading/page.queries.ts';
import type { FieldTable } from '../reading/projection.ts';
import { findSelected, type Source } from '../reading/source.ts';
import { wantedEdge, type Wanted } from '../reading/wanted.ts';
import type { Outcome } from './write.ts';

/**
 * The value of one field of a payload; if its read fails, the error, which GraphQL then reports for this field alone. The write is
 * committed: the error hides neither the other fields nor the user errors.
 */
export async function orItsError<T>(read: Promise<T>): Promise<T | Error> {
  return await read.catch((error: unknown) => (error instanceof Error ? error : new Error(String(error))));
}

/** The payload of a mutation. Its objects are read by the same statements as in a query. */
export async function readBack<Field extends string>(
  { reader }: RequestContext,
  info: GraphQLResolveInfo,
  outcome: Outcome<Field>,
  sources: Readonly<Record<Field, Source>>,
): Promise<Record<string, unknown>> {
  const ids = outcome as Record<string, string | null | undefined>;
  const fields = await Promise.all(
    Object.entries<Source>(sources).map(async ([field, source]) => {
      const id = ids[`${field}Id`] ?? null;
      const found = id === null ? null : await orItsError(findSelected(reader, info, source, [id], field));
      return [field, found instanceof Error ? found : (found?.get(id ?? '') ?? null)];
    }),
  );
  return { ...Object.fromEntries(fields), userErrors: outcome.userErrors };
}

/** The edge of a new object in a field of the payload, with the cursor that it has in its list; `find` finds the object alone. */
export async function readEdge(
  { reader }: RequestContext,
  info: GraphQLResolveInfo,
  id: string | null | undefined,
  { field, fields, find }: { field: string; fields: FieldTable; find: (reader: Reader, wanted: Wanted, id: string) => Promise<FoundPage> },
) {
  const wanted = wantedEdge(info, fields, field);
  if (id == null || wanted === null) return null;
  return await orItsError(find(reader, wanted, id).then((found) => edgeFrom(found, wanted.projection, reader)));
}
