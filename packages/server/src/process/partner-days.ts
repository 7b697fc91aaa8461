import type { Pool } from 'pg';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CalendarDate } from '../calendar-date.ts';
import { firstPlace, removeOldRows, type OldRowsPlace } from '../contract-change/old-rows.queries.ts';
import type { Passing } from '../contract-change/concerned-contracts.queries.ts';
import { passPiece, TooManyDays, type PassingState } from '../contract-change/passing-days.queries.ts';
import { retryOnLostConnection } from '../database/retry.ts';
import { countingPool, SharedUsage, type DatabaseUsage } from '../database/usage.ts';
import { databaseFault, isDatabaseUnavailable, isLockTimeout } from '../database/unavailable.ts';
import { passDaysAdvice } from './business-date.check.ts';
import type { Logger } from './log.ts';
import type { Metrics } from './metrics.ts';
import { createTurns } from './turns.ts';

/** A partner whose days have not passed through this business date. */
type Behind = { date: CalendarDate; failures: number; retryAt: number; heldUp: 'importing' | 'readOnly' | null };
type Run = { date: CalendarDate; outcome: Promise<Outcome>; usage: SharedUsage };

/** through: readers are served; importing, readOnly: readers are served with the day before; barred, later: a new attempt comes. */
export type Outcome = 'through' | 'importing' | 'readOnly' | 'barred' | 'later';

// Most partners are through with their first piece. The further pieces of big ones take turns, so that they never hold up the others.
const firstPlaces = 3;
const furtherPlaces = 1;
const lockedPauseMs = 50;
const lockedTries = 20;
const retryMs = 1_000;
const maxBackoffMs = 5 * 60_000;

/**
 * Passes the days of single partners, one run a partner at a time. A failure bars that partner alone, until an attempt succeeds; pauses
 * between attempts double.
 */
export class PartnerDays {
  readonly #behind = new Map<string, Behind>();
  readonly #runs = new Map<string, Run>();
  /** Partners whose days have passed, and whose old rows may not be removed yet. */
  readonly #withOldRows = new Set<string>();
  readonly #first = createTurns(firstPlaces);
  readonly #further = createTurns(furtherPlaces);
  #isStopped = false;

  constructor(private readonly options: { pool: Pool; log: Logger; metrics: Metrics; mostDays: number }) {}

  /** Replaces the list of partners that are behind this date; those that stay keep their failures. */
  setBehind(ids: readonly string[], date: CalendarDate): void {
    const listed = new Set(ids);
    for (const id of this.#behind.keys()) if (!listed.has(id)) this.#behind.delete(id);
    for (const id of listed) this.#entry(id, date).date = date;
  }

  has = (id: string): boolean => this.#behind.has(id);
  get count(): number {
    return this.#behind.size;
  }
  get barred(): number {
    return [...this.#behind.values()].filter(({ failures }) => failures > 0).length;
  }

  /** Partners that may be tried now. */
  due(): string[] {
    const now = performance.now();
    return [...this.#behind].filter(([, { retryAt }]) => retryAt <= now).map(([id]) => id);
  }

  /** Seconds until the next attempt, at least one. */
  retrySeconds(id: string): number {
    return Math.max(1, Math.ceil(((this.#behind.get(id)?.retryAt ?? 0) - performance.now()) / 1_000));
  }

  /**
   * Passes the days of one partner, unless an attempt has just failed. Throws only when the database is unavailable. The statements count
   * in the usage of each request that waits. A run for an earlier date, begun before midnight, is waited for.
   */
  async pass(id: string, date: CalendarDate, waiting?: DatabaseUsage): Promise<Outcome> {
    const entry = this.#entry(id, date);
    if (entry.retryAt > performance.now()) return entry.heldUp ?? (entry.failures > 0 ? 'barred' : 'later');
    let run = this.#runs.get(id);
    if (run === undefined) {
      const usage = new SharedUsage();
      if (waiting) usage.waiting.add(waiting);
      run = { date, usage, outcome: this.#run(id, entry, date, usage).finally(() => this.#runs.delete(id)) };
      this.#runs.set(id, run);
    }
    const { usage } = run;
    if (waiting) usage.waiting.add(waiting);
    const outcome = await run.outcome.finally(() => waiting && usage.waiting.delete(waiting));
    return outcome === 'through' && run.date < date ? 'later' : outcome;
  }

  stop(): void {
    this.#isStopped = true;
  }

  #entry(id: string, date: CalendarDate): Behind {
    let entry = this.#behind.get(id);
    if (entry === undefined) this.#behind.set(id, (entry = { date, failures: 0, retryAt: 0, heldUp: null }));
    if (date > entry.date) entry.date = date;
    return entry;
  }

  async #run(id: string, entry: Behind, date: CalendarDate, usage: SharedUsage): Promise<Outcome> {
    try {
      const outcome = await this.#passPieces(id, date, countingPool(this.options.pool, usage));
      entry.heldUp = outcome === 'importing' ? outcome : null;
      if (outcome === 'through') {
        if (entry.failures > 0)
          this.options.log.info({ partnerId: id, businessDate: date }, 'passing days succeeded: the partner is served again');
        if (this.#behind.get(id)?.date === date) this.#behind.delete(id);
        const isRemoving = this.#withOldRows.size > 0;
        this.#withOldRows.add(id);
        if (!isRemoving) void this.#removeOldRows();
      } else entry.retryAt = performance.now() + retryMs;
      return outcome;
    } catch (error) {
      const isReadOnly = databaseFault(error) === 'READ_ONLY';
      entry.heldUp = isReadOnly ? 'readOnly' : null;
      if (isDatabaseUnavailable(error) || isLockTimeout(error)) {
        entry.retryAt = performance.now() + retryMs;
        if (isReadOnly) return 'readOnly';
        if (isLockTimeout(error)) return 'later';
        throw error;
      }
      this.#bar(id, entry, date, error);
      return 'barred';
    }
  }

  async #passPieces(id: string, date: CalendarDate, pool: Pool): Promise<Outcome> {
    const begin = (): Passing => ({ partnerId: id, businessDate: date, mostDays: this.options.mostDays, daysPassed: 0 });
    let passing = begin();
    const piece = async () => {
      try {
        return await turn(() => this.#passPiece(pool, passing));
      } catch (error) {
        // What was read under a lock that is lost may not hold any more.
        await passing.beside?.catch(() => {});
        passing = begin();
        throw error;
      }
    };
    let tries = 0;
    let turn = this.#first;
    while (!this.#isStopped) {
      // As reads are: a request that waits for its partner's days is answered although the connection was lost.
      const state = await retryOnLostConnection(piece);
      if (state === 'through' || state === 'importing') return state;
      if (state === 'partly') turn = this.#further;
      else {
        // Another process passes this partner's days; it leaves room between two pieces.
        tries += 1;
        if (tries > lockedTries) return 'later';
        await sleep(lockedPauseMs);
      }
    }
    return 'later';
  }

  /** Nobody waits for it: readers do without these rows. What fails is left to the partner's next passing. */
  async #removeOldRows(): Promise<void> {
    for (const id of this.#withOldRows) {
      try {
        let tries = 0;
        for (let place: OldRowsPlace | null = firstPlace; place !== null && !this.#isStopped;) {
          const after: OldRowsPlace = place;
          try {
            place = await this.#further(() => removeOldRows(this.options.pool, id, after));
          } catch (error) {
            // On a busy machine, an edit may hold a customer for longer than this waits.
            if (!isLockTimeout(error) || (tries += 1) > lockedTries) throw error;
          }
        }
      } catch (err) {
        if (!this.#isStopped) this.options.log.warn({ partnerId: id, err }, 'removing old rows waits until the next day passes');
      }
      this.#withOldRows.delete(id);
    }
  }

  async #passPiece(pool: Pool, passing: Passing): Promise<PassingState> {
    if (this.#isStopped) return 'locked';
    const { metrics } = this.options;
    const end = metrics.passingSeconds.startTimer();
    const state = await passPiece(pool, passing, { isWaiting: false }).finally(end);
    metrics.daysPassed.inc(passing.daysPassed);
    passing.daysPassed = 0;
    return state;
  }

  #bar(id: string, entry: Behind, date: CalendarDate, error: unknown): void {
    entry.failures += 1;
    const pauseMs = Math.min(maxBackoffMs, retryMs * 2 ** (entry.failures - 1));
    entry.retryAt = performance.now() + pauseMs;
    const reason = error instanceof TooManyDays ? `${error.message} ${passDaysAdvice}` : (error as Error).name;
    const retryInSeconds = Math.round(pauseMs / 1_000);
    this.options.log.error(
      { partnerId: id, businessDate: date, failures: entry.failures, retryInSeconds, reason, err: error },
      'passing days failed: only this partner is not served',
    );
  }
}
