import { setImmediate as nextTurn } from 'node:timers/promises';
import { readConfig, type Config } from '../config.ts';
import type { Database, OpenOptions } from '../database/database.ts';
import { BusinessDateRefused, refuseWrongBusinessDate } from '../process/business-date.check.ts';
import { createLog, type Logger } from '../process/log.ts';
import { listenForStopSignals } from '../process/stop-signals.ts';
import { CommandError } from './command-error.ts';
import { openForCommand } from './use-database.ts';

type Running<Modules> = {
  config: Config;
  database: Database;
  log: Logger;
  modules: Modules;
  /** Whether a stop signal has arrived during the start. */
  isStopping: () => boolean;
};

/**
 * Runs what works until a stop signal. `load` loads modules while the database starts; other commands do not need them. `start` returns
 * what ends the work; without it, the process ends at once.
 */
export async function runUntilStopped<Modules>(
  options: { passDays?: true },
  load: () => Promise<Modules>,
  start: (running: Running<Modules>) => Promise<(() => Promise<void>) | undefined>,
): Promise<void> {
  const signals = listenForStopSignals();
  const config = readConfig();
  const log = await createLog(config);
  for (const warning of config.warnings) log.warn(warning);
  // A first start creates the database, which takes some seconds.
  log.info('opening the database');
  const loading = load();
  const opening = openForCommand(config, { stop: signals.stop, onRevival: logRevival(log) });
  void signals.forced.then((signal) => endAtOnce(signal, opening, config, log));
  const database = await opening.catch((error: unknown) => {
    if (signals.signal) return null;
    log.flush();
    throw error;
  });
  // A stop signal during the start ends the process before it works.
  if (!database) return;
  try {
    const modules = await loading;
    for (const warning of database.warnings) log.warn(warning);
    if (!options.passDays && !signals.signal) await refuseWrongBusinessDate(database.pool, config, Date.now).catch(throwRefusal);
    const stop = await start({ config, database, log, modules, isStopping: () => signals.signal !== undefined });
    if (!stop) return;
    log.info({ signal: await signals.first }, 'stopping');
    await stop();
  } finally {
    await database.close();
    log.info('stopped');
    // The sentence about an error is the last line.
    log.flush();
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
    if (event.kind === 'starting') log.warn({ attempt }, 'the embedded database is gone; starting it again');
    else if (event.kind === 'started') log.info({ attempt, ms: event.ms }, 'the embedded database runs again');
    else log.error({ attempt, retryInMs: event.retryInMs, err: event.error }, 'the embedded database did not start');
  };

function throwRefusal(error: unknown): never {
  throw error instanceof BusinessDateRefused ? new CommandError(error.message) : error;
}

/** The error names the port; a process has two, and the one of metrics is tried first. */
export function throwListenError(error: unknown, { host, port, metricsPort }: Pick<Config, 'host' | 'port' | 'metricsPort'>): never {
  const { code, port: tried = metricsPort ?? port } = error as NodeJS.ErrnoException & { port?: number };
  const variable = tried === metricsPort ? 'METRICS_PORT' : 'PORT';
  if (code === 'EADDRINUSE') {
    throw new CommandError(`Port ${tried} is already in use: set ${variable} to another port, or to 0 for any free port.`);
  }
  if (code === 'EACCES') throw new CommandError(`This user has no permission for port ${tried}: set ${variable} to a number above 1023.`);
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
    throw new CommandError(`This machine does not have the address ${host}: set HOST to one of its addresses.`);
  throw error;
}
