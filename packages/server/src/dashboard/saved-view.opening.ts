import type { GraphQLResolveInfo } from 'graphql';
import { loadBatched, type RequestContext } from '../graphql/context.ts';
import { badInput } from '../graphql/errors.ts';
import { uuidOf } from '../graphql/global-id.ts';
import { projectionOf } from '../reading/projection.ts';
import type { ContractChangeFilter } from './dashboard.filter.ts';
import type { ContractChangeOrder } from './dashboard.order.ts';
import { openFilter, openOrder, type StoredView } from './saved-view.content.ts';
import { savedViewFields } from './saved-view.fields.ts';
import { findSavedViews } from './saved-view.queries.ts';

/** A view and the arguments that replace parts of it; null replaces too, undefined does not. */
export type ViewArgs = {
  viewId?: string | null;
  query?: string | null;
  filter?: ContractChangeFilter | null;
  orderBy?: ContractChangeOrder[] | null;
};

const projection = projectionOf(savedViewFields, ['query', 'filter', 'orderBy']);

/** The arguments, with those of the view for omitted ones. */
export async function withView<Args extends ViewArgs>(args: Args, context: RequestContext, info: GraphQLResolveInfo): Promise<Args> {
  if (args.viewId == null) return args;
  const uuid = uuidOf('SavedView', args.viewId);
  const view =
    uuid === null ? undefined : await loadBatched(context, ['withView'], uuid, async (ids) => await openViews(ids, context, info));
  // The same answer for another user's view, another partner's, and one that does not exist.
  if (view === undefined) throw badInput('There is no such view.');
  return {
    ...args,
    query: args.query === undefined ? view.query : args.query,
    filter: args.filter === undefined ? view.filter : args.filter,
    orderBy: args.orderBy === undefined ? view.orderBy : args.orderBy,
  };
}

type OpenedView = { query: string | null; filter: ContractChangeFilter | null; orderBy: ContractChangeOrder[] | null };

/** Opens each once, however many fields of a request show it: to open a large filter takes half a millisecond. */
async function openViews(
  ids: readonly string[],
  { reader }: RequestContext,
  { schema }: GraphQLResolveInfo,
): Promise<Map<string, OpenedView>> {
  const found = await findSavedViews(reader, projection, ids);
  return new Map(
    [...found].map(([id, [row]]) => {
      const view = projection.shape(row!, reader.viewer) as { query: string | null; filter: StoredView; orderBy: StoredView };
      return [id, { query: view.query, filter: openFilter(view.filter, schema).value, orderBy: openOrder(view.orderBy, schema).value }];
    }),
  );
}
