import type { GraphQLResolveInfo } from 'graphql';
import { Ctx, Field, ID, Info, InputType, Mutation, Resolver } from 'type-graphql';
import { adminRoles, type PartnerUserRole } from '../access/role.rules.ts';
import type { RequestContext } from '../graphql/context.ts';
import { uuidOf } from '../graphql/global-id.ts';
import { IsEmailAddress, IsText } from '../graphql/input-limits.ts';
import { Input } from '../graphql/input.arg.ts';
import { edgeDescription, payloadOf } from '../graphql/payload.type.ts';
import { mutate } from '../writing/mutation.ts';
import { readBack, readEdge } from '../writing/read-back.ts';
import type { Outcome } from '../writing/write.ts';
import { PartnerUser, PartnerUserRoleEnum } from './partner.entity.ts';
import { findUsersOfPartner } from './partner.queries.ts';
import { partnerUsers } from './partner.source.ts';
import { addPartnerUser, setPartnerUserRole } from './partner-user-edit.queries.ts';
import { PartnerUserConnection } from './viewer.resolver.ts';

@InputType({ description: 'Input of createPartnerUser.' })
class CreatePartnerUserInput {
  @IsText({ min: 1, max: 200 })
  @Field(() => String, { description: 'The full name, 1 to 200 characters.' })
  name!: string;

  @IsEmailAddress()
  @Field(() => String, { description: 'The e-mail address, unique within the partner; sign-on finds the user by it.' })
  email!: string;

  @Field(() => PartnerUserRoleEnum, { description: 'The role of the user.' })
  role!: PartnerUserRole;
}

@InputType({ description: 'Input of setPartnerUserRole.' })
class SetPartnerUserRoleInput {
  @Field(() => ID, { description: 'ID of the partner user.' })
  userId!: string;

  @Field(() => PartnerUserRoleEnum, {
    description: "The new role; also limits the user's API keys. It holds for writes at once, for reads within 5 seconds.",
  })
  role!: PartnerUserRole;
}

const CreatePartnerUserPayload = payloadOf('CreatePartnerUser', {
  user: PartnerUser,
  userEdge: [PartnerUserConnection.Edge, edgeDescription],
});
const SetPartnerUserRolePayload = payloadOf('SetPartnerUserRole', { user: PartnerUser });

@Resolver()
export class PartnerUserResolver {
  @Mutation(() => CreatePartnerUserPayload, { description: 'Creates a user of the partner. Requires role ADMIN.' })
  async createPartnerUser(
    @Input(() => CreatePartnerUserInput) input: CreatePartnerUserInput,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    const outcome = await mutate({ context, info, input, allowed: adminRoles }, (write) => addPartnerUser(write, input));
    const [payload, userEdge] = await Promise.all([
      readBack(context, info, outcome, { user: partnerUsers }),
      readEdge(context, info, (outcome as Outcome<'user'>).userId, {
        field: 'userEdge',
        fields: partnerUsers.fields,
        find: findUsersOfPartner,
      }),
    ]);
    return { ...payload, userEdge };
  }

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
      setPartnerUserRole(write, userId, input.role),
    );
    return await readBack(context, info, outcome, { user: partnerUsers });
  }
}
