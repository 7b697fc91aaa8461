import { setTimeout as sleep } from 'node:timers/promises';
import type { Pool } from 'pg';
import { inPartnerTransaction, type PartnerTransaction } from '../database/transaction.ts';
import { isDatabaseUnavailable, isTimeout } from '../database/unavailable.ts';
import type { Attempt, OutboxHandler, OutboxMessage, Outcome, Prepared } from '../outbox/outbox.types.ts';
import { endMessages, releaseMessages, retryLater } from '../outbox/outbox.writers.ts';
import type { Logger } from '../process/log.ts';
import { inSpan, type Tracer } from '../process/tracing.ts';
import { backoffMs, mostAttempts } from './backoff.rules.ts';
import type { Lane } from './lane.ts';
import type { WorkerMetrics } from './worker.metrics.ts';

/** Messages of one claim that leave as one. */
export type Delivery = {
  partnerId: string;
  claim: string;
  messages: readonly OutboxMessage[];
  /** By `performance.now()`: the lease lasts at least as long. */
  leaseEnds: number;
};

export type DeliveryOptions = {
  pool: Pool;
  handlerOf(kind: string): OutboxHandler;
  /** Milliseconds since 1970. */
  now: () => number;
  log: Logger;
  metrics: WorkerMetrics;
  tracer: Tracer | null;
  /** The longest time of one attempt. */
  attemptMs: number;
  /** Bounds the connections that deliveries use at once. */
  inTurn: <T>(work: () => Promise<T>) => Promise<T>;
  /**
   * From the check until the end is recorded, deliveries pass one after another, as long as they are quick. A process that dies then leaves
   * one at most whose mail has left although no end is recorded.
   */
  lane: Lane;
  /** From then on, no attempt begins. */
  stop: AbortSignal;
  /** From then on, nothing waits any longer. */
  abandon: AbortSignal;
};

/** attempted: it left, or might have; idle: there was nothing to deliver, or not now. */
export type DeliveryResult = 'attempted' | 'unreachable' | 'idle';

// An aborted attempt tells what became of it; one that does not is taken for failed.
const abortMs = 3_000;
/** Time to record the outcome before the lease ends. */
const recordMs = 5_000;
const longestPauseMs = 1_000;

/** Delivers messages that are claimed, and records what became of them. It never throws. */
export async function deliver(options: DeliveryOptions, delivery: Delivery): Promise<DeliveryResult> {
  const leave = await options.lane.enter();
  try {
    return await tryDeliver(options, delivery);
  } catch (err) {
    options.log.error({ err, ...named(delivery) }, 'the end of a delivery could not be recorded');
    return 'idle';
  } finally {
    leave();
  }
}

const named = ({ partnerId, messages }: Delivery) => ({ partnerId, kind: messages[0]!.kind, messageIds: idsOf(messages).slice(0, 10) });
const attemptsOf = (messages: readonly OutboxMessage[]) => messages.reduce((most, { attempts }) => Math.max(most, attempts), 0);
const idsOf = (messages: readonly OutboxMessage[]) => messages.map(({ id }) => id);

async function tryDeliver(options: DeliveryOptions, delivery: Delivery): Promise<DeliveryResult> {
  const { pool, log, inTurn } = options;
  const { partnerId, messages, leaseEnds } = delivery;
  const attempts = attemptsOf(messages);
  if (attempts >= mostAttempts) {
    await finish(options, delivery, { skipped: [], attempt: gaveUp('The worker ended during each attempt.', null) });
    return 'idle';
  }
  let prepared: Prepared;
  try {
    prepared = await inTurn(() => options.handlerOf(messages[0]!.kind).prepare(pool, partnerId, messages));
  } catch (err) {
    if (isDatabaseUnavailable(err)) {
      await finish(options, delivery, { skipped: [], attempt: null });
      return 'idle';
    }
    log.error({ err, ...named(delivery) }, 'a message could not be prepared');
    await finish(options, delivery, { skipped: [], attempt: later('The message could not be prepared.') });
    return 'idle';
  }
  const { skipped, notBefore } = prepared;
  if (notBefore) {
    await finish(options, delivery, { skipped, attempt: null, notBefore });
    return 'idle';
  }
  // A lease that might end during the attempt is given back: another worker could deliver at the same time.
  const isInTime = performance.now() + options.attemptMs + abortMs + recordMs <= leaseEnds;
  if (prepared.deliver === null) {
    await finish(options, delivery, { skipped, attempt: later('Nothing was prepared.') });
    return 'idle';
  }
  if (!isInTime || options.stop.aborted) {
    await finish(options, delivery, { skipped, attempt: null });
    return 'idle';
  }
  const attempt = await tryOnce(options, prepared.deliver, delivery);
  await finish(options, delivery, { skipped, attempt });
  return attempt.state === 'RETRY' && attempt.isUnreachable === true ? 'unreachable' : 'attempted';
}

const later = (detail: string): Attempt => ({ state: 'RETRY', detail, address: null });
const gaveUp = (detail: string, address: string | null): Attempt => ({ state: 'FAILED', reason: 'GAVE_UP', detail, address });

async function tryOnce(
  { attemptMs, abandon, metrics, tracer, log }: DeliveryOptions,
  deliverNow: (signal: AbortSignal) => Promise<Attempt>,
  delivery: Delivery,
): Promise<Attempt> {
  const aborting = new AbortController();
  const abort = () => aborting.abort();
  const timer = setTimeout(abort, attemptMs);
  abandon.addEventListener('abort', abort, { once: true });
  const end = metrics.deliverySeconds.startTimer();
  let silence: NodeJS.Timeout | undefined;
  const silent = new Promise<Attempt>((resolve) => {
    aborting.signal.addEventListener('abort', () => {
      silence = setTimeout(resolve, abortMs, later('The attempt took too long.'));
    });
  });
  try {
    const { partnerId, messages } = delivery;
    const attributes = {
      'renewals.partner.id': partnerId,
      'renewals.message.kind': messages[0]!.kind,
      'renewals.messages': messages.length,
    };
    const attempt = async () => await Promise.race([deliverNow(aborting.signal), silent]);
    return await inSpan(tracer, 'deliver', attributes, attempt, ({ state }) => ({
      attributes: { 'renewals.message.state': state },
      isFailed: state === 'FAILED' || state === 'RETRY',
    }));
  } catch (err) {
    log.error({ err, ...named(delivery) }, 'a delivery failed unexpectedly');
    return later('The delivery failed unexpectedly.');
  } finally {
    abandon.removeEventListener('abort', abort);
    clearTimeout(timer);
    clearTimeout(silence);
    end();
  }
}

type Finish = { skipped: Prepared['skipped']; attempt: Attempt | null; notBefore?: Date };

/** Records what became of the messages in one transaction; without an attempt, those that were not skipped are given back. */
async function finish(options: DeliveryOptions, delivery: Delivery, { skipped, attempt, notBefore }: Finish): Promise<void> {
  const reasons = new Map(skipped.map(({ id, reason }) => [id, reason]));
  const isKept = ({ id }: OutboxMessage) => !reasons.has(id);
  const steps: Step[] = [...new Set(reasons.values())].map((reason) => ({
    messages: delivery.messages.filter(({ id }) => reasons.get(id) === reason),
    outcome: { state: 'SKIPPED', reason },
  }));
  const rest = delivery.messages.filter(isKept);
  if (rest.length > 0) steps.push({ messages: rest, outcome: attempt === null ? null : lastAttempt(attempt, rest), notBefore });

  const counts = await recordSafely(options, delivery, steps);
  for (const count of counts) count();
}

type Step = { messages: readonly OutboxMessage[]; outcome: Attempt | Outcome | null; notBefore?: Date | undefined };

/** The last of many attempts fails for good. */
function lastAttempt(attempt: Attempt, messages: readonly OutboxMessage[]): Attempt {
  if (attempt.state !== 'RETRY' || attempt.isUnreachable === true) return attempt;
  const attempts = attemptsOf(messages) + 1;
  return attempts >= mostAttempts ? gaveUp(attempt.detail, attempt.address) : attempt;
}

type Counted = () => void;

/** What has left must not leave again: if what follows from the end fails, the end alone is recorded. */
async function recordSafely(options: DeliveryOptions, delivery: Delivery, steps: readonly Step[]): Promise<Counted[]> {
  try {
    return await record(options, delivery, steps, { withHandler: true });
  } catch (err) {
    options.log.error({ err, ...named(delivery) }, 'the end of messages is recorded without what follows from it');
    return await record(options, delivery, steps, { withHandler: false });
  }
}

/** Waits for a database that is unavailable: nobody else can claim the messages meanwhile. Without handler, it tries until the worker ends. */
async function record(
  options: DeliveryOptions,
  delivery: Delivery,
  steps: readonly Step[],
  { withHandler }: { withHandler: boolean },
): Promise<Counted[]> {
  for (let pauseMs = 20; ; pauseMs = Math.min(2 * pauseMs, longestPauseMs)) {
    try {
      return await options.inTurn(() =>
        inPartnerTransaction(
          options.pool,
          delivery.partnerId,
          async (tx) => {
            const counts: Counted[] = [];
            for (const step of steps) counts.push(await recordStep(options, tx, delivery, step, withHandler));
            return counts;
          },
          { isRoutine: true },
        ),
      );
    } catch (error) {
      const mayPass = !withHandler || isDatabaseUnavailable(error) || isTimeout(error);
      if (!mayPass || options.abandon.aborted) throw error;
      await sleep(pauseMs, undefined, { signal: options.abandon }).catch(() => {});
    }
  }
}

async function recordStep(
  { handlerOf, metrics, now }: DeliveryOptions,
  tx: PartnerTransaction,
  { claim }: Delivery,
  { messages, outcome, notBefore }: Step,
  withHandler: boolean,
): Promise<Counted> {
  const claimed = { claim, ids: idsOf(messages) };
  if (outcome === null || (outcome.state === 'RETRY' && outcome.isUnreachable === true)) {
    await releaseMessages(tx, claimed, notBefore);
    return () => {};
  }
  if (outcome.state === 'RETRY') {
    const { detail, address } = outcome;
    const attempts = attemptsOf(messages) + 1;
    await retryLater(tx, claimed, { notBefore: new Date(now() + backoffMs(attempts)), detail, address });
    return () => metrics.retries.inc();
  }
  const ended = await endMessages(tx, claimed, outcome);
  if (ended.size === 0) return () => {};
  const theirs = messages.filter(({ id }) => ended.has(id));
  if (withHandler) await handlerOf(theirs[0]!.kind).ended(tx, theirs, outcome);
  const reason = 'reason' in outcome ? outcome.reason : '';
  return () => metrics.ended.inc({ state: outcome.state, reason }, ended.size);
}
