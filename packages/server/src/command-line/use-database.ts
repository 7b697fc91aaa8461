import { readConfig, type Config } from '../config.ts';
import { openDatabase, type Database } from '../database/database.ts';

/** In production migrations are a step of their own, run with the owner's address; elsewhere whatever opens the database brings it up to date. */
export async function openForCommand(config: Config): Promise<Database> {
  return await openDatabase(config, { migrate: config.environment !== 'production' || config.databaseUrl === undefined });
}

/** Opens the database for one command and closes it after, when the command is broken off by a signal too. */
export async function useDatabase<T>(work: (database: Database, config: Config) => Promise<T>, config: Config = readConfig()): Promise<T> {
  const database = await openForCommand(config);
  const breakOff = (signal: NodeJS.Signals) => {
    const tooLong = setTimeout(() => process.exit(1), 3_000);
    void database.close().finally(() => {
      clearTimeout(tooLong);
      process.kill(process.pid, signal);
    });
  };
  process.once('SIGINT', breakOff).once('SIGTERM', breakOff);
  try {
    return await work(database, config);
  } finally {
    process.off('SIGINT', breakOff).off('SIGTERM', breakOff);
    await database.close();
  }
}
