import type { Command } from 'commander';
import { readConfig, type Config } from '../config.ts';
import { createLog } from '../process/log.ts';
import { isLoopback, sampleQuery } from '../http/explorers/prefill.ts';
import { banner } from './banner.ts';
import { CommandError } from './command-error.ts';
import { print } from './output.ts';
import { loadSampleOnFirstStart } from './sample.command.ts';
import { keepSampleToken } from './sample-token.ts';
import { openForCommand } from './use-database.ts';

export function addServeCommand(program: Command): void {
  program
    .command('serve')
    .description('serve the API until SIGTERM or Ctrl-C')
    .option('--banner', 'print the addresses, a token of the sample partner and a query to paste')
    .action(serve);
}

async function serve(options: { banner?: true }): Promise<void> {
  const stopping = signalToStop();
  const config = readConfig();
  const log = createLog(config);
  // It takes a second to load: meanwhile the database starts, and no other command waits for it.
  const http = import('../http/server.ts');
  const database = await openForCommand(config);
  try {
    const { startServer } = await http;
    for (const warning of database.warnings) log.warn(warning);
    await loadSampleOnFirstStart(database, config, log);
    const token = await keepSampleToken(database.pool, config);
    // A stop that was asked for while starting is obeyed before anybody is served.
    if (stopping.signal) return;
    // Who can reach the landing page must be at this machine, for it holds a key.
    const prefill = { ...sampleQuery, ...(token && isLoopback(config.host) && { token }) };
    const server = await startServer({ config, database, now: Date.now, log, prefill }).catch((error: unknown) =>
      explainListening(error, config),
    );
    print(
      options.banner
        ? banner({ url: server.url, database: database.description, explorers: config.explorers, token })
        : `Listening at ${server.url}`,
    );
    log.info({ url: server.url, database: database.description }, 'listening');
    log.info({ signal: await stopping.asked }, 'stopping');
    await server.close();
  } finally {
    await database.close();
    log.info('stopped');
  }
}

function explainListening(error: unknown, { host, port }: Config): never {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE') {
    throw new CommandError(`Port ${port} is taken already: set the variable PORT to another one, or to 0 for any that is free.`);
  }
  if (code === 'EACCES') throw new CommandError(`This user may not listen at port ${port}: set the variable PORT to a number above 1023.`);
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
    throw new CommandError(`This machine has no address ${host}: set the variable HOST to one it has.`);
  throw error;
}

/** The first signal is a request to stop in good order; the second one ends the process at once. */
function signalToStop(): { asked: Promise<NodeJS.Signals>; readonly signal: NodeJS.Signals | undefined } {
  let signal: NodeJS.Signals | undefined;
  const asked = new Promise<NodeJS.Signals>((resolve) => {
    const stop = (received: NodeJS.Signals) => {
      if (signal) process.exit(1);
      resolve((signal = received));
    };
    process.on('SIGTERM', stop).on('SIGINT', stop);
  });
  return {
    asked,
    get signal() {
      return signal;
    },
  };
}
