import { getNamedType, type GraphQLObjectType, type GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, Field, FieldResolver, ID, Info, InputType, Mutation, ObjectType, Resolver, Root } from 'type-graphql';
import { adminRoles, type PartnerUserRole } from '../access/role.rules.ts';
import { connectionFrom, connectionSelection, noPage } from '../reading/connection.selection.ts';
import { ForwardPageArgs, pageOf } from '../reading/connection.type.ts';
import type { RequestContext } from '../graphql/context.ts';
import { forbidden } from '../graphql/errors.ts';
import { uuidOf } from '../graphql/global-id.ts';
import { mutate } from '../writing/mutation.ts';
import type { Outcome } from '../writing/write.ts';
import { projectionOf } from '../reading/projection.ts';
import { DateTimeScalar } from '../graphql/scalars.ts';
import { descend, selectedPaths } from '../reading/selected-fields.ts';
import { UserError } from '../graphql/user-error.type.ts';
import { apiKeyFields, keyIdOf } from './api-key.fields.ts';
import {
  addApiKey,
  apiKeyOrder,
  countApiKeysOfPartner,
  findApiKeys,
  findApiKeysOfPartner,
  keyText,
  revokeApiKey,
} from './api-key-edit.queries.ts';
import { ApiKey, ApiKeyConnection } from './api-key.type.ts';
import { Partner, PartnerUserRoleEnum } from '../partner/partner.entity.ts';

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

const errorsDescription = 'What a person can mend; empty when it was done.';

@ObjectType({ description: 'What came of making an API key.', simpleResolvers: true })
class CreateApiKeyPayload {
  @Field(() => ApiKey, { nullable: true, description: 'The key without its secret; null when none was made.' })
  apiKey!: ApiKey | null;

  @Field(() => String, {
    nullable: true,
    description:
      'The key itself, shown this once and stored nowhere: a repeated request with the same idempotency key answers the same apiKey, and null here. Whoever lost it revokes the key and makes another.',
  })
  key!: string | null;

  @Field(() => [UserError], { description: errorsDescription })
  userErrors!: UserError[];
}

@ObjectType({ description: 'What came of ending an API key.', simpleResolvers: true })
class RevokeApiKeyPayload {
  @Field(() => ApiKey, { nullable: true, description: 'The key with the instant it was revoked; null when there is none.' })
  apiKey!: ApiKey | null;

  @Field(() => [UserError], { description: errorsDescription })
  userErrors!: UserError[];
}

@Resolver(() => Partner)
export class ApiKeyResolver {
  @FieldResolver(() => ApiKeyConnection, {
    nullable: true,
    description: 'API keys of the partner and its users, the newest first. ADMIN; others get an error, and null.',
  })
  async apiKeys(
    @Root() _partner: Partner,
    @Args(() => ForwardPageArgs) args: ForwardPageArgs,
    @Ctx() { pool, partnerId, viewer }: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    if (!adminRoles.includes(viewer.role)) throw forbidden(info.fieldName);
    const { projection, facts, wantsRows, wantsCount } = connectionSelection(info, apiKeyFields);
    const page = pageOf(args);
    const [found, totalCount] = await Promise.all([
      wantsRows ? findApiKeysOfPartner(pool, partnerId, projection, page, facts) : noPage,
      wantsCount ? countApiKeysOfPartner(pool, partnerId) : 0,
    ]);
    return { ...connectionFrom(found, projection, apiKeyOrder.name, partnerId, viewer), totalCount };
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
    return { ...(await apiKeyPayload(context, info, outcome)), key: keyText in outcome ? outcome[keyText] : null };
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
    return await apiKeyPayload(context, info, outcome);
  }
}

async function apiKeyPayload({ pool, partnerId, viewer }: RequestContext, info: GraphQLResolveInfo, outcome: Outcome<'apiKey'>) {
  const keyId = outcome.apiKeyId ?? null;
  const at = descend(info, getNamedType(info.returnType) as GraphQLObjectType, info.fieldNodes, 'apiKey');
  if (keyId === null || at.nodes.length === 0) return { apiKey: null, userErrors: outcome.userErrors };
  const projection = projectionOf(apiKeyFields, selectedPaths(info, at.type, at.nodes, apiKeyFields));
  const [row] = (await findApiKeys(pool, partnerId, projection, [keyId])).get(keyId) ?? [];
  return { apiKey: row === undefined ? null : projection.shape(row, viewer), userErrors: outcome.userErrors };
}
