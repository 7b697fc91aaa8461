import type { GraphQLResolveInfo } from 'graphql';
import { Args, ArgsType, Ctx, Field, ID, Info, Query, Resolver } from 'type-graphql';
import type { CalendarDate } from '../calendar-date.ts';
import { ContractChangeConnection } from '../contract-change/contract-change.connection.ts';
import { fieldsAsOf } from '../contract-change/contract-change.fields.ts';
import { isAsOfAllowed, type Dates } from '../contract-change/contract-change.queries.ts';
import { maxAsOfDistanceDays, windowDays } from '../contract-change/contract-change.rules.ts';
import { searchDescription } from '../customer/search.sql.ts';
import { PageArgs } from '../graphql/connection.type.ts';
import type { RequestContext } from '../graphql/context.ts';
import { badInput } from '../graphql/errors.ts';
import { DateScalar } from '../graphql/scalars.ts';
import { resolveConnection } from '../reading/list.resolver.ts';
import { wantedOf } from '../reading/wanted.ts';
import { summarizeUpcoming } from './dashboard-summary.queries.ts';
import { UpcomingContractChangesSummary } from './dashboard-summary.type.ts';
import { ContractChangeFilter } from './dashboard.filter.ts';
import { ContractChangeOrder, maxOrderFields, orderOf } from './dashboard.order.ts';
import { countUpcoming, findUpcoming, type ChangeSet } from './dashboard.queries.ts';
import { withView } from './saved-view.opening.ts';

const descriptions = {
  filter: 'Filter of the changes. Default: no filter.',
  viewId: 'ID of a saved view whose search, filter and order apply. Other arguments, even null, replace those of the view.',
  asOf: `Business date for which the rules are evaluated, at most ${maxAsOfDistanceDays} days from today. Default: today. On another day, changes have other IDs.`,
};

@ArgsType()
class UpcomingArgs extends PageArgs {
  @Field(() => ID, { nullable: true, description: descriptions.viewId })
  viewId?: string;

  @Field(() => String, { nullable: true, description: searchDescription })
  query?: string;

  @Field(() => ContractChangeFilter, { nullable: true, description: descriptions.filter })
  filter?: ContractChangeFilter;

  @Field(() => [ContractChangeOrder], {
    nullable: true,
    description: `The order, at most ${maxOrderFields} keys. Default: the order of the view, or by effective date.`,
  })
  orderBy?: ContractChangeOrder[];

  @Field(() => DateScalar, { nullable: true, description: descriptions.asOf })
  asOf?: CalendarDate;
}

@ArgsType()
class SummaryArgs {
  @Field(() => ID, { nullable: true, description: descriptions.viewId })
  viewId?: string;

  @Field(() => String, { nullable: true, description: searchDescription })
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
      `The Upcoming renewals dashboard: contract changes that take effect in the next ${windowDays} days, first and last day included. ` +
      'Only customers with an active association.',
  })
  async upcomingContractChanges(
    @Args(() => UpcomingArgs) args: UpcomingArgs,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    const { reader } = context;
    const dates = datesOf(args.asOf, reader.today);
    const wanted = wantedOf(info, fieldsAsOf(dates), args);
    // Reads nothing unless the arguments name a view.
    const viewed = await withView(args, context, info);
    const set: ChangeSet = { ...dates, query: viewed.query, filter: viewed.filter };
    const order = orderOf(viewed.orderBy);
    const connection = await resolveConnection(
      context,
      wanted,
      () => findUpcoming(reader, wanted, { set, order }),
      () => countUpcoming(reader, set),
    );
    return { ...connection, businessDate: set.asOf };
  }

  @Query(() => UpcomingContractChangesSummary, {
    description: 'Counts and totals of upcomingContractChanges. Amounts in different currencies are never added up.',
  })
  async upcomingContractChangesSummary(
    @Args(() => SummaryArgs) args: SummaryArgs,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<UpcomingContractChangesSummary> {
    const { query, filter, asOf } = await withView(args, context, info);
    return await summarizeUpcoming(context.reader, { ...datesOf(asOf, context.reader.today), query, filter });
  }
}

function datesOf(asOf: CalendarDate | null | undefined, today: CalendarDate): Dates {
  const dates = { asOf: asOf ?? today, today };
  if (isAsOfAllowed(dates)) return dates;
  throw badInput(`asOf must be at most ${maxAsOfDistanceDays} days before or after the business date, ${today}.`);
}
