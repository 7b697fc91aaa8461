import type { GraphQLResolveInfo } from 'graphql';
import { Args, Ctx, Field, FieldResolver, ID, Info, InputType, Mutation, Resolver, Root } from 'type-graphql';
import { partnerRoles } from '../access/role.rules.ts';
import type { CalendarDate } from '../calendar-date.ts';
import { contractChangesField, readChanges } from '../contract-change/changed-changes.ts';
import { ContractChange } from '../contract-change/contract-change.entity.ts';
import { Customer } from '../customer/customer.entity.ts';
import { customers } from '../customer/customer.source.ts';
import { ForwardPageArgs } from '../graphql/connection.type.ts';
import type { RequestContext } from '../graphql/context.ts';
import { uuidOf } from '../graphql/global-id.ts';
import { Input } from '../graphql/input.arg.ts';
import { payloadOf } from '../graphql/payload.type.ts';
import { DateScalar } from '../graphql/scalars.ts';
import { resolveNestedConnection } from '../reading/nested.resolver.ts';
import { mutate } from '../writing/mutation.ts';
import { readBack } from '../writing/read-back.ts';
import { muteReminders, snoozeReminders, unmuteReminders, type MuteOutcome, type MuteTarget } from './reminder-mute-edit.queries.ts';
import { reminderMuteFields } from './reminder-mute.fields.ts';
import { countMutesOf, findMutesOf, type MutedKind } from './reminder-mute.queries.ts';
import { ReminderMuteConnection } from './reminder-mute.type.ts';

const descriptions = {
  customerId: 'ID of the customer, to cover all its changes. Give either this or contractChangeId.',
  contractChangeId: 'ID of the contract change, to cover it alone.',
  forEveryone: 'Whether for all users and the primary contact; true requires role MANAGER or ADMIN.',
};

@InputType({ description: 'Input of muteReminders.' })
class MuteRemindersInput {
  @Field(() => ID, { nullable: true, description: descriptions.customerId })
  customerId?: string | null;

  @Field(() => ID, { nullable: true, description: descriptions.contractChangeId })
  contractChangeId?: string | null;

  @Field(() => DateScalar, {
    nullable: true,
    description: 'The day on which reminders come again, after today. Default: none, until unmuteReminders.',
  })
  until?: CalendarDate | null;

  @Field(() => Boolean, { defaultValue: false, description: descriptions.forEveryone })
  forEveryone!: boolean;
}

@InputType({ description: 'Input of unmuteReminders.' })
class UnmuteRemindersInput {
  @Field(() => ID, { nullable: true, description: descriptions.customerId })
  customerId?: string | null;

  @Field(() => ID, { nullable: true, description: descriptions.contractChangeId })
  contractChangeId?: string | null;

  @Field(() => Boolean, { defaultValue: false, description: descriptions.forEveryone })
  forEveryone!: boolean;
}

@InputType({ description: 'Input of snoozeReminders.' })
class SnoozeRemindersInput {
  @Field(() => ID, { description: 'ID of the contract change.' })
  contractChangeId!: string;

  @Field(() => DateScalar, { description: 'The day of the next reminder: after today, and at most the last day to act.' })
  until!: CalendarDate;
}

const changed = { customer: Customer, contractChanges: contractChangesField };
const MuteRemindersPayload = payloadOf('MuteReminders', changed);
const UnmuteRemindersPayload = payloadOf('UnmuteReminders', changed);
const SnoozeRemindersPayload = payloadOf('SnoozeReminders', changed);

@Resolver(() => ContractChange)
export class ContractChangeMutesResolver {
  @FieldResolver(() => ReminderMuteConnection, {
    description: 'Mutes that hold today: those of the change, and those of all changes of its customer.',
  })
  async reminderMutes(
    @Root() parent: ContractChange,
    @Args(() => ForwardPageArgs) args: ForwardPageArgs,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    return await resolveMutes('contractChange', { parent, args, context, info });
  }

  @Mutation(() => MuteRemindersPayload, {
    description: "Mutes reminders of a customer or change: the viewer's own, or those of everyone. Requires role VIEWER, MANAGER or ADMIN.",
  })
  async muteReminders(
    @Input(() => MuteRemindersInput) input: MuteRemindersInput,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    const { until = null, forEveryone } = input;
    const outcome = await mutate({ context, info, input, allowed: partnerRoles }, (write) =>
      muteReminders(write, { target: targetOf(input), until, forEveryone }),
    );
    return await readChanged(context, info, outcome);
  }

  @Mutation(() => UnmuteRemindersPayload, {
    description: 'Ends what muteReminders or snoozeReminders did for the same customer or change. Requires role VIEWER, MANAGER or ADMIN.',
  })
  async unmuteReminders(
    @Input(() => UnmuteRemindersInput) input: UnmuteRemindersInput,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    const outcome = await mutate({ context, info, input, allowed: partnerRoles }, (write) =>
      unmuteReminders(write, { target: targetOf(input), forEveryone: input.forEveryone }),
    );
    return await readChanged(context, info, outcome);
  }

  @Mutation(() => SnoozeRemindersPayload, {
    description: "Postpones the viewer's own reminders of a change to a day. Requires role VIEWER, MANAGER or ADMIN.",
  })
  async snoozeReminders(
    @Input(() => SnoozeRemindersInput) input: SnoozeRemindersInput,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    const contractChangeId = uuidOf('ContractChange', input.contractChangeId);
    const outcome = await mutate({ context, info, input, allowed: partnerRoles }, (write) =>
      snoozeReminders(write, { contractChangeId, until: input.until }),
    );
    return await readChanged(context, info, outcome);
  }
}

@Resolver(() => Customer)
export class CustomerMutesResolver {
  @FieldResolver(() => ReminderMuteConnection, { description: 'Mutes of all changes of the customer that hold today.' })
  async reminderMutes(
    @Root() parent: Customer,
    @Args(() => ForwardPageArgs) args: ForwardPageArgs,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    return await resolveMutes('customer', { parent, args, context, info });
  }
}

async function resolveMutes(
  kind: MutedKind,
  field: { parent: { id: string }; args: ForwardPageArgs; context: RequestContext; info: GraphQLResolveInfo },
) {
  return await resolveNestedConnection({ ...field, fields: reminderMuteFields }, findMutesOf(kind), countMutesOf(kind));
}

function targetOf({ customerId, contractChangeId }: { customerId?: string | null; contractChangeId?: string | null }): MuteTarget {
  if ((customerId == null) === (contractChangeId == null)) return 'not one';
  return customerId == null
    ? { contractChangeId: uuidOf('ContractChange', contractChangeId!) }
    : { customerId: uuidOf('Customer', customerId) };
}

/** The payload of a mutation that changes the mutes of one customer, which all its rows show. */
async function readChanged(context: RequestContext, info: GraphQLResolveInfo, outcome: MuteOutcome) {
  const [payload, contractChanges] = await Promise.all([
    readBack(context, info, outcome, { customer: customers }),
    readChanges(context, info, outcome.customerId == null ? null : { customerIds: [outcome.customerId] }, 'contractChanges'),
  ]);
  return { ...payload, contractChanges };
}
