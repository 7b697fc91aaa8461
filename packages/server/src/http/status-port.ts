import { fastify } from 'fastify';
import type { Registry } from 'prom-client';
import type { Config } from '../config.ts';
import { baseUrl } from './base-url.ts';
import { registerHealth, type HealthOptions } from './health.routes.ts';
import { registerMetrics } from './metrics.routes.ts';

export type StatusPort = { url: string; close(): Promise<void> };

type StatusOptions = HealthOptions & {
  config: Pick<Config, 'environment' | 'host' | 'metricsPort' | 'metricsToken'>;
  registry: Registry;
};

/** Answers health checks and shows metrics on METRICS_PORT, which no proxy passes on. Null without that port. */
export async function openStatusPort({ config, registry, ...health }: StatusOptions): Promise<StatusPort | null> {
  const { host, metricsPort: port } = config;
  if (port === undefined) return null;
  const app = fastify({ bodyLimit: 1_000, requestTimeout: 10_000 });
  await app.register(registerHealth, health);
  await app.register(registerMetrics, { registry, config });
  await app.listen({ host, port });
  return { url: baseUrl(app, host), close: async () => await app.close() };
}
