import { Field, ID, Int, ObjectType } from 'type-graphql';
import { PageInfo } from '../reading/connection.type.ts';
import { registerEnum } from '../graphql/register-enum.ts';
import { DateTimeScalar, JsonScalar } from '../graphql/scalars.ts';
import type { CustomerAction } from '../writing/audit-action.ts';

export const TimelineActionEnum = registerEnum('TimelineAction', 'What was done to a customer or a contract change.', {
  SET_COMMUNICATION_OWNER: 'Set by hand who communicates, or went back to the default.',
  SET_PRIMARY_CONTACT: 'Set who at the customer is told, or nobody.',
  CLEAR_PRIMARY_CONTACT: 'Took the primary contact away, who is no active user of the account any more.',
  END_ASSOCIATION: 'Ended the association: the partner no longer looked after the customer.',
  RESUME_ASSOCIATION: 'Looked after the customer again, from a fresh start.',
  ACCEPT: 'Recorded that the customer accepts the new terms.',
  REQUEST_CANCELLATION: 'Recorded that the customer requests cancellation.',
  WITHDRAW_CANCELLATION: 'Recorded that the customer withdraws the request to cancel.',
  OTHER: 'Something that has no name here yet.',
} satisfies Record<CustomerAction | 'OTHER', string>);
export type TimelineAction = keyof typeof TimelineActionEnum;

@ObjectType({ description: 'One thing that an event changed.', simpleResolvers: true })
export class TimelineChange {
  @Field(() => String, { description: 'What changed, such as communicationOwner or decision.' })
  field!: string;

  @Field(() => JsonScalar, { nullable: true, description: 'What it was; null if it was not set.' })
  before!: unknown;

  @Field(() => JsonScalar, { nullable: true, description: 'What it became; null if it was not set any more.' })
  after!: unknown;
}

@ObjectType({
  description: 'What was done, by whom and when: a line of the audit trail, which nothing changes afterwards.',
  simpleResolvers: true,
})
export class TimelineEvent {
  @Field(() => DateTimeScalar, { description: 'When it was done.' })
  occurredAt!: Date;

  @Field(() => TimelineActionEnum, { description: 'What was done.' })
  action!: TimelineAction;

  @Field(() => String, { description: 'Who did it: the name of a user, or which key, the operator, or the import.' })
  actor!: string;

  @Field(() => Boolean, { description: 'Whether a user of the partner did it on behalf of the customer.' })
  onBehalfOfCustomer!: boolean;

  @Field(() => ID, { nullable: true, description: 'The contract change that it was done to; null if it concerns the customer as a whole.' })
  contractChangeId!: string | null;

  @Field(() => [TimelineChange], { description: 'What it changed; empty if nothing but the event itself is to be told.' })
  changes!: TimelineChange[];

  @Field(() => String, {
    nullable: true,
    description: 'Names the request that did it, as in the header X-Request-Id; null if it was none.',
  })
  requestId!: string | null;
}

@ObjectType({ description: 'An event in a list.', simpleResolvers: true })
class TimelineEdge {
  @Field(() => String, { description: 'Position of the event in the list.' })
  cursor!: string;

  @Field(() => TimelineEvent, { description: 'The event.' })
  node!: TimelineEvent;
}

@ObjectType({ description: 'What was done, the latest first.', simpleResolvers: true })
export class TimelineConnection {
  @Field(() => [TimelineEdge], { description: 'The events of this page with their cursors.' })
  edges!: TimelineEdge[];

  @Field(() => [TimelineEvent], { description: 'The events of this page.' })
  nodes!: TimelineEvent[];

  @Field(() => PageInfo, { description: 'Where this page lies in the list.' })
  pageInfo!: PageInfo;

  @Field(() => Int, { description: 'Number of all events; counted only when asked for.' })
  totalCount!: number;
}
