import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, FieldResolver, ID, Info, Mutation, Resolver, Root } from 'type-graphql';
import { partnerRoles } from '../access/role.rules.ts';
import type { RequestContext } from '../graphql/context.ts';
import { uuidOf } from '../graphql/global-id.ts';
import { payloadOf } from '../graphql/payload.type.ts';
import { JsonScalar } from '../graphql/scalars.ts';
import { Viewer } from '../partner/viewer.resolver.ts';
import { selectedOf } from '../reading/source.ts';
import { mutate } from '../writing/mutation.ts';
import { readBack } from '../writing/read-back.ts';
import type { Outcome } from '../writing/write.ts';
import { columnOf, DashboardColumn } from './dashboard-column.resolver.ts';
import { openColumns, openFilter, openOrder, problemsOf, type StoredView } from './saved-view.content.ts';
import { createSavedView, deleteSavedView, updateSavedView } from './saved-view-edit.queries.ts';
import { CreateSavedViewInput, DeleteSavedViewInput, savedViewErrors, UpdateSavedViewInput } from './saved-view.input.ts';
import { findSavedViews } from './saved-view.queries.ts';
import { savedViews } from './saved-view.source.ts';
import { SavedView, SavedViewOrder, SavedViewProblem } from './saved-view.type.ts';

const userErrors = 'What a person can mend; empty when it was done.';

const CreateSavedViewPayload = payloadOf(
  'CreateSavedViewPayload',
  { description: 'What came of saving a view.', userErrors },
  { savedView: [SavedView, 'The view; null when nothing was done.'] },
);

const UpdateSavedViewPayload = payloadOf(
  'UpdateSavedViewPayload',
  { description: 'What came of changing a view.', userErrors },
  {
    savedView: [
      SavedView,
      "The view as it now is; null when nothing was done, or when another's view is no longer shared and so not to be seen.",
    ],
  },
);

const DeleteSavedViewPayload = payloadOf(
  'DeleteSavedViewPayload',
  { description: 'What came of deleting a view.', userErrors },
  { deletedSavedViewId: [ID, 'The id that the view had; null when nothing was done.'] },
);

/** A view as its projection makes it: these fields have what was stored. */
type Stored = Record<'columns' | 'filter' | 'orderBy' | 'problems', StoredView>;

@Resolver(() => SavedView)
export class SavedViewResolver {
  @FieldResolver(() => [DashboardColumn], { description: 'The columns in their order, the locked ones included.' })
  columns(@Root() { columns }: Stored): DashboardColumn[] {
    return openColumns(columns).value.map(columnOf);
  }

  @FieldResolver(() => JsonScalar, { nullable: true, description: 'The conditions, as a ContractChangeFilter; null if it has none.' })
  filter(@Root() { filter }: Stored, @Info() info: GraphQLResolveInfo): unknown {
    return openFilter(filter, info.schema).value;
  }

  @FieldResolver(() => [SavedViewOrder], { nullable: true, description: 'The order; null for the usual one, by effective date.' })
  orderBy(@Root() { orderBy }: Stored, @Info() info: GraphQLResolveInfo): SavedViewOrder[] | null {
    return openOrder(orderBy, info.schema).value;
  }

  @FieldResolver(() => [SavedViewProblem], {
    description: 'What the view was made with that there is no longer; empty as long as all of it holds.',
  })
  problems(@Root() { problems }: Stored, @Info() info: GraphQLResolveInfo): SavedViewProblem[] {
    return problemsOf(problems, info.schema);
  }

  @Mutation(() => CreateSavedViewPayload, { description: 'Keeps columns, search, filter and order under a name. VIEWER, MANAGER, ADMIN.' })
  async createSavedView(
    @Arg('input', () => CreateSavedViewInput, { description: 'What to do.' }) input: CreateSavedViewInput,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    const outcome = await mutate({ context, info, input, allowed: partnerRoles }, async (write) => {
      const errors = savedViewErrors(input);
      if (errors.length > 0) return { userErrors: errors };
      const { name, columns, query = null, filter = null, orderBy = null, isShared } = input;
      return await createSavedView(write, { name: name.trim(), columns, query, filter, orderBy, isShared });
    });
    return await readBack(context, info, outcome, { savedView: savedViews });
  }

  @Mutation(() => UpdateSavedViewPayload, {
    description: "Changes what is given of a view: the viewer's own, or as ADMIN a shared one. VIEWER, MANAGER, ADMIN.",
  })
  async updateSavedView(
    @Arg('input', () => UpdateSavedViewInput, { description: 'What to do.' }) input: UpdateSavedViewInput,
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
    description: "Deletes a view: the viewer's own, or as ADMIN a shared one. VIEWER, MANAGER, ADMIN.",
  })
  async deleteSavedView(
    @Arg('input', () => DeleteSavedViewInput, { description: 'What to do.' }) input: DeleteSavedViewInput,
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
  @FieldResolver(() => [SavedView], {
    description: "The views that the viewer sees, by name: the viewer's own, and those shared at the partner.",
  })
  async savedViews(@Ctx() { reader }: RequestContext, @Info() info: GraphQLResolveInfo) {
    const projection = selectedOf(savedViews, info);
    if (projection === null) return [];
    const found = await findSavedViews(reader, projection, 'all');
    return [...found.values()].flat().map((row) => projection.shape(row, reader.viewer));
  }
}

const edited = ({ id, expectedVersion }: { id: string; expectedVersion?: number | null }) => ({
  id: uuidOf('SavedView', id),
  expectedVersion: expectedVersion ?? null,
});
