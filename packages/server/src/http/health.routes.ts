import type { FastifyInstance } from 'fastify';
import type { Pool } from 'pg';
import type { BusinessDay } from '../process/business-day.ts';
import { DatabaseSetupError } from '../database/database-setup-error.ts';
import { readMigrationState } from '../database/migration-run.ts';
import { isReadOnly } from '../database/readiness.queries.ts';
import type { RecentFaults } from '../database/recent-faults.ts';
import { databaseFault, faultSentences, isTimeout, type DatabaseFault } from '../database/unavailable.ts';
import type { Logger } from '../process/log.ts';

const timeoutMs = 2_000;
const maxAgeMs = 1_000;

/** A class of reasons; it names no internals, since health checks need no key. */
type Reason = DatabaseFault | 'SHUTTING_DOWN' | 'MIGRATIONS_PENDING' | 'FAILED';
type Readiness = { status: 'ready' | 'not ready' | 'ready for reading'; reason?: Reason; isOutdated?: boolean };

const outdated = 'The database has migrations of a newer version. Restart this process with that version.';

export type HealthOptions = {
  pool: Pool;
  isDraining: () => boolean;
  recentFaults: RecentFaults;
  businessDay: Pick<BusinessDay, 'state'>;
  log: Logger;
};

/**
 * `/healthz`: the process runs. `/readyz`: it can handle requests, with `?for=writing` those that change something, and how many partners are not served because their days did not
 * pass. Both need no key, so they reveal nothing else.
 */
export async function registerHealth(app: FastifyInstance, options: HealthOptions): Promise<void> {
  const { pool, isDraining, recentFaults, businessDay, log } = options;
  // These routes need no key: frequent requests must not load the database.
  let last: { at: number; answer: Promise<Readiness> } | undefined;
  let logged: Reason | undefined;

  async function readiness(): Promise<Readiness> {
    if (isDraining()) return notReady('SHUTTING_DOWN');
    if (!last || performance.now() - last.at > maxAgeMs) last = { at: performance.now(), answer: checkDatabase(pool, recentFaults) };
    const answer = await last.answer;
    const fault = recentFaults.current();
    return answer.status === 'ready' && fault !== null ? notReady(fault) : answer;
  }

  app.get('/healthz', async (_request, reply) => reply.header('cache-control', 'no-store').send({ status: 'ok' }));
  app.get<{ Querystring: { for?: string } }>('/readyz', async (request, reply) => {
    const answer = await readiness();
    const { status, reason, isOutdated = false } = answer;
    const { barred, warnings } = businessDay.state();
    if (reason !== logged) {
      if (reason === undefined) log.info('ready again');
      else log.warn({ reason, ...(reason in faultSentences && { explanation: faultSentences[reason as DatabaseFault] }) }, status);
      logged = reason;
    }
    return reply
      .code(status === 'not ready' || (status === 'ready for reading' && request.query.for === 'writing') ? 503 : 200)
      .header('cache-control', 'no-store')
      .send({ status, reason, ...(status !== 'not ready' && notes(barred, [...(isOutdated ? [outdated] : []), ...warnings])) });
  });
}

const notReady = (reason: Reason): Readiness => ({ status: 'not ready', reason });

function notes(barred: number, warnings: string[]) {
  return { ...(barred > 0 && { partnersBarred: barred }), ...(warnings.length > 0 && { warnings }) };
}

async function checkDatabase(pool: Pool, recentFaults: RecentFaults): Promise<Readiness> {
  let timer: NodeJS.Timeout | undefined;
  const timedOut = new Promise<Readiness>((resolve) => (timer = setTimeout(resolve, timeoutMs, notReady('UNREACHABLE'))));
  const failed = (error: unknown) => {
    // The login lost its grant.
    const fault = error instanceof DatabaseSetupError ? 'LOGIN_REFUSED' : databaseFault(error);
    if (fault) recentFaults.note(fault);
    return notReady(fault ?? (isTimeout(error) ? 'UNREACHABLE' : 'FAILED'));
  };
  return await Promise.race([askDatabase(pool, recentFaults).catch(failed), timedOut]).finally(() => clearTimeout(timer));
}

async function askDatabase(pool: Pool, recentFaults: RecentFaults): Promise<Readiness> {
  const { pending, unknown, isClosed } = await readMigrationState(pool);
  if (isClosed) {
    recentFaults.note('TABLES_MISSING');
    return notReady('TABLES_MISSING');
  }
  if (pending.length > 0) return notReady('MIGRATIONS_PENDING');
  // While a newer version is put in its place, it serves on: a proxy that asks this route must not leave out all processes at once.
  const isOutdated = unknown.length > 0;
  // It still answers queries, so it stays in rotation.
  if (await isReadOnly(pool)) return { status: 'ready for reading', reason: 'READ_ONLY', isOutdated };
  return { status: 'ready', isOutdated };
}
