import type { FastifyInstance } from 'fastify';
import type { Pool } from 'pg';
import { migrationsArePending } from '../database/database.ts';

const answerWithinMs = 2_000;
const answerIsGoodForMs = 1_000;

/** `/healthz`: the process lives. `/readyz`: send it requests. Both are open, so they tell nothing more. */
export async function registerHealth(app: FastifyInstance, options: { pool: Pool; isDraining: () => boolean }): Promise<void> {
  // Anybody may ask, so asking often must not cost the database more.
  let last: { at: number; isReady: Promise<boolean> } | undefined;
  const databaseIsReady = () => {
    if (!last || performance.now() - last.at > answerIsGoodForMs) last = { at: performance.now(), isReady: askDatabase(options.pool) };
    return last.isReady;
  };

  app.get('/healthz', async (_request, reply) => reply.header('cache-control', 'no-store').send({ status: 'ok' }));
  app.get('/readyz', async (_request, reply) => {
    const isReady = !options.isDraining() && (await databaseIsReady());
    return reply
      .code(isReady ? 200 : 503)
      .header('cache-control', 'no-store')
      .send({ status: isReady ? 'ready' : 'not ready' });
  });
}

async function askDatabase(pool: Pool): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<boolean>((resolve) => (timer = setTimeout(resolve, answerWithinMs, false)));
  const answer = migrationsArePending(pool).then(
    (arePending) => !arePending,
    () => false,
  );
  return await Promise.race([answer, tooLate]).finally(() => clearTimeout(timer));
}
