import { Field, ID, ObjectType } from 'type-graphql';
import type { ActorKind } from '../access/actor.ts';
import { connectionOf } from '../graphql/connection.type.ts';
import { cacheIdDescription } from '../graphql/node.type.ts';
import { registerEnum } from '../graphql/register-enum.ts';
import { DateTimeScalar, JsonScalar } from '../graphql/scalars.ts';
import type { CustomerAction } from '../writing/audit-action.ts';

export const TimelineActionEnum = registerEnum('TimelineAction', 'An action on a customer or contract change.', {
  SET_COMMUNICATION_OWNER: 'Set the communication owner by hand, or restored the default.',
  SET_PRIMARY_CONTACT: 'Set or removed the primary contact.',
  CLEAR_PRIMARY_CONTACT: "Removed the primary contact because the user is no longer active, or left the customer's account.",
  END_ASSOCIATION: 'Ended the association with the customer.',
  RESUME_ASSOCIATION: 'Resumed the association with the customer.',
  END_CONTRACT: 'Ended a contract, perhaps on a day that has passed.',
  RESUME_CONTRACT: 'Continued a contract after its end.',
  MOVE_CONTRACT: 'Moved a contract to or from another customer.',
  MERGE_ACCOUNTS: "Merged another account into the customer's account: its contracts and users moved here.",
  ACCEPT: 'Recorded that the customer accepts the new terms.',
  REQUEST_CANCELLATION: 'Recorded that the customer requests cancellation.',
  WITHDRAW_CANCELLATION: 'Recorded that the customer withdraws the cancellation request.',
  SEND_REMINDER: 'Sent a reminder.',
  SKIP_REMINDER: 'Skipped a reminder; the changed fields say why.',
  FAIL_REMINDER: 'Failed to send a reminder; the changed fields say why.',
  MUTE_REMINDERS: 'Muted reminders, for the actor or for everyone.',
  UNMUTE_REMINDERS: 'Unmuted reminders, for the actor or for everyone.',
  SNOOZE_REMINDERS: 'Postponed reminders of the change for the actor.',
  OTHER: 'Any other action.',
} satisfies Record<CustomerAction | 'OTHER', string>);
export type TimelineAction = keyof typeof TimelineActionEnum;

@ObjectType({ description: 'A field that an event changed.', simpleResolvers: true })
export class TimelineChange {
  @Field(() => String, { description: 'Name of the field, such as communicationOwner or decision.' })
  field!: string;

  @Field(() => JsonScalar, { nullable: true, description: 'Value before the event; null if not set.' })
  before!: unknown;

  @Field(() => JsonScalar, { nullable: true, description: 'Value after the event; null if not set.' })
  after!: unknown;
}

const ActorKindEnum = registerEnum('ActorKind', 'A kind of actor; follows from the credential, not from a name.', {
  USER: 'A user of the partner.',
  API_KEY: 'An API key of the partner itself.',
  OPERATOR: 'An operator of the vendor.',
  IMPORT: 'An import.',
  SYSTEM: 'The program, or the command line.',
} satisfies Record<ActorKind, string>);

@ObjectType({ description: 'Who did something.', simpleResolvers: true })
class Actor {
  @Field(() => ActorKindEnum, { nullable: true, description: 'The kind; null if it was not recorded at that time.' })
  kind!: ActorKind | null;

  @Field(() => String, { description: 'The name at that time. Users choose their names; rely on the kind.' })
  name!: string;

  @Field(() => ID, { nullable: true, description: 'ID of the partner user, perhaps removed; null for other kinds.' })
  userId!: string | null;

  @Field(() => ID, { nullable: true, description: 'ID of the API key; null for other kinds.' })
  apiKeyId!: string | null;
}

@ObjectType({
  description: 'An entry of the audit trail: what was done, by whom and when. Entries never change.',
  simpleResolvers: true,
})
class TimelineEvent {
  @Field(() => ID, { description: cacheIdDescription })
  id!: string;

  @Field(() => DateTimeScalar, { description: 'When the event happened.' })
  occurredAt!: Date;

  @Field(() => TimelineActionEnum, { description: 'What was done.' })
  action!: TimelineAction;

  @Field(() => Actor, { description: 'Who did it.' })
  actor!: Actor;

  @Field(() => Boolean, { description: "Whether the partner did it on the customer's behalf." })
  onBehalfOfCustomer!: boolean;

  @Field(() => ID, { nullable: true, description: 'ID of the contract change; null if the event concerns the whole customer.' })
  contractChangeId!: string | null;

  @Field(() => [TimelineChange], { description: 'Changed fields; empty if the event has no further details.' })
  changes!: TimelineChange[];

  @Field(() => String, {
    nullable: true,
    description: 'ID of the request, as in the header X-Request-Id; null if no request caused the event.',
  })
  requestId!: string | null;
}

export const TimelineConnection = connectionOf(TimelineEvent, {
  name: 'Timeline',
  description: 'Events of the audit trail, latest first.',
});
