import type { GraphQLResolveInfo } from 'graphql';
import { Args, ArgsType, Ctx, Field, FieldResolver, ID, Info, Query, Resolver, Root } from 'type-graphql';
import { daysBetween, type CalendarDate } from '../calendar-date.ts';
import { Customer } from '../customer/customer.entity.ts';
import { connectionFrom, connectionSelection, noPage } from '../graphql/connection.selection.ts';
import { ForwardPageArgs, PageArgs, pageOf } from '../graphql/connection.type.ts';
import type { RequestContext } from '../graphql/context.ts';
import { badInput } from '../graphql/errors.ts';
import { resolveNestedConnection, resolveNestedList } from '../graphql/nested.resolver.ts';
import { DateScalar } from '../graphql/scalars.ts';
import { ContractChangeConnection } from './contract-change.connection.ts';
import { ContractChange } from './contract-change.entity.ts';
import { contractChangeFields } from './contract-change.fields.ts';
import { ContractChangeFilter } from './contract-change.filter.ts';
import { ContractChangeOrder, orderOf } from './contract-change.order.ts';
import {
  countHistoryOfCustomers,
  countUpcoming,
  findHistoryOfCustomers,
  findUpcoming,
  findUpcomingOfCustomers,
  historyOrder,
  type ChangeSet,
} from './contract-change.queries.ts';
import { maxAsOfDistanceDays, windowDays } from './contract-change.rules.ts';
import { summarizeUpcoming } from './contract-change-summary.queries.ts';
import { UpcomingContractChangesSummary } from './contract-change-summary.type.ts';
import { withView } from './saved-view.opening.ts';

const descriptions = {
  query: "Part of the customer's name or of the website's host, whatever the case and accents; or the exact Hub ID.",
  filter: 'Conditions that the changes meet.',
  viewId: "A saved view whose search, filter and order apply; an argument given beside it replaces the view's.",
  asOf: `Evaluates the rules for another business date, at most ${maxAsOfDistanceDays} days away; today unless given.`,
};

@ArgsType()
class UpcomingArgs extends PageArgs {
  @Field(() => ID, { nullable: true, description: descriptions.viewId })
  viewId?: string;

  @Field(() => String, { nullable: true, description: descriptions.query })
  query?: string;

  @Field(() => ContractChangeFilter, { nullable: true, description: descriptions.filter })
  filter?: ContractChangeFilter;

  @Field(() => [ContractChangeOrder], { nullable: true, description: "At most 3 keys; the view's, or by effective date, unless given." })
  orderBy?: ContractChangeOrder[];

  @Field(() => DateScalar, { nullable: true, description: descriptions.asOf })
  asOf?: CalendarDate;
}

@ArgsType()
class SummaryArgs {
  @Field(() => ID, { nullable: true, description: descriptions.viewId })
  viewId?: string;

  @Field(() => String, { nullable: true, description: descriptions.query })
  query?: string;

  @Field(() => ContractChangeFilter, { nullable: true, description: descriptions.filter })
  filter?: ContractChangeFilter;

  @Field(() => DateScalar, { nullable: true, description: descriptions.asOf })
  asOf?: CalendarDate;
}

@Resolver(() => ContractChange)
export class ContractChangeResolver {
  @Query(() => ContractChangeConnection, {
    description:
      `The Upcoming renewals dashboard: changes that take effect in the next ${windowDays} days, both ends included, ` +
      'of customers with an active association.',
  })
  async upcomingContractChanges(
    @Args(() => UpcomingArgs) args: UpcomingArgs,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    const { pool, partnerId, principal } = context;
    const { projection, facts, wantsRows, wantsCount } = connectionSelection(info, contractChangeFields);
    const page = pageOf(args);
    const viewed = await withView(args, context, info);
    const set = setOf(viewed, context);
    const order = orderOf(viewed.orderBy);
    const [found, totalCount] = await Promise.all([
      wantsRows ? findUpcoming(pool, partnerId, projection, set, order, page, facts) : noPage,
      wantsCount ? countUpcoming(pool, partnerId, set) : 0,
    ]);
    return { ...connectionFrom(found, projection, order.name, partnerId, principal), totalCount, businessDate: set.asOf };
  }

  @Query(() => UpcomingContractChangesSummary, {
    description: 'Counts and totals of the same set. Money has one entry a currency and is never added up across currencies.',
  })
  async upcomingContractChangesSummary(
    @Args(() => SummaryArgs) args: SummaryArgs,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<UpcomingContractChangesSummary> {
    return await summarizeUpcoming(context.pool, context.partnerId, setOf(await withView(args, context, info), context));
  }
}

@Resolver(() => Customer)
export class CustomerChangesResolver {
  @FieldResolver(() => [ContractChange], {
    description: `Changes of the customer's contracts in the next ${windowDays} days, by effective date.`,
  })
  async upcomingContractChanges(@Root() parent: Customer, @Ctx() context: RequestContext, @Info() info: GraphQLResolveInfo) {
    const field = { parent, context, info, table: contractChangeFields };
    return await resolveNestedList(field, (db, partnerId, projection, ids) =>
      findUpcomingOfCustomers(db, partnerId, projection, ids, context.businessDate),
    );
  }

  @FieldResolver(() => ContractChangeConnection, {
    description: "All changes of the customer's contracts, past ones too, the latest first.",
  })
  async contractChanges(
    @Root() parent: Customer,
    @Args(() => ForwardPageArgs) args: ForwardPageArgs,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    const field = { parent, context, info, table: contractChangeFields, args, order: historyOrder.name };
    const connection = await resolveNestedConnection(
      field,
      (db, partnerId, projection, ids, page, facts) =>
        findHistoryOfCustomers(db, partnerId, projection, ids, page, facts, context.businessDate),
      countHistoryOfCustomers,
    );
    return { ...connection, businessDate: context.businessDate };
  }
}

function setOf(
  { query, filter, asOf }: Pick<UpcomingArgs, 'query' | 'filter' | 'asOf'>,
  { businessDate: today }: RequestContext,
): ChangeSet {
  if (asOf != null && Math.abs(daysBetween(today, asOf)) > maxAsOfDistanceDays) {
    throw badInput(`asOf lies at most ${maxAsOfDistanceDays} days before or after the business date, ${today}.`);
  }
  return { query, filter, asOf: asOf ?? today, today };
}
