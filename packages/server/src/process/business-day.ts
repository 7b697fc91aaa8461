import { uptime } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Pool } from 'pg';
import type { CalendarDate } from '../calendar-date.ts';
import type { Config } from '../config.ts';
import { passIdlePartnersUnscoped } from '../contract-change/idle-partners.queries.ts';
import { notePositionUnscoped } from '../database/replica.ts';
import { databaseFault, isDatabaseUnavailable, isTimeout } from '../database/unavailable.ts';
import type { RecentFaults } from '../database/recent-faults.ts';
import type { DatabaseUsage } from '../database/usage.ts';
import { surveyDaysUnscoped } from '../partner/partner-directory.queries.ts';
import { mostDaysUntold } from './business-date.check.ts';
import { createBusinessClock } from './business-clock.ts';
import type { Logger } from './log.ts';
import type { Metrics } from './metrics.ts';
import { PartnerDays } from './partner-days.ts';

/** Why a partner's request is not served now. */
export type NotYet = { reason: 'passing' | 'barred' | 'busy'; retryAfterSeconds: number };

export type BusinessDay = {
  /** Today's business date. */
  today(): CalendarDate;
  /** Whether all of a partner's changes that took effect before today are applied. */
  isThrough(partnerId: string): boolean;
  /**
   * Waits until they are, for a limited time. While an import of the partner is running, or the database is read-only, the partner is
   * served with the rows of the day before.
   */
  pass(partnerId: string, usage?: DatabaseUsage): Promise<'through' | NotYet>;
  /** What an operator of the server should know; it names no partner. */
  state(): { behind: number; barred: number; warnings: string[] };
  stop(): void;
};

const waitMs = 5_000;
const pauseMs = 200;
const surveyMsByDefault = 60_000;

/**
 * Passes days when the business date advances: a partner's own on its first request of the day, the others' in the background. Partners
 * with nothing to do pass in one statement.
 */
export function createBusinessDay(options: {
  pool: Pool;
  recentFaults: RecentFaults;
  config: Pick<Config, 'businessDate' | 'businessTimeZone' | 'maxRequestsWaiting'>;
  now: () => number;
  sinceBoot?: (() => number) | undefined;
  log: Logger;
  metrics: Metrics;
  mostDays?: number | undefined;
  surveyMs?: number | undefined;
}): BusinessDay {
  const { pool, recentFaults, config, now, log, metrics, mostDays = mostDaysUntold, surveyMs = surveyMsByDefault } = options;
  const { sinceBoot = () => uptime() * 1_000 } = options;
  const clock = createBusinessClock({ config, now, sinceBoot, log });
  // Of connections that nobody uses: a server without requests notices, too.
  const noteLost = () => recentFaults.note('UNREACHABLE');
  pool.on('error', noteLost);
  const days = new PartnerDays({ pool, log, metrics, mostDays });
  metrics.showPartners({ behind: () => days.count, barred: () => days.barred });

  // Until the survey of a new date is there, the partners that requests have brought through are noted one by one.
  let surveyed: { date: CalendarDate; begun: number; at: number; ahead: number } = { date: '', begun: 0, at: -Infinity, ahead: 0 };
  // After a restore, days of the backup may have to pass again.
  const isSurveyed = (date: CalendarDate) => surveyed.date >= date && surveyed.begun >= recentFaults.lostAt();
  const early = new Map<string, { date: CalendarDate; begun: number }>();
  let working: Promise<void> | undefined;
  let isStopped = false;
  let isWaitingLogged = false;
  let isReadOnly = false;

  const waiting = new Map<string, Set<(answer: NotYet) => void>>();
  let waitingInAll = 0;
  const mostWaiting = Math.max(1, config.maxRequestsWaiting);

  function isThrough(id: string): boolean {
    const date = clock.today();
    if (isSurveyed(date)) return !days.has(id);
    wake();
    const noted = early.get(id);
    return noted !== undefined && noted.date >= date && noted.begun >= recentFaults.lostAt();
  }

  async function pass(id: string, usage?: DatabaseUsage): Promise<'through' | NotYet> {
    // Nothing passes any more.
    if (isStopped) return { reason: 'passing', retryAfterSeconds: 1 };
    const mine = waiting.get(id) ?? new Set();
    // One partner's requests never take all places of those that wait.
    if (waitingInAll >= mostWaiting || mine.size >= Math.ceil(mostWaiting / 2)) return { reason: 'busy', retryAfterSeconds: 1 };
    waiting.set(id, mine);
    waitingInAll += 1;
    let timer: NodeJS.Timeout | undefined;
    let isOver = false;
    let giveUp: (answer: NotYet) => void = () => {};
    const deadline = new Promise<NotYet>((resolve) => {
      giveUp = resolve;
      timer = setTimeout(resolve, waitMs, { reason: 'passing', retryAfterSeconds: 2 });
    });
    mine.add(giveUp);
    try {
      return await Promise.race([passNow(id, () => isOver, usage), deadline]);
    } finally {
      isOver = true;
      clearTimeout(timer);
      waitingInAll -= 1;
      mine.delete(giveUp);
      if (mine.size === 0) waiting.delete(id);
    }
  }

  async function passNow(id: string, isOver: () => boolean, usage: DatabaseUsage | undefined): Promise<'through' | NotYet> {
    while (!isOver()) {
      const date = clock.today();
      const begun = performance.now();
      const outcome = await days.pass(id, date, usage);
      if (outcome === 'barred') return { reason: 'barred', retryAfterSeconds: days.retrySeconds(id) };
      if (outcome === 'through' && !isSurveyed(date)) early.set(id, { date, begun });
      // A run in progress may have been for the day before.
      if (outcome === 'importing' || outcome === 'readOnly' || (outcome === 'through' && date >= clock.today())) return 'through';
      if (outcome === 'later') await sleep(pauseMs);
    }
    return { reason: 'passing', retryAfterSeconds: 1 };
  }

  /** Passes what is to be passed in the background, one partner after another. */
  async function work(): Promise<void> {
    const date = clock.today();
    const start = performance.now();
    const isNew = date > surveyed.date;
    if (!isSurveyed(date) || start - surveyed.at > surveyMs) await survey(date, start);
    let passed = 0;
    for (const id of days.due()) {
      if (isStopped || clock.today() > date) break;
      const outcome = await days.pass(id, date);
      if (outcome === 'readOnly') break;
      if (outcome === 'through') passed += 1;
    }
    if (isNew || passed > 0)
      log.info({ businessDate: date, ms: Math.round(performance.now() - start), partners: passed, behind: days.count }, 'days passed');
  }

  async function survey(date: CalendarDate, begun: number): Promise<void> {
    let left = await surveyDaysUnscoped(pool, date);
    if (left.behind.length > 0) {
      await passIdle(date);
      left = await surveyDaysUnscoped(pool, date);
    }
    if (left.ahead > 0 && surveyed.ahead === 0)
      log.warn(
        { businessDate: date, passedThrough: left.latest, partners: left.ahead },
        'the business date is before days that have passed',
      );
    // Lists of a standby must show what other processes have passed.
    await notePositionUnscoped(pool);
    days.setBehind(
      left.behind.map(({ id }) => id),
      date,
    );
    surveyed = { date, begun, at: isReadOnly ? -Infinity : performance.now(), ahead: left.ahead };
    early.clear();
  }

  async function passIdle(date: CalendarDate): Promise<void> {
    try {
      metrics.daysPassed.inc(await passIdlePartnersUnscoped(pool, date, mostDays));
      isReadOnly = false;
    } catch (error) {
      if (isTimeout(error)) {
        // One partner with very many rows must not keep the others from passing alone.
        isReadOnly = false;
        log.error({ businessDate: date, err: error }, 'passing the days of partners with nothing to do took too long: each passes alone');
        return;
      }
      if (databaseFault(error) !== 'READ_ONLY') throw error;
      if (!isReadOnly) log.warn({ businessDate: date }, 'passing days waits until the database accepts changes');
      isReadOnly = true;
    }
  }

  function wake(): void {
    if (isStopped) return;
    working ??= work()
      .then(() => void (isWaitingLogged = false))
      .catch((err: unknown) => {
        const fault = databaseFault(err);
        if (fault) recentFaults.note(fault);
        if (isStopped || isWaitingLogged) return;
        isWaitingLogged = true;
        log.error({ err }, isDatabaseUnavailable(err) ? 'passing days waits for the database' : 'passing days failed');
      })
      .finally(() => (working = undefined));
  }

  const timer = setInterval(wake, 1_000);
  timer.unref();
  wake();

  return {
    today: () => clock.today(),
    isThrough,
    pass,
    state: () => ({ behind: days.count, barred: days.barred, warnings: warnings() }),
    stop() {
      isStopped = true;
      clearInterval(timer);
      pool.off('error', noteLost);
      days.stop();
      for (const each of waiting.values()) for (const giveUp of each) giveUp({ reason: 'passing', retryAfterSeconds: 1 });
    },
  };

  function warnings(): string[] {
    return [
      ...(clock.hasJumped() ? ['The clock jumped; the business date goes on as before.'] : []),
      ...(isReadOnly && days.count > 0 ? ['Days of some partners have not passed: the database is read-only.'] : []),
      ...(surveyed.ahead > 0 ? ['The business date is before days that have passed.'] : []),
    ];
  }
}
