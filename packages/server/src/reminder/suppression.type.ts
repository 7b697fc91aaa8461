import { Field, ObjectType } from 'type-graphql';
import { connectionOf } from '../graphql/connection.type.ts';
import { Node } from '../graphql/node.type.ts';
import { DateTimeScalar } from '../graphql/scalars.ts';
import { ReminderKindEnum, SuppressionReasonEnum } from './reminder.enums.ts';
import type { ReminderKind } from './reminder-kind.ts';
import type { SuppressionReason } from './suppression.queries.ts';

@ObjectType({ implements: Node, description: 'An e-mail address to which the partner sends nothing.', simpleResolvers: true })
export class Suppression extends Node {
  @Field(() => String, { description: 'The e-mail address, in lower case.' })
  address!: string;

  @Field(() => SuppressionReasonEnum, { description: 'Why nothing is sent.' })
  reason!: SuppressionReason;

  @Field(() => ReminderKindEnum, { nullable: true, description: 'The only kind that is not sent; null for all kinds.' })
  kind!: ReminderKind | null;

  @Field(() => String, { nullable: true, description: 'Answer of the mail server; null if there is none.' })
  detail!: string | null;

  @Field(() => DateTimeScalar, { description: 'When it began.' })
  suppressedAt!: Date;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it was lifted; null while it holds.' })
  liftedAt!: Date | null;

  @Field(() => String, { nullable: true, description: 'Who lifted it, by the name at that time; null while it holds.' })
  liftedBy!: string | null;
}

export const SuppressionConnection = connectionOf(Suppression, { description: 'Suppressed addresses, latest first.' });
