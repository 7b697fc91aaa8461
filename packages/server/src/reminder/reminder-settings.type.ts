import { Field, Int, ObjectType } from 'type-graphql';
import type { Translated } from '../contract-change/contract-change.columns.ts';
import { LocaleEnum } from '../dashboard/dashboard-column.enums.ts';
import { TimeZoneScalar } from '../graphql/scalars.ts';
import { ReminderChoiceEnum, WeekdayEnum, type ReminderChoice, type Weekday } from './reminder.enums.ts';

@ObjectType('ReminderSettings', { description: 'How the reminders of a partner are sent.', simpleResolvers: true })
export class ReminderSettingsType {
  @Field(() => [Int], {
    description:
      'Days before the deadline on which users are reminded, descending. A change without a deadline counts from its effective date.',
  })
  deadlineOffsets!: number[];

  @Field(() => [Int], { description: 'The same for notices to customers.' })
  customerOffsets!: number[];

  @Field(() => Boolean, { description: 'Whether users are reminded of deadlines.' })
  deadlineReminders!: boolean;

  @Field(() => Boolean, { description: 'Whether users hear what became of a change, after its deadline and on its effective date.' })
  afterTheFact!: boolean;

  @Field(() => Boolean, { description: 'Whether users can get the weekly digest.' })
  weeklyDigest!: boolean;

  @Field(() => Boolean, {
    description: 'Whether primary contacts are reminded, too, where the partner is the communication owner.',
  })
  customerNotices!: boolean;

  @Field(() => Boolean, { description: 'Whether reminders cover renewals whose deadline lies before their term, such as monthly ones.' })
  shortTerms!: boolean;

  @Field(() => LocaleEnum, { description: 'Language of reminders to users who chose none.' })
  language!: keyof Translated;

  @Field(() => LocaleEnum, { description: 'Language of notices to customers.' })
  customerLanguage!: keyof Translated;

  @Field(() => TimeZoneScalar, {
    nullable: true,
    description: 'Time zone of the hours below, and of the days in reminders; null for the business time zone.',
  })
  timeZone!: string | null;

  @Field(() => Int, { description: 'Hour from which reminders are sent, 0 to 23.' })
  sendFromHour!: number;

  @Field(() => Int, { description: 'Hour from which no reminders are sent, 1 to 24.' })
  sendUntilHour!: number;

  @Field(() => WeekdayEnum, { description: 'Day of the weekly digest.' })
  digestWeekday!: Weekday;

  @Field(() => Int, { description: 'Hour of the weekly digest, 0 to 23.' })
  digestHour!: number;

  @Field(() => String, { nullable: true, description: "Name of the sender of notices to customers; null for the partner's name." })
  senderName!: string | null;

  @Field(() => Int, { description: 'Increases by one with each edit; pass it as expectedVersion to detect conflicts.' })
  version!: number;
}

@ObjectType({ description: 'Whether a user gets a kind of reminder.', simpleResolvers: true })
class ReminderSwitch {
  @Field(() => ReminderChoiceEnum, { description: 'What the user chose.' })
  choice!: ReminderChoice;

  @Field(() => Boolean, { description: "Whether the user gets them: what follows from the choice and the partner's settings." })
  isOn!: boolean;
}

@ObjectType({ description: 'Which reminders the viewer gets.', simpleResolvers: true })
export class ViewerReminderSettings {
  @Field(() => ReminderSwitch, { description: 'Reminders of deadlines.' })
  deadlineReminders!: ReminderSwitch;

  @Field(() => ReminderSwitch, { description: 'What became of a change.' })
  afterTheFact!: ReminderSwitch;

  @Field(() => ReminderSwitch, { description: 'The weekly digest.' })
  weeklyDigest!: ReminderSwitch;

  @Field(() => Boolean, { description: 'Whether they cover only customers of whom the partner is the communication owner.' })
  onlyOwnCustomers!: boolean;

  @Field(() => LocaleEnum, { description: 'Language of the reminders.' })
  language!: keyof Translated;

  @Field(() => LocaleEnum, { nullable: true, description: 'The language that the user chose; null for that of the partner.' })
  chosenLanguage!: keyof Translated | null;
}
