import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { readStatements, sizeOf } from '../../../server/testing/statement-log.ts';
import { startThrowawayCluster } from '../../../server/testing/throwaway-cluster.ts';
import { urlOf } from '../../../server/testing/test-cluster.ts';
import { PostgresServer } from '../faults/postgres-server.ts';
import { runProduct } from '../node-process.ts';

const owner = { name: 'bench_owner', password: 'bench_owner' };
const serving = { name: 'bench_server', password: 'bench_server' };

/** A temporary cluster with databases as in production: one login owns the tables; another login serves and owns nothing. */
export type BenchCluster = {
  postmasterPid: number;
  version: string;
  createDatabase(name: string): Promise<BenchDatabase>;
  /** The same, without tables. */
  createEmptyDatabase(name: string): Promise<BenchDatabase>;
  /** The statements that `work` runs in a database, from PostgreSQL's log. */
  statementsOf(database: BenchDatabase, work: () => Promise<unknown>): Promise<string[]>;
  stop(): Promise<void>;
};

export type BenchDatabase = {
  name: string;
  /** environment variables with which the product finds the database */
  variables: { DATABASE_URL: string; MIGRATION_DATABASE_URL: string };
  superuserUrl: string;
  superuser: pg.Pool;
};

/** On the binaries of the embedded PostgreSQL, or with `isServer` on those of the operating system's packages. */
export async function startBenchCluster({ isServer = false } = {}): Promise<BenchCluster> {
  const cluster = isServer ? await startServer() : await startEmbedded();
  const run = { superuserUrl: cluster.superuserUrl, log: cluster.log, prefix: 'bench', folder: '' };
  const admin = new pg.Client({ connectionString: run.superuserUrl });
  await admin.connect();
  const set = async (settings: Record<string, string>) => {
    for (const [name, value] of Object.entries(settings)) await admin.query(`alter system set ${name} = '${value}'`);
    await admin.query('select pg_reload_conf()');
    // Each backend reads the new settings between two of its statements.
    await sleep(200);
  };
  for (const { name, password } of [owner, serving]) await admin.query(`create role ${name} login password '${password}'`);
  await admin.query('create role renewals_serving nologin');
  await admin.query(`grant renewals_serving to ${serving.name}`);
  // Keeps checkpoints from slowing the loading of data.
  await set({ log_line_prefix: '%d|%u|%p| ', max_wal_size: '16GB' });
  const { rows } = await admin.query<{ pid: number; version: string }>(
    `select pg_backend_pid() as pid, current_setting('server_version') as version`,
  );
  const { pid, version } = rows[0]!;
  const pools: pg.Pool[] = [];
  const createEmptyDatabase = async (name: string): Promise<BenchDatabase> => {
    await admin.query(`create database ${name} owner ${owner.name}`);
    // After an asynchronous commit, rows stay without hint bits until the commit is on disk. Every reader would look up their transaction.
    await admin.query(`alter database ${name} set synchronous_commit = on`);
    const superuser = new pg.Pool({ connectionString: urlOf(run, name), max: 2 });
    // The cluster stops while connections are being closed.
    superuser.on('error', () => undefined);
    pools.push(superuser);
    await superuser.query('grant usage on schema public to renewals_serving');
    const variables = { DATABASE_URL: urlOf(run, name, serving), MIGRATION_DATABASE_URL: urlOf(run, name, owner) };
    return { name, variables, superuser, superuserUrl: urlOf(run, name) };
  };
  return {
    postmasterPid: Number(/\) \S (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))![1]),
    version,
    createEmptyDatabase,
    async createDatabase(name) {
      const database = await createEmptyDatabase(name);
      await runProduct(['migrate'], database.variables);
      return database;
    },
    async statementsOf({ name }, work) {
      await set({ log_statement: 'all' });
      const mark = sizeOf(run.log);
      await work();
      await set({ log_statement: 'none' });
      return readStatements(run.log, mark, name).map(({ text }) => text);
    },
    async stop() {
      await Promise.all(pools.map((pool) => pool.end()));
      await admin.end();
      await cluster.stop();
    },
  };
}

type Cluster = { superuserUrl: string; log: string; stop(): Promise<void> };

async function startEmbedded(): Promise<Cluster> {
  const { superuser, socketFolder, log, stop } = await startThrowawayCluster(mkdtempSync(join(tmpdir(), 'renewals-bench-')), {
    logStatements: false,
  });
  return { superuserUrl: `postgres://${superuser.user}@/postgres?host=${encodeURIComponent(socketFolder)}`, log, stop };
}

async function startServer(): Promise<Cluster> {
  const server = await PostgresServer.start();
  return { superuserUrl: server.superuserUrl, log: server.log, stop: () => server.remove() };
}
