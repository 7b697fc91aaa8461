import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { launch, tailOf, type Launched } from '../../../server/src/embedded-postgres/postmaster.ts';

const password = randomBytes(16).toString('hex');
const environment = { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };

// The server does not survive a crash of the machine, but it survives its own: the operating system keeps what was written.
const settings = ['listen_addresses=127.0.0.1', 'max_connections=200', 'fsync=off', 'full_page_writes=off'];

/**
 * A PostgreSQL server of the fault tests, from the operating system's packages. It uses TCP and passwords, as servers usually do, and
 * ends with this process.
 */
export class PostgresServer {
  #launched: Launched | undefined;

  private constructor(
    private readonly folder: string,
    readonly port: number,
    private readonly own: readonly string[],
  ) {}

  /** With `logStatements`, the log holds every statement; each line begins with database, user and process. */
  static async start({ logStatements = false } = {}): Promise<PostgresServer> {
    const statements = logStatements ? ['log_statement=all', 'log_line_prefix=%d|%u|%p| '] : [];
    const server = new PostgresServer(createFolder(), await freePort(), [...statements, 'wal_level=replica']);
    const passwordFile = join(server.folder, 'password');
    writeFileSync(passwordFile, password);
    run('initdb', [
      '-D',
      server.data,
      '-U',
      'postgres',
      '-A',
      'scram-sha-256',
      `--pwfile=${passwordFile}`,
      '-E',
      'UTF8',
      '--locale=C.UTF-8',
      '-N',
    ]);
    await server.start();
    return server;
  }

  get data(): string {
    return join(this.folder, 'data');
  }
  get log(): string {
    return join(this.folder, 'postgresql.log');
  }
  get superuserUrl(): string {
    return `postgres://postgres:${password}@127.0.0.1:${this.port}/postgres`;
  }
  /** The process id of the postmaster. */
  get pid(): number {
    return Number(readFileSync(join(this.data, 'postmaster.pid'), 'utf8').split('\n')[0]);
  }

  async start(): Promise<void> {
    const launched = launch({ native: nativeFolder(), version: '' }, this.data, serverUser(), {
      ...{ socketFolder: this.folder, log: this.log, stopWithParent: true },
      settings: [...settings, ...this.own, `port=${this.port}`],
    });
    this.#launched = launched;
    while (!(await this.accepts())) {
      const reason = launched.exitReason();
      if (reason !== undefined) throw new Error(`The PostgreSQL server did not start (${reason}):\n${tailOf(this.log)}`);
      await sleep(20);
    }
  }

  /** SIGINT rolls back open transactions; SIGQUIT is a crash. */
  async stop(signal: 'SIGINT' | 'SIGQUIT' = 'SIGINT'): Promise<void> {
    if (this.#launched === undefined || this.#launched.exitReason() !== undefined) return;
    process.kill(this.pid, signal);
    while (this.#launched.exitReason() === undefined) await sleep(10);
  }

  /** A streaming standby of this server. It answers reads, and cancels those that conflict with changes after `patience`. */
  async createStandby({ patience = '30s' } = {}): Promise<PostgresServer> {
    const standby = new PostgresServer(createFolder(), await freePort(), [`max_standby_streaming_delay=${patience}`, 'hot_standby=on']);
    run('pg_basebackup', ['-d', this.superuserUrl, '-D', standby.data, '-R', '-X', 'stream', '-c', 'fast', '--no-sync']);
    await standby.start();
    return standby;
  }

  async promote(): Promise<void> {
    await this.query('select pg_promote()');
  }

  async query<Row extends pg.QueryResultRow>(text: string, values: readonly unknown[] = [], database = 'postgres'): Promise<Row[]> {
    const client = new pg.Client(this.superuserUrl.replace(/postgres$/, database));
    client.on('error', () => {});
    await client.connect();
    try {
      return (await client.query<Row>(text, [...values])).rows;
    } finally {
      await client.end().catch(() => {});
    }
  }

  async version(): Promise<string> {
    const [row] = await this.query<{ server_version: string }>('show server_version');
    return row!.server_version.replace(/ .*/, '');
  }

  async accepts(): Promise<boolean> {
    return await this.query('select 1').then(
      () => true,
      () => false,
    );
  }

  async remove(): Promise<void> {
    await this.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** The folder of the oldest installed PostgreSQL; Debian 12 has version 15, the oldest supported one. */
function nativeFolder(): string {
  const root = '/usr/lib/postgresql';
  const [version] = existsSync(root) ? readdirSync(root).sort((a, b) => Number(a) - Number(b)) : [];
  if (version === undefined) throw new Error("The option --server needs PostgreSQL's server programs: apt-get install postgresql");
  return join(root, version);
}

/** PostgreSQL refuses to run as root. */
function serverUser(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const [, , uid, gid] = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((line) => line.startsWith('postgres:'))!
    .split(':');
  return { uid: Number(uid), gid: Number(gid) };
}

function createFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'renewals-fault-server-'));
  chmodSync(folder, 0o700);
  const user = serverUser();
  if (user) chownSync(folder, user.uid, user.gid);
  return folder;
}

function run(program: string, words: readonly string[]): void {
  execFileSync(join(nativeFolder(), 'bin', program), words, {
    ...serverUser(),
    cwd: '/',
    env: environment,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
