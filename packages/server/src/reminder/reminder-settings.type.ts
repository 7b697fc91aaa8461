import { Field, Int, ObjectType } from 'type-graphql';
import type { Translated } from '../contract-change/contract-change.columns.ts';
import { LocaleEnum } from '../dashboard/dashboard-column.enums.ts';
import { TimeZoneScalar } from '../graphql/scalars.ts';
import { ReminderChoiceEnum, WeekdayEnum, type ReminderChoice, type Weekday } from './reminder.enums.ts';

export const maxOffsets = 10;
export const maxOffset = 120;
export const maxSenderName = 100;

/** What the settings mean; they are edited by the same names. */
export const settingTexts = {
  deadlineOffsets: `Days before the deadline on which users are reminded: 1 to ${maxOffsets} different numbers from 0 to ${maxOffset}, read in descending order.`,
  customerOffsets: 'The same for notices to customers.',
  deadlineReminders: 'Whether users are reminded of deadlines.',
  afterTheFact: 'Whether users hear what became of a change, after its deadline and on its effective date.',
  weeklyDigest: 'Whether users can get the weekly digest.',
  customerNotices: 'Whether primary contacts are reminded, too, where the partner is the communication owner.',
  shortTerms: 'Whether reminders cover renewals whose deadline lies before their term, such as monthly ones.',
  language: 'Language of reminders to users who chose none.',
  customerLanguage: 'Language of notices to customers.',
  timeZone: 'Time zone of the hours, and of the days in reminders; null for the business time zone.',
  sendFromHour: 'Hour from which reminders are sent, 0 to 23.',
  sendUntilHour: 'Hour from which none are sent: after sendFromHour, at most 24.',
  digestWeekday: 'Day of the weekly digest.',
  digestHour: 'Hour of the weekly digest, 0 to 23.',
  senderName: `Name of the sender of notices to customers, at most ${maxSenderName} characters; null for the partner's name.`,
};

@ObjectType('ReminderSettings', { description: 'How the reminders of a partner are sent.', simpleResolvers: true })
export class ReminderSettingsType {
  @Field(() => [Int], { description: `${settingTexts.deadlineOffsets} A change without a deadline counts from its effective date.` })
  deadlineOffsets!: number[];

  @Field(() => [Int], { description: settingTexts.customerOffsets })
  customerOffsets!: number[];

  @Field(() => Boolean, { description: settingTexts.deadlineReminders })
  deadlineReminders!: boolean;

  @Field(() => Boolean, { description: settingTexts.afterTheFact })
  afterTheFact!: boolean;

  @Field(() => Boolean, { description: settingTexts.weeklyDigest })
  weeklyDigest!: boolean;

  @Field(() => Boolean, { description: settingTexts.customerNotices })
  customerNotices!: boolean;

  @Field(() => Boolean, { description: settingTexts.shortTerms })
  shortTerms!: boolean;

  @Field(() => LocaleEnum, { description: settingTexts.language })
  language!: keyof Translated;

  @Field(() => LocaleEnum, { description: settingTexts.customerLanguage })
  customerLanguage!: keyof Translated;

  @Field(() => TimeZoneScalar, { nullable: true, description: settingTexts.timeZone })
  timeZone!: string | null;

  @Field(() => Int, { description: settingTexts.sendFromHour })
  sendFromHour!: number;

  @Field(() => Int, { description: settingTexts.sendUntilHour })
  sendUntilHour!: number;

  @Field(() => WeekdayEnum, { description: settingTexts.digestWeekday })
  digestWeekday!: Weekday;

  @Field(() => Int, { description: settingTexts.digestHour })
  digestHour!: number;

  @Field(() => String, { nullable: true, description: settingTexts.senderName })
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
