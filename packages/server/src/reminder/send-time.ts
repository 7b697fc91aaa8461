import { Temporal } from 'temporal-polyfill';
import { addDays, daysBetween, type CalendarDate } from '../calendar-date.ts';

/** When mail of a partner may leave, in hours of the day in its zone. The window ends before `sendUntilHour`. */
export type SendWindow = { sendFromHour: number; sendUntilHour: number };

/** The vendor has no settings of its own. */
export const vendorWindow: SendWindow = { sendFromHour: 8, sendUntilHour: 18 };

/** The day and hour of the weekly digest; 1 is Monday. */
export type DigestTime = { digestWeekday: number; digestHour: number };

const zoned = (now: Date, timeZone: string) => Temporal.Instant.fromEpochMilliseconds(now.getTime()).toZonedDateTimeISO(timeZone);
const dateOf = (time: Temporal.ZonedDateTime) => new Date(time.epochMilliseconds);

/** The start of an hour on a day. Where clocks skip that hour, the moment at which they do. */
const atHour = (day: Temporal.PlainDate, hour: number, timeZone: string): Temporal.ZonedDateTime =>
  day.toZonedDateTime({ timeZone, plainTime: Temporal.PlainTime.from({ hour }) });

/** The calendar date in a zone. */
export const localDate = (now: Date, timeZone: string): CalendarDate => zoned(now, timeZone).toPlainDate().toString();

/** The moment from which mail may leave: now inside of the window, else when it opens next. */
export function sendMoment({ sendFromHour, sendUntilHour }: SendWindow, now: Date, timeZone: string): Date {
  const local = zoned(now, timeZone);
  if (local.hour >= sendFromHour && local.hour < sendUntilHour) return now;
  const day = local.toPlainDate();
  return dateOf(atHour(local.hour < sendFromHour ? day : day.add({ days: 1 }), sendFromHour, timeZone));
}

/** The latest day of the digest: today, or the last such weekday. */
export function digestDay({ digestWeekday }: DigestTime, now: Date, timeZone: string): CalendarDate {
  const day = zoned(now, timeZone).toPlainDate();
  return day.subtract({ days: (day.dayOfWeek - digestWeekday + 7) % 7 }).toString();
}

/** The moment of the digest of a day. One that was missed leaves as soon as the window is open. */
export function digestMoment(settings: DigestTime & SendWindow, day: CalendarDate, now: Date, timeZone: string): Date {
  const planned = dateOf(atHour(Temporal.PlainDate.from(day), settings.digestHour, timeZone));
  return planned < now ? sendMoment(settings, now, timeZone) : planned;
}

/** Days of digests after `since` and before the latest one: nobody gets them any more. */
export function missedDigestDays(latest: CalendarDate, since: CalendarDate): CalendarDate[] {
  const weeks = Math.ceil(daysBetween(since, latest) / 7) - 1;
  return Array.from({ length: Math.max(0, weeks) }, (_, index) => addDays(latest, -7 * (index + 1)));
}

/** The partner's zone. One that this server does not know counts as the business time zone: a wrong hour is better than no mail. */
export function readerTimeZone(timeZone: string | null, businessTimeZone: string): string {
  if (timeZone === null) return businessTimeZone;
  try {
    return Temporal.Now.instant().toZonedDateTimeISO(timeZone).timeZoneId;
  } catch {
    return businessTimeZone;
  }
}
