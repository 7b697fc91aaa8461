import { Field, Int, ObjectType } from 'type-graphql';
import type { CalendarDate } from '../calendar-date.ts';
import type { Translated } from '../contract-change/contract-change.columns.ts';
import { Customer, CustomerUser } from '../customer/customer.entity.ts';
import { LocaleEnum } from '../dashboard/dashboard-column.enums.ts';
import { connectionOf } from '../graphql/connection.type.ts';
import { Node } from '../graphql/node.type.ts';
import { DateScalar, DateTimeScalar } from '../graphql/scalars.ts';
import { PartnerUser } from '../partner/partner.entity.ts';
import {
  RecipientKindEnum,
  ReminderKindEnum,
  ReminderReasonEnum,
  ReminderStateEnum,
  type RecipientKind,
  type ReminderReason,
  type ReminderState,
} from './reminder.enums.ts';
import type { ReminderKind } from './reminder-kind.ts';

@ObjectType({
  implements: Node,
  description: 'One e-mail to one recipient: what was sent and when, or why it was not.',
  simpleResolvers: true,
})
export class Reminder extends Node {
  @Field(() => ReminderKindEnum, { description: 'The kind of the reminder.' })
  kind!: ReminderKind;

  @Field(() => ReminderStateEnum, { description: 'What became of it.' })
  state!: ReminderState;

  @Field(() => ReminderReasonEnum, { nullable: true, description: 'Why it was skipped or failed; null in any other state.' })
  reason!: ReminderReason | null;

  @Field(() => RecipientKindEnum, { nullable: true, description: 'The kind of the recipient; null if it is not known.' })
  recipientKind!: RecipientKind | null;

  @Field(() => String, { nullable: true, description: 'Name of the user or contact today; null for the vendor.' })
  recipientName!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'E-mail address that was used; while it waits or if it was skipped, the address of today. Null if there is none.',
  })
  recipientAddress!: string | null;

  @Field(() => PartnerUser, { nullable: true, description: 'The recipient; null if it is not a user of the partner, or no longer.' })
  user!: object | null;

  @Field(() => CustomerUser, { nullable: true, description: 'The recipient; null if it is not a contact that the viewer may see.' })
  contact!: object | null;

  @Field(() => DateScalar, {
    nullable: true,
    description: 'The deadline of the change, or its effective date if it has none, as known then. Null if it is about no single change.',
  })
  deadline!: CalendarDate | null;

  @Field(() => Int, { nullable: true, description: 'Days before that date for which it was planned; null if it does not come before it.' })
  daysBefore!: number | null;

  @Field(() => LocaleEnum, { nullable: true, description: 'The language; null if it is not known yet.' })
  language!: keyof Translated | null;

  @Field(() => DateTimeScalar, { description: 'When it was planned.' })
  plannedAt!: Date;

  @Field(() => DateTimeScalar, { description: 'It is not sent before: the start of the send window, or of a retry.' })
  notBefore!: Date;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it was sent, skipped, or failed for good; null while it waits.' })
  endedAt!: Date | null;

  @Field(() => Int, { description: 'Failed attempts to send it.' })
  attempts!: number;

  @Field(() => String, { nullable: true, description: 'Reminders of the same bundle leave as one e-mail; null if it leaves alone.' })
  bundle!: string | null;

  @Field(() => Customer, { nullable: true, description: 'The customer; null if it is about no single customer.' })
  customer!: object | null;
}

export const ReminderConnection = connectionOf(Reminder, { description: 'Reminders, latest planned first.' });

@ObjectType({ description: 'An e-mail as it would be composed now.', simpleResolvers: true })
export class ReminderPreview {
  @Field(() => String, { description: 'The subject.' })
  subject!: string;

  @Field(() => String, { description: 'The text, for readers without HTML.' })
  text!: string;

  @Field(() => String, { description: 'The HTML: a whole document.' })
  html!: string;
}
