import type { FastifyInstance } from 'fastify';
import type { BusinessDay } from '../process/business-day.ts';
import type { Readiness } from './readiness.ts';

const outdated = 'The database has migrations of a newer version. Restart this process with that version.';

export type HealthOptions = { readiness: () => Promise<Readiness>; businessDay: Pick<BusinessDay, 'state'> };

/**
 * `/healthz`: the process runs. `/readyz`: it can handle requests, with `?for=writing` those that change something, and how many partners are not served because their days did not
 * pass. Both need no key, so they reveal nothing else.
 */
export async function registerHealth(app: FastifyInstance, { readiness, businessDay }: HealthOptions): Promise<void> {
  app.get('/healthz', async (_request, reply) => reply.header('cache-control', 'no-store').send({ status: 'ok' }));
  app.get<{ Querystring: { for?: string } }>('/readyz', async (request, reply) => {
    const { status, reason, isOutdated = false } = await readiness();
    const { barred, warnings } = businessDay.state();
    return reply
      .code(status === 'not ready' || (status === 'ready for reading' && request.query.for === 'writing') ? 503 : 200)
      .header('cache-control', 'no-store')
      .send({ status, reason, ...(status !== 'not ready' && notes(barred, [...(isOutdated ? [outdated] : []), ...warnings])) });
  });
}

function notes(barred: number, warnings: string[]) {
  return { ...(barred > 0 && { partnersBarred: barred }), ...(warnings.length > 0 && { warnings }) };
}
