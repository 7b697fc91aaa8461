import 'reflect-metadata';
import {
  getNamedType,
  GraphQLInputObjectType,
  GraphQLInterfaceType,
  GraphQLNonNull,
  lexicographicSortSchema,
  printSchema,
  specifiedDirectives,
  type GraphQLObjectType,
  type GraphQLSchema,
} from 'graphql';
import { buildSchemaSync } from 'type-graphql';
import { AssociationResolver } from '../association/association.resolver.ts';
import { LockedColumnError } from '../dashboard/column-choice.error.ts';
import { CustomerChangesResolver } from '../contract-change/contract-change.resolver.ts';
import { PartnerSettingsChangesResolver } from '../contract-change/partner-settings-changes.resolver.ts';
import { DashboardResolver } from '../dashboard/dashboard.resolver.ts';
import { DashboardColumnResolver, ViewerColumnsResolver } from '../dashboard/dashboard-column.resolver.ts';
import { DecisionResolver } from '../contract-change/decision.resolver.ts';
import { NextCancellableRenewalResolver } from '../contract-change/next-cancellable-renewal.resolver.ts';
import { EndedCustomerResolver } from '../association/ended-customer.resolver.ts';
import { DefaultViewResolver } from '../dashboard/default-view.resolver.ts';
import { SavedViewResolver, ViewerSavedViewsResolver } from '../dashboard/saved-view.resolver.ts';
import { ContractChangeTimelineResolver, CustomerTimelineResolver } from '../timeline/timeline.resolver.ts';
import { CustomerProductsResolver } from '../contract/contract.resolver.ts';
import { AppUsageResolver } from '../customer/app-usage.resolver.ts';
import { CustomerResolver } from '../customer/customer.resolver.ts';
import { ApiKeyResolver } from '../api-key/api-key.resolver.ts';
import { UserRemovalResolver } from '../user-rights/user-removal.resolver.ts';
import { UserRoleResolver } from '../user-rights/user-role.resolver.ts';
import { PartnerSettingsResolver } from '../partner/partner-settings.resolver.ts';
import { PartnerUserResolver } from '../partner/partner-user.resolver.ts';
import { PartnerResolver, ViewerResolver } from '../partner/viewer.resolver.ts';
import { CustomerRemindersResolver, ContractChangeRemindersResolver, ReminderResolver } from '../reminder/reminder.resolver.ts';
import { ContractChangeMutesResolver, CustomerMutesResolver } from '../reminder/reminder-mute.resolver.ts';
import { ReminderPreviewResolver } from '../reminder/reminder-preview.resolver.ts';
import { PartnerReminderSettingsResolver, ViewerReminderSettingsResolver } from '../reminder/reminder-settings.resolver.ts';
import { SuppressionResolver } from '../reminder/suppression.resolver.ts';
import { TestReminderResolver } from '../reminder/test-reminder.resolver.ts';
import { PartnerSessionsResolver, ViewerSessionsResolver } from '../session/session.resolver.ts';
import { IdempotentDirective } from '../writing/mutation.ts';
import { NodeResolver } from './node.resolver.ts';
import { printApplied } from '../graphql/applied-directives.ts';
import { locateRefusals } from '../graphql/located-refusals.ts';
import { nodeType } from '../graphql/node.type.ts';
import { RequiredDirective } from '../graphql/required-input.ts';
import { makeRootsNullable, SemanticNonNullDirective } from '../graphql/semantic-non-null.ts';
import { ConflictError, DeadlinePassedError, InvalidInputError, userErrorType } from '../graphql/user-error.type.ts';

export function buildApiSchema(): GraphQLSchema {
  const schema = buildSchemaSync({
    resolvers: [
      ApiKeyResolver,
      UserRemovalResolver,
      UserRoleResolver,
      AppUsageResolver,
      AssociationResolver,
      DashboardResolver,
      ContractChangeMutesResolver,
      ContractChangeRemindersResolver,
      ContractChangeTimelineResolver,
      CustomerChangesResolver,
      CustomerMutesResolver,
      CustomerProductsResolver,
      CustomerRemindersResolver,
      CustomerResolver,
      CustomerTimelineResolver,
      DashboardColumnResolver,
      DecisionResolver,
      DefaultViewResolver,
      EndedCustomerResolver,
      NextCancellableRenewalResolver,
      NodeResolver,
      PartnerReminderSettingsResolver,
      PartnerResolver,
      PartnerSessionsResolver,
      PartnerSettingsChangesResolver,
      PartnerSettingsResolver,
      PartnerUserResolver,
      ReminderPreviewResolver,
      ReminderResolver,
      SavedViewResolver,
      SuppressionResolver,
      TestReminderResolver,
      ViewerColumnsResolver,
      ViewerReminderSettingsResolver,
      ViewerResolver,
      ViewerSavedViewsResolver,
      ViewerSessionsResolver,
    ],
    directives: [...specifiedDirectives, IdempotentDirective, RequiredDirective, SemanticNonNullDirective],
    orphanedTypes: [ConflictError, DeadlinePassedError, InvalidInputError, LockedColumnError],
    // The code that uses arguments validates them: type-graphql would import its validator again for every field.
    validate: false,
    // The check introspects the whole schema at each start. A test does it once.
    skipCheck: true,
  });
  makeRootsNullable(schema);
  schema.getQueryType()!.description = 'All queries.';
  schema.getMutationType()!.description = 'All mutations; they run in order.';
  // type-graphql does not support @oneOf yet.
  (schema.getType('CustomerBy') as GraphQLInputObjectType).isOneOf = true;
  // type-graphql wraps these functions in promises, which graphql-jit does not await.
  (schema.getType('Node') as GraphQLInterfaceType).resolveType = nodeType;
  (schema.getType('UserError') as GraphQLInterfaceType).resolveType = userErrorType;
  addQueries(schema);
  locateRefusals(schema);
  return schema;
}

/** Adds the field `query` to every payload. type-graphql has no class of the type Query. */
function addQueries(schema: GraphQLSchema): void {
  for (const { type } of Object.values(schema.getMutationType()!.getFields())) {
    const payload = getNamedType(type) as GraphQLObjectType;
    payload.getFields()['query'] = {
      name: 'query',
      description: 'All queries, evaluated after the mutation; on error, too.',
      // Each query is null on its own error, so this object is always there.
      type: new GraphQLNonNull(schema.getQueryType()!),
      args: [],
      resolve: () => ({}),
      deprecationReason: undefined,
      extensions: {},
      astNode: undefined,
    };
  }
}

/** The text of schema/schema.graphql. */
export function printApiSchema(): string {
  const schema = buildApiSchema();
  return `${printApplied(printSchema(lexicographicSortSchema(schema)), schema)}\n`;
}
