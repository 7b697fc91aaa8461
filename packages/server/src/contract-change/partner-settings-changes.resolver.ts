import type { GraphQLResolveInfo } from 'graphql';
import { Ctx, FieldResolver, Info, Resolver, Root } from 'type-graphql';
import type { RequestContext } from '../graphql/context.ts';
import { UpdatePartnerSettingsPayload, type SettingsResult } from '../partner/partner-settings.resolver.ts';
import { contractChangesOfManyField, readChanges } from './changed-changes.ts';
import { ContractChange } from './contract-change.entity.ts';

const [, description] = contractChangesOfManyField;

@Resolver(() => UpdatePartnerSettingsPayload)
export class PartnerSettingsChangesResolver {
  @FieldResolver(() => [ContractChange], { nullable: true, description })
  async contractChanges(@Root() payload: SettingsResult, @Ctx() context: RequestContext, @Info() info: GraphQLResolveInfo) {
    if (payload.userErrors.length > 0) return null;
    return await readChanges(context, info, payload.isOwnerSet ? 'default owners' : { customerIds: [] });
  }
}
