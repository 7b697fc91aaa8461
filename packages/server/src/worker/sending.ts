import { randomUUID } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import type { Pool } from 'pg';
import { inPartnerTransaction } from '../database/transaction.ts';
import { isDatabaseUnavailable, isLockTimeout } from '../database/unavailable.ts';
import { findDuePartnersUnscoped } from '../outbox/outbox-survey.queries.ts';
import type { OutboxHandler, OutboxMessage } from '../outbox/outbox.types.ts';
import { claimMessages, claimSettings } from '../outbox/outbox.writers.ts';
import { mostMailsAtOnce } from '../mail/mail.ts';
import type { BusinessDay } from '../process/business-day.ts';
import type { Logger } from '../process/log.ts';
import { findTracer } from '../process/tracing.ts';
import { createTurns } from '../process/turns.ts';
import { Circuit } from './circuit.ts';
import { deliver, type Delivery, type DeliveryOptions } from './delivery.ts';
import { DuePartners } from './due-partners.ts';
import { createLane, type Lane } from './lane.ts';
import { createNap } from './nap.ts';
import { Pace } from './pace.ts';
import type { WorkerMetrics } from './worker.metrics.ts';

export type SendingOptions = {
  pool: Pool;
  handlers: readonly OutboxHandler[];
  now: () => number;
  log: Logger;
  metrics: WorkerMetrics;
  perMinute: number;
  perMinuteOfPartner: number;
  leaseMs?: number;
  attemptMs?: number;
  idleMs?: number;
  /** A delivery waits so long for the one before it. */
  besideMs?: number;
  /** A partner whose days have not passed waits: what is due is checked against rows of the day before. */
  businessDay: Pick<BusinessDay, 'isThrough'>;
  /** How many connections of the pool it may use at once. */
  connections: number;
};

const mostDeliveries = mostMailsAtOnce;
const mostOfPartner = 3;
/** Of quick deliveries, more would wait until they pass beside, although that is not needed. */
const mostWaiting = 4;
const faultMs = 2_000;
const fullPaces = 1_000;

/**
 * Claims what is due, partner by partner in turn, and delivers it. Whatever fails, it goes on: a database or a mail server that is
 * unavailable is waited for.
 */
export class Sending {
  readonly #due = new DuePartners();
  readonly #running = new Map<string, number>();
  readonly #deliveries = new Map<Delivery, Promise<void>>();
  readonly #circuit = new Circuit();
  readonly #lane: Lane;
  readonly #pace: Pace;
  readonly #paces = new Map<string, Pace>();
  readonly #nap = createNap();
  readonly #stop = new AbortController();
  readonly #abandon = new AbortController();
  readonly #delivery: DeliveryOptions;
  readonly #kinds: readonly string[];
  readonly #leaseMs: number;
  readonly #idleMs: number;
  readonly #loop: Promise<void>;
  #surveyedAt = -Infinity;
  #isBusy = true;

  constructor(private readonly options: SendingOptions) {
    const { handlers, attemptMs = 30_000, leaseMs = 60_000, idleMs = 2_000, besideMs = 500, ...rest } = options;
    const handlerOf = new Map(handlers.flatMap((handler) => handler.kinds.map((kind) => [kind, handler])));
    this.#kinds = [...handlerOf.keys()];
    this.#leaseMs = leaseMs;
    this.#idleMs = idleMs;
    this.#lane = createLane(besideMs);
    this.#pace = new Pace(options.perMinute);
    // Each delivery listens.
    setMaxListeners(0, this.#abandon.signal);
    this.#delivery = {
      ...rest,
      attemptMs,
      tracer: findTracer(),
      handlerOf: (kind) => handlerOf.get(kind)!,
      inTurn: createTurns(options.connections),
      lane: this.#lane,
      stop: this.#stop.signal,
      abandon: this.#abandon.signal,
    };
    options.metrics.showUnreachable(() => this.#circuit.isProbing);
    this.#loop = this.#run();
  }

  /** Something may have become due. */
  wake(): void {
    this.#isBusy = true;
    this.#nap.wake();
  }

  /** Claims no more and waits for what is being delivered, for a limited time. */
  async stop(withinMs: number): Promise<void> {
    this.#stop.abort();
    this.#nap.wake();
    const timer = setTimeout(() => this.#abandon.abort(), withinMs);
    await this.#loop;
    await Promise.all(this.#deliveries.values());
    clearTimeout(timer);
  }

  async #run(): Promise<void> {
    let isFaulty = false;
    while (!this.#stop.signal.aborted) {
      let waitMs = faultMs;
      try {
        waitMs = await this.#step();
        if (isFaulty) {
          this.options.log.info('sending goes on');
          isFaulty = false;
          // What left before the fault is recorded first: its leases may have expired.
          waitMs = Math.max(waitMs, faultMs);
        }
      } catch (err) {
        if (!isFaulty)
          this.options.log.error(
            { err },
            isDatabaseUnavailable(err) ? 'sending waits for the database' : 'sending failed; it goes on soon',
          );
        isFaulty = true;
        this.#surveyedAt = -Infinity;
      }
      if (waitMs > 0 && !this.#stop.signal.aborted) await this.#nap.sleep(waitMs);
    }
  }

  /** One claim at most. Returns the milliseconds until the next step, unless something wakes it. */
  async #step(): Promise<number> {
    const pauseMs = this.#circuit.pauseMs();
    if (pauseMs > 0) return pauseMs;
    const free = (this.#circuit.isProbing ? 1 : mostDeliveries) - this.#deliveries.size;
    if (free <= 0 || this.#lane.waiting >= mostWaiting) return this.#idleMs;
    const paceMs = this.#pace.waitMs();
    if (paceMs > 0) return paceMs;
    const isOld = performance.now() - this.#surveyedAt >= this.#idleMs;
    if (isOld || (this.#due.size === 0 && this.#isBusy)) await this.#survey();
    const partnerId = this.#due.next((id) => this.#waitOf(id) === 0);
    if (partnerId === undefined)
      return Math.min(
        this.#idleMs,
        Math.max(
          1,
          this.#due.least((id) => this.#waitOf(id)),
        ),
      );
    const most = Math.min(free, this.#pace.available(), this.#freeOf(partnerId), this.#paceOf(partnerId).available());
    const claimed = await this.#claim(partnerId, most).catch((error: unknown) => this.#refuse(partnerId, error));
    this.#due.served(partnerId, { mayHaveMore: claimed.length >= most });
    if (claimed.length > 0) this.#isBusy = true;
    for (const delivery of claimed) this.#start(delivery);
    return 0;
  }

  async #survey(): Promise<void> {
    const { pool, now } = this.options;
    this.#isBusy = false;
    const due = await findDuePartnersUnscoped(pool, new Date(now()), this.#kinds);
    this.#due.refresh(due.map(({ partnerId }) => partnerId));
    this.#surveyedAt = performance.now();
    if (this.#paces.size > fullPaces) for (const [id, pace] of this.#paces) if (pace.isFull()) this.#paces.delete(id);
  }

  async #claim(partnerId: string, most: number): Promise<Delivery[]> {
    const { pool, now } = this.options;
    const claim = randomUUID();
    const leaseEnds = performance.now() + this.#leaseMs;
    const claiming = { claim, kinds: this.#kinds, dueAt: new Date(now()), most, leaseMs: this.#leaseMs, except: this.#overdue() };
    const messages = await this.#delivery.inTurn(() =>
      inPartnerTransaction(pool, partnerId, (tx) => claimMessages(tx, claiming), { isRoutine: true, opening: claimSettings }),
    );
    const units = new Map<string, OutboxMessage[]>();
    for (const message of messages) {
      const id = message.bundleId ?? message.id;
      const unit = units.get(id);
      if (unit) unit.push(message);
      else units.set(id, [message]);
    }
    return [...units.values()].map((unit) => ({ partnerId, claim, messages: unit, leaseEnds }));
  }

  /** A claim that fails for reasons of one partner keeps no other waiting. */
  #refuse(partnerId: string, err: unknown): Delivery[] {
    if (isDatabaseUnavailable(err) && !isLockTimeout(err)) {
      // What only its statements meet, such as a full disk for sorting, must not come first again.
      this.#due.served(partnerId, { mayHaveMore: true });
      throw err;
    }
    this.options.log.error({ err, partnerId }, 'messages of this partner could not be claimed');
    return [];
  }

  #start(delivery: Delivery): void {
    const { partnerId } = delivery;
    this.#running.set(partnerId, (this.#running.get(partnerId) ?? 0) + 1);
    const pace = this.#paceOf(partnerId);
    for (const each of [this.#pace, pace]) each.take();
    const running = this.#carryOut(delivery, pace).finally(() => {
      const left = this.#running.get(partnerId)! - 1;
      if (left > 0) this.#running.set(partnerId, left);
      else this.#running.delete(partnerId);
      this.#deliveries.delete(delivery);
      this.#nap.wake();
    });
    this.#deliveries.set(delivery, running);
  }

  /** Messages of this process whose lease has expired: their end is still to be recorded, so they are not delivered beside themselves. */
  #overdue(): string[] {
    const isOverdue = ({ leaseEnds }: Delivery) => leaseEnds <= performance.now();
    return [...this.#deliveries.keys()].filter(isOverdue).flatMap(({ messages }) => messages.map(({ id }) => id));
  }

  async #carryOut(delivery: Delivery, pace: Pace): Promise<void> {
    const { log } = this.options;
    const result = await deliver(this.#delivery, delivery);
    // What did not leave is no mail, so the bounds do not count it.
    if (result !== 'attempted') for (const each of [this.#pace, pace]) each.giveBack();
    if (result === 'attempted' && this.#circuit.reached()) log.info('deliveries go on: the server is reached again');
    if (result === 'unreachable') {
      const pauseMs = this.#circuit.unreachable();
      if (pauseMs !== null) log.warn({ pauseMs: Math.round(pauseMs) }, 'deliveries pause: no server is reached');
    }
  }

  #freeOf(partnerId: string): number {
    return mostOfPartner - (this.#running.get(partnerId) ?? 0);
  }

  /** Milliseconds until a delivery of the partner may start; a place that becomes free wakes the loop earlier. */
  #waitOf(partnerId: string): number {
    const isReady = this.#freeOf(partnerId) > 0 && this.options.businessDay.isThrough(partnerId);
    return isReady ? this.#paceOf(partnerId).waitMs() : this.#idleMs;
  }

  #paceOf(partnerId: string): Pace {
    let pace = this.#paces.get(partnerId);
    if (!pace) this.#paces.set(partnerId, (pace = new Pace(this.options.perMinuteOfPartner)));
    return pace;
  }
}
