import { spawn, spawnSync } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { EmbeddedPostgresError, type Binaries, type ServerUser } from './embedded-binaries.ts';
import { makeOwnFolder } from './embedded-home.ts';

/** The superuser of an embedded cluster; the socket's private folder is what keeps others out. */
const superuserName = 'postgres';

/** A running server process, as its own postmaster.pid tells it. */
export type Postmaster = { pid: number; socketFolder: string; isReady: boolean };

// Nothing of our environment (PGDATA, PGOPTIONS, LC_ALL …) may reach the server.
const environment = { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };

/** Makes a cluster; a folder appears under its name only when it is whole. */
export function initialize(binaries: Binaries, data: string, user: ServerUser, options: { durable: boolean }): void {
  removeUnfinished(data);
  const unfinished = makeOwnFolder(mkdtempSync(`${data}.unfinished-`), user);
  const { status, error, stderr } = spawnSync(
    join(binaries.native, 'bin/initdb'),
    [
      `--pgdata=${unfinished}`,
      `--username=${superuserName}`,
      '--auth-local=trust',
      '--auth-host=reject',
      // The same upper and lower case, and the same order, on every machine; the dashboard's own order is ICU's, by column.
      '--encoding=UTF8',
      '--locale=C',
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      '--data-checksums',
      '--no-instructions',
      ...(options.durable ? [] : ['--no-sync']),
    ],
    { ...user, cwd: unfinished, env: environment, encoding: 'utf8' },
  );
  if (status !== 0) {
    rmSync(unfinished, { recursive: true, force: true });
    throw new EmbeddedPostgresError(
      `The embedded PostgreSQL could not make its files in ${data}: ${(error?.message ?? stderr).trim()}\nWhere it can't run, set DATABASE_URL to a server.`,
    );
  }
  renameSync(unfinished, data);
}

function removeUnfinished(data: string): void {
  const folder = join(data, '..');
  const prefix = `${data.slice(folder.length + 1)}.unfinished-`;
  for (const name of readdirSync(folder)) {
    // An initdb whose starter was killed may still be writing there; then it goes the next time.
    if (name.startsWith(prefix))
      try {
        rmSync(join(folder, name), { recursive: true, force: true });
      } catch {}
  }
}

export type LaunchOptions = {
  socketFolder: string;
  log: string;
  settings: readonly string[];
  /** Ends the server when this process ends, however it does. */
  endsWithUs?: boolean;
};

export type Launched = {
  /** How the process ended, if it has. */
  end(): string | undefined;
};

/** Starts the server in a session of its own, so that Ctrl-C in the terminal reaches us and not it. */
export function launch(
  binaries: Binaries,
  data: string,
  user: ServerUser,
  { socketFolder, log, settings, endsWithUs = false }: LaunchOptions,
): Launched {
  if (existsSync(log) && statSync(log).size > 10_000_000) truncateSync(log);
  const output = openSync(log, 'a', 0o600);
  const all = [
    'listen_addresses=',
    'port=5432',
    `unix_socket_directories="${socketFolder.replaceAll('"', '""')}"`,
    'unix_socket_permissions=0700',
    'timezone=UTC',
    'log_timezone=UTC',
    ...settings,
  ];
  const command = [join(binaries.native, 'bin/postgres'), '-D', data, ...all.flatMap((setting) => ['-c', setting])];
  const [program, ...args] = endsWithUs ? ['/bin/sh', '-c', untilInputEnds, 'sh', ...command] : command;
  const child = spawn(program!, args, {
    ...user,
    cwd: data,
    env: environment,
    detached: true,
    stdio: [endsWithUs ? 'pipe' : 'ignore', output, output],
  });
  closeSync(output);
  let end: string | undefined;
  child.once('error', (error) => (end = error.message));
  child.once('exit', (code, signal) => (end = `exit ${code ?? signal}`));
  child.unref();
  (child.stdin as Socket | null)?.unref();
  return { end: () => end };
}

// Our end of the pipe is closed by the kernel when we end. The server is told to stop before its process id can belong to another.
const untilInputEnds = `exec 3<&0
"$@" 3<&- </dev/null & server=$!
(read _ <&3; kill -INT $server) & watch=$!
wait $server; code=$?; kill $watch; exit $code`;

/** The server that runs on this data folder, if one does. */
export function findPostmaster(data: string): Postmaster | undefined {
  const lines = readPidFile(data);
  const pid = Number(lines?.[0]);
  if (!lines || !isPostgres(pid, data)) return undefined;
  return { pid, socketFolder: lines[4] ?? '', isReady: lines[7]?.trim() === 'ready' };
}

function readPidFile(data: string): string[] | undefined {
  try {
    return readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n');
  } catch {
    return undefined;
  }
}

// Above every limit on process ids.
const noProcess = 2_147_483_646;

/**
 * After a crash or a restart of the machine, another process may have the id that postmaster.pid tells; PostgreSQL would refuse to start.
 * Only the id is replaced: by the rest of the file PostgreSQL sees whether orphans of the old server still use the data.
 */
export function retireReusedPid(data: string, socketFolder: string): void {
  const lines = readPidFile(data);
  const pid = Number(lines?.[0]);
  if (!lines || !exists(pid) || isPostgres(pid, data)) return;
  writeFileSync(join(data, 'postmaster.pid'), [String(noProcess), ...lines.slice(1)].join('\n'));
  rmSync(join(socketFolder, '.s.PGSQL.5432.lock'), { force: true });
}

function exists(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

function isPostgres(pid: number, data: string): boolean {
  if (!exists(pid)) return false;
  // A zombie has no command line: it is no server any more.
  const command = existsSync('/proc/self/cmdline')
    ? readCommandLine(pid)
    : spawnSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).stdout;
  return command.includes('postgres') && ` ${command.trim()} `.includes(` ${data} `);
}

function readCommandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}

export function superuser(socketFolder: string, database = 'postgres'): pg.ClientConfig {
  // Told in full, so that none of PGSSLMODE, PGOPTIONS and the like has a say.
  return { host: socketFolder, port: 5432, user: superuserName, database, ssl: false, options: '-c search_path=public' };
}

/** Whether the server answers; what it answers while it starts or stops counts as no. */
export async function answers(socketFolder: string): Promise<boolean> {
  const client = new pg.Client({ ...superuser(socketFolder), connectionTimeoutMillis: 5_000 });
  client.on('error', () => {});
  try {
    await client.connect();
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => {});
  }
}

/** Ends the server; open transactions are rolled back. */
export async function stopPostmaster(data: string, pid: number): Promise<void> {
  for (const [signal, limitMs] of [
    ['SIGINT', 30_000],
    ['SIGQUIT', 10_000],
  ] as const) {
    try {
      process.kill(pid, signal);
    } catch {
      return;
    }
    const deadline = Date.now() + limitMs;
    while (Date.now() < deadline) {
      if (!isPostgres(pid, data)) return;
      await sleep(10);
    }
  }
}

export function endOf(log: string): string {
  try {
    return readFileSync(log, 'utf8').trimEnd().split('\n').slice(-5).join('\n');
  } catch {
    return '';
  }
}
