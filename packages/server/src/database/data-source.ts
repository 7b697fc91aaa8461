import { DataSource } from 'typeorm';
import type pg from 'pg';
import { migrations } from './migrations.ts';

/** TypeORM runs the migrations only; the server queries through pg. */
export function createDataSource(owner: pg.ClientConfig, only: readonly string[]): DataSource {
  return new DataSource({
    type: 'postgres',
    migrations: migrations.filter(({ name }) => only.includes(name)),
    migrationsTableName: 'migrations',
    synchronize: false,
    installExtensions: false,
    logging: false,
    poolSize: 2,
    // pg gets the settings unchanged, so that Unix sockets work too.
    extra: owner,
  });
}
