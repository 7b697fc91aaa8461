import type { GraphQLResolveInfo } from 'graphql';
import { Args, Ctx, Field, FieldResolver, ID, Info, InputType, Mutation, Resolver, Root } from 'type-graphql';
import { adminRoles, type PartnerUserRole } from '../access/role.rules.ts';
import { ForwardPageArgs } from '../graphql/connection.type.ts';
import type { RequestContext } from '../graphql/context.ts';
import { forbidden } from '../graphql/errors.ts';
import { uuidOf } from '../graphql/global-id.ts';
import { Input } from '../graphql/input.arg.ts';
import { edgeDescription, payloadOf } from '../graphql/payload.type.ts';
import { DateTimeScalar } from '../graphql/scalars.ts';
import { NullOnlyOnError } from '../graphql/semantic-non-null.ts';
import { Partner, PartnerUserRoleEnum } from '../partner/partner.entity.ts';
import { oncePerField, resolveConnection } from '../reading/list.resolver.ts';
import { wantedOf } from '../reading/wanted.ts';
import { mutate } from '../writing/mutation.ts';
import { readBack, readEdge } from '../writing/read-back.ts';
import type { Outcome } from '../writing/write.ts';
import { addApiKey, keyText, revokeApiKey } from './api-key-edit.queries.ts';
import { keyIdOf } from './api-key.fields.ts';
import { apiKeys } from './api-key.source.ts';
import { ApiKey, ApiKeyConnection } from './api-key.type.ts';
import { countApiKeysOfPartner, findApiKeysOfPartner } from './partner-keys.queries.ts';

@InputType({ description: 'Input of createApiKey.' })
class CreateApiKeyInput {
  @Field(() => PartnerUserRoleEnum, {
    description: "The role of the key, at most that of the viewer and of the key's user. Operator keys cannot be created here.",
  })
  role!: PartnerUserRole;

  @Field(() => ID, { nullable: true, description: 'ID of the partner user of the key. Default: none, a key of the partner itself.' })
  userId?: string | null;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'When the key expires. Default: never.',
  })
  expiresAt?: Date | null;
}

@InputType({ description: 'Input of revokeApiKey.' })
class RevokeApiKeyInput {
  @Field(() => ID, { description: 'ID of the key: its beginning up to the second underscore.' })
  apiKeyId!: string;
}

const CreateApiKeyPayload = payloadOf('CreateApiKey', {
  apiKey: ApiKey,
  apiKeyEdge: [ApiKeyConnection.Edge, edgeDescription],
  key: [
    String,
    'The full key, shown only once and never stored. Null on error and when the same idempotency key repeats the request. ' +
      'If it is lost, revoke the key and create another.',
  ],
});

const RevokeApiKeyPayload = payloadOf('RevokeApiKey', { apiKey: ApiKey });

@Resolver(() => Partner)
export class ApiKeyResolver {
  @NullOnlyOnError()
  @FieldResolver(() => ApiKeyConnection, {
    nullable: true,
    description: 'API keys of the partner and its users, newest first. Requires role ADMIN; otherwise null, with an error.',
  })
  async apiKeys(
    @Root() _partner: Partner,
    @Args(() => ForwardPageArgs) args: ForwardPageArgs,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    const { reader } = context;
    if (!adminRoles.includes(reader.viewer.role)) throw forbidden(info.fieldName);
    return await oncePerField(context, info, async () => {
      const wanted = wantedOf(info, apiKeys.fields, args);
      return await resolveConnection(
        context,
        wanted,
        () => findApiKeysOfPartner(reader, wanted),
        () => countApiKeysOfPartner(reader),
      );
    });
  }

  @Mutation(() => CreateApiKeyPayload, { description: 'Creates an API key for the partner or one of its users. Requires role ADMIN.' })
  async createApiKey(
    @Input(() => CreateApiKeyInput) input: CreateApiKeyInput,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    const { role, userId, expiresAt } = input;
    const user = userId == null ? null : { id: uuidOf('PartnerUser', userId) };
    const outcome = await mutate({ context, info, input, allowed: adminRoles }, (write) =>
      addApiKey(write, { role, user, expiresAt: expiresAt ?? null }),
    );
    const [payload, apiKeyEdge] = await Promise.all([
      readBack(context, info, outcome, { apiKey: apiKeys }),
      readEdge(context, info, (outcome as Outcome<'apiKey'>).apiKeyId, {
        field: 'apiKeyEdge',
        fields: apiKeys.fields,
        find: findApiKeysOfPartner,
      }),
    ]);
    return { ...payload, apiKeyEdge, key: keyText in outcome ? outcome[keyText] : null };
  }

  @Mutation(() => RevokeApiKeyPayload, {
    description:
      'Revokes an API key of the partner, even the one in use. Its writes stop at once, its reads within 5 seconds. Requires role ADMIN.',
  })
  async revokeApiKey(
    @Input(() => RevokeApiKeyInput) input: RevokeApiKeyInput,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    const outcome = await mutate({ context, info, input, allowed: adminRoles, changesRights: true }, (write) =>
      revokeApiKey(write, keyIdOf(input.apiKeyId)),
    );
    return await readBack(context, info, outcome, { apiKey: apiKeys });
  }
}
