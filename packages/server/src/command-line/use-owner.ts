import { readConfig, type Config } from '../config.ts';
import { openOwner, type OwnerAccess } from '../database/owner-access.ts';
import { listenForStopSignals } from '../process/stop-signals.ts';
import { Stopped } from './command-error.ts';
import { note } from './output.ts';

/** Runs a command as the owner of the tables. A stop signal rolls back the work; the command then ends by that signal. */
export async function useOwner<T>(work: (access: OwnerAccess, config: Config) => Promise<T>): Promise<T> {
  const config = readConfig();
  const signals = listenForStopSignals();
  for (const warning of config.warnings) note(warning);
  try {
    const access = await openOwner(config, { stop: signals.stop });
    try {
      signals.stop.throwIfAborted();
      void signals.first.then(() => access.abort());
      return await work(access, config);
    } finally {
      await (signals.signal ? access.abort() : access.release());
    }
  } catch (error) {
    throw signals.signal ? new Stopped(signals.signal) : error;
  } finally {
    signals.forget();
  }
}
