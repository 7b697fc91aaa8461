import type { Command } from 'commander';
import { readConfig, type Config } from '../config.ts';
import { createLog } from '../process/log.ts';
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
  const stopSignals = listenForStopSignals();
  const config = readConfig();
  const log = createLog(config);
  // Loading this module takes a second. The database starts meanwhile, and other commands do not load it.
  const http = import('../http/server.ts');
  const database = await openForCommand(config);
  try {
    const { startServer } = await http;
    for (const warning of database.warnings) log.warn(warning);
    if (!options.passDays) await refuseWrongBusinessDate(database.pool, config, Date.now).catch(throwRefusal);
    await loadSampleOnFirstStart(database, config, log);
    const apiKey = await getSampleKey(database.pool, config);
    // A stop signal during the start ends the process before it serves requests.
    if (stopSignals.signal) return;
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
    log.info({ signal: await stopSignals.first }, 'stopping');
    await server.close();
  } finally {
    await database.close();
    log.info('stopped');
  }
}

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

/** The first signal stops the server gracefully; the second one ends the process at once. */
function listenForStopSignals(): { first: Promise<NodeJS.Signals>; readonly signal: NodeJS.Signals | undefined } {
  let signal: NodeJS.Signals | undefined;
  const first = new Promise<NodeJS.Signals>((resolve) => {
    const stop = (received: NodeJS.Signals) => {
      if (signal) process.exit(1);
      resolve((signal = received));
    };
    process.on('SIGTERM', stop).on('SIGINT', stop);
  });
  return {
    first,
    get signal() {
      return signal;
    },
  };
}
