import type { Pool } from 'pg';
import { businessDate, type CalendarDate } from '../calendar-date.ts';
import type { Config } from '../config.ts';
import { passDaysForAllPartnersUnscoped } from '../contract-change/passing-days.queries.ts';
import { countingPool, type DatabaseUsage } from '../database/usage.ts';
import type { Logger } from './log.ts';

export type BusinessDay = {
  /** Today's business date. It resolves after all changes that took effect before that date are applied; the request that starts it counts it. */
  today(usage?: DatabaseUsage): Promise<CalendarDate>;
  stop(): void;
};

/**
 * Passes days when the business date advances: before the first request of the new day, or within a minute if no request arrives. A
 * partner with a running import follows within a second after the import; until then, its renewals of the day before have not moved on.
 */
export function createBusinessDay(options: {
  pool: Pool;
  config: Pick<Config, 'businessDate' | 'businessTimeZone'>;
  now: () => number;
  log: Logger;
}): BusinessDay {
  const { pool, config, now, log } = options;
  let passedThrough: CalendarDate = '';
  let passing: Promise<void> | undefined;
  let skipped = 0;

  // In every time zone the day begins at a full minute, so one look-up a minute is enough.
  let minute = NaN;
  let dateAtMinute: CalendarDate = '';

  function clockDate(): CalendarDate {
    const at = now();
    const current = Math.floor(at / 60_000);
    if (current !== minute) [minute, dateAtMinute] = [current, businessDate(at, config.businessTimeZone)];
    return dateAtMinute;
  }

  async function today(usage?: DatabaseUsage): Promise<CalendarDate> {
    const date = config.businessDate ?? clockDate();
    // All requests of a new day wait for the same run. A run in progress may be for an earlier date, hence the loop.
    while (date > passedThrough) {
      passing ??= passDays(date, usage).finally(() => (passing = undefined));
      await passing;
    }
    return date;
  }

  async function passDays(date: CalendarDate, usage?: DatabaseUsage): Promise<void> {
    const start = performance.now();
    const skippedBefore = date === passedThrough ? skipped : -1;
    skipped = await passDaysForAllPartnersUnscoped(usage ? countingPool(pool, usage) : pool, date);
    passedThrough = date;
    if (skipped === skippedBefore) return;
    const ms = Math.round(performance.now() - start);
    log.info({ businessDate: date, ms, ...(skipped > 0 && { partnersWithRunningImport: skipped }) }, 'days passed');
  }

  const failed = (err: unknown) => log.error({ err }, 'passing days failed');
  const timer = setInterval(() => void today().catch(failed), 60_000);
  const retry = setInterval(() => {
    if (skipped > 0) (passing ??= passDays(passedThrough).finally(() => (passing = undefined))).catch(failed);
  }, 1_000);
  timer.unref();
  retry.unref();
  const stop = () => [timer, retry].forEach((each) => clearInterval(each));
  return { today, stop };
}
