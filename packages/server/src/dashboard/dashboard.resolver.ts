import type { GraphQLResolveInfo } from 'graphql';
import { Args, ArgsType, Ctx, Field, ID, Info, Query, Resolver } from 'type-graphql';
import { daysBetween, type CalendarDate } from '../calendar-date.ts';
import { connectionFrom, connectionSelection, noPage } from '../reading/connection.selection.ts';
import { PageArgs, pageOf } from '../reading/connection.type.ts';
import type { RequestContext } from '../graphql/context.ts';
import { badInput } from '../graphql/errors.ts';
import { DateScalar } from '../graphql/scalars.ts';
import { ContractChangeConnection } from '../contract-change/contract-change.connection.ts';
import { contractChangeFields } from '../contract-change/contract-change.fields.ts';
import { ContractChangeFilter } from './dashboard.filter.ts';
import { ContractChangeOrder, orderOf } from './dashboard.order.ts';
import { countUpcoming, findUpcoming, type ChangeSet } from './dashboard.queries.ts';
import { maxAsOfDistanceDays, windowDays } from '../contract-change/contract-change.rules.ts';
import { summarizeUpcoming } from './dashboard-summary.queries.ts';
import { UpcomingContractChangesSummary } from './dashboard-summary.type.ts';
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

@Resolver()
export class DashboardResolver {
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
    const { pool, partnerId, viewer } = context;
    const { projection, facts, wantsRows, wantsCount } = connectionSelection(info, contractChangeFields);
    const page = pageOf(args);
    const viewed = await withView(args, context, info);
    const set = setOf(viewed, context);
    const order = orderOf(viewed.orderBy);
    const [found, totalCount] = await Promise.all([
      wantsRows ? findUpcoming(pool, partnerId, projection, set, order, page, facts) : noPage,
      wantsCount ? countUpcoming(pool, partnerId, set) : 0,
    ]);
    return { ...connectionFrom(found, projection, order.name, partnerId, viewer), totalCount, businessDate: set.asOf };
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

function setOf(
  { query, filter, asOf }: Pick<UpcomingArgs, 'query' | 'filter' | 'asOf'>,
  { businessDate: today }: RequestContext,
): ChangeSet {
  if (asOf != null && Math.abs(daysBetween(today, asOf)) > maxAsOfDistanceDays) {
    throw badInput(`asOf lies at most ${maxAsOfDistanceDays} days before or after the business date, ${today}.`);
  }
  return { query, filter, asOf: asOf ?? today, today };
}
