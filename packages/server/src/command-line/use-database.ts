import { readConfig, type Config } from '../config.ts';
import { openDatabase, type Database } from '../database/database.ts';

/** In production, migrating a server is a separate step with the owner's login. Otherwise, every command runs pending migrations first. */
export async function openForCommand(config: Config): Promise<Database> {
  return await openDatabase(config, { migrate: config.environment !== 'production' || config.databaseUrl === undefined });
}

/** Opens the database for one command and closes it afterwards, also if a signal ends the command. */
export async function useDatabase<T>(work: (database: Database, config: Config) => Promise<T>, config: Config = readConfig()): Promise<T> {
  const database = await openForCommand(config);
  const closeAndExit = (signal: NodeJS.Signals) => {
    const forceExit = setTimeout(() => process.exit(1), 3_000);
    void database.close().finally(() => {
      clearTimeout(forceExit);
      process.kill(process.pid, signal);
    });
  };
  process.once('SIGINT', closeAndExit).once('SIGTERM', closeAndExit);
  try {
    return await work(database, config);
  } finally {
    process.off('SIGINT', closeAndExit).off('SIGTERM', closeAndExit);
    await database.close();
  }
}
