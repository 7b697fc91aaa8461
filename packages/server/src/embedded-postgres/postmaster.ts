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
} from 'node:fs';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { EmbeddedPostgresError, ownSession, type Binaries, type ServerUser } from './embedded-binaries.ts';
import { chownAll, isNamed, makePrivate, nobody } from './embedded-home.ts';
import { isPostgres } from './pid-file.ts';

/** The superuser of an embedded cluster. The private folder of the socket keeps other users out. */
const superuserName = 'postgres';

// The server must not inherit variables of this process (PGDATA, PGOPTIONS, LC_ALL …).
const environment = { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };

/** Creates a cluster. The folder gets its name only when it is complete. */
export function initialize(binaries: Binaries, data: string, user: ServerUser, options: { durable: boolean }): void {
  removeUnfinished(data);
  // initdb refuses a user without a name; PostgreSQL itself does not.
  const creator = user && !isNamed(user.uid) ? nobody : user;
  const unfinished = makePrivate(mkdtempSync(`${data}.unfinished-`), creator);
  const { status, error, stderr } = spawnSync(
    join(binaries.native, 'bin/initdb'),
    [
      `--pgdata=${unfinished}`,
      `--username=${superuserName}`,
      '--auth-local=trust',
      '--auth-host=reject',
      // Case mapping and sort order are the same on every machine; columns that the dashboard sorts by use ICU collations.
      '--encoding=UTF8',
      '--locale=C',
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      '--data-checksums',
      '--no-instructions',
      ...(options.durable ? [] : ['--no-sync']),
    ],
    { ...creator, ...ownSession, cwd: unfinished, env: environment, encoding: 'utf8' },
  );
  if (status !== 0) {
    rmSync(unfinished, { recursive: true, force: true });
    throw new EmbeddedPostgresError(
      `The embedded PostgreSQL could not create its files in ${data}: ${(error?.message ?? stderr).trim()}\nIf it can't run here, set DATABASE_URL to a server.`,
    );
  }
  if (user && creator !== user) chownAll(unfinished, user);
  renameSync(unfinished, data);
}

function removeUnfinished(data: string): void {
  const folder = join(data, '..');
  const prefix = `${data.slice(folder.length + 1)}.unfinished-`;
  for (const name of readdirSync(folder)) {
    // An initdb may still write there after its parent was killed; a later start removes the folder.
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
  /** Stops the server when this process ends, even after a crash. */
  stopWithParent?: boolean;
};

export type Launched = {
  /** The reason why the process ended; undefined while it runs. */
  exitReason(): string | undefined;
  /** Ends it, also before it has written its process id to the data folder. */
  end(): Promise<void>;
};

/** Starts the server in its own session, so that Ctrl-C in the terminal reaches this process but not the server. */
export function launch(
  binaries: Binaries,
  data: string,
  user: ServerUser,
  { socketFolder, log, settings, stopWithParent = false }: LaunchOptions,
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
  const [program, ...args] = stopWithParent ? ['/bin/sh', '-c', stopAtEndOfInput, 'sh', ...command] : command;
  const child = spawn(program!, args, {
    ...user,
    cwd: data,
    env: environment,
    detached: true,
    stdio: [stopWithParent ? 'pipe' : 'ignore', output, output],
  });
  closeSync(output);
  let exitReason: string | undefined;
  child.once('error', (error) => (exitReason = error.message));
  child.once('exit', (code, signal) => (exitReason = `exit ${code ?? signal}`));
  child.unref();
  (child.stdin as Socket | null)?.unref();
  return {
    exitReason: () => exitReason,
    async end() {
      for (const [signal, timeoutMs] of endSignals) {
        if (!child.kill(signal)) return;
        const deadline = Date.now() + timeoutMs;
        while (Date.now() < deadline) {
          if (exitReason) return;
          await sleep(10);
        }
      }
    },
  };
}

/** The first one rolls back open transactions, the second one is for a server that does not react. */
const endSignals = [
  ['SIGINT', 30_000],
  ['SIGQUIT', 10_000],
] as const;

// The kernel closes this process's end of the pipe when it ends. The shell then signals the server before its process id can be reused.
const stopAtEndOfInput = `exec 3<&0
"$@" 3<&- </dev/null & server=$!
(read _ <&3; kill -INT $server) & watch=$!
wait $server; code=$?; kill $watch; exit $code`;

export function superuser(socketFolder: string, database = 'postgres'): pg.ClientConfig {
  // Complete, so that variables such as PGSSLMODE and PGOPTIONS have no effect.
  return { host: socketFolder, port: 5432, user: superuserName, database, ssl: false, options: '-c search_path=public' };
}

/** Whether the server accepts connections; it refuses them while it starts or stops. */
export async function acceptsConnections(socketFolder: string): Promise<boolean> {
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

/** Whether the socket is gone where the server itself looks: a process that has a /tmp of its own sees none of others. */
export function hasLostSocket({ pid, socketFolder }: { pid: number; socketFolder: string }): boolean {
  const root = process.platform === 'linux' ? `/proc/${pid}/root` : '/';
  try {
    statSync(root);
    return !existsSync(join(root, socketFolder, '.s.PGSQL.5432'));
  } catch {
    return false;
  }
}

/** Stops the server and rolls back open transactions. */
export async function stopPostmaster(data: string, pid: number): Promise<void> {
  for (const [signal, timeoutMs] of endSignals) {
    try {
      process.kill(pid, signal);
    } catch {
      return;
    }
    const deadline = Date.now() + timeoutMs;
    while (Date.now() < deadline) {
      if (!isPostgres(pid, data)) return;
      await sleep(10);
    }
  }
}

export function tailOf(log: string): string {
  try {
    return readFileSync(log, 'utf8').trimEnd().split('\n').slice(-5).join('\n');
  } catch {
    return '';
  }
}
