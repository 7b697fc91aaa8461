import type { GraphQLResolveInfo } from 'graphql';
import { Ctx, Field, ID, Info, InputType, Mutation, Resolver } from 'type-graphql';
import { adminRoles } from '../access/role.rules.ts';
import type { RequestContext } from '../graphql/context.ts';
import { uuidOf } from '../graphql/global-id.ts';
import { Input } from '../graphql/input.arg.ts';
import { payloadOf } from '../graphql/payload.type.ts';
import type { UserError } from '../graphql/user-error.type.ts';
import { mutate } from '../writing/mutation.ts';
import { readBack } from '../writing/read-back.ts';
import { Partner } from './partner.entity.ts';
import { partners } from './partner.source.ts';
import { updatePartnerSettings, type SettingsEdit } from './partner-settings.queries.ts';

@InputType({ description: 'Input of updatePartnerSettings. Omitted fields keep their values.' })
class UpdatePartnerSettingsInput {
  @Field(() => Boolean, {
    nullable: true,
    description:
      'Whether the partner owns all transactional conversations; if so, it is the default communication owner. Null keeps the value.',
  })
  ownsAllTransactionalConversations?: boolean | null;

  @Field(() => ID, { nullable: true, description: 'ID of the partner user whom the vendor contacts; null for none.' })
  pointOfContactId?: string | null;
}

export const UpdatePartnerSettingsPayload = payloadOf('UpdatePartnerSettings', { partner: Partner });

/** The payload; a resolver of contract changes adds the rows that follow the setting. */
export type SettingsResult = { userErrors: UserError[]; isOwnerSet: boolean };

@Resolver()
export class PartnerSettingsResolver {
  @Mutation(() => UpdatePartnerSettingsPayload, {
    description: 'Changes the settings that apply to all customers of the partner. Requires role ADMIN.',
  })
  async updatePartnerSettings(
    @Input(() => UpdatePartnerSettingsInput) input: UpdatePartnerSettingsInput,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<SettingsResult> {
    const { userErrors } = await mutate({ context, info, input, allowed: adminRoles }, (write) =>
      updatePartnerSettings(write, editOf(input)),
    );
    const partnerId = userErrors.length === 0 ? context.reader.partnerId : null;
    const payload = await readBack(context, info, { partnerId, userErrors }, { partner: partners });
    return { ...payload, userErrors, isOwnerSet: input.ownsAllTransactionalConversations != null };
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
