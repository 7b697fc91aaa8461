import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { EmbeddedPostgresError, runnableBinaries, type Binaries } from './embedded-binaries.ts';
import { findHome, removeSocketFolder, notesFolder, socketFolder, type EmbeddedHome } from './embedded-home.ts';
import { tryFileLock, waitForFileLock, type FileLock } from './file-lock.ts';
import * as postmaster from './postmaster.ts';

/** Names of the roles that exist once the server runs. */
export type EmbeddedRoles = { owner: string; serving: string };

export type EmbeddedServer = {
  owner: pg.ClientConfig;
  serving: pg.ClientConfig;
  /** Where the data are, and whether that is DATA_DIR. */
  path: string;
  isInDataDir: boolean;
  /** Starts the server again if it is gone. */
  revive(): Promise<void>;
  /** Stops the server if no other process uses it. */
  release(): Promise<void>;
};

const databaseName = 'renewals';
const lockLimitMs = 120_000;

/**
 * The PostgreSQL that comes with us, on data in DATA_DIR: started, or attached to if it runs already.
 *
 * Whoever uses it holds a shared lock on `in-use`; who leaves and can lock that alone was the last one and stops the server. All of it happens
 * under the lock `starting`, so a leaver never stops what a newcomer has just found. Both are locks of the kernel: whatever is killed lets go.
 */
export async function useEmbeddedServer(dataDir: string, roles: EmbeddedRoles): Promise<EmbeddedServer> {
  const notes = notesFolder(dataDir);
  const starting = await lockOrExplain(join(notes, 'starting'));
  let inUse: FileLock | null = null;
  try {
    const home = findHome(notes);
    const data = join(home.path, 'data');
    const isAlone = await tryFileLock(join(notes, 'in-use'), 'exclusive');
    isAlone?.release();
    const folder = await startOrAttach(home, data, isAlone !== null);
    inUse = await tryFileLock(join(notes, 'in-use'), 'shared');
    if (!inUse) throw new Error(`${notes} is locked by a process that does not hold "starting".`);
    await prepareCluster(postmaster.superuser(folder), roles);
    const held = inUse;
    let isUsed = true;
    return {
      owner: { ...postmaster.superuser(folder, databaseName), user: roles.owner },
      serving: { ...postmaster.superuser(folder, databaseName), user: roles.serving },
      path: home.path,
      isInDataDir: home.path === notes,
      revive: () => revive(home, data, () => isUsed),
      release: () => {
        isUsed = false;
        return leave(home, data, held);
      },
    };
  } catch (error) {
    inUse?.release();
    throw error;
  } finally {
    starting.release();
  }
}

async function revive(home: EmbeddedHome, data: string, isUsed: () => boolean): Promise<void> {
  const starting = await lockOrExplain(join(home.notes, 'starting'));
  try {
    // Who left in the meantime would leave the server running behind.
    if (isUsed()) await startOrAttach(home, data, false);
  } finally {
    starting.release();
  }
}

async function leave(home: EmbeddedHome, data: string, inUse: FileLock): Promise<void> {
  const starting = await waitForFileLock(join(home.notes, 'starting'), 'exclusive', lockLimitMs);
  try {
    inUse.release();
    const isLast = await tryFileLock(join(home.notes, 'in-use'), 'exclusive');
    if (!isLast) return;
    const running = postmaster.findPostmaster(data);
    if (running) await postmaster.stopPostmaster(data, running.pid);
    removeSocketFolder(home);
    isLast.release();
  } finally {
    starting.release();
  }
}

async function lockOrExplain(path: string): Promise<FileLock> {
  try {
    return await waitForFileLock(path, 'exclusive', lockLimitMs);
  } catch (error) {
    throw new EmbeddedPostgresError(
      `The embedded PostgreSQL can't be used: ${(error as Error).message} Start as the user who owns that folder, set another DATA_DIR, or set DATABASE_URL.`,
      { cause: error },
    );
  }
}

const startLimitMs = 110_000;
const launches = 3;
const lostSocketMs = 2_000;

/** Returns the folder of the socket on which the server answers. */
async function startOrAttach(home: EmbeddedHome, data: string, isAlone: boolean): Promise<string> {
  const log = join(home.path, 'postgres.log');
  const begun = Date.now();
  let launched: postmaster.Launched | undefined;
  let lostSince: number | undefined;
  for (let launchesLeft = launches; Date.now() - begun < startLimitMs; await sleep(5)) {
    const running = postmaster.findPostmaster(data);
    if (running) {
      if (!running.isReady) continue;
      if (await postmaster.answers(running.socketFolder)) return running.socketFolder;
      // It lost its socket (to a cleaned /tmp, say): nobody can reach it, and nobody uses it.
      const isLost = isAlone && !existsSync(join(running.socketFolder, '.s.PGSQL.5432'));
      lostSince = isLost ? (lostSince ?? Date.now()) : undefined;
      if (lostSince && Date.now() - lostSince > lostSocketMs) await postmaster.stopPostmaster(data, running.pid);
    } else if (!launched || launched.end()) {
      if (launchesLeft-- === 0) break;
      // What is left of a server that was killed lets go of the data within moments.
      if (launched) await sleep(300);
      launched = launch(home, data, log);
    }
  }
  throw failure(log, launched);
}

function launch(home: EmbeddedHome, data: string, log: string): postmaster.Launched {
  const binaries = runnableBinaries(home.path, home.user);
  if (!existsSync(data)) postmaster.initialize(binaries, data, home.user, { durable: true });
  requireSameMajor(binaries, data);
  const folder = socketFolder(home, data);
  postmaster.retireReusedPid(data, folder);
  return postmaster.launch(binaries, data, home.user, { socketFolder: folder, log, settings: ['log_min_messages=fatal'] });
}

function failure(log: string, launched: postmaster.Launched | undefined): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    `The embedded PostgreSQL did not start (${launched?.end() ?? 'it does not answer'}). The end of ${log}:\n${postmaster.endOf(log)}`,
  );
}

function requireSameMajor(binaries: Binaries, data: string): void {
  const written = readFileSync(join(data, 'PG_VERSION'), 'utf8').trim();
  if (binaries.version.split('.')[0] === written) return;
  throw new EmbeddedPostgresError(
    `The data in ${data} were written by PostgreSQL ${written}; this program brings ${binaries.version}, which can't read them. ` +
      'Use the program that wrote them, or set another DATA_DIR.',
  );
}

/** The same roles as on a server: an owner that is no superuser, and a serving role that owns nothing. */
async function prepareCluster(superuser: pg.ClientConfig, roles: EmbeddedRoles): Promise<void> {
  const client = new pg.Client(superuser);
  await client.connect();
  try {
    const { rows } = await client.query<{ name: string }>(
      `/* prepareCluster */ select rolname as name from pg_roles where rolname = any ($1) union all select datname from pg_database where datname = $2`,
      [[roles.owner, roles.serving], databaseName],
    );
    const isThere = new Set(rows.map((row) => row.name));
    for (const role of [roles.owner, roles.serving]) {
      if (!isThere.has(role)) await client.query(`create role ${role} login`);
    }
    if (!isThere.has(databaseName)) await client.query(`create database ${databaseName} owner ${roles.owner}`);
  } finally {
    await client.end();
  }
}
