import type { Command } from 'commander';
import { isLoopback, sampleQuery } from '../http/explorers/prefill.ts';
import { version } from '../config.ts';
import { hasMailbox } from '../http/mailbox/mailbox.routes.ts';
import { showProcess } from '../process/metrics.ts';
import { banner } from './banner.ts';
import { print } from './output.ts';
import { runUntilStopped, throwListenError } from './run-until-stopped.ts';
import { loadSampleOnFirstStart } from './sample.command.ts';
import { getSampleKey } from './sample-key.ts';

export function addServeCommand(program: Command): void {
  program
    .command('serve')
    .description('run the server, with a worker inside, until SIGTERM or Ctrl-C')
    .option('--pass-days', 'start although more than 35 days pass at once, or the database has another date')
    .option('--banner', 'print the addresses, an API key of the sample partner and an example query')
    .action(serve);
}

/** So many connections of the pool serve the worker; requests need the others. */
const workerConnections = 2;

async function serve(options: { banner?: true; passDays?: true }): Promise<void> {
  // Loading these modules takes a second. The database starts meanwhile, and other commands do not load them.
  const load = async () => ({ ...(await import('../http/server.ts')), ...(await import('./start-worker.ts')) });
  await runUntilStopped(options, load, async ({ config, database, log, modules, isStopping }) => {
    if (!isStopping()) await loadSampleOnFirstStart(database, config, log);
    if (isStopping()) return undefined;
    const apiKey = await getSampleKey(database.pool, config);
    // Pages contain the key, or are signed in by it, so they get it only if the server listens on loopback.
    const prefill = { ...sampleQuery, ...(apiKey && isLoopback(config.host) && { apiKey }) };
    const isSignedIn = 'apiKey' in prefill && config.environment !== 'production';
    const server = await modules
      .startServer({ config, database, now: Date.now, log, prefill, ...(options.passDays && { mostDays: Infinity }) })
      .catch((error: unknown) => throwListenError(error, config));
    const { url, statusUrl, businessDay, metrics } = server;
    showProcess(metrics.registry);
    const told = { url, database: database.description, explorers: config.explorers, mailbox: hasMailbox(config), apiKey, isSignedIn };
    print(options.banner ? banner(told) : `Listening at ${url}`);
    if (statusUrl !== null) print(`Metrics at ${statusUrl}/metrics`);
    log.info({ url, version, database: database.description }, 'listening');
    const parts = { config, pool: database.pool, businessDay, registry: metrics.registry, log, connections: workerConnections, url };
    const worker = config.worker ? await modules.startWorkerOf(parts) : null;
    return async () => void (await Promise.all([server.close(), worker?.stop()]));
  });
}
