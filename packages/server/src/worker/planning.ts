import { setTimeout as sleep } from 'node:timers/promises';
import type { Pool } from 'pg';
import type { CalendarDate } from '../calendar-date.ts';
import { inPartnerTransaction } from '../database/transaction.ts';
import { isDatabaseUnavailable, isLockTimeout } from '../database/unavailable.ts';
import type { Enqueued } from '../outbox/outbox.writers.ts';
import { listPartnersUnscoped } from '../partner/partner-directory.queries.ts';
import type { BusinessDay } from '../process/business-day.ts';
import type { Logger } from '../process/log.ts';
import { createNap } from './nap.ts';
import { isPlannedElsewhere } from './planning-turn.queries.ts';
import type { WorkerMetrics } from './worker.metrics.ts';

/** Plans what is due of one partner and not there yet, and skips what came too late. It may run at any time, any number of times. */
export type Planner = (
  pool: Pool,
  partnerId: string,
  at: { today: CalendarDate; now: Date; isStopping?: () => boolean },
) => Promise<Enqueued>;

export type PlanningOptions = {
  pool: Pool;
  plan: Planner;
  businessDay: Pick<BusinessDay, 'today' | 'isThrough'>;
  now: () => number;
  log: Logger;
  metrics: WorkerMetrics;
  onPlanned: () => void;
  /** Milliseconds between two looks at the list of partners. */
  roundMs?: number;
  /** Milliseconds by which planning is repeated; by default since the process started. */
  monotonic?: () => number;
};

/** A change that no day brings, such as a setting, is planned within an hour. */
const againMs = 60 * 60_000;
/** Another process plans the partner, or planning failed. */
const laterMs = 60_000;
const failedMs = 10 * 60_000;
const longestPauseMs = 100;
const beatMs = 1_000;

/**
 * Plans partner after partner: when its days have passed, and every hour. It rests as long as each took, so requests hardly notice it.
 */
export class Planning {
  /** By partner: the date for which it is planned, and when it is planned again. */
  readonly #planned = new Map<string, { date: CalendarDate; againAt: number }>();
  readonly #nap = createNap();
  readonly #loop: Promise<void>;
  readonly #clock: () => number;
  #isStopped = false;

  constructor(private readonly options: PlanningOptions) {
    this.#clock = options.monotonic ?? (() => performance.now());
    this.#loop = this.#run();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#nap.wake();
    await this.#loop;
  }

  async #run(): Promise<void> {
    const { log, roundMs = 10_000 } = this.options;
    let isFaulty = false;
    while (!this.#isStopped) {
      try {
        await this.#round();
        if (isFaulty) log.info('planning goes on');
        isFaulty = false;
      } catch (err) {
        if (!isFaulty)
          log.error({ err }, isDatabaseUnavailable(err) ? 'planning waits for the database' : 'planning failed; it goes on soon');
        isFaulty = true;
      }
      if (!this.#isStopped) await this.#nap.sleep(roundMs);
    }
  }

  async #round(): Promise<void> {
    const { pool, businessDay, log } = this.options;
    const partners = (await listPartnersUnscoped(pool)).map(({ id }) => id);
    const known = new Set(partners);
    for (const id of this.#planned.keys()) if (!known.has(id)) this.#planned.delete(id);
    const begun = performance.now();
    let [visited, planned] = [0, 0];
    for (const id of partners) {
      if (this.#isStopped) break;
      const today = businessDay.today();
      if (!this.#isDue(id, today) || !businessDay.isThrough(id)) continue;
      const start = performance.now();
      planned += await this.#planOne(id, today);
      visited += 1;
      await sleep(Math.min(longestPauseMs, performance.now() - start));
    }
    if (planned > 0) log.info({ messages: planned, partners: visited, ms: Math.round(performance.now() - begun) }, 'messages planned');
  }

  #isDue(id: string, today: CalendarDate): boolean {
    const last = this.#planned.get(id);
    return last === undefined || last.date < today || last.againAt <= this.#clock();
  }

  async #planOne(id: string, today: CalendarDate): Promise<number> {
    const { pool, plan, now, log, metrics, onPlanned } = this.options;
    const note = (ms: number) => this.#planned.set(id, { date: today, againAt: this.#clock() + ms });
    try {
      const end = metrics.planningSeconds.startTimer();
      // The lock ends with this transaction, also if the process dies. The planner uses its own.
      const outcome = await inPartnerTransaction(
        pool,
        id,
        async (tx) => {
          if (await isPlannedElsewhere(tx)) return null;
          // The pool closes a connection in use that is silent for longer than a statement may take.
          let beats = Promise.resolve();
          const beat = setInterval(
            () => (beats = beats.then(async () => void (await tx.query('/* keepTurn */ select'))).catch(() => {})),
            beatMs,
          );
          try {
            return await plan(pool, id, { today, now: new Date(now()), isStopping: () => this.#isStopped });
          } finally {
            clearInterval(beat);
            await beats;
          }
        },
        { isRoutine: true, attempts: 1 },
      );
      if (outcome === null) {
        note(laterMs);
        return 0;
      }
      end();
      note(againMs);
      metrics.planned.inc(outcome.planned);
      for (const [reason, count] of Object.entries(outcome.skipped)) metrics.ended.inc({ state: 'SKIPPED', reason }, count);
      if (outcome.planned > 0) onPlanned();
      return outcome.planned;
    } catch (err) {
      if (isLockTimeout(err)) note(laterMs);
      else if (isDatabaseUnavailable(err)) {
        // What only this partner's statements meet, such as a full disk for sorting, must not keep the next ones from their turn.
        note(laterMs);
        throw err;
      }
      // One partner's failure is no other's.
      else note(failedMs);
      log.error({ err, partnerId: id }, 'planning failed for this partner');
      return 0;
    }
  }
}
