import type { Command } from 'commander';
import { version } from '../config.ts';
import { showProcess } from '../process/metrics.ts';
import { print } from './output.ts';
import { runUntilStopped, throwListenError } from './run-until-stopped.ts';
import { CommandError } from './command-error.ts';

export function addWorkCommand(program: Command): void {
  program
    .command('work')
    .description('plan and send reminders until SIGTERM or Ctrl-C; several may run, also beside serve')
    .option('--pass-days', 'start although more than 35 days pass at once, or the database has another date')
    .action(work);
}

/** Fewer than POOL_SIZE: planning, and the business day, use the pool too. */
const connectionsOf = (poolSize: number) => Math.max(1, Math.min(6, poolSize - 3));

async function work(options: { passDays?: true }): Promise<void> {
  const load = async () => ({ ...(await import('./start-worker.ts')), ...(await import('../http/worker-status.ts')) });
  await runUntilStopped(options, load, async ({ config, database, log, modules, isStopping }) => {
    if (isStopping()) return undefined;
    const { pool } = database;
    const status = await modules
      .startWorkerStatus({ config, pool, now: Date.now, log, ...(options.passDays && { mostDays: Infinity }) })
      .catch((error: unknown) => throwListenError(error, config));
    const { businessDay, metrics } = status;
    showProcess(metrics.registry);
    const connections = connectionsOf(config.poolSize);
    // A server of this machine answers the links, if there is no address for them.
    const url = `http://${config.host}:${config.port}`;
    const worker = await modules.startWorkerOf({ config, pool, businessDay, registry: metrics.registry, log, connections, url });
    if (!worker) {
      await status.close();
      throw new CommandError('Nothing can be sent: set SMTP_URL.');
    }
    print(status.url === null ? 'Working.' : `Working; metrics at ${status.url}/metrics`);
    log.info({ version, database: database.description }, 'working');
    return async () => {
      await worker.stop();
      await status.close();
    };
  });
}
