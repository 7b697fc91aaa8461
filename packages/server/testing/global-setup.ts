import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type pg from 'pg';
import { openDatabase } from '../src/database/database.ts';
import { startThrowawayCluster } from './throwaway-cluster.ts';
import { asSuperuser, ownerLogin, urlOf, type TestCluster } from './test-cluster.ts';
import type { TestRun } from './test-run.ts';

declare global {
  var stopTestRun: (() => Promise<void>) | undefined;
}

/** One PostgreSQL per run, with one migrated template; each test database is a copy of the template. */
export default async function setUp(): Promise<void> {
  const { stop, superuserUrl, log } = await findCluster();
  const prefix = `renewals_test_${randomBytes(4).toString('hex')}`;
  const { TEST_POOLER_URL: poolerUrl } = process.env;
  const cluster: TestCluster = { superuserUrl, ...(poolerUrl && { poolerUrl }), log, prefix };
  const run: TestRun = { folder: mkdtempSync(join(tmpdir(), 'renewals-test-')), isBuilt: isBuilt() };
  globalThis.stopTestRun = async () => {
    await dropDatabases(cluster);
    await stop();
    rmSync(run.folder, { recursive: true, force: true });
  };
  // An interrupted run stops its server too.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void globalThis.stopTestRun!().finally(() => process.kill(process.pid, signal)));
  }
  try {
    await makeTemplate(cluster);
  } catch (error) {
    await globalThis.stopTestRun();
    throw error;
  }
  process.env['TEST_RUN'] = JSON.stringify(run);
  process.env['TEST_CLUSTER'] = JSON.stringify(cluster);
}

/** `npm test` builds first; a run of jest alone may find an older build. */
const isBuilt = () => spawnSync(process.execPath, [resolve(import.meta.dirname, '../../setup.mjs'), '--is-current']).status === 0;

async function makeTemplate(cluster: TestCluster): Promise<void> {
  await asSuperuser(cluster, async (superuser) => {
    await requireStatementLog(superuser);
    await makeOwner(superuser);
    await superuser.query(`create database "${cluster.prefix}" owner ${ownerLogin.name}`);
  });
  const template = await openDatabase(
    { databaseUrl: urlOf(cluster, cluster.prefix, ownerLogin), dataDir: '', environment: 'test', poolSize: 1, statementTimeoutMs: 60_000 },
    { migrate: true },
  );
  await template.close();
}

async function dropDatabases(cluster: TestCluster): Promise<void> {
  await asSuperuser(cluster, async (superuser) => {
    const { rows } = await superuser.query<{ datname: string }>('select datname from pg_database where starts_with(datname, $1)', [
      cluster.prefix,
    ]);
    for (const { datname } of rows) await superuser.query(`drop database "${datname}" with (force)`);
  });
}

/** The server of TEST_DATABASE_URL (a superuser's address), or a new one for this run. */
async function findCluster(): Promise<{ superuserUrl: string; log: string; stop(): Promise<void> }> {
  const { TEST_DATABASE_URL: superuserUrl, TEST_DATABASE_LOG: log } = process.env;
  if (superuserUrl && log) return { superuserUrl, log, stop: async () => {} };
  if (superuserUrl) throw new Error('TEST_DATABASE_URL also requires TEST_DATABASE_LOG, the statement log of that server.');
  const cluster = await startThrowawayCluster(mkdtempSync(join(tmpdir(), 'renewals-test-')), { logStatements: true });
  const { user } = cluster.superuser;
  return { ...cluster, superuserUrl: `postgres://${user}@/postgres?host=${encodeURIComponent(cluster.socketFolder)}` };
}

/** Tests count statements in PostgreSQL's own log, so it must hold them, each with its database and user. */
async function requireStatementLog(superuser: pg.Client): Promise<void> {
  const { rows } = await superuser.query<{ statement: string; prefix: string }>(
    `select current_setting('log_statement') as statement, current_setting('log_line_prefix') as prefix`,
  );
  if (rows[0]?.statement === 'all' && rows[0].prefix === '%d|%u|%p| ') return;
  throw new Error(`The server of TEST_DATABASE_URL must run with log_statement=all and log_line_prefix='%d|%u|%p| '.`);
}

/** The owner of the tables is not a superuser, as in production: forced row-level security applies to it too. */
async function makeOwner(superuser: pg.Client): Promise<void> {
  await superuser.query(`do $$ begin
    if not exists (select from pg_roles where rolname = '${ownerLogin.name}') then
      create role ${ownerLogin.name} login createrole password '${ownerLogin.password}';
    end if;
  end $$`);
}
