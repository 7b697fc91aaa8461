import { AbstractLogger, DataSource, type MigrationInterface, type QueryRunner } from 'typeorm';
import type pg from 'pg';
import { migrations } from './migrations.ts';

type Migration = new () => MigrationInterface;

/**
 * While a migration waits for the lock of a table, whoever wants that table waits behind it. So it gives up, before PostgreSQL looks for
 * deadlocks (after a second) and ends a request; the runner tries again.
 */
const waitingBriefly = (Migration: Migration): Migration =>
  class extends Migration {
    override async up(runner: QueryRunner): Promise<void> {
      if (runner.isTransactionActive) await runner.query(`set local lock_timeout = '500ms'`);
      await super.up(runner);
    }
  };

/** The console logger tells failed migrations whatever its options say. The runner throws or repeats them. */
class SilentLogger extends AbstractLogger {
  protected override writeLog(): void {}
}

/** TypeORM runs the migrations only; the server queries through pg. */
export function createDataSource(owner: pg.ClientConfig, only: readonly string[]): DataSource {
  return new DataSource({
    type: 'postgres',
    migrations: migrations.filter(({ name }) => only.includes(name)).map(waitingBriefly),
    migrationsTableName: 'migrations',
    synchronize: false,
    installExtensions: false,
    logger: new SilentLogger(),
    poolSize: 2,
    // pg gets the settings unchanged, so that Unix sockets work too.
    extra: owner,
  });
}
