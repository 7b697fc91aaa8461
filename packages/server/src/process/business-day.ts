import type { Pool } from 'pg';
import { businessDate, type CalendarDate } from '../calendar-date.ts';
import type { Config } from '../config.ts';
import { passDaysForAllPartnersUnscoped } from '../contract-change/passing-days.queries.ts';
import type { Logger } from './log.ts';

export type BusinessDay = {
  /** Today's business date, once what took effect before it has been applied. */
  today(): Promise<CalendarDate>;
  stop(): void;
};

/** Lets days pass when the business date moves on: before the first request of the new day, and without one within a minute. */
export function createBusinessDay(options: {
  pool: Pool;
  config: Pick<Config, 'businessDate' | 'businessTimeZone'>;
  now: () => number;
  log: Logger;
}): BusinessDay {
  const { pool, config, now, log } = options;
  let passedThrough: CalendarDate = '';
  let passing: Promise<void> | undefined;

  // Days begin at a full minute, wherever in the world.
  let minute = NaN;
  let dateOfMinute: CalendarDate = '';

  function dateOfClock(): CalendarDate {
    const at = now();
    const current = Math.floor(at / 60_000);
    if (current !== minute) [minute, dateOfMinute] = [current, businessDate(at, config.businessTimeZone)];
    return dateOfMinute;
  }

  async function today(): Promise<CalendarDate> {
    const date = config.businessDate ?? dateOfClock();
    // Many requests of a new day wait for one passing; the one they meet may have been for an earlier date.
    while (date > passedThrough) {
      passing ??= pass(date).finally(() => (passing = undefined));
      await passing;
    }
    return date;
  }

  async function pass(date: CalendarDate): Promise<void> {
    const start = performance.now();
    await passDaysForAllPartnersUnscoped(pool, date);
    passedThrough = date;
    log.info({ businessDate: date, ms: Math.round(performance.now() - start) }, 'days passed');
  }

  const timer = setInterval(() => void today().catch((err: unknown) => log.error({ err }, 'days could not pass')), 60_000);
  timer.unref();
  return { today, stop: () => clearInterval(timer) };
}
