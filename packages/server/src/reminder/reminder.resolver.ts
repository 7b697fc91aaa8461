import type { GraphQLResolveInfo } from 'graphql';
import { Args, ArgsType, Ctx, Field, FieldResolver, Info, Query, Resolver, Root } from 'type-graphql';
import { ContractChange } from '../contract-change/contract-change.entity.ts';
import { contractChangeFields } from '../contract-change/contract-change.fields.ts';
import { Customer } from '../customer/customer.entity.ts';
import { ForwardPageArgs, PageArgs } from '../graphql/connection.type.ts';
import type { RequestContext } from '../graphql/context.ts';
import { resolveConnection } from '../reading/list.resolver.ts';
import { resolveNestedConnection, resolveNestedList } from '../reading/nested.resolver.ts';
import { wantedOf } from '../reading/wanted.ts';
import { reminderFields } from './reminder.fields.ts';
import { ReminderFilter } from './reminder.filter.ts';
import {
  countReminders,
  countRemindersOf,
  findChangesOfReminders,
  findReminders,
  findRemindersOf,
  type ReminderOwner,
} from './reminder.queries.ts';
import { Reminder, ReminderConnection } from './reminder.type.ts';

@ArgsType()
class RemindersArgs extends PageArgs {
  @Field(() => ReminderFilter, { nullable: true, description: 'Conditions on the reminders.' })
  filter?: ReminderFilter;
}

@Resolver(() => Reminder)
export class ReminderResolver {
  @Query(() => ReminderConnection, {
    description: 'Reminders of the partner: what was sent to whom, what waits, and what was not sent and why. Latest planned first.',
  })
  async reminders(@Args(() => RemindersArgs) args: RemindersArgs, @Ctx() context: RequestContext, @Info() info: GraphQLResolveInfo) {
    const { reader } = context;
    const wanted = wantedOf(info, reminderFields, args);
    const filter = args.filter ?? {};
    return await resolveConnection(
      context,
      wanted,
      () => findReminders(reader, wanted, { filter }),
      () => countReminders(reader, filter),
    );
  }

  @FieldResolver(() => ContractChange, {
    nullable: true,
    description: 'The contract change, as it is today; null if it is gone, or if the reminder is about no single change.',
  })
  async contractChange(@Root() parent: Reminder, @Ctx() context: RequestContext, @Info() info: GraphQLResolveInfo) {
    const [change] = await resolveNestedList({ parent, context, info, fields: contractChangeFields }, findChangesOfReminders);
    return change ?? null;
  }
}

@Resolver(() => Customer)
export class CustomerRemindersResolver {
  @FieldResolver(() => ReminderConnection, { description: 'Reminders of the changes of the customer, latest planned first.' })
  async reminders(
    @Root() parent: Customer,
    @Args(() => ForwardPageArgs) args: ForwardPageArgs,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    return await resolveReminders('customer', { parent, args, context, info });
  }
}

@Resolver(() => ContractChange)
export class ContractChangeRemindersResolver {
  @FieldResolver(() => ReminderConnection, { description: 'Reminders of the change, latest planned first.' })
  async reminders(
    @Root() parent: ContractChange,
    @Args(() => ForwardPageArgs) args: ForwardPageArgs,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    return await resolveReminders('contractChange', { parent, args, context, info });
  }
}

async function resolveReminders(
  owner: ReminderOwner,
  field: { parent: { id: string }; args: ForwardPageArgs; context: RequestContext; info: GraphQLResolveInfo },
) {
  return await resolveNestedConnection({ ...field, fields: reminderFields }, findRemindersOf(owner), countRemindersOf(owner));
}
