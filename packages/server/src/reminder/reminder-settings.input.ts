import { Field, InputType, Int } from 'type-graphql';
import { isTimeZone } from '../calendar-date.ts';
import type { Translated } from '../contract-change/contract-change.columns.ts';
import { LocaleEnum } from '../dashboard/dashboard-column.enums.ts';
import { ExpectedVersion } from '../graphql/expected-version.field.ts';
import { fault } from '../graphql/input-limits.ts';
import { textFault } from '../graphql/text-faults.ts';
import { TimeZoneScalar } from '../graphql/scalars.ts';
import { ReminderChoiceEnum, WeekdayEnum, weekdays, type ReminderChoice, type Weekday } from './reminder.enums.ts';
import type { ReminderLanguage } from './reminder-kind.ts';
import type { ReminderSettings } from './reminder-settings.queries.ts';
import { maxOffset, maxOffsets, maxSenderName, settingTexts } from './reminder-settings.type.ts';

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
  @Field(() => [Int], { nullable: true, description: `${settingTexts.deadlineOffsets} ${keptByNull}` })
  deadlineOffsets?: number[] | null;

  @AreOffsets()
  @Field(() => [Int], { nullable: true, description: `${settingTexts.customerOffsets} ${keptByNull}` })
  customerOffsets?: number[] | null;

  @Field(() => Boolean, { nullable: true, description: `${settingTexts.deadlineReminders} ${keptByNull}` })
  deadlineReminders?: boolean | null;

  @Field(() => Boolean, { nullable: true, description: `${settingTexts.afterTheFact} ${keptByNull}` })
  afterTheFact?: boolean | null;

  @Field(() => Boolean, { nullable: true, description: `${settingTexts.weeklyDigest} ${keptByNull}` })
  weeklyDigest?: boolean | null;

  @Field(() => Boolean, { nullable: true, description: `${settingTexts.customerNotices} ${keptByNull}` })
  customerNotices?: boolean | null;

  @Field(() => Boolean, { nullable: true, description: `${settingTexts.shortTerms} ${keptByNull}` })
  shortTerms?: boolean | null;

  @Field(() => LocaleEnum, { nullable: true, description: `${settingTexts.language} ${keptByNull}` })
  language?: keyof Translated | null;

  @Field(() => LocaleEnum, { nullable: true, description: `${settingTexts.customerLanguage} ${keptByNull}` })
  customerLanguage?: keyof Translated | null;

  @IsTimeZone()
  @Field(() => TimeZoneScalar, { nullable: true, description: settingTexts.timeZone })
  timeZone?: string | null;

  @IsHour(0, 23)
  @Field(() => Int, { nullable: true, description: `${settingTexts.sendFromHour} ${keptByNull}` })
  sendFromHour?: number | null;

  @IsHour(1, 24)
  @Field(() => Int, { nullable: true, description: `${settingTexts.sendUntilHour} ${keptByNull}` })
  sendUntilHour?: number | null;

  @Field(() => WeekdayEnum, { nullable: true, description: `${settingTexts.digestWeekday} ${keptByNull}` })
  digestWeekday?: Weekday | null;

  @IsHour(0, 23)
  @Field(() => Int, { nullable: true, description: `${settingTexts.digestHour} ${keptByNull}` })
  digestHour?: number | null;

  @IsSenderName()
  @Field(() => String, { nullable: true, description: settingTexts.senderName })
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
