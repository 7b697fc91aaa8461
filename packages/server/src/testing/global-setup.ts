import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { migrateTemplate } from './template-database.ts';
import { startCluster } from './test-cluster.ts';
import { ownerOf, urlOf, type TestRun } from './test-run.ts';

declare global {
  var stopTestRun: (() => Promise<void>) | undefined;
}

/** One PostgreSQL for the run, one migrated template in it; each test database is a copy of the template. */
export default async function setUp(): Promise<void> {
  const given = process.env['TEST_DATABASE_URL'];
  const log = process.env['TEST_DATABASE_LOG'];
  if (given && !log) throw new Error('TEST_DATABASE_URL needs TEST_DATABASE_LOG beside it: the log file in which that server writes its statements.');
  const cluster = given ? { superuserUrl: given, log: log!, stop: async () => {} } : await startCluster();
  const run: TestRun = { superuserUrl: cluster.superuserUrl, log: cluster.log, prefix: `renewals_test_${randomBytes(4).toString('hex')}` };
  const superuser = new pg.Client({ connectionString: run.superuserUrl });
  globalThis.stopTestRun = async () => {
    const { rows } = await superuser.query<{ datname: string }>('select datname from pg_database where starts_with(datname, $1)', [run.prefix]);
    for (const { datname } of rows) await superuser.query(`drop database "${datname}" with (force)`);
    await superuser.end();
    await cluster.stop();
  };
  await superuser.connect();
  await requireStatementLog(superuser);
  await makeOwner(superuser);
  await superuser.query(`create database "${run.prefix}" owner ${ownerOf.name}`);
  await migrateTemplate(urlOf(run, run.prefix, ownerOf));
  process.env['TEST_RUN'] = JSON.stringify(run);
}

/** Tests count statements in the log of the database itself, so the log must hold them, each with its database and user. */
async function requireStatementLog(superuser: pg.Client): Promise<void> {
  const { rows } = await superuser.query<{ statement: string; prefix: string }>(
    `select current_setting('log_statement') as statement, current_setting('log_line_prefix') as prefix`,
  );
  if (rows[0]?.statement === 'all' && rows[0].prefix === '%d|%u|%p| ') return;
  throw new Error(`The server of TEST_DATABASE_URL must run with log_statement=all and log_line_prefix='%d|%u|%p| '.`);
}

/** The owner of the tables is no superuser, as in production: forced row-level security binds it too. */
async function makeOwner(superuser: pg.Client): Promise<void> {
  await superuser.query(`do $$ begin
    if not exists (select from pg_roles where rolname = '${ownerOf.name}') then
      create role ${ownerOf.name} login createrole password '${ownerOf.password}';
    end if;
  end $$`);
}
