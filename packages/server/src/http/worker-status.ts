import type { Pool } from 'pg';
import type { Config } from '../config.ts';
import { createRecentFaults } from '../database/recent-faults.ts';
import { createBusinessDay, type BusinessDay } from '../process/business-day.ts';
import type { Logger } from '../process/log.ts';
import { createMetrics, type Metrics } from '../process/metrics.ts';
import { showPool } from '../process/pool.metrics.ts';
import { createReadiness, showReadiness } from './readiness.ts';
import { openStatusPort, type StatusPort } from './status-port.ts';

export type WorkerStatus = {
  /** The base URL of health checks and metrics; null without METRICS_PORT. */
  url: string | null;
  businessDay: BusinessDay;
  metrics: Metrics;
  close(): Promise<void>;
};

/** What a process that serves no API needs beside its worker: its business day, and health checks and metrics on a port of their own. */
export async function startWorkerStatus(options: {
  config: Config;
  pool: Pool;
  now: () => number;
  log: Logger;
  mostDays?: number;
}): Promise<WorkerStatus> {
  const { config, pool, now, log, mostDays } = options;
  const metrics = createMetrics();
  const recentFaults = createRecentFaults();
  const businessDay = createBusinessDay({ pool, recentFaults, config, now, mostDays, log, metrics });
  showPool(metrics.registry, pool);
  let isDraining = false;
  const readiness = createReadiness({ pool, isDraining: () => isDraining, recentFaults, log });
  showReadiness(metrics.registry, readiness);
  let port: StatusPort | null;
  try {
    port = await openStatusPort({ config, registry: metrics.registry, readiness, businessDay });
  } catch (error) {
    businessDay.stop();
    throw error;
  }
  return {
    url: port?.url ?? null,
    businessDay,
    metrics,
    async close() {
      isDraining = true;
      businessDay.stop();
      await port?.close();
    },
  };
}
