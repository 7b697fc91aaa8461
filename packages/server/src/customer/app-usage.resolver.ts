import type { GraphQLResolveInfo } from 'graphql';
import { Args, ArgsType, Ctx, Field, FieldResolver, Info, Resolver, Root } from 'type-graphql';
import { addDays, daysBetween, type CalendarDate } from '../calendar-date.ts';
import { ForwardPageArgs } from '../graphql/connection.type.ts';
import type { RequestContext } from '../graphql/context.ts';
import { badInput } from '../graphql/errors.ts';
import { DateScalar } from '../graphql/scalars.ts';
import { resolveNestedConnection } from '../reading/nested.resolver.ts';
import { countUsageOfCustomers, findUsageOfCustomers, type Days } from './app-usage.queries.ts';
import { AppUsageConnection } from './customer.connection.ts';
import { Customer } from './customer.entity.ts';
import { appUsageFields } from './customer.fields.ts';

const defaultDays = 90;
const maxDays = 366;

@ArgsType()
class AppUsageArgs extends ForwardPageArgs {
  @Field(() => DateScalar, { nullable: true, description: `First day. Default: ${defaultDays} days in all.` })
  from?: CalendarDate;

  @Field(() => DateScalar, { nullable: true, description: 'Last day. Default: today.' })
  to?: CalendarDate;
}

@Resolver(() => Customer)
export class AppUsageResolver {
  @FieldResolver(() => AppUsageConnection, { description: `Usage of apps on at most ${maxDays} days, latest first.` })
  async appUsage(
    @Root() parent: Customer,
    @Args(() => AppUsageArgs) args: AppUsageArgs,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    const readSet = () => daysOf(args, context.reader.today);
    return await resolveNestedConnection(
      { parent, context, info, fields: appUsageFields, args, readSet },
      findUsageOfCustomers,
      countUsageOfCustomers,
    );
  }
}

function daysOf({ from, to }: AppUsageArgs, today: CalendarDate): Days {
  const last = to ?? today;
  const first = from ?? daysBefore(last);
  const length = daysBetween(first, last) + 1;
  if (length < 1 || length > maxDays) throw badInput(`from and to must name 1 to ${maxDays} days; they name ${length}.`);
  return { from: first, to: last };
}

/** The first day of the default period; no date is before the year 1. */
function daysBefore(last: CalendarDate): CalendarDate {
  const firstOfAll = '0001-01-01';
  return daysBetween(firstOfAll, last) < defaultDays ? firstOfAll : addDays(last, 1 - defaultDays);
}
