import { getNamedType, type GraphQLObjectType, type GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, Field, ID, Info, InputType, Mutation, ObjectType, Resolver } from 'type-graphql';
import { adminRoles } from '../access/role.rules.ts';
import type { RequestContext } from '../graphql/context.ts';
import { uuidOf } from '../graphql/global-id.ts';
import { mutate } from '../writing/mutation.ts';
import { projectionOf } from '../reading/projection.ts';
import { descend, selectedPaths } from '../reading/selected-fields.ts';
import { UserError } from '../graphql/user-error.type.ts';
import { Partner } from './partner.entity.ts';
import { partnerFields } from './partner.fields.ts';
import { findPartner } from './partner.queries.ts';
import { updatePartnerSettings, type SettingsEdit } from './partner-settings.queries.ts';

@InputType({ description: 'Which settings of the partner to change; what is left out stays.' })
class UpdatePartnerSettingsInput {
  @Field(() => Boolean, {
    nullable: true,
    description:
      'Whether the partner owns all transactional conversations: it then is the communication owner of every customer for which none is set by hand. Null leaves it.',
  })
  ownsAllTransactionalConversations?: boolean | null;

  @Field(() => ID, { nullable: true, description: 'The user of the partner whom the vendor turns to; null for nobody.' })
  pointOfContactId?: string | null;
}

@ObjectType({ description: 'What came of changing settings.', simpleResolvers: true })
class UpdatePartnerSettingsPayload {
  @Field(() => Partner, { nullable: true, description: 'The partner as it now is; null when nothing was done.' })
  partner!: Partner | null;

  @Field(() => [UserError], { description: 'What a person can mend; empty when it was done.' })
  userErrors!: UserError[];
}

@Resolver()
export class PartnerSettingsResolver {
  @Mutation(() => UpdatePartnerSettingsPayload, { description: 'Changes what the partner decides for all of its customers. ADMIN.' })
  async updatePartnerSettings(
    @Arg('input', () => UpdatePartnerSettingsInput, { description: 'What to do.' }) input: UpdatePartnerSettingsInput,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    const { pool, partnerId, viewer } = context;
    const { userErrors } = await mutate({ context, info, input, allowed: adminRoles }, (write) =>
      updatePartnerSettings(write, editOf(input)),
    );
    const at = descend(info, getNamedType(info.returnType) as GraphQLObjectType, info.fieldNodes, 'partner');
    if (userErrors.length > 0 || at.nodes.length === 0) return { partner: null, userErrors };
    const projection = projectionOf(partnerFields, selectedPaths(info, at.type, at.nodes, partnerFields));
    const [row] = (await findPartner(pool, partnerId, projection)).get(partnerId) ?? [];
    return { partner: row === undefined ? null : projection.shape(row, viewer), userErrors };
  }
}

function editOf({ ownsAllTransactionalConversations: ownsAll, pointOfContactId }: UpdatePartnerSettingsInput): SettingsEdit {
  return {
    ...(ownsAll != null && { ownsAllTransactionalConversations: ownsAll }),
    ...(pointOfContactId !== undefined && {
      pointOfContact: pointOfContactId === null ? null : { id: uuidOf('PartnerUser', pointOfContactId) },
    }),
  };
}
