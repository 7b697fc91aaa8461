import { Temporal } from 'temporal-polyfill';
import { daysBetween, type CalendarDate } from '../calendar-date.ts';

/** The last day to act as the reader's calendar and clock have it. */
export type LocalLastDay = {
  date: CalendarDate;
  /** HH:MM if the last moment is not the end of that day, because the reader's zone is not the business time zone. */
  time: string | null;
};

/** The last business day to act ends when the next one begins. */
export const lastMomentOf = (lastBusinessDay: CalendarDate, businessTimeZone: string): Date =>
  new Date(Temporal.PlainDate.from(lastBusinessDay).add({ days: 1 }).toZonedDateTime(businessTimeZone).epochMilliseconds);

export function localLastDay(lastMoment: Date, timeZone: string): LocalLastDay {
  const end = Temporal.Instant.fromEpochMilliseconds(lastMoment.getTime()).toZonedDateTimeISO(timeZone);
  // The start of a day is the end of the day before, also where a day starts at 01:00 or is left out.
  if (end.equals(end.startOfDay())) return { date: localDate(new Date(lastMoment.getTime() - 1), timeZone), time: null };
  return { date: end.toPlainDate().toString(), time: end.toPlainTime().toString({ smallestUnit: 'minute' }) };
}

/** Whole days from the reader's today to the last day to act; 0 on that day, negative once it has passed. */
export function daysLeft(lastMoment: Date, now: Date, timeZone: string): number {
  if (now.getTime() >= lastMoment.getTime()) return Math.min(-1, daysBetween(localDate(now, timeZone), localLastDay(lastMoment, timeZone).date));
  return daysBetween(localDate(now, timeZone), localLastDay(lastMoment, timeZone).date);
}

const localDate = (instant: Date, timeZone: string): CalendarDate =>
  Temporal.Instant.fromEpochMilliseconds(instant.getTime()).toZonedDateTimeISO(timeZone).toPlainDate().toString();
