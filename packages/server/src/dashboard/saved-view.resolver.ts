import type { GraphQLResolveInfo } from 'graphql';
import { Args, Ctx, FieldResolver, ID, Info, Mutation, Resolver, Root } from 'type-graphql';
import { partnerRoles } from '../access/role.rules.ts';
import { ForwardPageArgs } from '../graphql/connection.type.ts';
import type { RequestContext } from '../graphql/context.ts';
import { uuidOf } from '../graphql/global-id.ts';
import { Input } from '../graphql/input.arg.ts';
import { edgeDescription, payloadOf } from '../graphql/payload.type.ts';
import { FilterValueScalar } from '../graphql/scalars.ts';
import { Viewer } from '../partner/viewer.resolver.ts';
import { resolveConnection } from '../reading/list.resolver.ts';
import { wantedOf } from '../reading/wanted.ts';
import { mutate } from '../writing/mutation.ts';
import { readBack, readEdge } from '../writing/read-back.ts';
import type { Outcome } from '../writing/write.ts';
import { columnOf, DashboardColumn } from './dashboard-column.resolver.ts';
import { openColumns, openFilter, openOrder, problemsOf, type StoredView } from './saved-view.content.ts';
import { createSavedView, deleteSavedView, updateSavedView } from './saved-view-edit.queries.ts';
import { CreateSavedViewInput, DeleteSavedViewInput, savedViewErrors, UpdateSavedViewInput } from './saved-view.input.ts';
import { SavedViewConnection } from './saved-view.connection.ts';
import { countVisibleViews, findVisibleViews } from './saved-view.queries.ts';
import { savedViews } from './saved-view.source.ts';
import { SavedView, SavedViewOrder, SavedViewProblem } from './saved-view.type.ts';

const CreateSavedViewPayload = payloadOf('CreateSavedView', {
  savedView: SavedView,
  savedViewEdge: [SavedViewConnection.Edge, edgeDescription],
});
const UpdateSavedViewPayload = payloadOf('UpdateSavedView', {
  savedView: [SavedView, 'The new state; null on error, or if the viewer no longer sees the view.'],
});
const DeleteSavedViewPayload = payloadOf('DeleteSavedView', { deletedSavedViewId: [ID, 'ID of the deleted view; null on error.'] });

/** A view from its projection: these fields have the stored content. */
type Stored = Record<'columns' | 'filter' | 'orderBy' | 'problems', StoredView>;

@Resolver(() => SavedView)
export class SavedViewResolver {
  @FieldResolver(() => [DashboardColumn], { description: 'The columns, in order, including the locked columns.' })
  columns(@Root() { columns }: Stored): DashboardColumn[] {
    return openColumns(columns).value.map(columnOf);
  }

  @FieldResolver(() => FilterValueScalar, { nullable: true, description: 'The filter; null if none.' })
  filter(@Root() { filter }: Stored, @Info() info: GraphQLResolveInfo): unknown {
    return openFilter(filter, info.schema).value;
  }

  @FieldResolver(() => [SavedViewOrder], { nullable: true, description: 'The order; null for the default order, by effective date.' })
  orderBy(@Root() { orderBy }: Stored, @Info() info: GraphQLResolveInfo): SavedViewOrder[] | null {
    return openOrder(orderBy, info.schema).value;
  }

  @FieldResolver(() => [SavedViewProblem], {
    description: 'Parts of the view that no longer exist; empty if all exist.',
  })
  problems(@Root() { problems }: Stored, @Info() info: GraphQLResolveInfo): SavedViewProblem[] {
    return problemsOf(problems, info.schema);
  }

  @Mutation(() => CreateSavedViewPayload, {
    description: 'Saves columns, search, filter and order under a name. Requires role VIEWER, MANAGER or ADMIN.',
  })
  async createSavedView(
    @Input(() => CreateSavedViewInput) input: CreateSavedViewInput,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    const outcome = await mutate({ context, info, input, allowed: partnerRoles }, async (write) => {
      const errors = savedViewErrors(input);
      if (errors.length > 0) return { userErrors: errors };
      const { name, columns, query = null, filter = null, orderBy = null, isShared } = input;
      return await createSavedView(write, { name: name.trim(), columns, query, filter, orderBy, isShared });
    });
    const [payload, savedViewEdge] = await Promise.all([
      readBack(context, info, outcome, { savedView: savedViews }),
      readEdge(context, info, (outcome as Outcome<'savedView'>).savedViewId, {
        ...{ field: 'savedViewEdge', fields: savedViews.fields, find: findVisibleViews },
      }),
    ]);
    return { ...payload, savedViewEdge };
  }

  @Mutation(() => UpdateSavedViewPayload, {
    description:
      "Changes a view of the viewer's own; if it is or becomes shared, requires MANAGER or ADMIN. ADMIN changes every shared view.",
  })
  async updateSavedView(
    @Input(() => UpdateSavedViewInput) input: UpdateSavedViewInput,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    const outcome = await mutate({ context, info, input, allowed: partnerRoles }, async (write) => {
      const errors = savedViewErrors(input);
      if (errors.length > 0) return { userErrors: errors };
      const { name, columns, query, filter, orderBy, isShared } = input;
      return await updateSavedView(write, edited(input), {
        ...(name != null && { name: name.trim() }),
        ...(columns != null && { columns }),
        ...(query !== undefined && { query }),
        ...(filter !== undefined && { filter }),
        ...(orderBy !== undefined && { orderBy }),
        ...(isShared != null && { isShared }),
      });
    });
    return await readBack(context, info, outcome, { savedView: savedViews });
  }

  @Mutation(() => DeleteSavedViewPayload, {
    description: "Deletes a view of the viewer's own; if it is shared, requires MANAGER or ADMIN. ADMIN deletes every shared view.",
  })
  async deleteSavedView(
    @Input(() => DeleteSavedViewInput) input: DeleteSavedViewInput,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    const outcome: Outcome<'savedView'> = await mutate({ context, info, input, allowed: partnerRoles }, (write) =>
      deleteSavedView(write, edited(input)),
    );
    return { deletedSavedViewId: outcome.savedViewId == null ? null : input.id, userErrors: outcome.userErrors };
  }
}

@Resolver(() => Viewer)
export class ViewerSavedViewsResolver {
  @FieldResolver(() => SavedViewConnection, {
    description: "Views that the viewer sees, by name: the viewer's own and the shared ones.",
  })
  async savedViews(
    @Root() _viewer: Viewer,
    @Args(() => ForwardPageArgs) args: ForwardPageArgs,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    const { reader } = context;
    const wanted = wantedOf(info, savedViews.fields, args);
    return await resolveConnection(
      context,
      wanted,
      () => findVisibleViews(reader, wanted),
      () => countVisibleViews(reader),
    );
  }
}

const edited = ({ id, expectedVersion }: { id: string; expectedVersion?: number | null }) => ({
  id: uuidOf('SavedView', id),
  expectedVersion: expectedVersion ?? null,
});
