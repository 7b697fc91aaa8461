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
  const rows =
    uuid === null ? undefined : await loadBatched(context, ['withView'], uuid, (ids) => findSavedViews(context.reader, projection, ids));
  // The same answer for another user's view, another partner's, and one that does not exist.
  if (rows?.[0] === undefined) throw badInput('There is no such view.');
  const view = projection.shape(rows[0], context.reader.viewer) as { query: string | null; filter: StoredView; orderBy: StoredView };
  return {
    ...args,
    query: args.query === undefined ? view.query : args.query,
    filter: args.filter === undefined ? openFilter(view.filter, info.schema).value : args.filter,
    orderBy: args.orderBy === undefined ? openOrder(view.orderBy, info.schema).value : args.orderBy,
  };
}
