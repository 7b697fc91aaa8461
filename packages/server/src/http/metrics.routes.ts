import type { FastifyInstance } from 'fastify';
import { createHash, timingSafeEqual } from 'node:crypto';
import type { Registry } from 'prom-client';
import type { Config } from '../config.ts';
import { isDirectRequest } from './explorers/prefill.ts';

type MetricsOptions = { registry: Registry; config: Pick<Config, 'environment' | 'metricsPort' | 'metricsToken'> };

/**
 * `/metrics`, in the text format of Prometheus: on a port of its own, or for a token. With neither, outside of production, browsers of this
 * machine see it.
 */
export async function registerMetrics(app: FastifyInstance, { registry, config }: MetricsOptions): Promise<void> {
  const { environment, metricsPort, metricsToken } = config;
  const isOpen = metricsPort !== undefined || metricsToken !== undefined;
  if (!isOpen && environment === 'production') return;
  const digest = (text: string) => createHash('sha256').update(text).digest();
  const wanted = metricsToken === undefined ? null : digest(`Bearer ${metricsToken}`);
  app.get('/metrics', async (request, reply) => {
    void reply.header('cache-control', 'no-store');
    const isAllowed = wanted
      ? timingSafeEqual(wanted, digest(request.headers.authorization ?? ''))
      : isOpen || isDirectRequest(request.raw);
    if (!isAllowed) return await reply.code(401).header('www-authenticate', 'Bearer').send('Send METRICS_TOKEN as a bearer token.\n');
    return await reply.type(registry.contentType).send(await registry.metrics());
  });
}
