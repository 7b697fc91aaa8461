import type { GraphQLResolveInfo } from 'graphql';
import { Ctx, Field, ID, Info, InputType, Mutation, Resolver } from 'type-graphql';
import { adminRoles } from '../access/role.rules.ts';
import type { RequestContext } from '../graphql/context.ts';
import { uuidOf } from '../graphql/global-id.ts';
import { Input } from '../graphql/input.arg.ts';
import { payloadOf } from '../graphql/payload.type.ts';
import { mutate } from '../writing/mutation.ts';
import type { Outcome } from '../writing/write.ts';
import { removePartnerUser } from './user-removal.queries.ts';

@InputType({ description: 'Input of removePartnerUser.' })
class RemovePartnerUserInput {
  @Field(() => ID, { description: 'ID of the partner user.' })
  userId!: string;
}

const RemovePartnerUserPayload = payloadOf('RemovePartnerUser', {
  removedUserId: [ID, 'ID of the removed user; null on error.'],
});

@Resolver()
export class UserRemovalResolver {
  @Mutation(() => RemovePartnerUserPayload, {
    description:
      'Removes a partner user for good, with their private views, their API keys, and the keys they created for the partner or for others. ' +
      'Shared views pass on to the partner. The last ADMIN stays, as in setPartnerUserRole. Requires role ADMIN.',
  })
  async removePartnerUser(
    @Input(() => RemovePartnerUserInput) input: RemovePartnerUserInput,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    const userId = uuidOf('PartnerUser', input.userId);
    const outcome: Outcome<'removedUser'> = await mutate({ context, info, input, allowed: adminRoles, changesRights: true }, (write) =>
      removePartnerUser(write, userId),
    );
    return { removedUserId: outcome.removedUserId == null ? null : input.userId, userErrors: outcome.userErrors };
  }
}
