import type { GraphQLResolveInfo } from 'graphql';
import { Ctx, Field, FieldResolver, ID, Info, InputType, Mutation, Resolver } from 'type-graphql';
import { partnerRoles } from '../access/role.rules.ts';
import type { RequestContext } from '../graphql/context.ts';
import { uuidOf } from '../graphql/global-id.ts';
import { Input } from '../graphql/input.arg.ts';
import { payloadOf } from '../graphql/payload.type.ts';
import { RequiredField } from '../graphql/required-input.ts';
import { resolveViewer, Viewer } from '../partner/viewer.resolver.ts';
import { selectedOf } from '../reading/source.ts';
import { mutate } from '../writing/mutation.ts';
import { findDefaultView, setDefaultView } from './default-view.queries.ts';
import { savedViews } from './saved-view.source.ts';
import { SavedView } from './saved-view.type.ts';

@InputType({ description: 'Input of setDefaultView.' })
class SetDefaultViewInput {
  @RequiredField(() => ID, 'ID of a view that the viewer sees; null for none.')
  viewId!: string | null;

  @Field(() => Boolean, {
    defaultValue: false,
    description: 'Whether for all who choose none of their own; true requires role ADMIN and a shared view.',
  })
  forEveryone!: boolean;
}

const SetDefaultViewPayload = payloadOf('SetDefaultView', { viewer: Viewer });

@Resolver(() => Viewer)
export class DefaultViewResolver {
  @FieldResolver(() => SavedView, {
    nullable: true,
    description: "The view with which the dashboard opens: the viewer's choice, or else the one for everyone; null if there is neither.",
  })
  async defaultView(@Ctx() { reader }: RequestContext, @Info() info: GraphQLResolveInfo) {
    const projection = selectedOf(savedViews, info);
    const row = projection && (await findDefaultView(reader, projection));
    return row && projection.shape(row, reader.viewer);
  }

  @Mutation(() => SetDefaultViewPayload, {
    description:
      'Chooses the view with which the dashboard opens, for the viewer or for everyone. It is forgotten when the view is deleted or no longer shared. Requires role VIEWER, MANAGER or ADMIN.',
  })
  async setDefaultView(
    @Input(() => SetDefaultViewInput) input: SetDefaultViewInput,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    const { userErrors } = await mutate({ context, info, input, allowed: partnerRoles }, async (write) => {
      const { viewId, forEveryone } = input;
      return await setDefaultView(write, { view: viewId === null ? null : { id: uuidOf('SavedView', viewId) }, forEveryone });
    });
    return { viewer: userErrors.length === 0 ? await resolveViewer(context, info, 'viewer') : null, userErrors };
  }
}
