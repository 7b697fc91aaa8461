import { setTimeout as sleep } from 'node:timers/promises';
import { readConfig, type Config } from '../config.ts';
import { openDatabase, type Database, type OpenOptions } from '../database/database.ts';
import { listenForStopSignals, type StopSignals } from '../process/stop-signals.ts';
import { Stopped } from './command-error.ts';
import { note } from './output.ts';

const signalDelayMs = 50;

/** In production, migrating a server is a separate step with the owner's login. Otherwise, every command runs pending migrations first. */
export async function openForCommand(config: Config, options: Omit<OpenOptions, 'migrate'> = {}): Promise<Database> {
  const migrate = config.environment !== 'production' || config.databaseUrl === undefined;
  return await openDatabase(config, { migrate, ...options }).catch(async (error: unknown) => {
    // A signal to the process group may have ended a helper process before the event loop tells this process.
    await sleep(signalDelayMs);
    throw error;
  });
}

const unwindTimeoutMs = 3_000;

/** Opens the database for one command and closes it afterwards. A stop signal rolls back the work; the command then ends by that signal. */
export async function useDatabase<T>(
  work: (database: Database, config: Config) => Promise<T>,
  config: Config = readConfig(),
  open: typeof openForCommand = openForCommand,
): Promise<T> {
  const signals = listenForStopSignals();
  for (const warning of config.warnings) note(warning);
  try {
    return await untilStopped(signals, work, config, open);
  } catch (error) {
    throw signals.signal ? new Stopped(signals.signal) : error;
  } finally {
    // Not earlier: a second signal would end the process before the database is stopped.
    signals.forget();
  }
}

async function untilStopped<T>(
  signals: StopSignals,
  work: (database: Database, config: Config) => Promise<T>,
  config: Config,
  open: typeof openForCommand,
): Promise<T> {
  const database = await open(config, { stop: signals.stop, onRevival: tellRevival });
  const aborted = signals.first.then(() => database.abort());
  try {
    signals.stop.throwIfAborted();
    const running = work(database, config);
    // The work notices that its connections have ended, and removes its files. It can't delay the end for long.
    const unwound = aborted.then(() => Promise.race([running, sleep(unwindTimeoutMs).then(() => signals.stop.throwIfAborted() as never)]));
    return await Promise.race([running, unwound]);
  } finally {
    await (signals.signal ? aborted : database.close());
  }
}

const tellRevival: OpenOptions['onRevival'] = ({ kind, attempt }) => {
  if (kind === 'starting') note(`The embedded PostgreSQL is gone; starting it again (attempt ${attempt}).`);
  if (kind === 'failed') note(`The embedded PostgreSQL did not start (attempt ${attempt}).`);
};
