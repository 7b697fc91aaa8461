import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, ArgsType, Ctx, Field, FieldResolver, ID, Info, InputType, Query, Resolver, Root } from 'type-graphql';
import { ForwardPageArgs } from '../graphql/connection.type.ts';
import type { RequestContext } from '../graphql/context.ts';
import { ambiguous, badInput } from '../graphql/errors.ts';
import { uuidOf } from '../graphql/global-id.ts';
import { HubIdScalar } from '../graphql/scalars.ts';
import { resolveConnection } from '../reading/list.resolver.ts';
import { resolveNestedConnection } from '../reading/nested.resolver.ts';
import { selectedOf } from '../reading/source.ts';
import { wantedOf } from '../reading/wanted.ts';
import { CustomerConnection, CustomerUserConnection } from './customer.connection.ts';
import { Customer } from './customer.entity.ts';
import { customerUserFields } from './customer.fields.ts';
import {
  countCustomers,
  countUsersOfCustomers,
  findCustomers,
  findCustomersBy,
  findUsersOfCustomers,
  type CustomerName,
} from './customer.queries.ts';
import { customers } from './customer.source.ts';
import { maxSearchLength, searchDescription } from './search.sql.ts';
import { parseWebsite } from './website.ts';

@InputType({ isOneOf: true, description: 'Identifies one customer by exactly one field.' } as never)
export class CustomerBy {
  @Field(() => ID, { nullable: true, description: 'ID of the customer.' })
  id?: string;

  @Field(() => HubIdScalar, { nullable: true, description: "The vendor's ID for the customer's account." })
  hubId?: string;

  @Field(() => String, {
    nullable: true,
    description:
      'Website host, with or without https:// and www. If several customers share it, the answer is an error with code AMBIGUOUS.',
  })
  website?: string;
}

@ArgsType()
class CustomersArgs extends ForwardPageArgs {
  @Field(() => String, { nullable: true, description: searchDescription })
  query?: string;
}

@ArgsType()
class CustomerUsersArgs extends ForwardPageArgs {
  @Field(() => String, {
    nullable: true,
    description: `Part of the user's name or e-mail address, ignoring case and accents. At most ${maxSearchLength} characters.`,
  })
  query?: string;

  @Field(() => Boolean, { nullable: true, description: 'Whether the login is active. Default: all.' })
  isActive?: boolean;
}

@Resolver(() => Customer)
export class CustomerResolver {
  @Query(() => CustomerConnection, { description: 'Customers with an active association, by name.' })
  async customers(@Args(() => CustomersArgs) args: CustomersArgs, @Ctx() context: RequestContext, @Info() info: GraphQLResolveInfo) {
    const { reader } = context;
    const wanted = wantedOf(info, customers.fields, args);
    return await resolveConnection(
      context,
      wanted,
      () => findCustomers(reader, wanted, args),
      () => countCustomers(reader, args.query),
    );
  }

  @Query(() => Customer, { nullable: true, description: 'One customer; null if none with an active association matches.' })
  async customer(
    @Arg('by', () => CustomerBy, { description: 'The field that identifies the customer.' }) by: CustomerBy,
    @Ctx() { reader }: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    const name = customerName(by);
    const projection = selectedOf(customers, info);
    if (name === null || projection === null) return null;
    const found = await findCustomersBy(reader, projection, name);
    if ('websiteKey' in name && found.size > 1) throw sharedWebsite(name.websiteKey);
    const [rows] = found.values();
    return rows?.[0] === undefined ? null : projection.shape(rows[0], reader.viewer);
  }

  @FieldResolver(() => CustomerUserConnection, {
    description: "Users of the customer's account, by name; active users can be the primary contact.",
  })
  async users(
    @Root() parent: Customer,
    @Args(() => CustomerUsersArgs) args: CustomerUsersArgs,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    const readSet = () => ({ query: args.query, isActive: args.isActive });
    return await resolveNestedConnection(
      { parent, context, info, fields: customerUserFields, args, readSet },
      findUsersOfCustomers,
      countUsersOfCustomers,
    );
  }
}

function sharedWebsite(host: string) {
  return ambiguous(`Several customers share the website ${host}. Identify one by hubId or id; customers(query: "${host}") lists them.`);
}

/** Null if it cannot match: an ID of another type, or a malformed website. */
function customerName({ id, hubId, website }: CustomerBy): CustomerName | null {
  if (id != null) {
    const uuid = uuidOf('Customer', id);
    return uuid === null ? null : { ids: [uuid] };
  }
  if (hubId != null) return { hubId };
  if (website == null) throw badInput('Identify the customer by id, hubId or website.');
  const parsed = parseWebsite(website);
  return parsed === null ? null : { websiteKey: parsed.key };
}
