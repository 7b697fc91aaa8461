import { DataSource } from 'typeorm';
import type pg from 'pg';
import { migrations } from './migrations.ts';

/** TypeORM runs the migrations; statements of the server go through pg. */
export function createDataSource(owner: pg.ClientConfig): DataSource {
  return new DataSource({
    type: 'postgres',
    migrations,
    migrationsTableName: 'migrations',
    synchronize: false,
    installExtensions: false,
    logging: false,
    poolSize: 2,
    // Handed to pg as it is, so that addresses over Unix sockets work too.
    extra: owner,
  });
}
