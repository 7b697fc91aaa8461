import 'reflect-metadata';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { openDatabase, type Database } from '../../../server/src/database/database.ts';
import { asSuperuser, ownerLogin, urlOf } from '../../../server/testing/test-run.ts';

export const today = '2026-11-22';
const main = fileURLToPath(new URL('../../../server/dist/main.js', import.meta.url));
const config = { environment: 'test' as const, poolSize: 4, statementTimeoutMs: 30_000 };

/** The database of a fault test. The servers and the test use it; the test may damage it. */
export type FaultTarget = {
  title: string;
  /** environment variables with which a server finds the database */
  variables: Record<string, string>;
  open(): Promise<Database>;
  remove(): Promise<void>;
};

/** A database on the embedded PostgreSQL, in a temporary folder. */
export function embeddedTarget(): FaultTarget {
  const folder = mkdtempSync(join(tmpdir(), 'renewals-fault-'));
  // The user of the embedded PostgreSQL must be able to enter the folder.
  chmodSync(folder, 0o755);
  const dataDir = join(folder, 'data');
  return {
    title: 'embedded PostgreSQL',
    variables: { DATA_DIR: dataDir },
    open: () => openDatabase({ ...config, dataDir }, { migrate: true }),
    remove: async () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** A database on a running server; `remove` drops it. */
export async function serverTarget(superuserUrl: string): Promise<FaultTarget> {
  const run = { superuserUrl };
  const name = `renewals_fault_${process.pid}`;
  await asSuperuser(run, async (superuser) => {
    await superuser.query(
      `do $$ begin if not exists (select from pg_roles where rolname = '${ownerLogin.name}') then create role ${ownerLogin.name} login createrole password '${ownerLogin.password}'; end if; end $$`,
    );
    await superuser.query(`create database ${name} owner ${ownerLogin.name}`);
    // Acknowledged writes must survive a crash, even if the server is configured for speed.
    await superuser.query(`alter database ${name} set synchronous_commit = on`);
  });
  const databaseUrl = urlOf(run, name, ownerLogin);
  const folder = mkdtempSync(join(tmpdir(), 'renewals-fault-'));
  return {
    title: 'PostgreSQL server',
    variables: { DATABASE_URL: databaseUrl, DATA_DIR: folder },
    open: () => openDatabase({ ...config, databaseUrl, dataDir: '' }, { migrate: true }),
    async remove() {
      rmSync(folder, { recursive: true, force: true });
      await asSuperuser(run, (superuser) => superuser.query(`drop database ${name} with (force)`));
    },
  };
}

// Ends all servers when this program exits, also after an error.
const children = new Set<ChildProcess>();
process.once('exit', () => children.forEach((child) => child.kill('SIGKILL')));

export type ServedProcess = { url: string; child: ChildProcess; ended: Promise<number | null>; log(): string };

/** Starts a command of the built product as a process. */
export function startProcess(
  words: readonly string[],
  { variables }: FaultTarget,
): { child: ChildProcess; output(): string; log(): string; ended: Promise<number | null> } {
  const { PATH, HOME } = process.env;
  const settings = {
    ...{ LOG_LEVEL: 'warn', SAMPLE_DATA: 'off', EXPLORERS: 'off', PORT: '0', BUSINESS_DATE: today },
    ...{ COST_BUCKET: '999999999', COST_RESTORE_PER_SECOND: '1000000' },
  };
  const child = spawn(process.execPath, [main, ...words], {
    env: { ...(PATH && { PATH }), ...(HOME && { HOME }), ...settings, ...variables },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.add(child);
  child.once('close', () => children.delete(child));
  let [output, log] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (log += text));
  return { child, output: () => output, log: () => log, ended: once(child, 'close').then(() => child.exitCode) };
}

export async function startServer(target: FaultTarget, options: readonly string[] = []): Promise<ServedProcess> {
  const { child, output, log, ended } = startProcess(['serve', ...options], target);
  for (;;) {
    const [, url] = /Listening at (http:\S+)\n/.exec(output()) ?? [];
    if (url !== undefined) return { url, child, ended, log };
    if (child.exitCode !== null || child.signalCode !== null) throw new Error(`The server did not start:\n${output()}\n${log()}`);
    await sleep(5);
  }
}

/** Prints the result of each check. The program fails if a check fails. */
export class Verdict {
  #hasFailed = false;

  check(what: string, holds: boolean): void {
    console.log(`${holds ? 'ok    ' : 'FAILED'}  ${what}`);
    this.#hasFailed ||= !holds;
  }

  conclude(): void {
    process.exitCode = this.#hasFailed ? 1 : 0;
  }
}
