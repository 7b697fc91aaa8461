import type { Pool } from 'pg';
import { Gauge, type Registry } from 'prom-client';
import { DatabaseSetupError } from '../database/database-setup-error.ts';
import { readMigrationState } from '../database/migration-run.ts';
import { isReadOnly } from '../database/readiness.queries.ts';
import type { RecentFaults } from '../database/recent-faults.ts';
import { requireConnecting } from '../database/serving-pool.ts';
import { databaseFault, faultSentences, isTimeout, type DatabaseFault } from '../database/unavailable.ts';
import type { Logger } from '../process/log.ts';

const timeoutMs = 2_000;
const maxAgeMs = 1_000;

/** A class of reasons; it names no internals, since health checks need no key. */
export type Reason = DatabaseFault | 'SHUTTING_DOWN' | 'MIGRATIONS_PENDING' | 'FAILED';
export type Readiness = { status: 'ready' | 'not ready' | 'ready for reading'; reason?: Reason; isOutdated?: boolean };

const explanations: Partial<Record<Reason, string>> = {
  ...faultSentences,
  MIGRATIONS_PENDING:
    'Migrations are pending: run the migrate of this version. After the loss of a database, restore a backup instead: an empty one refuses every key.',
};

/** Whether the process can handle requests. Each change of the answer is a line of the log, whoever asks. */
export function createReadiness(options: {
  pool: Pool;
  isDraining: () => boolean;
  recentFaults: RecentFaults;
  log: Logger;
}): () => Promise<Readiness> {
  const { pool, isDraining, recentFaults, log } = options;
  // Whoever asks needs no key: frequent requests must not load the database.
  let last: { at: number; isPending: boolean; answer: Promise<Readiness> } | undefined;
  let logged: Reason | undefined;

  async function current(): Promise<Readiness> {
    if (isDraining()) return notReady('SHUTTING_DOWN');
    if (!last || (!last.isPending && performance.now() - last.at > maxAgeMs)) {
      const asked = { at: performance.now(), isPending: true, answer: checkDatabase(pool, recentFaults) };
      void asked.answer.then(() => (asked.isPending = false));
      last = asked;
    }
    const answer = await last.answer;
    const fault = recentFaults.current();
    return answer.status === 'ready' && fault !== null ? notReady(fault) : answer;
  }

  return async () => {
    const answer = await current();
    const { status, reason } = answer;
    if (reason !== logged) {
      if (reason === undefined) log.info('ready again');
      else log.warn({ reason, ...(explanations[reason] && { explanation: explanations[reason] }) }, status);
      logged = reason;
    }
    return answer;
  };
}

/** 1 while `/readyz` answers 200: monitoring that only scrapes learns of an outage, too. */
export function showReadiness(registry: Registry, readiness: () => Promise<Readiness>): void {
  const ready: Gauge = new Gauge({
    name: 'renewals_ready',
    help: '1 while the process can handle requests, as /readyz tells.',
    registers: [registry],
    collect: async () => ready.set((await readiness()).status === 'not ready' ? 0 : 1),
  });
}

const notReady = (reason: Reason): Readiness => ({ status: 'not ready', reason });

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
  await requireConnecting(pool);
  const { pending, unknown, isClosed } = await readMigrationState(pool);
  if (isClosed) {
    recentFaults.note('TABLES_MISSING');
    return notReady('TABLES_MISSING');
  }
  if (pending.length > 0) return notReady('MIGRATIONS_PENDING');
  // While a newer version is put in its place, it serves on: a proxy that asks must not leave out all processes at once.
  const isOutdated = unknown.length > 0;
  // It still answers queries, so it stays in rotation.
  if (await isReadOnly(pool)) return { status: 'ready for reading', reason: 'READ_ONLY', isOutdated };
  return { status: 'ready', isOutdated };
}
