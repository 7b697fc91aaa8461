import type { FastifyInstance } from 'fastify';
import type { Pool } from 'pg';
import type { BusinessDay } from '../process/business-day.ts';
import { migrationsArePending } from '../database/database.ts';

const timeoutMs = 2_000;
const maxAgeMs = 1_000;

/**
 * `/healthz`: the process runs. `/readyz`: it can handle requests, and how many partners are not served because their days did not
 * pass. Both need no key, so they reveal nothing else.
 */
export async function registerHealth(
  app: FastifyInstance,
  options: { pool: Pool; isDraining: () => boolean; businessDay: Pick<BusinessDay, 'state'> },
): Promise<void> {
  // These routes need no key: frequent requests must not load the database.
  let last: { at: number; isReady: Promise<boolean> } | undefined;
  const databaseIsReady = () => {
    if (!last || performance.now() - last.at > maxAgeMs) last = { at: performance.now(), isReady: checkDatabase(options.pool) };
    return last.isReady;
  };

  app.get('/healthz', async (_request, reply) => reply.header('cache-control', 'no-store').send({ status: 'ok' }));
  app.get('/readyz', async (_request, reply) => {
    const isReady = !options.isDraining() && (await databaseIsReady());
    return reply
      .code(isReady ? 200 : 503)
      .header('cache-control', 'no-store')
      .send({ status: isReady ? 'ready' : 'not ready', ...(isReady && notes(options.businessDay.state())) });
  });
}

function notes({ barred, warnings }: { barred: number; warnings: string[] }) {
  return { ...(barred > 0 && { partnersBarred: barred }), ...(warnings.length > 0 && { warnings }) };
}

async function checkDatabase(pool: Pool): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const timedOut = new Promise<boolean>((resolve) => (timer = setTimeout(resolve, timeoutMs, false)));
  const answer = migrationsArePending(pool).then(
    (arePending) => !arePending,
    () => false,
  );
  return await Promise.race([answer, timedOut]).finally(() => clearTimeout(timer));
}
