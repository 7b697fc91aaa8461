// Long: making a cluster takes longer than anything else here, so all tests use one, in turn.
import { afterAll, afterEach, describe, expect, test } from '@jest/globals';
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { currentTestRun } from '../../testing/test-run.ts';
import { openDatabase, type Database } from '../database/database.ts';
import { findBinaries, runnableBinaries } from './embedded-binaries.ts';
import { migrationNames } from '../database/migrations.ts';
import { findPostmaster } from './pid-file.ts';
import { superuser } from './postmaster.ts';
import type { RevivalEvent } from './revival.ts';

const here = import.meta.dirname;
const isRoot = process.getuid?.() === 0;
const asRoot = isRoot ? test : test.skip;
// "daemon" on every Linux; initdb wants a user that has a name.
const somebody = { uid: 1, gid: 1 };
const nobody = { uid: 65_534, gid: 65_534 };
// Our own HOME and TMPDIR may be closed to another user, whose tools keep their caches there: each user gets a home of its own.
const homeOfSomebody = mkdtempSync('/tmp/renewals-home-');
if (isRoot) chownSync(homeOfSomebody, somebody.uid, somebody.gid);
afterAll(() => rmSync(homeOfSomebody, { recursive: true, force: true }));

const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const each of undo.splice(0).reverse()) await each();
});

function temporaryFolder(mode = 0o755): string {
  const folder = mkdtempSync('/tmp/renewals-embedded-');
  chmodSync(folder, mode);
  undo.push(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const data = (dataDir: string) => join(dataDir, 'postgres/data');

async function open(dataDir: string, onRevival: (event: RevivalEvent) => void = () => {}): Promise<Database> {
  const config = { dataDir, environment: 'test', poolSize: 2, statementTimeoutMs: 10_000 } as const;
  const database = await openDatabase(config, { migrate: true, onRevival });
  undo.push(database.close);
  return database;
}

type Opened = { child: ChildProcess; description: string; close(): Promise<number | null>; kill(): Promise<void> };

/** Another process that opens the database and keeps it until it is told to close, or killed. */
async function openInProcess(dataDir: string, { user, starts = 1 }: { user?: typeof somebody; starts?: number } = {}): Promise<Opened> {
  // As commands are run: what is built, or the sources when a build would be older.
  const { isBuilt } = currentTestRun();
  const program = `
    import { openDatabase } from ${JSON.stringify(join(here, isBuilt ? '../../dist/database/database.js' : '../database/database.ts'))};
    const config = { dataDir: ${JSON.stringify(dataDir)}, environment: 'test', poolSize: 1, statementTimeoutMs: 10_000 };
    const all = await Promise.all(Array.from({ length: ${starts} }, () => openDatabase(config, { migrate: true })));
    console.log('open ' + all[0].description);
    process.stdin.once('data', () => Promise.all(all.map((each) => each.close())).then(() => process.stdin.destroy()));`;
  const child = spawn(
    process.execPath,
    [...(isBuilt ? [] : ['--import', resolve(here, '../../testing/typescript-hooks.mjs')]), '--input-type=module', '--eval', program],
    {
      ...user,
      env: user ? { ...process.env, HOME: homeOfSomebody, TMPDIR: homeOfSomebody } : process.env,
      cwd: '/',
      stdio: ['pipe', 'pipe', 'pipe'],
    },
  );
  const ended = new Promise<number | null>((done) => child.once('close', done));
  undo.push(() => child.kill('SIGKILL'));
  let [output, errors] = ['', ''];
  child.stderr.on('data', (text) => (errors += text));
  await new Promise<void>((done, fail) => {
    child.stdout.on('data', (text) => (output += text).includes('\n') && done());
    void ended.then(() => fail(new Error(errors)));
  });
  return {
    child,
    description: output.trim(),
    close() {
      child.stdin.write('close');
      return ended;
    },
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

async function asSuperuser<Row extends object>(dataDir: string, sql: string): Promise<Row[]> {
  const client = new pg.Client(superuser(findPostmaster(data(dataDir))!.socketFolder, 'renewals'));
  await client.connect();
  return (await client.query<Row>(sql).finally(() => client.end())).rows;
}

const keep = (dataDir: string) => asSuperuser(dataDir, 'create table kept as select 1 as one');
const kept = (dataDir: string) => asSuperuser(dataDir, 'select one from kept');

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 20_000;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error('That did not come true within 20 seconds.');
    await sleep(20);
  }
}

describe('the embedded database', () => {
  // One folder for these tests, in this order: making a cluster takes longer than anything else here.
  const dataDir = mkdtempSync('/tmp/renewals-embedded-');
  chmodSync(dataDir, 0o755);
  afterAll(() => rmSync(dataDir, { recursive: true, force: true }));
  afterEach(() => expect(findPostmaster(data(dataDir))).toBeUndefined());

  test('is made and migrated once when twelve starts in four processes meet on an empty folder, and none of them fails', async () => {
    const all = await Promise.all(Array.from({ length: 4 }, () => openInProcess(dataDir, { starts: 3 })));
    expect(await asSuperuser(dataDir, 'select count(*) from migrations')).toEqual([{ count: String(migrationNames.length) }]);
    await keep(dataDir);
    expect(await Promise.all(all.map((each) => each.close()))).toEqual(all.map(() => 0));
  });

  test('is shared by a second process, and stopped by the last one that uses it', async () => {
    const first = await openInProcess(dataDir);
    expect(first.description).toBe(`open embedded PostgreSQL 18.4 in ${dataDir.slice(1)}`);
    const { pid } = findPostmaster(data(dataDir))!;
    const second = await open(dataDir);
    expect(findPostmaster(data(dataDir))!.pid).toBe(pid);
    expect(await first.close()).toBe(0);
    expect((await second.pool.query('select count(*) from list_partners()')).rows).toEqual([{ count: '0' }]);
    await second.close();
  });

  test('outlives a process that was killed; the next start finds it and what it holds, and stops it at the end', async () => {
    const first = await openInProcess(dataDir);
    const { pid } = findPostmaster(data(dataDir))!;
    await first.kill();
    const next = await open(dataDir);
    expect(findPostmaster(data(dataDir))!.pid).toBe(pid);
    expect(await kept(dataDir)).toEqual([{ one: 1 }]);
    await next.close();
  });

  test('starts after the machine went down, even if another program has got the process id of the old server', async () => {
    const first = await openInProcess(dataDir);
    const { pid } = findPostmaster(data(dataDir))!;
    const { uid, gid } = statSync(data(dataDir));
    // First the process of ours, which would start the server again.
    await first.kill();
    process.kill(pid, 'SIGKILL');
    await until(() => findPostmaster(data(dataDir)) === undefined);
    const other = spawn('sleep', ['60'], isRoot ? { uid, gid, stdio: 'ignore' } : { stdio: 'ignore' });
    undo.push(() => other.kill());
    const pidFile = join(data(dataDir), 'postmaster.pid');
    writeFileSync(pidFile, readFileSync(pidFile, 'utf8').replace(String(pid), String(other.pid)));
    writeFileSync(join(data(dataDir), '.s.PGSQL.5432.lock'), `${other.pid}\n`);
    const next = await open(dataDir);
    expect(await kept(dataDir)).toEqual([{ one: 1 }]);
    await next.close();
    expect(other.exitCode).toBeNull();
  });

  test('is started again when somebody kills it while it is used', async () => {
    const database = await open(dataDir);
    const { pid } = findPostmaster(data(dataDir))!;
    process.kill(pid, 'SIGKILL');
    await until(() => (findPostmaster(data(dataDir)) ?? { pid }).pid !== pid);
    await until(async () => (await database.pool.query('select 1').catch(() => null)) !== null);
    expect(await kept(dataDir)).toEqual([{ one: 1 }]);
    await database.close();
  });

  test('has an owner that is no superuser, and a serving role that owns nothing and that policies bind', async () => {
    const database = await open(dataDir);
    const roles = await asSuperuser(
      dataDir,
      `select rolname, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb,
         (select count(*) from pg_class c where c.relowner = r.oid and c.relkind = 'r') > 0 as owns
       from pg_roles r where rolname like 'renewals%' order by rolname`,
    );
    const powerless = { rolsuper: false, rolbypassrls: false, rolcreaterole: false, rolcreatedb: false };
    expect(roles).toEqual([
      { rolname: 'renewals_owner', ...powerless, owns: true },
      { rolname: 'renewals_serving', ...powerless, owns: false },
    ]);
    expect((await database.pool.query('select current_user, session_user')).rows).toEqual([
      { current_user: 'renewals_serving', session_user: 'renewals_serving' },
    ]);
    expect(await asSuperuser(dataDir, `select current_setting('listen_addresses') as listens`)).toEqual([{ listens: '' }]);
    expect(statSync(data(dataDir)).mode & 0o777).toBe(0o700);
    await database.close();
  });

  test('the socket is in a short private folder where the path of the data is too long for one', async () => {
    const longPath = join(temporaryFolder(), 'a-long-name-'.repeat(9));
    // A copy, since a cluster is not made sooner.
    execFileSync('cp', ['-a', dataDir, longPath]);
    const database = await open(longPath);
    expect(await kept(longPath)).toEqual([{ one: 1 }]);
    const { socketFolder } = findPostmaster(data(longPath))!;
    expect(socketFolder).toMatch(/^\/tmp\/renewals-/);
    expect(statSync(socketFolder).mode & 0o777).toBe(0o700);
    expect(readFileSync(join(longPath, 'postgres/socket-folder'), 'utf8')).toBe(`${socketFolder}\n`);
    // A cleaned /tmp: the first process has open connections, and the second one needs a socket.
    rmSync(socketFolder, { recursive: true });
    const second = await open(longPath);
    expect(findPostmaster(data(longPath))!.socketFolder).toBe(socketFolder);
    await until(async () => (await database.pool.query('select').catch(() => null)) !== null);
    await database.close();
    await second.close();
    expect(existsSync(socketFolder)).toBe(false);

    const record = join(longPath, 'postgres/socket-folder');
    const elsewhere = join(longPath, 'elsewhere');
    undo.push(() => rmSync(socketFolder, { force: true }));
    symlinkSync('/nowhere', socketFolder);
    for (const recorded of [socketFolder, elsewhere]) {
      writeFileSync(record, recorded);
      const third = await open(longPath);
      expect(findPostmaster(data(longPath))!.socketFolder).not.toBe(recorded);
      await third.close();
    }
    expect(existsSync(elsewhere)).toBe(false);

    const told: RevivalEvent[] = [];
    const fourth = await open(longPath, (event) => void told.push(event));
    const taken = findPostmaster(data(longPath))!.socketFolder;
    rmSync(taken, { recursive: true });
    undo.push(() => rmSync(taken, { recursive: true }));
    mkdirSync(taken, { mode: 0o755 });
    while (fourth.pool.totalCount > 0) (await fourth.pool.connect()).release(true);
    await until(async () => {
      await fourth.pool.query('select').catch(() => null);
      return told.some((event) => event.kind === 'failed');
    });
    expect(told.find((event) => event.kind === 'failed')).toMatchObject({
      error: { message: expect.stringContaining(`since ${taken} is somebody else's. Restart this process.`) },
    });
    await fourth.close();
  });

  asRoot('is told in a sentence to belong to another user', async () => {
    await expect(openInProcess(dataDir, { user: somebody })).rejects.toThrow('Start as the user who owns that folder');
  });
});

describe('started as root', () => {
  asRoot('it keeps its data in /var/tmp where nobody could reach DATA_DIR, says where, and finds them again', async () => {
    const dataDir = join(temporaryFolder(0o700), 'data');
    const database = await open(dataDir);
    const elsewhere = /in (\/var\/tmp\/partner-renewals-\w+)$/.exec(database.description)?.[1] ?? '';
    expect(elsewhere).not.toBe('');
    undo.push(() => rmSync(elsewhere, { recursive: true, force: true }));
    await database.close();
    expect((await open(dataDir)).description).toBe(database.description);
  });

  asRoot('it runs a copy of the binaries where nobody could reach the installed ones', () => {
    const hidden = join(temporaryFolder(0o700), 'package');
    const found = findBinaries();
    symlinkSync(dirname(found.native), hidden);
    const home = temporaryFolder();
    const runnable = runnableBinaries(home, nobody, { ...found, native: join(hidden, 'native') });
    expect(runnable.native).toBe(join(home, `native-${found.version}`));
  });

  asRoot('it uses data that a user made, as that user', async () => {
    const dataDir = temporaryFolder();
    chownSync(dataDir, somebody.uid, somebody.gid);
    const first = await openInProcess(dataDir, { user: somebody });
    await keep(dataDir);
    await first.close();
    const database = await open(dataDir);
    expect(await kept(dataDir)).toEqual([{ one: 1 }]);
    await database.close();
    const again = await openInProcess(dataDir, { user: somebody });
    expect(await again.close()).toBe(0);
  });
});

test('a folder that cannot be made is told in a sentence', async () => {
  const file = join(temporaryFolder(), 'file');
  writeFileSync(file, '');
  await expect(open(file)).rejects.toThrow('set DATA_DIR or DATABASE_URL');
});
