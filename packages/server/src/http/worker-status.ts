import { fastify } from 'fastify';
import type { Pool } from 'pg';
import type { Config } from '../config.ts';
import { createRecentFaults } from '../database/recent-faults.ts';
import { createBusinessDay, type BusinessDay } from '../process/business-day.ts';
import type { Logger } from '../process/log.ts';
import { createMetrics, type Metrics } from '../process/metrics.ts';
import { baseUrl } from './base-url.ts';
import { registerHealth } from './health.routes.ts';
import { registerMetrics } from './metrics.routes.ts';

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
  const businessDay = createBusinessDay({ pool, config, now, mostDays, log, metrics });
  let isDraining = false;
  const { host, metricsPort: port } = config;
  const app = port === undefined ? null : fastify({ bodyLimit: 1_000, requestTimeout: 10_000 });
  try {
    if (app) {
      await app.register(registerHealth, { pool, isDraining: () => isDraining, recentFaults: createRecentFaults(), businessDay, log });
      await app.register(registerMetrics, metrics);
      await app.listen({ host, port: port! });
    }
  } catch (error) {
    businessDay.stop();
    throw error;
  }
  return {
    url: app && baseUrl(app, host),
    businessDay,
    metrics,
    async close() {
      isDraining = true;
      businessDay.stop();
      await app?.close();
    },
  };
}
