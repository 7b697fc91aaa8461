import type { GraphQLResolveInfo } from 'graphql';
import { Args, ArgsType, Ctx, Field, Info, Query, Resolver } from 'type-graphql';
import { adminRoles } from '../access/role.rules.ts';
import { searchDescription } from '../customer/search.sql.ts';
import { ForwardPageArgs } from '../graphql/connection.type.ts';
import type { RequestContext } from '../graphql/context.ts';
import { forbidden } from '../graphql/errors.ts';
import { resolveConnection } from '../reading/list.resolver.ts';
import { wantedOf } from '../reading/wanted.ts';
import { endedCustomerFields } from './ended-customer.fields.ts';
import { countEndedCustomers, findEndedCustomers } from './ended-customer.queries.ts';
import { EndedCustomerConnection } from './ended-customer.type.ts';

@ArgsType()
class EndedCustomersArgs extends ForwardPageArgs {
  @Field(() => String, { nullable: true, description: searchDescription })
  query?: string;
}

@Resolver()
export class EndedCustomerResolver {
  @Query(() => EndedCustomerConnection, {
    description: 'Customers whose association ended and can be resumed, by name. Requires role ADMIN.',
  })
  async endedCustomers(
    @Args(() => EndedCustomersArgs) args: EndedCustomersArgs,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    const { reader } = context;
    if (!adminRoles.includes(reader.viewer.role)) throw forbidden(info.fieldName);
    const wanted = wantedOf(info, endedCustomerFields, args);
    return await resolveConnection(
      context,
      wanted,
      () => findEndedCustomers(reader, wanted, args),
      () => countEndedCustomers(reader, args.query),
    );
  }
}
