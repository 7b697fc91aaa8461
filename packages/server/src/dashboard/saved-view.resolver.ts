import { getNamedType, type GraphQLObjectType, type GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, Field, FieldResolver, ID, Info, Mutation, ObjectType, Resolver, Root } from 'type-graphql';
import { partnerRoles } from '../access/role.rules.ts';
import type { RequestContext } from '../graphql/context.ts';
import { uuidOf } from '../graphql/global-id.ts';
import { mutate } from '../writing/mutation.ts';
import type { Outcome } from '../writing/write.ts';
import { projectionOf } from '../reading/projection.ts';
import { JsonScalar } from '../graphql/scalars.ts';
import { descend, selectedPaths } from '../reading/selected-fields.ts';
import { UserError } from '../graphql/user-error.type.ts';
import { Viewer } from '../partner/viewer.resolver.ts';
import { columnOf, DashboardColumn } from './dashboard-column.resolver.ts';
import { openColumns, openFilter, openOrder, problemsOf, type StoredView } from './saved-view.content.ts';
import { savedViewFields } from './saved-view.fields.ts';
import { CreateSavedViewInput, DeleteSavedViewInput, savedViewErrors, UpdateSavedViewInput } from './saved-view.input.ts';
import { createSavedView, deleteSavedView, findSavedViews, updateSavedView } from './saved-view.queries.ts';
import { SavedView, SavedViewOrder, SavedViewProblem } from './saved-view.type.ts';

const errorsDescription = 'What a person can mend; empty when it was done.';

@ObjectType({ description: 'What came of saving a view.', simpleResolvers: true })
class CreateSavedViewPayload {
  @Field(() => SavedView, { nullable: true, description: 'The view; null when nothing was done.' })
  savedView!: SavedView | null;

  @Field(() => [UserError], { description: errorsDescription })
  userErrors!: UserError[];
}

@ObjectType({ description: 'What came of changing a view.', simpleResolvers: true })
class UpdateSavedViewPayload {
  @Field(() => SavedView, {
    nullable: true,
    description: "The view as it now is; null when nothing was done, or when another's view is no longer shared and so not to be seen.",
  })
  savedView!: SavedView | null;

  @Field(() => [UserError], { description: errorsDescription })
  userErrors!: UserError[];
}

@ObjectType({ description: 'What came of deleting a view.', simpleResolvers: true })
class DeleteSavedViewPayload {
  @Field(() => ID, { nullable: true, description: 'The id that the view had; null when nothing was done.' })
  deletedSavedViewId!: string | null;

  @Field(() => [UserError], { description: errorsDescription })
  userErrors!: UserError[];
}

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
      const userErrors = savedViewErrors(input);
      if (userErrors.length > 0) return { userErrors };
      const { name, columns, query = null, filter = null, orderBy = null, isShared } = input;
      return await createSavedView(write, { name: name.trim(), columns, query, filter, orderBy, isShared });
    });
    return await savedViewPayload(context, info, outcome);
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
      const userErrors = savedViewErrors(input);
      if (userErrors.length > 0) return { userErrors };
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
    return await savedViewPayload(context, info, outcome);
  }

  @Mutation(() => DeleteSavedViewPayload, {
    description: "Deletes a view: the viewer's own, or as ADMIN a shared one. VIEWER, MANAGER, ADMIN.",
  })
  async deleteSavedView(
    @Arg('input', () => DeleteSavedViewInput, { description: 'What to do.' }) input: DeleteSavedViewInput,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    const outcome = await mutate({ context, info, input, allowed: partnerRoles }, (write) => deleteSavedView(write, edited(input)));
    return { deletedSavedViewId: idOf(outcome) === null ? null : input.id, userErrors: outcome.userErrors };
  }
}

@Resolver(() => Viewer)
export class ViewerSavedViewsResolver {
  @FieldResolver(() => [SavedView], {
    description: "The views that the viewer sees, by name: the viewer's own, and those shared at the partner.",
  })
  async savedViews(@Ctx() { pool, viewer }: RequestContext, @Info() info: GraphQLResolveInfo) {
    const type = getNamedType(info.returnType) as GraphQLObjectType;
    const projection = projectionOf(savedViewFields, selectedPaths(info, type, info.fieldNodes, savedViewFields));
    const found = await findSavedViews(pool, viewer, projection, 'all');
    return [...found.values()].flat().map((row) => projection.shape(row, viewer));
  }
}

const edited = ({ id, expectedVersion }: { id: string; expectedVersion?: number | null }) => ({
  id: uuidOf('SavedView', id),
  expectedVersion: expectedVersion ?? null,
});

const idOf = (outcome: Outcome<'savedView'>) => outcome.savedViewId ?? null;

/** What comes back is read as the next query would read it. */
async function savedViewPayload({ pool, viewer }: RequestContext, info: GraphQLResolveInfo, outcome: Outcome<'savedView'>) {
  const id = idOf(outcome);
  const at = descend(info, getNamedType(info.returnType) as GraphQLObjectType, info.fieldNodes, 'savedView');
  if (id === null || at.nodes.length === 0) return { savedView: null, userErrors: outcome.userErrors };
  const projection = projectionOf(savedViewFields, selectedPaths(info, at.type, at.nodes, savedViewFields));
  const [row] = (await findSavedViews(pool, viewer, projection, [id])).get(id) ?? [];
  return { savedView: row === undefined ? null : projection.shape(row, viewer), userErrors: outcome.userErrors };
}
