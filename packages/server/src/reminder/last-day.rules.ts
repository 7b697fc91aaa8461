import { addDays, businessDate, daysBetween, startOfDay, timeOfDay, type CalendarDate } from '../calendar-date.ts';

/** The last day to act as the reader's calendar and clock have it. */
export type LocalLastDay = {
  date: CalendarDate;
  /** HH:MM if the last moment is within that day, because the reader's zone is not the business time zone. */
  time: string | null;
};

/** Nobody decides at night: a last moment before this time makes the day before the last one. "Friday, 01:00" reads as Friday. */
const morning = '08:00';

/** The last business day to act ends when the next one begins. */
export const lastMomentOf = (lastBusinessDay: CalendarDate, businessTimeZone: string): Date =>
  new Date(startOfDay(addDays(lastBusinessDay, 1), businessTimeZone));

export function localLastDay(lastMoment: Date, timeZone: string): LocalLastDay {
  const end = lastMoment.getTime();
  const date = businessDate(end, timeZone);
  // The start of a day is the end of the day before, also where a day starts at 01:00 or is left out.
  const start = startOfDay(date, timeZone);
  const time = timeOfDay(end, timeZone);
  return end === start || time < morning ? { date: businessDate(start - 1, timeZone), time: null } : { date, time };
}

/** Whole days from the reader's today to the last day to act; 0 on that day until the last moment, negative after it. */
export function daysLeft(lastMoment: Date, now: Date, timeZone: string): number {
  const days = daysBetween(businessDate(now.getTime(), timeZone), localLastDay(lastMoment, timeZone).date);
  return now.getTime() >= lastMoment.getTime() ? Math.min(-1, days) : Math.max(0, days);
}
