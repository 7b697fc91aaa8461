import type { GraphQLResolveInfo } from 'graphql';
import { Args, Ctx, FieldResolver, Info, Resolver, Root } from 'type-graphql';
import { Customer } from '../customer/customer.entity.ts';
import { ForwardPageArgs } from '../graphql/connection.type.ts';
import type { RequestContext } from '../graphql/context.ts';
import { resolveNestedConnection } from '../reading/nested.resolver.ts';
import { ContractChange } from '../contract-change/contract-change.entity.ts';
import { timelineFields } from './timeline.fields.ts';
import { countTimelinesOf, findTimelinesOf, type TimelineOwner } from './timeline.queries.ts';
import { TimelineConnection } from './timeline.type.ts';

@Resolver(() => Customer)
export class CustomerTimelineResolver {
  @FieldResolver(() => TimelineConnection, {
    description: 'Events of the customer and its contract changes, latest first. Includes earlier associations.',
  })
  async timeline(
    @Root() parent: Customer,
    @Args(() => ForwardPageArgs) args: ForwardPageArgs,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    return await resolveTimeline('customer', { parent, args, context, info });
  }
}

@Resolver(() => ContractChange)
export class ContractChangeTimelineResolver {
  @FieldResolver(() => TimelineConnection, { description: 'Events of the change, such as decisions, latest first.' })
  async timeline(
    @Root() parent: ContractChange,
    @Args(() => ForwardPageArgs) args: ForwardPageArgs,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    return await resolveTimeline('contractChange', { parent, args, context, info });
  }
}

async function resolveTimeline(
  owner: TimelineOwner,
  field: { parent: { id: string }; args: ForwardPageArgs; context: RequestContext; info: GraphQLResolveInfo },
) {
  return await resolveNestedConnection({ ...field, fields: timelineFields }, findTimelinesOf(owner), countTimelinesOf(owner));
}
