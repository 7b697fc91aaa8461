import { setTimeout as sleep } from 'node:timers/promises';
import type { Registry } from 'prom-client';
import { readOutboxDepthUnscoped } from '../outbox/outbox-survey.queries.ts';
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

  async function measure(): Promise<void> {
    while (!stopped.signal.aborted) {
      const at = options.now();
      // Scrapes need no key, so they do not ask the database.
      await readOutboxDepthUnscoped(options.pool, new Date(at)).then(
        (depth) => metrics.showDepth(depth, at),
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
