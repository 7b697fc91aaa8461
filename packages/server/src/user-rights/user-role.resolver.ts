import type { GraphQLResolveInfo } from 'graphql';
import { Ctx, Field, ID, Info, InputType, Mutation, Resolver } from 'type-graphql';
import { adminRoles, type PartnerUserRole } from '../access/role.rules.ts';
import type { RequestContext } from '../graphql/context.ts';
import { uuidOf } from '../graphql/global-id.ts';
import { Input } from '../graphql/input.arg.ts';
import { payloadOf } from '../graphql/payload.type.ts';
import { PartnerUser, PartnerUserRoleEnum } from '../partner/partner.entity.ts';
import { partnerUsers } from '../partner/partner.source.ts';
import { mutate } from '../writing/mutation.ts';
import { readBack } from '../writing/read-back.ts';
import { setRoleWithKeys } from './user-role.queries.ts';

@InputType({ description: 'Input of setPartnerUserRole.' })
class SetPartnerUserRoleInput {
  @Field(() => ID, { description: 'ID of the partner user.' })
  userId!: string;

  @Field(() => PartnerUserRoleEnum, {
    description:
      "The new role; also limits the user's API keys. Keys above it that the user has created for others are revoked. It holds for writes at " +
      'once, for reads within 5 seconds.',
  })
  role!: PartnerUserRole;
}

const SetPartnerUserRolePayload = payloadOf('SetPartnerUserRole', { user: PartnerUser });

@Resolver()
export class UserRoleResolver {
  @Mutation(() => SetPartnerUserRolePayload, {
    description:
      'Changes the role of a partner user. The last ADMIN keeps that role unless the partner has its own ADMIN key. Requires role ADMIN.',
  })
  async setPartnerUserRole(
    @Input(() => SetPartnerUserRoleInput) input: SetPartnerUserRoleInput,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    const userId = uuidOf('PartnerUser', input.userId);
    const outcome = await mutate({ context, info, input, allowed: adminRoles, changesRights: true }, (write) =>
      setRoleWithKeys(write, userId, input.role),
    );
    return await readBack(context, info, outcome, { user: partnerUsers });
  }
}
