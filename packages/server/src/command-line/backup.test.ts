// Long: one backup goes through all it can meet.
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { gunzipSync, gzipSync } from 'node:zlib';
import pg from 'pg';
import { createAuthenticate } from '../authentication/authenticate.ts';
import { checkBackup } from '../backup/restore.ts';
import { globalId } from '../graphql/global-id.ts';
import { runCommand, startCommand } from '../../testing/command.ts';
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts';
import { asSuperuser, currentTestCluster, ownerLogin, urlOf } from '../../testing/test-cluster.ts';
import { currentTestRun } from '../../testing/test-run.ts';
import { tableContents } from '../../testing/table-contents.ts';
import { letters, partnerIds } from '../../testing/wrong-tenant/canaries.ts';
import { today } from '../../testing/wrong-tenant/row-parts.ts';
import { layOut, tokens } from '../../testing/wrong-tenant/world.ts';

// Each command is a new process.
jest.setTimeout(180_000);

const cluster = currentTestCluster();
const { folder: folderOfRun } = currentTestRun();
const folder = join(folderOfRun, `backup-${randomBytes(4).toString('hex')}`);
const file = `${folder}.gz`;
const target = `${cluster.prefix}_${randomBytes(4).toString('hex')}`;
let source: TestDatabase;

const renewals = async (database: string, ...words: string[]) =>
  await runCommand(words, { DATABASE_URL: urlOf(cluster, database, ownerLogin), BUSINESS_DATE: today });

/** The tables that a backup holds. */
async function contentsOf(superuserPool: pg.Pool): Promise<Record<string, string>> {
  const { migrations: _, restoration: __, user_session: ___, ...contents } = await tableContents({ superuserPool } as TestDatabase);
  return contents;
}

let targetPool: pg.Pool;
beforeAll(async () => {
  source = await createTestDatabase();
  // Every table has rows.
  await layOut(source.superuserPool, letters, ['endAssociation']);
  await asSuperuser(cluster, (superuser) => superuser.query(`create database "${target}" owner ${ownerLogin.name}`));
  targetPool = new pg.Pool({ connectionString: urlOf(cluster, target), max: 2 });
});
afterAll(async () => {
  await source.close();
  await targetPool.end();
});

test('a backup is one snapshot in a private file, which appears only when it is whole', async () => {
  const before = await contentsOf(source.superuserPool);
  const filled = Object.entries(before).filter(([, contents]) => contents.startsWith('0 '));
  // A copy of no rows proves nothing.
  expect(filled.map(([table]) => table)).toEqual([]);
  // A writer commits while the backup waits for one of the tables.
  const writer = await source.superuserPool.connect();
  await writer.query('begin; lock table saved_view in access exclusive mode');
  const backup = startCommand(['backup', file], { DATABASE_URL: source.url });
  const waiting = `select from pg_locks where not granted and relation = 'saved_view'::regclass`;
  while ((await source.ownerPool.query(waiting)).rows.length === 0) await sleep(10);
  expect(existsSync(file)).toBe(false);
  await writer.query(`insert into partner (id, name) values (gen_random_uuid(), 'Late'); commit`);
  writer.release();
  const { code, stdout, stderr } = await backup.ended;
  expect([code, stdout, stderr]).toEqual([
    0,
    '',
    expect.stringMatching(/^Backed up \d+ rows of \d+ tables, as of \S+, in \S+ s\. The file holds/),
  ]);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  const [again, checked] = await Promise.all([renewals(source.name, 'backup', file), renewals(source.name, 'restore', '--dry-run', file)]);
  expect(again).toEqual({ code: 1, stdout: '', stderr: `${file} exists already. Choose another name, or add --replace.\n` });
  expect(checked).toMatchObject({ code: 0, stderr: expect.stringMatching(/^The backup is whole: /) });
  await source.superuserPool.query(`delete from partner where name = 'Late'`);
});

test('commands of the owner warn of mistyped variables', async () => {
  const variables = { DATABASE_URL: urlOf(cluster, source.name, ownerLogin), MIGRATION_DATABSE_URL: 'postgres://hush@db/renewals' };
  const { code, stderr } = await runCommand(['restore', file], variables);
  expect([code, stderr.split('\n')[0]]).toEqual([
    1,
    'MIGRATION_DATABSE_URL is not a variable of this server. Did you mean MIGRATION_DATABASE_URL?',
  ]);
});

test('a stopped backup leaves no file', async () => {
  const writer = await source.superuserPool.connect();
  await writer.query('begin; lock table saved_view in access exclusive mode');
  const stopped = `${folder}-stopped.gz`;
  const backup = startCommand(['backup', stopped], { DATABASE_URL: source.url });
  const waiting = `select from pg_locks where not granted and relation = 'saved_view'::regclass`;
  while ((await source.ownerPool.query(waiting)).rows.length === 0) await sleep(10);
  backup.process.kill('SIGINT');
  const { stderr } = await backup.ended;
  expect([backup.process.signalCode, stderr]).toEqual(['SIGINT', 'The backup was stopped. No backup was written.\n']);
  await writer.query('rollback');
  writer.release();
  expect(readdirSync(folderOfRun).filter((name) => name.includes('-stopped.gz'))).toEqual([]);
});

function inPieces(text: string, damage: (second: Buffer) => void): Buffer {
  const [first, second] = [gzipSync(text.slice(0, 9_000)), gzipSync(text.slice(9_000))];
  damage(second);
  return Buffer.concat([first, second]);
}

test('a file that is not what a backup wrote is refused, and the database stays empty', async () => {
  const whole = readFileSync(file);
  const text = gunzipSync(whole).toString();
  const faulty = `${folder}-faulty.gz`;
  const unreadable: [contents: Buffer, sentence: string][] = [
    [Buffer.from('id,name\n'), 'The file is not a backup of Partner Renewals.'],
    [gzipSync('select 1;\n'), 'The file is not a backup of Partner Renewals.'],
    [whole.subarray(0, whole.length / 2), 'The backup is cut off: the end of the file is missing.'],
    [gzipSync(text.slice(0, text.lastIndexOf('-- end'))), 'The backup is cut off: the end of the file is missing.'],
    [Buffer.concat([whole.subarray(0, 5_000), Buffer.alloc(9), whole.subarray(5_009)]), 'damaged or was altered'],
    // A backup has several compressed pieces, one after another.
    [gzipSync(text.slice(0, 9_000)), 'The backup is cut off: the end of the file is missing.'],
    [inPieces(text, (second) => second.fill(0, 0, 1)), 'The backup is cut off: the end of the file is missing.'],
    [inPieces(text, (second) => second.fill(1, 0, 1)), 'its compressed data are faulty.'],
    [gzipSync(text.replace('"program":"', '"program":"9')), 'its last line does not match its contents.'],
    [gzipSync(text.replace('"program":"', '"program":')), "a line of its description can't be read."],
    [gzipSync(`${text}more\n`), 'something follows its last line.'],
    [gzipSync(text.replace('"formatVersion":1', '"formatVersion":2')), 'has the format 2, and this program reads the format 1.'],
  ];
  for (const [contents, sentence] of unreadable) await expect(checkBackup(Readable.from([contents]))).rejects.toThrow(sentence);
  const last = text.indexOf('copy public."saved_view"');
  const unfit: [contents: string, sentence: RegExp][] = [
    // The last table: the tables before it are loaded by then.
    [text.slice(0, last) + text.slice(last).replace('Canary-A', 'Canary-D'), /rows of the table saved_view do not match their checksum\./],
    // PostgreSQL refuses a row before the checksum of its table is known.
    [
      text.slice(0, last) + text.slice(last).replace(/^[0-9a-f]{8}-/m, 'zzzzzzzz-'),
      /altered: a row of the table saved_view cannot be read \(22P02\)\./,
    ],
    [text.replace('"migrations":["', '"migrations":["Later1999999999999","'), /newer than this program.*Later1999999999999/],
    [
      text.replaceAll('"customer_name"', '"name_of_customer"'),
      /tables that its migrations do not make so: dashboard_row\. It was altered\./,
    ],
  ];
  for (const [contents, sentence] of unfit) {
    writeFileSync(faulty, gzipSync(contents));
    const { code, stderr } = await renewals(target, 'restore', faulty);
    expect([code, stderr]).toEqual([1, expect.stringMatching(sentence)]);
    expect(stderr).toMatch(/ Nothing was restored\.( Servers answer 503 until a restore succeeds, or `migrate` runs\.)?\n$/);
  }
  const contents = Object.values(await contentsOf(targetPool));
  expect([contents.length > 20, contents.filter((each) => !each.startsWith('0 rows'))]).toEqual([true, []]);
});

test('a backup is restored as a whole: equal rows, forced row-level security, keys that work, and an outbox that is held', async () => {
  const { code, stderr } = await renewals(target, 'restore', file);
  expect([code, stderr]).toEqual([
    expect.any(Number),
    expect.stringMatching(/^Restored \d+ rows of \d+ tables, as of \S+, written by version \S+ on PostgreSQL/),
  ]);
  expect(await contentsOf(targetPool)).toEqual(await contentsOf(source.superuserPool));
  // The rows of B and C differ from their definition on purpose.
  expect([code, stderr]).toEqual([
    1,
    expect.stringMatching(
      /dashboard rows differ from their definition, as they did in the backup: "Canary-B-partner" \(\d+ rows\), "Canary-C/,
    ),
  ]);

  const shape = `select relname, relrowsecurity, relforcerowsecurity, array(select indexname || indexdef from pg_indexes where tablename = relname order by 1),
    array(select pg_get_constraintdef(oid) from pg_constraint where conrelid = relation.oid order by 1),
    array(select policyname || coalesce(qual, '') from pg_policies where tablename = relname order by 1)
    from pg_class relation where relnamespace = 'public'::regnamespace and relkind = 'r' order by 1`;
  expect((await targetPool.query(shape)).rows).toEqual((await source.superuserPool.query(shape)).rows);
  expect((await targetPool.query(`select from user_session`)).rows).toEqual([]);

  const serving = new pg.Pool({ connectionString: urlOf(cluster, target, ownerLogin), options: '-c role=renewals_serving', max: 2 });
  for (const { key, row } of tokens.values()) {
    const named = row.role === 'OPERATOR' ? globalId('Partner', partnerIds.A) : undefined;
    expect(await createAuthenticate(serving, Date.now)(`Bearer ${key}`, named)).toMatchObject({ role: row.role });
  }
  const due = `select count(*)::int as partners from due_outbox_partners(now() + interval '1 year', (select array_agg(distinct kind) from outbox_message))`;
  const partnersDue = async (pool: pg.Pool) => ((await pool.query(due)).rows[0] as { partners: number }).partners;
  expect([(await partnersDue(source.superuserPool)) > 0, await partnersDue(targetPool)]).toEqual([true, 0]);
  const [status, undecided] = await Promise.all([renewals(target, 'status'), renewals(target, 'outbox', 'release')]);
  expect(status.stdout).toMatch(/^Outbox .*; held after a restore, until `outbox release`/m);
  expect(undecided).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^\d+ messages are due, and \d+ wait for later\. Add --send/),
  });
  expect(await partnersDue(targetPool)).toBe(0);
  expect(await renewals(target, 'outbox', 'release', '--skip')).toEqual({
    code: 0,
    stdout: '',
    stderr: expect.stringMatching(
      /^Skipped [1-9]\d* messages, with those that were not planned yet\.\nThe outbox is released: mail leaves again within seconds\.\n$/,
    ),
  });
  const states = await targetPool.query(
    `select count(*) filter (where state = 'WAITING')::int as waiting, bool_or(reason = 'TOO_LATE' and ended_at > now() - interval '1 hour') as "hasSkipped"
     from outbox_message`,
  );
  expect(states.rows).toEqual([{ waiting: 0, hasSkipped: true }]);
  await serving.end();

  const [released, again] = await Promise.all([renewals(target, 'outbox', 'release', '--send'), renewals(target, 'restore', file)]);
  expect(released.stderr).toBe('The outbox is not held.\n');
  expect([again.code, again.stderr]).toEqual([
    1,
    expect.stringMatching(
      /^The database is not empty, .* It has the partners "Canary-A-partner", "Canary-B-partner", "Canary-C-partner"\. Tables with rows: api_key, /,
    ),
  ]);
});

test('a backup goes into the embedded database, and from there back to the server, whichever version each has', async () => {
  const dataDir = join(folderOfRun, `embedded-${randomBytes(4).toString('hex')}`);
  const [again, there] = [`${folder}-embedded.gz`, `${cluster.prefix}_${randomBytes(4).toString('hex')}`];
  const inEmbedded = async (...words: string[]) => await runCommand(words, { DATA_DIR: dataDir, SAMPLE_DATA: 'off', BUSINESS_DATE: today });
  expect((await inEmbedded('restore', file)).stderr).toMatch(/^Restored \d+ rows of \d+ tables/);
  expect(await inEmbedded('backup', again)).toMatchObject({ code: 0 });
  await asSuperuser(cluster, (superuser) => superuser.query(`create database "${there}" owner ${ownerLogin.name}`));
  expect((await renewals(there, 'restore', again)).stderr).toMatch(/^Restored \d+ rows of \d+ tables/);
  const pool = new pg.Pool({ connectionString: urlOf(cluster, there), max: 2 });
  expect(await contentsOf(pool)).toEqual(await contentsOf(source.superuserPool));
  await pool.end();
});

test('partner remove deletes everything of one partner, and of no other', async () => {
  // Named by its id, it asks for the name, which people know.
  const refused = await renewals(target, 'partner', 'remove', globalId('Partner', partnerIds.B));
  expect([refused.code, refused.stderr]).toEqual([
    1,
    expect.stringMatching(/^This deletes the partner "Canary-B-partner" for good.* Nothing was deleted\.\n$/),
  ]);
  const rowsOf = async (name: string) => {
    const { rows } = await targetPool.query<{ table: string; rows: number }>(
      `select table_name::text as table, (xpath('/row/c/text()', query_to_xml(format('select count(*) as c from %I where partner_id = %L', table_name,
         (select id from partner where partner.name = $1)), false, true, '')))[1]::text::int as rows
       from information_schema.columns where table_schema = 'public' and column_name = 'partner_id' order by 1`,
      [name],
    );
    return rows;
  };
  const [ofB, ofA] = [await rowsOf('Canary-B-partner'), await rowsOf('Canary-A-partner')];
  const id = (await targetPool.query(`select id from partner where name = 'Canary-B-partner'`)).rows[0] as { id: string };
  const { code, stdout, stderr } = await renewals(target, 'partner', 'remove', 'Canary-B-partner', '--yes');
  expect([code, stderr]).toEqual([0, 'Removed the partner "Canary-B-partner". Its keys and users are refused within 5 seconds.\n']);
  expect(stdout).toMatch(new RegExp(`^customer +${ofB.find(({ table }) => table === 'customer')!.rows} *$`, 'm'));
  expect(await rowsOf('Canary-A-partner')).toEqual(ofA);
  // Materialized, since the columns of other tables must not be asked for.
  const traces = await targetPool.query(
    `with own as materialized (select table_name from information_schema.columns where table_schema = 'public' and column_name = 'partner_id')
     select table_name from own where query_to_xml(format('select from %I where partner_id = %L', table_name, $1::uuid), false, true, '')::text like '%<row%'`,
    [id.id],
  );
  expect(traces.rows).toEqual([]);
});
