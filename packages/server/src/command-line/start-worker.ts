import type { Pool } from 'pg';
import type { Registry } from 'prom-client';
import type { Config } from '../config.ts';
import type { OutboxHandler } from '../outbox/outbox.types.ts';
import type { BusinessDay } from '../process/business-day.ts';
import type { Logger } from '../process/log.ts';
import { startWorker, type Worker } from '../worker/worker.ts';
import type { Planner } from '../worker/planning.ts';

type Parts = {
  config: Config;
  pool: Pool;
  businessDay: Pick<BusinessDay, 'today' | 'isThrough'>;
  registry: Registry;
  log: Logger;
  connections: number;
};

/** Starts the worker of a process. Null if nothing may leave: then nothing is planned either. */
export async function startWorkerOf({ config, ...parts }: Parts): Promise<Worker | null> {
  const handlers: OutboxHandler[] = [];
  const plan: Planner = async () => ({ planned: 0 });
  return startWorker({
    ...parts,
    handlers,
    plan,
    now: Date.now,
    perMinute: config.mailPerMinute,
    perMinuteOfPartner: config.mailPerMinuteOfPartner,
  });
}
