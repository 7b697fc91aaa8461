import type { GraphQLResolveInfo } from 'graphql';
import { Args, Ctx, FieldResolver, Info, Resolver, Root } from 'type-graphql';
import { Customer } from '../customer/customer.entity.ts';
import type { RequestContext } from '../graphql/context.ts';
import { ForwardPageArgs, maxListLength } from '../graphql/connection.type.ts';
import { resolveNestedConnection, resolveNestedList } from '../reading/nested.resolver.ts';
import { ContractChangeConnection } from './contract-change.connection.ts';
import { ContractChange } from './contract-change.entity.ts';
import { contractChangeFields } from './contract-change.fields.ts';
import { countHistoryOfCustomers, findHistoryOfCustomers, findUpcomingOfCustomers } from './contract-change.queries.ts';
import { windowDays } from './contract-change.rules.ts';

@Resolver(() => Customer)
export class CustomerChangesResolver {
  @FieldResolver(() => [ContractChange], {
    description: `Changes of the customer's contracts in the next ${windowDays} days, by effective date, at most ${maxListLength}.`,
  })
  async upcomingContractChanges(@Root() parent: Customer, @Ctx() context: RequestContext, @Info() info: GraphQLResolveInfo) {
    return await resolveNestedList({ parent, context, info, fields: contractChangeFields }, findUpcomingOfCustomers);
  }

  @FieldResolver(() => ContractChangeConnection, {
    description: "All changes of the customer's contracts, including past ones, latest first.",
  })
  async contractChanges(
    @Root() parent: Customer,
    @Args(() => ForwardPageArgs) args: ForwardPageArgs,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    const field = { parent, context, info, fields: contractChangeFields, args };
    const connection = await resolveNestedConnection(field, findHistoryOfCustomers, countHistoryOfCustomers);
    return { ...connection, businessDate: context.reader.today };
  }
}
