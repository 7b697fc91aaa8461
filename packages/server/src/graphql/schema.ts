import 'reflect-metadata';
import { GraphQLInputObjectType, lexicographicSortSchema, printSchema, type GraphQLSchema } from 'graphql';
import { buildSchemaSync } from 'type-graphql';
import { ContractChangeResolver, CustomerChangesResolver } from '../contract-change/contract-change.resolver.ts';
import { DashboardColumnResolver, ViewerColumnsResolver } from '../contract-change/dashboard-column.resolver.ts';
import { CustomerProductsResolver } from '../contract/contract.resolver.ts';
import { CustomerResolver } from '../customer/customer.resolver.ts';
import { PartnerResolver, ViewerResolver } from '../partner/viewer.resolver.ts';
import { NodeResolver } from './node.resolver.ts';

export function buildApiSchema(): GraphQLSchema {
  const schema = buildSchemaSync({
    resolvers: [
      ContractChangeResolver,
      CustomerChangesResolver,
      CustomerProductsResolver,
      CustomerResolver,
      DashboardColumnResolver,
      NodeResolver,
      PartnerResolver,
      ViewerColumnsResolver,
      ViewerResolver,
    ],
    validate: { forbidUnknownValues: false },
  });
  // type-graphql has no @oneOf yet.
  (schema.getType('CustomerBy') as GraphQLInputObjectType).isOneOf = true;
  return schema;
}

/** The contract that reviewers read first: schema/schema.graphql. */
export function printApiSchema(): string {
  return `${printSchema(lexicographicSortSchema(buildApiSchema()))}\n`;
}
