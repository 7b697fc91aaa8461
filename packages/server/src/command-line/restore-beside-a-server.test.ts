import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { open as openFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync, gunzipSync } from 'node:zlib';
import pg from 'pg';
import { addDays } from '../calendar-date.ts';
import { openOwner } from '../database/owner-access.ts';
import { closeSchema, isSchemaClosed } from '../database/schema-access.queries.ts';
import { runCommand } from '../../testing/command.ts';
import { asSuperuser, currentTestCluster, ownerLogin, urlOf } from '../../testing/test-cluster.ts';
import { currentTestRun } from '../../testing/test-run.ts';
import { startTestServer, type TestServer } from '../../testing/test-server.ts';
import { letters, partnerIds } from '../../testing/wrong-tenant/canaries.ts';
import { today } from '../../testing/wrong-tenant/row-parts.ts';
import { layOut, tokens } from '../../testing/wrong-tenant/world.ts';

// Each command is a new process.
jest.setTimeout(180_000);

const cluster = currentTestCluster();
const file = join(currentTestRun().folder, `beside-${randomBytes(4).toString('hex')}.gz`);
const token = tokens.get('ADMIN key of A')!.key;
const tryAgain = '503 UNAVAILABLE with Retry-After';
let server: TestServer;

const renewals = async (...words: string[]) =>
  await runCommand(words, { DATABASE_URL: urlOf(cluster, server.database.name, ownerLogin), BUSINESS_DATE: today });

beforeAll(async () => {
  server = await startTestServer({ businessDate: today });
  await layOut(server.database.superuserPool, letters, ['endAssociation']);
});
afterAll(() => server.close());

/** What the server answers meanwhile to a key that is valid before and after, and what `/readyz` does. */
async function answersDuring(work: Promise<unknown>): Promise<{ requests: string[]; reasons: string[] }> {
  const [requests, reasons] = [new Set<string>(), new Set<string>()];
  const ended = new AbortController();
  const end = () => ended.abort();
  work.then(end, end);
  while (!ended.signal.aborted) {
    const { status, headers, body } = await server.query('{ viewer { partner { name } } }', {}, { token });
    const { reason = 'ready' } = (await (await fetch(`${server.url}/readyz`)).json()) as { reason?: string };
    requests.add(
      `${status} ${body.errors?.[0]?.extensions['code'] ?? JSON.stringify(body.data)}${headers.has('retry-after') ? ' with Retry-After' : ''}`,
    );
    reasons.add(reason);
  }
  return { requests: [...requests], reasons: [...reasons] };
}

test('a server that runs while its lost database is restored asks clients to try again, until all rows are there', async () => {
  expect(await renewals('backup', file)).toMatchObject({ code: 0 });
  const later = addDays(today, 3);
  server.setBusinessDate(later);
  const passed = async () => {
    const { rows } = await server.database.superuserPool.query<{ date: string }>(
      'select passed_through::text as date from partner where id = $1',
      [partnerIds.A],
    );
    return rows[0]!.date;
  };
  expect((await server.query('{ viewer { role } }', {}, { token })).status).toBe(200);
  expect(await passed()).toBe(later);
  const { name } = server.database;
  const replaceDatabase = async () =>
    await asSuperuser(cluster, async (superuser) => {
      await superuser.query(`drop database "${name}" with (force)`);
      await superuser.query(`create database "${name}" owner ${ownerLogin.name}`);
    });

  const replacing = await answersDuring(replaceDatabase());
  expect(replacing.requests).not.toContain('500 INTERNAL_SERVER_ERROR');

  // A restore that fails leaves an empty database, whose server must not refuse every key.
  const text = gunzipSync(readFileSync(file)).toString();
  const last = text.indexOf('copy public."saved_view"');
  const damaged = `${file}-damaged.gz`;
  writeFileSync(damaged, gzipSync(text.slice(0, last) + text.slice(last).replace('Canary-A', 'Canary-D')));
  const failing = renewals('restore', damaged);
  expect((await answersDuring(failing)).requests).toEqual([tryAgain]);
  expect((await failing).stderr).toMatch(/Nothing was restored\. Servers answer 503 until a restore succeeds, or `migrate` runs\.\n$/);
  expect((await server.query('{ viewer { partner { name } } }', {}, { token })).status).toBe(503);
  const notStarted = await renewals('status');
  expect([notStarted.code, notStarted.stderr]).toEqual([1, expect.stringMatching(/^A restore of this database has not ended/)]);

  // A pipe holds the restore in the middle of its rows.
  const pipe = `${file}-pipe`;
  execFileSync('mkfifo', [pipe]);
  const restoring = renewals('restore', pipe);
  const source = await openFile(pipe, 'w');
  const bytes = readFileSync(file);
  await source.write(bytes, 0, bytes.length >> 1);
  const loading = `select from pg_stat_activity where datname = $1 and query ~ 'restoreBackup|emptyTable'`;
  await asSuperuser(cluster, async (superuser) => {
    while ((await superuser.query(loading, [name])).rowCount === 0) await sleep(10);
  });
  // Longer than a request waits before it asks for its partner's days again.
  const held = await answersDuring(sleep(1_500));
  expect(held).toEqual({ requests: [tryAgain], reasons: ['TABLES_MISSING'] });
  await source.write(bytes, bytes.length >> 1);
  await source.close();
  // A request that waits meanwhile has its rows.
  for (const answer of (await answersDuring(restoring)).requests)
    expect([tryAgain, '200 {"viewer":{"partner":{"name":"Canary-A-partner"}}}']).toContain(answer);
  expect((await restoring).stderr).toMatch(/^Restored \d+ rows/);
  // The backup is of three days before: those pass again before the first answer with rows.
  expect(await passed()).toBe(later);
  expect((await server.query('{ viewer { role } }', {}, { token })).body).toEqual({ data: { viewer: { role: 'ADMIN' } } });
  const unexplained = server.log.filter(({ msg, err }) => /failed/.test(String(msg)) && (err as { fault?: string })?.fault === undefined);
  expect(unexplained).toEqual([]);
});

describe('a database whose restore failed', () => {
  const name = `${cluster.prefix}_${randomBytes(4).toString('hex')}`;
  const inIt = async (...words: string[]) =>
    await runCommand(words, { DATABASE_URL: urlOf(cluster, name, ownerLogin), BUSINESS_DATE: today });
  const owner = new pg.Pool({ connectionString: urlOf(cluster, name, ownerLogin), max: 2 });
  afterAll(() => owner.end());

  test('stays closed to servers, whatever runs, until migrate has run', async () => {
    await asSuperuser(cluster, (superuser) => superuser.query(`create database "${name}" owner ${ownerLogin.name}`));
    const { code, stderr } = await inIt('restore', `${file}-damaged.gz`);
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(/do not match their checksum\. Nothing was restored\. Servers answer 503 until/),
    ]);
    expect(await isSchemaClosed(owner)).toBe(true);
    // In development, every command runs pending migrations.
    expect((await inIt('partner', 'list')).stderr).toMatch(/^A restore of this database has not ended/);
    expect(await isSchemaClosed(owner)).toBe(true);
    // A migration that fails leaves tables that this program does not know.
    const last = await owner.query<{ row: string }>(
      `delete from migrations where name = 'MadeKeys1790930000000' returning row_to_json(migrations)::text as row`,
    );
    expect(await inIt('migrate')).toMatchObject({ code: 1 });
    expect(await isSchemaClosed(owner)).toBe(true);
    await owner.query('insert into migrations select * from json_populate_record(null::migrations, $1)', [last.rows[0]!.row]);
    expect(await inIt('migrate')).toMatchObject({ code: 0 });
    expect(await inIt('partner', 'list', '--json')).toMatchObject({ code: 0, stdout: '[]\n' });
  });

  test('is not opened by a migration that begins while another restore runs', async () => {
    const access = await openOwner({
      ...{ databaseUrl: urlOf(cluster, name, ownerLogin), dataDir: '', environment: 'test' },
      ...{ poolSize: 1, statementTimeoutMs: 30_000 },
    });
    const migrating = await access.whileNobodyMigrates(async () => {
      await closeSchema(await access.connect());
      const begun = inIt('migrate');
      // It asks for the lock of migrations again and again.
      const asking = `select from pg_stat_activity where datname = $1 and query like '%waitForLock%' and pid <> pg_backend_pid()`;
      while ((await owner.query(asking, [name])).rowCount! < 2);
      expect(await isSchemaClosed(owner)).toBe(true);
      return { begun };
    });
    expect(await migrating.begun).toMatchObject({ code: 0 });
    expect(await isSchemaClosed(owner)).toBe(false);
    await access.release();
  });

  test('is told to stay open to logins that a restore cannot shut out', async () => {
    const login = `server-${randomBytes(4).toString('hex')}`;
    await asSuperuser(cluster, (superuser) => superuser.query(`create role "${login}" login; grant renewals_serving to "${login}"`));
    await owner.query(`grant usage on schema public to "${login}"`);
    const { stderr } = await inIt('restore', file);
    expect(stderr).toContain(`The schema "public" stays open to "${login}": they have a grant of their own`);
    expect(stderr).toContain('Restored ');
    await owner.query(`revoke usage on schema public from "${login}"`);
    await asSuperuser(cluster, (superuser) => superuser.query(`drop role "${login}"`));
  });
});

test('a login that does not own the schema is told that it stays open, and refused where it could not open it again', async () => {
  const restoreInto = async (setUp: string) => {
    const name = `${cluster.prefix}_${randomBytes(4).toString('hex')}`;
    await asSuperuser(cluster, async (superuser) => {
      await superuser.query(`create database "${name}"`);
      await superuser.query(`grant create on database "${name}" to ${ownerLogin.name}`);
    });
    const pool = new pg.Pool({ connectionString: urlOf(cluster, name), max: 1 });
    await pool.query(`grant usage, create on schema public to ${ownerLogin.name}; ${setUp}`);
    const { stderr } = await runCommand(['restore', file], { DATABASE_URL: urlOf(cluster, name, ownerLogin), BUSINESS_DATE: today });
    const { rows } = await pool.query('select from pg_tables where schemaname = $1', ['public']);
    await pool.end();
    return { stderr, tables: rows.length };
  };
  const open = await restoreInto('');
  expect(open.stderr).toMatch(/stays open to (".*", )?"renewals_serving"/);
  expect(open.stderr).toContain('Restored ');
  const closed = await restoreInto('revoke usage on schema public from public');
  expect(closed.stderr).toMatch(/this login cannot let them\. .* run: grant usage on schema public to renewals_serving\n$/);
  expect(closed.tables).toBe(0);
});
