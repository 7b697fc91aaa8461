import type { GraphQLResolveInfo } from 'graphql';
import type { RequestContext } from '../graphql/context.ts';
import { findSelected, type Source } from '../reading/source.ts';
import type { Outcome } from './write.ts';

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
      const found = id === null ? null : await findSelected(reader, info, source, [id], field);
      return [field, found?.get(id ?? '') ?? null];
    }),
  );
  return { ...Object.fromEntries(fields), userErrors: outcome.userErrors };
}
