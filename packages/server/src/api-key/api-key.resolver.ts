import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, Field, FieldResolver, ID, Info, InputType, Mutation, Resolver, Root } from 'type-graphql';
import { adminRoles, type PartnerUserRole } from '../access/role.rules.ts';
import { ForwardPageArgs } from '../graphql/connection.type.ts';
import type { RequestContext } from '../graphql/context.ts';
import { forbidden } from '../graphql/errors.ts';
import { uuidOf } from '../graphql/global-id.ts';
import { payloadOf } from '../graphql/payload.type.ts';
import { DateTimeScalar } from '../graphql/scalars.ts';
import { Partner, PartnerUserRoleEnum } from '../partner/partner.entity.ts';
import { resolveConnection } from '../reading/list.resolver.ts';
import { wantedOf } from '../reading/wanted.ts';
import { mutate } from '../writing/mutation.ts';
import { readBack } from '../writing/read-back.ts';
import { addApiKey, keyText, revokeApiKey } from './api-key-edit.queries.ts';
import { keyIdOf } from './api-key.fields.ts';
import { apiKeys } from './api-key.source.ts';
import { ApiKey, ApiKeyConnection } from './api-key.type.ts';
import { countApiKeysOfPartner, findApiKeysOfPartner } from './partner-keys.queries.ts';

@InputType({ description: 'What a new API key is to be for.' })
class CreateApiKeyInput {
  @Field(() => PartnerUserRoleEnum, {
    description: "What it may do: no more than the one who makes it, and than its user. An operator's key cannot be made here.",
  })
  role!: PartnerUserRole;

  @Field(() => ID, { nullable: true, description: "The user of the partner it is to belong to; without one it is the partner's own." })
  userId?: string | null;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'The instant from which it is no longer taken; without one it is good until it is revoked.',
  })
  expiresAt?: Date | null;
}

@InputType({ description: 'Which API key to end.' })
class RevokeApiKeyInput {
  @Field(() => ID, { description: 'The id of the key: its beginning up to the second underscore.' })
  apiKeyId!: string;
}

const userErrors = 'What a person can mend; empty when it was done.';

const CreateApiKeyPayload = payloadOf(
  'CreateApiKeyPayload',
  { description: 'What came of making an API key.', userErrors },
  {
    apiKey: [ApiKey, 'The key without its secret; null when none was made.'],
    key: [
      String,
      'The key itself, shown this once and stored nowhere: a repeated request with the same idempotency key answers the same apiKey, and null here. Whoever lost it revokes the key and makes another.',
    ],
  },
);

const RevokeApiKeyPayload = payloadOf(
  'RevokeApiKeyPayload',
  { description: 'What came of ending an API key.', userErrors },
  { apiKey: [ApiKey, 'The key with the instant it was revoked; null when there is none.'] },
);

@Resolver(() => Partner)
export class ApiKeyResolver {
  @FieldResolver(() => ApiKeyConnection, {
    nullable: true,
    description: 'API keys of the partner and its users, the newest first. ADMIN; others get an error, and null.',
  })
  async apiKeys(
    @Root() _partner: Partner,
    @Args(() => ForwardPageArgs) args: ForwardPageArgs,
    @Ctx() { reader }: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    if (!adminRoles.includes(reader.viewer.role)) throw forbidden(info.fieldName);
    const wanted = wantedOf(info, apiKeys.fields, args);
    return await resolveConnection(
      reader,
      wanted,
      () => findApiKeysOfPartner(reader, wanted),
      () => countApiKeysOfPartner(reader),
    );
  }

  @Mutation(() => CreateApiKeyPayload, { description: 'Makes an API key for the partner or one of its users. ADMIN.' })
  async createApiKey(
    @Arg('input', () => CreateApiKeyInput, { description: 'What to do.' }) input: CreateApiKeyInput,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    const { role, userId, expiresAt } = input;
    const user = userId == null ? null : { id: uuidOf('PartnerUser', userId) };
    const outcome = await mutate({ context, info, input, allowed: adminRoles }, (write) =>
      addApiKey(write, { role, user, expiresAt: expiresAt ?? null }),
    );
    return { ...(await readBack(context, info, outcome, { apiKey: apiKeys })), key: keyText in outcome ? outcome[keyText] : null };
  }

  @Mutation(() => RevokeApiKeyPayload, {
    description: 'Ends an API key of the partner, the own one too; requests with it are refused within 5 seconds. ADMIN.',
  })
  async revokeApiKey(
    @Arg('input', () => RevokeApiKeyInput, { description: 'What to do.' }) input: RevokeApiKeyInput,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    const outcome = await mutate({ context, info, input, allowed: adminRoles }, (write) => revokeApiKey(write, keyIdOf(input.apiKeyId)));
    return await readBack(context, info, outcome, { apiKey: apiKeys });
  }
}
