import { getNamedType, type GraphQLObjectType, type GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, Field, ID, Info, InputType, Mutation, ObjectType, Resolver } from 'type-graphql';
import { adminRoles, type PartnerUserRole } from '../access/role.rules.ts';
import type { RequestContext } from '../graphql/context.ts';
import { uuidOf } from '../graphql/global-id.ts';
import { mutate } from '../writing/mutation.ts';
import type { Outcome } from '../writing/write.ts';
import { projectionOf } from '../reading/projection.ts';
import { descend, selectedPaths } from '../reading/selected-fields.ts';
import { UserError } from '../graphql/user-error.type.ts';
import { PartnerUser, PartnerUserRoleEnum } from './partner.entity.ts';
import { partnerUserFields } from './partner.fields.ts';
import { findPartnerUsers } from './partner.queries.ts';
import { addPartnerUser, setPartnerUserRole } from './partner-user-edit.queries.ts';

@InputType({ description: 'Whom to add to the partner.' })
class CreatePartnerUserInput {
  @Field(() => String, { description: 'The full name, 1 to 200 characters.' })
  name!: string;

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

const errorsDescription = 'What a person can mend; empty when it was done.';
const userDescription = 'The user as they now are; null when nothing was done.';

@ObjectType({ description: 'What came of adding a user.', simpleResolvers: true })
class CreatePartnerUserPayload {
  @Field(() => PartnerUser, { nullable: true, description: userDescription })
  user!: PartnerUser | null;

  @Field(() => [UserError], { description: errorsDescription })
  userErrors!: UserError[];
}

@ObjectType({ description: 'What came of giving a user another role.', simpleResolvers: true })
class SetPartnerUserRolePayload {
  @Field(() => PartnerUser, { nullable: true, description: userDescription })
  user!: PartnerUser | null;

  @Field(() => [UserError], { description: errorsDescription })
  userErrors!: UserError[];
}

@Resolver()
export class PartnerUserResolver {
  @Mutation(() => CreatePartnerUserPayload, { description: 'Adds a person to the partner. ADMIN.' })
  async createPartnerUser(
    @Arg('input', () => CreatePartnerUserInput, { description: 'What to do.' }) input: CreatePartnerUserInput,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    const outcome = await mutate({ context, info, input, allowed: adminRoles }, (write) => addPartnerUser(write, input));
    return await userPayload(context, info, outcome);
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
    return await userPayload(context, info, outcome);
  }
}

async function userPayload({ pool, partnerId, viewer }: RequestContext, info: GraphQLResolveInfo, outcome: Outcome<'user'>) {
  const userId = outcome.userId ?? null;
  const at = descend(info, getNamedType(info.returnType) as GraphQLObjectType, info.fieldNodes, 'user');
  if (userId === null || at.nodes.length === 0) return { user: null, userErrors: outcome.userErrors };
  const projection = projectionOf(partnerUserFields, selectedPaths(info, at.type, at.nodes, partnerUserFields));
  const [row] = (await findPartnerUsers(pool, partnerId, projection, [userId])).get(userId) ?? [];
  return { user: row === undefined ? null : projection.shape(row, viewer), userErrors: outcome.userErrors };
}
