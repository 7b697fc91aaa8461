import { chmodSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { runnableBinaries } from '../src/embedded-postgres/embedded-binaries.ts';
import { findHome, removeSocketFolder, socketFolder } from '../src/embedded-postgres/embedded-home.ts';
import { findPostmaster } from '../src/embedded-postgres/pid-file.ts';
import * as postmaster from '../src/embedded-postgres/postmaster.ts';

export type ThrowawayCluster = {
  socketFolder: string;
  /** With database "postgres". */
  superuser: pg.ClientConfig;
  log: string;
  stop(): Promise<void>;
};

/**
 * A cluster for tests, in its own folder, which `stop` removes. It does not survive a crash of the machine, and it ends with this
 * process, even if that is killed. With `logStatements`, `log` holds every statement; each line begins with database, user and process.
 */
export async function startThrowawayCluster(folder: string, options: { logStatements?: boolean } = {}): Promise<ThrowawayCluster> {
  mkdirSync(folder, { recursive: true });
  // The server's user must pass through this folder; the data folder inside is private.
  chmodSync(folder, 0o755);
  const home = findHome(folder);
  const data = join(home.path, 'data');
  const log = join(home.path, 'postgres.log');
  const binaries = runnableBinaries(home.path, home.user);
  postmaster.initialize(binaries, data, home.user, { durable: false });
  const socket = socketFolder(home, data);
  const settings = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off', 'max_connections=200'];
  if (options.logStatements) settings.push('log_statement=all', 'log_line_prefix=%d|%u|%p| ');
  const launched = postmaster.launch(binaries, data, home.user, { socketFolder: socket, log, settings, stopWithParent: true });
  while (!(await postmaster.acceptsConnections(socket))) {
    const end = launched.exitReason();
    if (end) throw new Error(`The cluster in ${folder} did not start (${end}):\n${postmaster.tailOf(log)}`);
    await sleep(15);
  }
  return {
    socketFolder: socket,
    superuser: postmaster.superuser(socket),
    log,
    async stop() {
      const running = findPostmaster(data);
      if (running) await postmaster.stopPostmaster(data, running.pid);
      removeSocketFolder(home);
      for (const path of new Set([home.path, folder])) rmSync(path, { recursive: true, force: true });
    },
  };
}
