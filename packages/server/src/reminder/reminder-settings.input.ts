import { Field, InputType, Int } from 'type-graphql';
import { isTimeZone } from '../calendar-date.ts';
import type { Translated } from '../contract-change/contract-change.columns.ts';
import { LocaleEnum } from '../dashboard/dashboard-column.enums.ts';
import { ExpectedVersion } from '../graphql/expected-version.field.ts';
import { fault, textFault } from '../graphql/input-limits.ts';
import { TimeZoneScalar } from '../graphql/scalars.ts';
import { ReminderChoiceEnum, WeekdayEnum, weekdays, type ReminderChoice, type Weekday } from './reminder.enums.ts';
import type { ReminderLanguage } from './reminder-kind.ts';
import type { ReminderSettings } from './reminder-settings.queries.ts';

const maxOffsets = 10;
const maxOffset = 120;
const maxSenderName = 100;

const given =
  <T>(faultOf: (value: T) => string | null) =>
  (value: unknown) =>
    value == null ? null : faultOf(value as T);

const AreOffsets = () =>
  fault(
    'areOffsets',
    given<number[]>((offsets) => {
      if (offsets.length === 0) return 'Give at least one number of days, or switch the reminders off.';
      if (offsets.length > maxOffsets) return `Give at most ${maxOffsets} numbers of days, not ${offsets.length}.`;
      if (offsets.some((days) => days < 0 || days > maxOffset)) return `Give numbers of days from 0 to ${maxOffset}.`;
      return new Set(offsets).size < offsets.length ? 'Give each number of days once.' : null;
    }),
  );

const IsHour = (first: number, last: number) =>
  fault(
    'isHour',
    given<number>((hour) => (hour < first || hour > last ? `Give an hour from ${first} to ${last}.` : null)),
  );

const IsTimeZone = () =>
  fault(
    'isTimeZone',
    given<string>((name) => (isTimeZone(name) ? null : 'Give an IANA time zone such as Europe/Berlin.')),
  );

const IsSenderName = () =>
  fault(
    'isSenderName',
    given<string>((name) => {
      // A name that looks like an address hides the real one in many mail programs.
      if (/[@<>＠﹫]/.test(name)) return 'Give a name without @, < and >; the address is the same for all partners.';
      return textFault(name, { min: 1, max: maxSenderName });
    }),
  );

const keptByNull = 'Null keeps the value.';

@InputType({ description: 'Input of updateReminderSettings. Omitted fields keep their values.' })
export class UpdateReminderSettingsInput {
  @AreOffsets()
  @Field(() => [Int], {
    nullable: true,
    description: `Days before the deadline on which users are reminded: 1 to ${maxOffsets} different numbers from 0 to ${maxOffset}. ${keptByNull}`,
  })
  deadlineOffsets?: number[] | null;

  @AreOffsets()
  @Field(() => [Int], { nullable: true, description: `The same for notices to customers. ${keptByNull}` })
  customerOffsets?: number[] | null;

  @Field(() => Boolean, { nullable: true, description: `Whether users are reminded of deadlines. ${keptByNull}` })
  deadlineReminders?: boolean | null;

  @Field(() => Boolean, { nullable: true, description: `Whether users hear what became of a change. ${keptByNull}` })
  afterTheFact?: boolean | null;

  @Field(() => Boolean, { nullable: true, description: `Whether users can get the weekly digest. ${keptByNull}` })
  weeklyDigest?: boolean | null;

  @Field(() => Boolean, {
    nullable: true,
    description: `Whether primary contacts are reminded, too, where the partner is the communication owner. ${keptByNull}`,
  })
  customerNotices?: boolean | null;

  @Field(() => Boolean, {
    nullable: true,
    description: `Whether reminders cover renewals whose deadline lies before their term. ${keptByNull}`,
  })
  shortTerms?: boolean | null;

  @Field(() => LocaleEnum, { nullable: true, description: `Language of reminders to users who chose none. ${keptByNull}` })
  language?: keyof Translated | null;

  @Field(() => LocaleEnum, { nullable: true, description: `Language of notices to customers. ${keptByNull}` })
  customerLanguage?: keyof Translated | null;

  @IsTimeZone()
  @Field(() => TimeZoneScalar, { nullable: true, description: 'Time zone of the hours and days; null for the business time zone.' })
  timeZone?: string | null;

  @IsHour(0, 23)
  @Field(() => Int, { nullable: true, description: `Hour from which reminders are sent, 0 to 23. ${keptByNull}` })
  sendFromHour?: number | null;

  @IsHour(1, 24)
  @Field(() => Int, { nullable: true, description: `Hour from which none are sent: after sendFromHour, at most 24. ${keptByNull}` })
  sendUntilHour?: number | null;

  @Field(() => WeekdayEnum, { nullable: true, description: `Day of the weekly digest. ${keptByNull}` })
  digestWeekday?: Weekday | null;

  @IsHour(0, 23)
  @Field(() => Int, { nullable: true, description: `Hour of the weekly digest, 0 to 23. ${keptByNull}` })
  digestHour?: number | null;

  @IsSenderName()
  @Field(() => String, {
    nullable: true,
    description: `Name of the sender of notices to customers, at most ${maxSenderName} characters; null for the partner's name.`,
  })
  senderName?: string | null;

  @ExpectedVersion()
  expectedVersion?: number | null;
}

/** The settings that an input changes. */
export function settingsOf({ expectedVersion: _, ...input }: UpdateReminderSettingsInput): Partial<ReminderSettings> {
  const { language, customerLanguage, digestWeekday, deadlineOffsets, customerOffsets, timeZone, senderName, ...plain } = input;
  const descending = (offsets: readonly number[]) => offsets.toSorted((one, other) => other - one);
  return {
    ...Object.fromEntries(Object.entries(plain).filter(([, value]) => value != null)),
    ...(deadlineOffsets != null && { deadlineOffsets: descending(deadlineOffsets) }),
    ...(customerOffsets != null && { customerOffsets: descending(customerOffsets) }),
    ...(language != null && { language: languageOf(language) }),
    ...(customerLanguage != null && { customerLanguage: languageOf(customerLanguage) }),
    ...(digestWeekday != null && { digestWeekday: weekdays.indexOf(digestWeekday) + 1 }),
    ...(timeZone !== undefined && { timeZone }),
    ...(senderName !== undefined && { senderName: senderName === null ? null : senderName.trim() }),
  };
}

export const languageOf = (locale: keyof Translated): ReminderLanguage => locale.toLowerCase() as ReminderLanguage;

const choiceDescription = 'Null keeps the choice.';

@InputType({ description: 'Input of updateMyReminderSettings. Omitted fields keep their values.' })
export class UpdateMyReminderSettingsInput {
  @Field(() => ReminderChoiceEnum, { nullable: true, description: `Reminders of deadlines. ${choiceDescription}` })
  deadlineReminders?: ReminderChoice | null;

  @Field(() => ReminderChoiceEnum, { nullable: true, description: `What became of a change. ${choiceDescription}` })
  afterTheFact?: ReminderChoice | null;

  @Field(() => ReminderChoiceEnum, { nullable: true, description: `The weekly digest. ${choiceDescription}` })
  weeklyDigest?: ReminderChoice | null;

  @Field(() => Boolean, {
    nullable: true,
    description: `Whether they cover only customers of whom the partner is the communication owner. ${keptByNull}`,
  })
  onlyOwnCustomers?: boolean | null;

  @Field(() => LocaleEnum, { nullable: true, description: 'Language of the reminders; null for that of the partner.' })
  language?: keyof Translated | null;
}
