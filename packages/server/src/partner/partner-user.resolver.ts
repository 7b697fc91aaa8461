import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, Field, ID, Info, InputType, Mutation, Resolver } from 'type-graphql';
import { adminRoles, type PartnerUserRole } from '../access/role.rules.ts';
import type { RequestContext } from '../graphql/context.ts';
import { uuidOf } from '../graphql/global-id.ts';
import { IsEmailAddress, IsText } from '../graphql/input-limits.ts';
import { payloadOf } from '../graphql/payload.type.ts';
import { mutate } from '../writing/mutation.ts';
import { readBack } from '../writing/read-back.ts';
import { PartnerUser, PartnerUserRoleEnum } from './partner.entity.ts';
import { partnerUsers } from './partner.source.ts';
import { addPartnerUser, setPartnerUserRole } from './partner-user-edit.queries.ts';

@InputType({ description: 'Whom to add to the partner.' })
class CreatePartnerUserInput {
  @IsText({ min: 1, max: 200 })
  @Field(() => String, { description: 'The full name, 1 to 200 characters.' })
  name!: string;

  @IsEmailAddress()
  @Field(() => String, { description: 'The e-mail address, one user each within the partner; who signs on is found by it.' })
  email!: string;

  @Field(() => PartnerUserRoleEnum, { description: 'What the user may do.' })
  role!: PartnerUserRole;
}

@InputType({ description: 'Whom to give another role.' })
class SetPartnerUserRoleInput {
  @Field(() => ID, { description: 'The user of the partner.' })
  userId!: string;

  @Field(() => PartnerUserRoleEnum, {
    description: 'What the user may do from now on, 5 seconds later at the latest; keys of the user may do no more.',
  })
  role!: PartnerUserRole;
}

const userErrors = 'What a person can mend; empty when it was done.';
const user = [PartnerUser, 'The user as they now are; null when nothing was done.'] as const;

const CreatePartnerUserPayload = payloadOf(
  'CreatePartnerUserPayload',
  { description: 'What came of adding a user.', userErrors },
  { user },
);

const SetPartnerUserRolePayload = payloadOf(
  'SetPartnerUserRolePayload',
  { description: 'What came of giving a user another role.', userErrors },
  { user },
);

@Resolver()
export class PartnerUserResolver {
  @Mutation(() => CreatePartnerUserPayload, { description: 'Adds a person to the partner. ADMIN.' })
  async createPartnerUser(
    @Arg('input', () => CreatePartnerUserInput, { description: 'What to do.' }) input: CreatePartnerUserInput,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    const outcome = await mutate({ context, info, input, allowed: adminRoles }, (write) => addPartnerUser(write, input));
    return await readBack(context, info, outcome, { user: partnerUsers });
  }

  @Mutation(() => SetPartnerUserRolePayload, {
    description:
      'Gives a user of the partner another role. The last administrator stays one, unless the partner has an ADMIN key of its own. ADMIN.',
  })
  async setPartnerUserRole(
    @Arg('input', () => SetPartnerUserRoleInput, { description: 'What to do.' }) input: SetPartnerUserRoleInput,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    const userId = uuidOf('PartnerUser', input.userId);
    const outcome = await mutate({ context, info, input, allowed: adminRoles }, (write) => setPartnerUserRole(write, userId, input.role));
    return await readBack(context, info, outcome, { user: partnerUsers });
  }
}
