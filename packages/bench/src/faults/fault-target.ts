import 'reflect-metadata';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { openDatabase, type Database } from '../../../server/src/database/database.ts';
import { ownerLogin, urlOf } from '../../../server/testing/test-cluster.ts';
import { PostgresServer } from './postgres-server.ts';
import { optionsOfCommands, optionsOfNpmStart, variablesOfCommands } from '../node-process.ts';

export const today = '2026-11-22';
const main = fileURLToPath(new URL('../../../server/dist/main.js', import.meta.url));
const config = { environment: 'test' as const, poolSize: 4, statementTimeoutMs: 30_000 };

/** The database of a fault test. The servers and the test use it; the test may damage it. */
export type FaultTarget = {
  title: string;
  /** environment variables with which a server finds the database */
  variables: Record<string, string>;
  /** The PostgreSQL server of the option --server; the embedded one is controlled by the servers that use it. */
  postgres?: PostgresServer;
  open(): Promise<Database>;
  remove(): Promise<void>;
};

/** The option that all fault tests have: they use the embedded PostgreSQL, or with --server a PostgreSQL server of their own. */
export const databaseOption = { server: { type: 'boolean', default: false } } as const;

export const createTarget = async (isServer: boolean): Promise<FaultTarget> => (isServer ? await serverTarget() : embeddedTarget());

/** A database on the embedded PostgreSQL, in a temporary folder. */
function embeddedTarget(): FaultTarget {
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

/** A database on a new PostgreSQL server; `remove` stops the server. */
export async function serverTarget(): Promise<FaultTarget> {
  const postgres = await PostgresServer.start();
  try {
    await postgres.query(`create role ${ownerLogin.name} login createrole password '${ownerLogin.password}'`);
    await postgres.query(`create database renewals owner ${ownerLogin.name}`);
  } catch (error) {
    await postgres.remove();
    throw error;
  }
  return targetOn(postgres, `PostgreSQL server ${await postgres.version()}`);
}

/** The database of the owner's login on a server. */
export function targetOn(postgres: PostgresServer, title: string): FaultTarget {
  const databaseUrl = urlOf(postgres, 'renewals', ownerLogin);
  const folder = mkdtempSync(join(tmpdir(), 'renewals-fault-'));
  return {
    title,
    variables: { DATABASE_URL: databaseUrl, DATA_DIR: folder },
    postgres,
    open: () => openDatabase({ ...config, databaseUrl, dataDir: '' }, { migrate: true }),
    async remove() {
      rmSync(folder, { recursive: true, force: true });
      await postgres.remove();
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
    ...{ LOG_LEVEL: 'warn', SAMPLE_DATA: 'off', EXPLORERS: 'off', PORT: '0', BUSINESS_DATE: today, WORKER: 'off' },
    ...{ COST_BUCKET: '999999999', COST_RESTORE_PER_SECOND: '1000000' },
  };
  const [options, own] = words[0] === 'serve' ? [optionsOfNpmStart, {}] : [optionsOfCommands, variablesOfCommands];
  const child = spawn(process.execPath, [...options, main, ...words], {
    env: { ...(PATH && { PATH }), ...(HOME && { HOME }), ...own, ...settings, ...variables },
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

  /** Does the work, stops the cluster that it leaves, and ends the program. An error fails it, too. */
  async concludeAfter(work: () => Promise<void>, cluster?: { stop(): Promise<void> }): Promise<never> {
    try {
      await work();
      this.conclude();
    } catch (error) {
      console.error(error);
      process.exitCode = 1;
    } finally {
      await cluster?.stop();
    }
    process.exit();
  }
}
