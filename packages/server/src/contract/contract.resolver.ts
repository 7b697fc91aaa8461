import type { GraphQLResolveInfo } from 'graphql';
import { Ctx, FieldResolver, Info, Resolver, Root } from 'type-graphql';
import { Customer } from '../customer/customer.entity.ts';
import { maxListLength } from '../graphql/connection.type.ts';
import type { RequestContext } from '../graphql/context.ts';
import { resolveNestedList } from '../reading/nested.resolver.ts';
import { ProductSubscription } from './contract.entity.ts';
import { productFields } from './contract.fields.ts';
import { findProductsOfCustomers } from './contract.queries.ts';

@Resolver(() => Customer)
export class CustomerProductsResolver {
  @FieldResolver(() => [ProductSubscription], {
    description: `Products to which the customer is subscribed, by name, at most ${maxListLength}. Excludes ended contracts.`,
  })
  async products(@Root() parent: Customer, @Ctx() context: RequestContext, @Info() info: GraphQLResolveInfo) {
    return await resolveNestedList({ parent, context, info, fields: productFields }, findProductsOfCustomers);
  }
}
