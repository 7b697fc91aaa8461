import { afterAll, afterEach, describe, expect, jest, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { runCommand, startCommand, type RunningCommand } from '../../testing/command.ts';
import { csvFolder } from '../../testing/csv-folder.ts';
import { untilLocksAreAwaited } from '../../testing/lock-waits.ts';
import { findPostmaster } from '../embedded-postgres/pid-file.ts';
import { superuser } from '../embedded-postgres/postmaster.ts';

// Each command is a new process, and most of them create a database.
jest.setTimeout(120_000);

const repository = resolve(import.meta.dirname, '../../../..');
const folders: string[] = [];
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

function newFolder(): string {
  const folder = mkdtempSync('/tmp/renewals-stop-');
  chmodSync(folder, 0o755);
  folders.push(folder);
  return folder;
}

// One folder for all tests, in their order: each start that is stopped is followed by the next one, and creating a cluster takes longest.
const dataDir = newFolder();
const data = join(dataDir, 'postgres/data');
const isLeft = () => findPostmaster(data) !== undefined;

const groups = new Set<number>();
afterEach(() => {
  for (const group of groups) signalGroup(group, 'SIGKILL');
  groups.clear();
});

function signalGroup(group: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(-group, signal);
  } catch {
    return false;
  }
}

/** `npm start` as a terminal starts it: npm, the shell and the server are one process group, which gets the terminal's signals. */
function npmStart() {
  const { DATABASE_URL: _, MIGRATION_DATABASE_URL: __, NODE_ENV: ___, ...environment } = process.env;
  const env = { ...environment, DATA_DIR: dataDir, PORT: '0' };
  const npm = spawn('npm', ['start'], { cwd: repository, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  const group = npm.pid!;
  groups.add(group);
  let output = '';
  for (const stream of [npm.stdout, npm.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  const exited = once(npm, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
  return {
    async until(condition: (output: string) => boolean) {
      while (!condition(output)) {
        if (npm.exitCode !== null) throw new Error(`npm start has ended:\n${output}`);
        await sleep(2);
      }
    },
    async signal(...signals: NodeJS.Signals[]) {
      for (const each of signals) {
        signalGroup(group, each);
        await sleep(20);
      }
      const [code] = await exited;
      // npm may end before the server does.
      while (signalGroup(group, 0)) await sleep(10);
      return code;
    },
  };
}

const isListening = (output: string) => output.includes('curl');

describe('a stop signal to the process group of `npm start`, as a terminal sends it, leaves no PostgreSQL', () => {
  const state = () => (existsSync(join(dataDir, 'postgres')) ? readdirSync(join(dataDir, 'postgres')) : []);

  // What was begun does not hinder the next start.
  test.each([
    ['while the cluster is created', ['SIGINT', 'SIGINT'], () => state().some((name) => name.includes('unfinished'))],
    ['while PostgreSQL starts', ['SIGTERM', 'SIGTERM'], () => state().includes('postgres.log')],
    ['while it migrates', ['SIGINT', 'SIGTERM', 'SIGINT', 'SIGTERM'], isLeft],
  ] as [string, NodeJS.Signals[], () => boolean][])('%s, %j', async (_, signals, isTime) => {
    const npm = npmStart();
    await npm.until(isTime);
    // npm itself ends by the second signal if the server, hardly begun, has ended before.
    expect([0, null]).toContain(await npm.signal(...signals));
    expect(isLeft()).toBe(false);
  });

  test.each([
    [['SIGINT', 'SIGINT'], 0],
    // The terminal was closed; npm itself ends by the signal.
    [['SIGHUP', 'SIGHUP'], null],
  ] as [NodeJS.Signals[], number | null][])('%j', async (signals, expected) => {
    const npm = npmStart();
    await npm.until(isListening);
    expect(isLeft()).toBe(true);
    expect(await npm.signal(...signals)).toBe(expected);
    expect(isLeft()).toBe(false);
  });
});

test('a second, separate signal ends work in progress, and PostgreSQL too unless another process uses it', async () => {
  const servers = await Promise.all([startServer(), startServer()]);
  const pool = new pg.Pool(superuser(findPostmaster(data)!.socketFolder, 'renewals'));
  pool.on('error', () => {});
  const locker = await pool.connect();
  locker.on('error', () => {});
  await locker.query('begin; lock table dashboard_row in access exclusive mode');
  // Requests that wait for a lock, so that no server can stop gracefully.
  const requests = servers.map(({ ask }) => ask());
  await untilLocksAreAwaited(pool, 2);
  const [first, last] = servers.map(({ command }) => command) as [RunningCommand, RunningCommand];
  first.process.kill('SIGINT');
  last.process.kill('SIGTERM');
  await Promise.all([first, last].map((each) => each.printed(/"stopping"/, 'stderr')));
  await sleep(2_100);
  first.process.kill('SIGINT');
  expect((await first.ended).code).toBe(1);
  expect(isLeft()).toBe(true);
  expect((await pool.query('select 1')).rowCount).toBe(1);
  last.process.kill('SIGTERM');
  expect((await last.ended).code).toBe(1);
  expect(isLeft()).toBe(false);
  locker.release(true);
  await Promise.all([...requests, pool.end()]);
});

async function startServer() {
  const command = startCommand(['serve', '--banner'], { DATA_DIR: dataDir, PORT: '0' });
  await command.printed(/-d '.*'\n/);
  const [, url] = /(http:\S+)\/ shows/.exec(command.stdout)!;
  const [, key] = /API key +(\S+)/.exec(command.stdout)!;
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
  const body = JSON.stringify({ query: '{ upcomingContractChanges { totalCount } }' });
  const ask = () => fetch(`${url}/graphql`, { method: 'POST', headers, body }).catch((error: Error) => error);
  return { command, ask };
}

// The listener for all stop signals is one.
test('a signal ends an import: nothing of it stays, and no PostgreSQL', async () => {
  const rows = Array.from({ length: 30_000 }, (_, index) => `${index + 1},Company ${index},company${index}.example`);
  const folder = csvFolder({ 'companies.csv': ['Record ID,Company name,Company Domain Name', ...rows, 'x,,'] });
  const rejects = join(newFolder(), 'rejects');
  const words = ['import', folder, '--partner', 'Stopped', '--create-partner', '--rejects', rejects];
  const command = startCommand(words, { DATA_DIR: dataDir });
  const client = await connectWhenReady();
  const isWriting = `select from pg_stat_activity where query like '%createCustomers%' and pid <> pg_backend_pid()`;
  while ((await client.query(isWriting)).rowCount === 0) await sleep(5);
  const ended = client.end();
  command.process.kill('SIGHUP');
  const { stderr, stdout } = await command.ended;
  await ended;
  expect([command.process.signalCode, stdout]).toEqual(['SIGHUP', '']);
  expect(stderr).toBe('The import was stopped. Nothing was imported, unless the import had just ended; import again to be sure.\n');
  expect([isLeft(), existsSync(rejects)]).toEqual([false, false]);
  const { stdout: partners } = await runCommand(['partner', 'list', '--json'], { DATA_DIR: dataDir });
  expect(JSON.parse(partners)).not.toContainEqual(expect.objectContaining({ name: 'Stopped' }));
  expect(isLeft()).toBe(false);
});

/** A connection to the server that a command is starting. */
async function connectWhenReady(): Promise<pg.Client> {
  for (;;) {
    const running = findPostmaster(data);
    const client = new pg.Client(superuser(running?.socketFolder ?? '/nowhere', 'renewals'));
    client.on('error', () => {});
    const isConnected = await client.connect().then(
      () => true,
      () => false,
    );
    if (isConnected) return client;
    await sleep(20);
  }
}
