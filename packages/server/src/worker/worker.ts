import { setTimeout as sleep } from 'node:timers/promises';
import type { Registry } from 'prom-client';
import { readOutboxDepthUnscoped, type OutboxDepth } from '../outbox/outbox-survey.queries.ts';
import { isOutboxHeldUnscoped } from '../outbox/restoration.writers.ts';
import { Planning, type PlanningOptions } from './planning.ts';
import { Sending, type SendingOptions } from './sending.ts';
import { createWorkerMetrics } from './worker.metrics.ts';

export type WorkerOptions = Omit<SendingOptions & PlanningOptions, 'metrics' | 'onPlanned'> & { registry: Registry };

export type Worker = {
  /** Ends what is being delivered, for a limited time. */
  stop(): Promise<void>;
};

// Shorter than the time that most supervisors give a process to end.
const stopMs = 10_000;
const depthMs = 15_000;

/** Plans messages and sends them, until it is stopped. It outlives every failure of what it uses. */
export function startWorker({ registry, ...options }: WorkerOptions): Worker {
  const metrics = createWorkerMetrics(registry);
  const sending = new Sending({ ...options, metrics });
  const planning = new Planning({ ...options, metrics, onPlanned: () => sending.wake() });
  const stopped = new AbortController();
  const measuring = measure();

  let wasHeld = false;
  function noteDepth(depth: OutboxDepth & { isHeld: boolean }, at: number): void {
    metrics.showDepth(depth, at);
    if (depth.isHeld && !wasHeld) options.log.warn('no mail is sent: the outbox is held after a restore, until `renewals outbox release`');
    if (!depth.isHeld && wasHeld) options.log.info('the outbox is released: mail leaves again');
    wasHeld = depth.isHeld;
  }

  async function measure(): Promise<void> {
    while (!stopped.signal.aborted) {
      const at = options.now();
      // Scrapes need no key, so they do not ask the database.
      await Promise.all([readOutboxDepthUnscoped(options.pool, new Date(at)), isOutboxHeldUnscoped(options.pool)]).then(
        ([depth, isHeld]) => noteDepth({ ...depth, isHeld }, at),
        () => metrics.hideDepth(),
      );
      await sleep(depthMs, undefined, { signal: stopped.signal }).catch(() => {});
    }
  }

  return {
    async stop() {
      stopped.abort();
      await Promise.all([planning.stop(), sending.stop(stopMs), measuring]);
    },
  };
}
