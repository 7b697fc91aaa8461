import { afterAll, afterEach, describe, expect, jest, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { runCommand, startCommand } from '../../testing/command.ts';
import { csvFolder } from '../../testing/csv-folder.ts';
import { untilLocksAreAwaited } from '../../testing/lock-waits.ts';
import { findPostmaster } from '../embedded-postgres/pid-file.ts';
import { superuser } from '../embedded-postgres/postmaster.ts';

// Each command is a new process, and most of them create a database.
jest.setTimeout(120_000);

const repository = resolve(import.meta.dirname, '../../../..');
const folders: string[] = [];
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

function newDataDir(): string {
  const folder = mkdtempSync('/tmp/renewals-stop-');
  chmodSync(folder, 0o755);
  folders.push(folder);
  return folder;
}

// Most tests stop a server that has data; they share them.
const sharedDataDir = newDataDir();
const data = (dataDir: string) => join(dataDir, 'postgres/data');
const isLeft = (dataDir: string) => findPostmaster(data(dataDir)) !== undefined;

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
function npmStart(dataDir: string) {
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
  test.each([
    [['SIGINT', 'SIGINT'], 0],
    [['SIGTERM', 'SIGTERM'], 0],
    [['SIGINT', 'SIGTERM', 'SIGINT', 'SIGTERM'], 0],
    // The terminal was closed; npm itself ends by the signal.
    [['SIGHUP', 'SIGHUP'], null],
  ] as [NodeJS.Signals[], number | null][])('%j', async (signals, expected) => {
    const npm = npmStart(sharedDataDir);
    await npm.until(isListening);
    expect(isLeft(sharedDataDir)).toBe(true);
    expect(await npm.signal(...signals)).toBe(expected);
    expect(isLeft(sharedDataDir)).toBe(false);
  });

  const state = (dataDir: string) => (existsSync(join(dataDir, 'postgres')) ? readdirSync(join(dataDir, 'postgres')) : []);
  test.each([
    ['while the cluster is created', (dataDir: string) => state(dataDir).some((name) => name.includes('unfinished'))],
    ['while PostgreSQL starts', (dataDir: string) => state(dataDir).includes('postgres.log')],
    ['while it migrates', (dataDir: string) => isLeft(dataDir)],
  ])('%s', async (_, isTime) => {
    const dataDir = newDataDir();
    const npm = npmStart(dataDir);
    await npm.until(() => isTime(dataDir));
    expect(await npm.signal('SIGINT', 'SIGINT')).toBe(0);
    expect(isLeft(dataDir)).toBe(false);
    // What was begun does not hinder the next start.
    const next = npmStart(dataDir);
    await next.until(isListening);
    expect(await next.signal('SIGINT')).toBe(0);
    expect(isLeft(dataDir)).toBe(false);
  });
});

describe('a second, separate signal', () => {
  const variables = { DATA_DIR: sharedDataDir, PORT: '0' };

  /** A server with a request that waits for a lock, so that it can't stop gracefully. */
  async function startBusyServer() {
    const server = startCommand(['serve', '--banner'], variables);
    await server.printed(/-d '.*'\n/);
    const [, url] = /(http:\S+)\/ shows/.exec(server.stdout)!;
    const [, key] = /API key +(\S+)/.exec(server.stdout)!;
    const pool = new pg.Pool(superuser(findPostmaster(data(sharedDataDir))!.socketFolder, 'renewals'));
    pool.on('error', () => {});
    const locker = await pool.connect();
    locker.on('error', () => {});
    await locker.query('begin; lock table dashboard_row in access exclusive mode');
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
    const body = JSON.stringify({ query: '{ upcomingContractChanges { totalCount } }' });
    const request = fetch(`${url}/graphql`, { method: 'POST', headers, body }).catch((error: Error) => error);
    await untilLocksAreAwaited(pool);
    return {
      server,
      request,
      end() {
        locker.release(true);
        return pool.end();
      },
    };
  }

  test('ends work in progress, and PostgreSQL too', async () => {
    const { server, request, end } = await startBusyServer();
    server.process.kill('SIGINT');
    await server.printed(/"stopping"/, 'stderr');
    await sleep(2_100);
    server.process.kill('SIGINT');
    expect((await server.ended).code).toBe(1);
    expect(isLeft(sharedDataDir)).toBe(false);
    await Promise.all([request, end()]);
  });

  test('leaves a PostgreSQL that another process uses', async () => {
    const other = startCommand(['serve'], variables);
    await other.printed(/Listening at/);
    const { server, request, end } = await startBusyServer();
    server.process.kill('SIGTERM');
    await server.printed(/"stopping"/, 'stderr');
    await sleep(2_100);
    server.process.kill('SIGTERM');
    expect((await server.ended).code).toBe(1);
    expect(isLeft(sharedDataDir)).toBe(true);
    await Promise.all([request, end()]);
    other.process.kill('SIGTERM');
    expect((await other.ended).code).toBe(0);
    expect(isLeft(sharedDataDir)).toBe(false);
  });
});

test.each(['SIGINT', 'SIGHUP', 'SIGTERM'] as const)('%s ends an import: nothing of it stays, and no PostgreSQL', async (signal) => {
  const rows = Array.from({ length: 30_000 }, (_, index) => `${index + 1},Company ${index},company${index}.example`);
  const folder = csvFolder({ 'companies.csv': ['Record ID,Company name,Company Domain Name', ...rows, 'x,,'] });
  const variables = { DATA_DIR: sharedDataDir };
  const name = `Stopped by ${signal}`;
  const rejects = join(newDataDir(), 'rejects');
  const command = startCommand(['import', folder, '--partner', name, '--create-partner', '--rejects', rejects], variables);
  const client = await connectWhenReady();
  const isWriting = `select from pg_stat_activity where query like '%createCustomers%' and pid <> pg_backend_pid()`;
  while ((await client.query(isWriting)).rowCount === 0) await sleep(5);
  const ended = client.end();
  command.process.kill(signal);
  const { stderr, stdout } = await command.ended;
  await ended;
  expect([command.process.signalCode, stdout]).toEqual([signal, '']);
  expect(stderr).toBe('The import was stopped. Nothing was imported, unless the import had just ended; import again to be sure.\n');
  expect([isLeft(sharedDataDir), existsSync(rejects)]).toEqual([false, false]);
  const { stdout: partners } = await runCommand(['partner', 'list', '--json'], variables);
  expect(partners).not.toContain(name);
  expect(isLeft(sharedDataDir)).toBe(false);
});

/** A connection to the server that a command is starting. */
async function connectWhenReady(): Promise<pg.Client> {
  for (;;) {
    const running = findPostmaster(data(sharedDataDir));
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
