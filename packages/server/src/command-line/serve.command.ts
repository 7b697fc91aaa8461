import type { Command } from 'commander';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { readConfig, type Config } from '../config.ts';
import type { Database, OpenOptions } from '../database/database.ts';
import { createLog, type Logger } from '../process/log.ts';
import { listenForStopSignals } from '../process/stop-signals.ts';
import { BusinessDateRefused, refuseWrongBusinessDate } from '../process/business-date.check.ts';
import { isLoopback, sampleQuery } from '../http/explorers/prefill.ts';
import { banner } from './banner.ts';
import { CommandError } from './command-error.ts';
import { print } from './output.ts';
import { loadSampleOnFirstStart } from './sample.command.ts';
import { getSampleKey } from './sample-key.ts';
import { openForCommand } from './use-database.ts';

export function addServeCommand(program: Command): void {
  program
    .command('serve')
    .description('run the server until SIGTERM or Ctrl-C')
    .option('--pass-days', 'start although more than 35 days pass at once, or the database has another date')
    .option('--banner', 'print the addresses, an API key of the sample partner and an example query')
    .action(serve);
}

async function serve(options: { banner?: true; passDays?: true }): Promise<void> {
  const signals = listenForStopSignals();
  const config = readConfig();
  const log = createLog(config);
  // Loading this module takes a second. The database starts meanwhile, and other commands do not load it.
  const http = import('../http/server.ts');
  const opening = openForCommand(config, { stop: signals.stop, onRevival: logRevival(log) });
  void signals.forced.then((signal) => endAtOnce(signal, opening, config, log));
  const database = await opening.catch((error: unknown) => {
    if (!signals.signal) throw error;
    return null;
  });
  // A stop signal during the start ends the process before it serves requests.
  if (!database) return;
  try {
    const { startServer } = await http;
    for (const warning of database.warnings) log.warn(warning);
    if (!options.passDays && !signals.signal) await refuseWrongBusinessDate(database.pool, config, Date.now).catch(throwRefusal);
    if (!signals.signal) await loadSampleOnFirstStart(database, config, log);
    if (signals.signal) return;
    const apiKey = await getSampleKey(database.pool, config);
    // The landing page contains the key, so it gets it only if the server listens on loopback.
    const prefill = { ...sampleQuery, ...(apiKey && isLoopback(config.host) && { apiKey }) };
    const server = await startServer({
      config,
      database,
      now: Date.now,
      log,
      prefill,
      ...(options.passDays && { mostDays: Infinity }),
    }).catch((error: unknown) => throwListenError(error, config));
    print(
      options.banner
        ? banner({ url: server.url, database: database.description, explorers: config.explorers, apiKey })
        : `Listening at ${server.url}`,
    );
    log.info({ url: server.url, database: database.description }, 'listening');
    log.info({ signal: await signals.first }, 'stopping');
    await server.close();
  } finally {
    await database.close();
    log.info('stopped');
  }
}

/** Ends work in progress. The embedded database is stopped all the same, if no other process uses it. */
async function endAtOnce(signal: NodeJS.Signals, opening: Promise<Database>, { databaseUrl }: Config, log: Logger): Promise<never> {
  log.warn({ signal }, 'stopping at once');
  const opened = opening.catch(() => null);
  // A start that hangs on another server leaves nothing behind.
  const database = await (databaseUrl === undefined ? opened : Promise.race([opened, nextTurn(null)]));
  await database?.abort().catch((err: unknown) => log.error({ err }, 'the database did not stop'));
  process.exit(1);
}

const logRevival =
  (log: Logger): OpenOptions['onRevival'] =>
  (event) => {
    const { attempt } = event;
    if (event.kind === 'starting') log.warn({ attempt }, 'the embedded database has ended; starting it again');
    else if (event.kind === 'started') log.info({ attempt, ms: event.ms }, 'the embedded database runs again');
    else log.error({ attempt, retryInMs: event.retryInMs, err: event.error }, 'the embedded database did not start');
  };

function throwRefusal(error: unknown): never {
  throw error instanceof BusinessDateRefused ? new CommandError(error.message) : error;
}

function throwListenError(error: unknown, { host, port }: Config): never {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE') {
    throw new CommandError(`Port ${port} is already in use: set PORT to another port, or to 0 for any free port.`);
  }
  if (code === 'EACCES') throw new CommandError(`This user has no permission for port ${port}: set PORT to a number above 1023.`);
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
    throw new CommandError(`This machine does not have the address ${host}: set HOST to one of its addresses.`);
  throw error;
}
