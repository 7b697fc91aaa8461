import type { FastifyInstance } from 'fastify';
import type { Metrics } from '../process/metrics.ts';

/** `/metrics`, in the text format of Prometheus. It needs no key, so no metric names a partner. */
export async function registerMetrics(app: FastifyInstance, { registry }: Pick<Metrics, 'registry'>): Promise<void> {
  app.get('/metrics', async (_request, reply) =>
    reply
      .header('cache-control', 'no-store')
      .type(registry.contentType)
      .send(await registry.metrics()),
  );
}
