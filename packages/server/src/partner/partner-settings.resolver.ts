import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, Field, ID, Info, InputType, Mutation, Resolver } from 'type-graphql';
import { adminRoles } from '../access/role.rules.ts';
import type { RequestContext } from '../graphql/context.ts';
import { uuidOf } from '../graphql/global-id.ts';
import { payloadOf } from '../graphql/payload.type.ts';
import { mutate } from '../writing/mutation.ts';
import { readBack } from '../writing/read-back.ts';
import { Partner } from './partner.entity.ts';
import { partners } from './partner.source.ts';
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

const UpdatePartnerSettingsPayload = payloadOf(
  'UpdatePartnerSettingsPayload',
  { description: 'What came of changing settings.', userErrors: 'What a person can mend; empty when it was done.' },
  { partner: [Partner, 'The partner as it now is; null when nothing was done.'] },
);

@Resolver()
export class PartnerSettingsResolver {
  @Mutation(() => UpdatePartnerSettingsPayload, { description: 'Changes what the partner decides for all of its customers. ADMIN.' })
  async updatePartnerSettings(
    @Arg('input', () => UpdatePartnerSettingsInput, { description: 'What to do.' }) input: UpdatePartnerSettingsInput,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    const { userErrors } = await mutate({ context, info, input, allowed: adminRoles }, (write) =>
      updatePartnerSettings(write, editOf(input)),
    );
    const partnerId = userErrors.length === 0 ? context.reader.partnerId : null;
    return await readBack(context, info, { partnerId, userErrors }, { partner: partners });
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
