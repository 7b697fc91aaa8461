import type { GraphQLResolveInfo } from 'graphql';
import { Ctx, Field, Info, InputType, Mutation, Resolver } from 'type-graphql';
import { adminRoles, type PartnerUserRole } from '../access/role.rules.ts';
import type { RequestContext } from '../graphql/context.ts';
import { IsEmailAddress, IsText } from '../graphql/input-limits.ts';
import { Input } from '../graphql/input.arg.ts';
import { edgeDescription, payloadOf } from '../graphql/payload.type.ts';
import { mutate } from '../writing/mutation.ts';
import { readBack, readEdge } from '../writing/read-back.ts';
import type { Outcome } from '../writing/write.ts';
import { PartnerUser, PartnerUserRoleEnum } from './partner.entity.ts';
import { findUsersOfPartner } from './partner.queries.ts';
import { partnerUsers } from './partner.source.ts';
import { addPartnerUser } from './partner-user-edit.queries.ts';
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

const CreatePartnerUserPayload = payloadOf('CreatePartnerUser', {
  user: PartnerUser,
  userEdge: [PartnerUserConnection.Edge, edgeDescription],
});

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
}
