import { addDays, businessDate, daysBetween, startOfDay, timeOfDay, type CalendarDate } from '../calendar-date.ts';

/** The last day to act as the reader's calendar and clock have it. */
export type LocalLastDay = {
  date: CalendarDate;
  /** HH:MM if the last moment is not the end of that day, because the reader's zone is not the business time zone. */
  time: string | null;
};

/** The last business day to act ends when the next one begins. */
export const lastMomentOf = (lastBusinessDay: CalendarDate, businessTimeZone: string): Date =>
  new Date(startOfDay(addDays(lastBusinessDay, 1), businessTimeZone));

export function localLastDay(lastMoment: Date, timeZone: string): LocalLastDay {
  const end = lastMoment.getTime();
  const date = businessDate(end, timeZone);
  // The start of a day is the end of the day before, also where a day starts at 01:00 or is left out.
  if (startOfDay(date, timeZone) === end) return { date: businessDate(end - 1, timeZone), time: null };
  return { date, time: timeOfDay(end, timeZone) };
}

/** Whole days from the reader's today to the last day to act; 0 on that day, negative once its last moment has passed. */
export function daysLeft(lastMoment: Date, now: Date, timeZone: string): number {
  const days = daysBetween(businessDate(now.getTime(), timeZone), localLastDay(lastMoment, timeZone).date);
  return now.getTime() >= lastMoment.getTime() ? Math.min(-1, days) : days;
}
