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

/** Where a program does damage: a database of its own, that servers and the program itself use. */
export type Ground = {
  title: string;
  /** what a server needs to find the database */
  variables: Record<string, string>;
  open(): Promise<Database>;
  remove(): Promise<void>;
};

/** On the embedded PostgreSQL, in a folder of its own. */
export function embeddedGround(): Ground {
  const folder = mkdtempSync(join(tmpdir(), 'renewals-fault-'));
  // Where the embedded PostgreSQL's own user may go.
  chmodSync(folder, 0o755);
  const dataDir = join(folder, 'data');
  return {
    title: 'embedded PostgreSQL',
    variables: { DATA_DIR: dataDir },
    open: () => openDatabase({ ...config, dataDir }, { migrate: true }),
    remove: async () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** On a server that runs already, in a database that is dropped at the end. */
export async function serverGround(superuserUrl: string): Promise<Ground> {
  const run = { superuserUrl };
  const name = `renewals_fault_${process.pid}`;
  await asSuperuser(run, async (superuser) => {
    await superuser.query(
      `do $$ begin if not exists (select from pg_roles where rolname = '${ownerLogin.name}') then create role ${ownerLogin.name} login createrole password '${ownerLogin.password}'; end if; end $$`,
    );
    await superuser.query(`create database ${name} owner ${ownerLogin.name}`);
    // What is acknowledged is to outlive a crash, however fast the server is told to be.
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

// A program that fails leaves nobody behind.
const children = new Set<ChildProcess>();
process.once('exit', () => children.forEach((child) => child.kill('SIGKILL')));

export type ServedProcess = { url: string; child: ChildProcess; ended: Promise<number | null>; log(): string };

/** A command of the built product, as a process of its own. */
export function startProcess(
  words: readonly string[],
  { variables }: Ground,
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

export async function startServer(ground: Ground): Promise<ServedProcess> {
  const { child, output, log, ended } = startProcess(['serve'], ground);
  for (;;) {
    const [, url] = /Listening at (http:\S+)\n/.exec(output()) ?? [];
    if (url !== undefined) return { url, child, ended, log };
    if (child.exitCode !== null || child.signalCode !== null) throw new Error(`The server did not start:\n${output()}\n${log()}`);
    await sleep(5);
  }
}

/** Prints what was seen, and fails the program when it is not what must be seen. */
export class Verdict {
  #isMissed = false;

  saw(what: string, isAsWanted: boolean): void {
    console.log(`${isAsWanted ? 'held  ' : 'MISSED'}  ${what}`);
    this.#isMissed ||= !isAsWanted;
  }

  conclude(): void {
    process.exitCode = this.#isMissed ? 1 : 0;
  }
}
