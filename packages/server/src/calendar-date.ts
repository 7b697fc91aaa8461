import { Temporal } from 'temporal-polyfill';

/** A calendar date as 'YYYY-MM-DD'. No Date object ever holds one: a date has no time zone. */
export type CalendarDate = string;

const shape = /^\d{4}-\d{2}-\d{2}$/;

/** Whether the text is a real calendar date in the years 0001 to 9999. */
export function isCalendarDate(text: string): boolean {
  if (!shape.test(text) || text.startsWith('0000')) return false;
  try {
    Temporal.PlainDate.from(text, { overflow: 'reject' });
    return true;
  } catch {
    return false;
  }
}

export function addDays(date: CalendarDate, days: number): CalendarDate {
  return Temporal.PlainDate.from(date).add({ days }).toString();
}

/** Clamps to the end of the month: 31 January + 1 month = 28 or 29 February. Compute from the anchor, never from a clamped date. */
export function addMonths(date: CalendarDate, months: number): CalendarDate {
  return Temporal.PlainDate.from(date).add({ months }).toString();
}

/** Whole days from one date to another, negative when `to` is earlier. */
export function daysBetween(from: CalendarDate, to: CalendarDate): number {
  return Temporal.PlainDate.from(from).until(to, { largestUnit: 'days' }).days;
}

/** The day of the week; 1 is Monday. */
export const weekdayOf = (date: CalendarDate): number => Temporal.PlainDate.from(date).dayOfWeek;

/** The calendar date of an instant (milliseconds since 1970, UTC) in an IANA time zone. */
export function businessDate(instant: number, timeZone: string): CalendarDate {
  return Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(timeZone).toPlainDate().toString();
}

/** Whether this names an IANA time zone. */
export function isTimeZone(name: string): boolean {
  // Newer engines also accept offsets such as +02:00, which have no daylight saving time.
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    return Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

/** The instant (milliseconds since 1970, UTC) at which a day begins in an IANA time zone; in some, a day begins at 01:00. */
export function startOfDay(date: CalendarDate, timeZone: string): number {
  return Temporal.PlainDate.from(date).toZonedDateTime(timeZone).epochMilliseconds;
}

/** What a clock on the wall shows at an instant, as HH:MM. */
export function timeOfDay(instant: number, timeZone: string): string {
  return Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(timeZone).toPlainTime().toString({ smallestUnit: 'minute' });
}
