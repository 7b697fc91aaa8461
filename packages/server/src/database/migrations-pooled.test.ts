import { expect, test } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { asSuperuser, currentTestCluster, ownerLogin, servedUrlOf } from '../../testing/test-cluster.ts';
import { openDatabase } from './database.ts';
import { migrationNames } from './migrations.ts';

// Where the run has a connection pooler, the migrations go through it, too.
test('two processes at once migrate an empty database through the address of the server', async () => {
  const cluster = currentTestCluster();
  const name = `${cluster.prefix}_${randomBytes(4).toString('hex')}`;
  await asSuperuser(cluster, (superuser) => superuser.query(`create database "${name}" owner ${ownerLogin.name}`));
  try {
    const config = { dataDir: '/nowhere', environment: 'development', poolSize: 2, statementTimeoutMs: 10_000 } as const;
    const open = () => openDatabase({ ...config, databaseUrl: servedUrlOf(cluster, name, ownerLogin) }, { migrate: true });
    const opened = await Promise.all([open(), open()]);
    for (const { pool, close } of opened) {
      const { rows } = await pool.query<{ name: string }>('select name from migrations order by id');
      expect(rows.map((row) => row.name)).toEqual(migrationNames);
      await close();
    }
  } finally {
    await asSuperuser(cluster, (superuser) => superuser.query(`drop database "${name}" with (force)`));
  }
});
