import { businessDate, type CalendarDate } from '../calendar-date.ts';
import type { Config } from '../config.ts';
import type { Logger } from './log.ts';

export type BusinessClock = {
  /** Today's business date. It never goes back while the process runs, unless the whole machine is restored to an earlier time. */
  today(): CalendarDate;
  /** Whether the clock has jumped, so that the date follows the time since the start instead. */
  hasJumped(): boolean;
};

const maxJumpMs = 24 * 60 * 60_000;

/**
 * The business date by the clock, or the fixed one. Days that pass cannot be undone, so a clock that jumps by more than a day is
 * not followed: the time since the machine started, which nobody sets, says how much time has really passed.
 */
export function createBusinessClock(options: {
  config: Pick<Config, 'businessDate' | 'businessTimeZone'>;
  now: () => number;
  sinceBoot: () => number;
  log: Logger;
}): BusinessClock {
  const { config, now, sinceBoot, log } = options;
  const start = { now: now(), sinceBoot: sinceBoot() };
  let jumped = false;
  let goesBack = false;
  let lastBoot = start.sinceBoot;

  // In every time zone the day begins at a full minute, so one look-up a minute is enough.
  let minute = NaN;
  let date: CalendarDate = '';

  function instant(clock: number): number {
    const expected = start.now + sinceBoot() - start.sinceBoot;
    const isJump = Math.abs(clock - expected) > maxJumpMs;
    if (isJump !== jumped) {
      jumped = isJump;
      const hours = Math.round((clock - expected) / 3_600_000);
      if (isJump) log.error({ hours }, 'the clock jumped: the business date goes on as before; set the clock right, or restart the server');
      else log.info({ hours }, 'the clock is right again');
    }
    return isJump ? expected : clock;
  }

  function lookUp(clock: number): void {
    const found = businessDate(instant(clock), config.businessTimeZone);
    const boot = sinceBoot();
    const isBack = found < date && boot >= lastBoot;
    lastBoot = boot;
    if (isBack && !goesBack) log.warn({ businessDate: date, clockDate: found }, 'the clock went back: the business date stays');
    goesBack = isBack;
    if (!isBack) date = found;
  }

  return {
    today() {
      if (config.businessDate !== undefined) return config.businessDate;
      const clock = now();
      const current = Math.floor(clock / 60_000);
      if (current !== minute) {
        minute = current;
        lookUp(clock);
      }
      return date;
    },
    hasJumped: () => jumped,
  };
}
