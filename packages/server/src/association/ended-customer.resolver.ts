import type { GraphQLResolveInfo } from 'graphql';
import { Args, ArgsType, Ctx, Field, Info, Query, Resolver } from 'type-graphql';
import { adminRoles } from '../access/role.rules.ts';
import { connectionFrom, connectionSelection, noPage } from '../reading/connection.selection.ts';
import { ForwardPageArgs, pageOf } from '../reading/connection.type.ts';
import type { RequestContext } from '../graphql/context.ts';
import { forbidden } from '../graphql/errors.ts';
import { endedCustomerFields } from './ended-customer.fields.ts';
import { countEndedCustomers, endedCustomerOrder, findEndedCustomers } from './ended-customer.queries.ts';
import { EndedCustomerConnection } from './ended-customer.type.ts';

@ArgsType()
class EndedCustomersArgs extends ForwardPageArgs {
  @Field(() => String, {
    nullable: true,
    description: "Part of the name or of the website's host, whatever the case and accents; or the exact Hub ID.",
  })
  query?: string;
}

@Resolver()
export class EndedCustomerResolver {
  @Query(() => EndedCustomerConnection, {
    description: 'Customers whose association ended and was not resumed, by name: whom resumeAssociation can bring back. ADMIN.',
  })
  async endedCustomers(
    @Args(() => EndedCustomersArgs) args: EndedCustomersArgs,
    @Ctx() { pool, partnerId, viewer }: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    if (!adminRoles.includes(viewer.role)) throw forbidden(info.fieldName);
    const { projection, facts, wantsRows, wantsCount } = connectionSelection(info, endedCustomerFields);
    const page = pageOf(args);
    const [found, totalCount] = await Promise.all([
      wantsRows ? findEndedCustomers(pool, partnerId, projection, args.query, page, facts) : noPage,
      wantsCount ? countEndedCustomers(pool, partnerId, args.query) : 0,
    ]);
    return { ...connectionFrom(found, projection, endedCustomerOrder.name, partnerId, viewer), totalCount };
  }
}
