import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { EmbeddedPostgresError, runnableBinaries, type Binaries } from './embedded-binaries.ts';
import { findHome, removeSocketFolder, createStateFolder, socketFolder, takeFromNobody, type EmbeddedHome } from './embedded-home.ts';
import { tryFileLock, waitForFileLock, type FileLock } from './file-lock.ts';
import { findPostmaster, replaceReusedPid } from './pid-file.ts';
import * as postmaster from './postmaster.ts';
import { createRevival, type RevivalEvent } from './revival.ts';

/** Names of the roles that the server creates. */
export type EmbeddedRoles = { owner: string; serving: string };

export type EmbeddedServer = {
  owner: pg.ClientConfig;
  serving: pg.ClientConfig;
  /** The folder of the data, and whether it is in DATA_DIR. */
  path: string;
  isInDataDir: boolean;
  /** Restarts the server if it has ended, until it runs again. Repeated calls during a revival are one. */
  revive(): void;
  /** Stops the server if no other process uses it. */
  release(): Promise<void>;
};

export type EmbeddedOptions = {
  /** Ends a start that still waits for the server or for another process. */
  stop?: AbortSignal | undefined;
  onRevival?: ((event: RevivalEvent) => void) | undefined;
};

const databaseName = 'renewals';
const lockTimeoutMs = 120_000;

/**
 * Uses the embedded PostgreSQL on the data in DATA_DIR: starts it, or attaches to it if it already runs.
 *
 * Every process that uses the server holds a shared lock on `in-use`. A process that releases it and then gets an exclusive lock was the
 * last one, and stops the server. All of this happens under the lock `starting`, so no process stops a server that another one just found.
 * Both locks belong to the kernel: a killed process releases them.
 */
export async function useEmbeddedServer(
  dataDir: string,
  roles: EmbeddedRoles,
  { stop, onRevival = () => {} }: EmbeddedOptions = {},
): Promise<EmbeddedServer> {
  const stateFolder = createStateFolder(dataDir);
  const starting = await lockOrThrow(join(stateFolder, 'starting'), stop);
  let inUse: FileLock | null = null;
  let home: EmbeddedHome | undefined;
  try {
    home = findHome(stateFolder);
    const data = join(home.path, 'data');
    const folder = await startOrAttach(home, data, { mayCreate: true, isWanted: () => !stop?.aborted });
    inUse = await tryFileLock(join(stateFolder, 'in-use'), 'shared');
    if (!inUse) throw new Error(`${stateFolder} is locked by a process that does not hold "starting".`);
    await prepareCluster(postmaster.superuser(folder), roles);
    const held = inUse;
    const usedHome = home;
    let isUsed = true;
    let released: Promise<void> | undefined;
    return {
      owner: { ...postmaster.superuser(folder, databaseName), user: roles.owner },
      serving: { ...postmaster.superuser(folder, databaseName), user: roles.serving },
      path: home.path,
      isInDataDir: home.path === stateFolder,
      revive: createRevival(
        (onLaunch) => restart(usedHome, data, folder, () => isUsed, onLaunch),
        () => isUsed,
        onRevival,
      ),
      release: () => {
        isUsed = false;
        return (released ??= releaseServer(usedHome, data, held));
      },
    };
  } catch (error) {
    inUse?.release();
    // The start may have launched the server before it failed.
    if (home) await stopUnlessUsed(home, join(home.path, 'data'));
    throw error;
  } finally {
    starting.release();
  }
}

async function restart(home: EmbeddedHome, data: string, folder: string, isUsed: () => boolean, onLaunch: () => void): Promise<void> {
  const starting = await lockOrThrow(join(home.stateFolder, 'starting'));
  try {
    // After a release in the meantime, no process would stop the restarted server. A lost data folder must not become an empty database.
    if (!isUsed()) return;
    const found = await startOrAttach(home, data, { mayCreate: false, isWanted: isUsed, onLaunch });
    if (found !== folder)
      throw new EmbeddedPostgresError(
        `The embedded PostgreSQL has its socket in ${found}, since ${folder} is somebody else's. Restart this process.`,
      );
  } finally {
    starting.release();
  }
}

async function releaseServer(home: EmbeddedHome, data: string, inUse: FileLock): Promise<void> {
  const starting = await waitForFileLock(join(home.stateFolder, 'starting'), 'exclusive', lockTimeoutMs);
  try {
    inUse.release();
    await stopUnlessUsed(home, data);
  } finally {
    starting.release();
  }
}

/** Hold the start lock when you call it. */
async function stopUnlessUsed(home: EmbeddedHome, data: string): Promise<void> {
  const isLast = await tryFileLock(join(home.stateFolder, 'in-use'), 'exclusive');
  if (!isLast) return;
  const running = findPostmaster(data);
  if (running) await postmaster.stopPostmaster(data, running.pid);
  removeSocketFolder(home);
  isLast.release();
}

async function lockOrThrow(path: string, stop?: AbortSignal): Promise<FileLock> {
  try {
    return await waitForFileLock(path, 'exclusive', lockTimeoutMs, stop);
  } catch (error) {
    if (stop?.aborted) throw stoppedError();
    throw new EmbeddedPostgresError(
      `The embedded PostgreSQL can't be used: ${(error as Error).message} Start as the user who owns that folder, set another DATA_DIR, or set DATABASE_URL.`,
      { cause: error },
    );
  }
}

const stoppedError = () => new EmbeddedPostgresError('The start of the embedded PostgreSQL was stopped.');

const startTimeoutMs = 110_000;
const maxLaunches = 3;
const lostSocketTimeoutMs = 2_000;

type StartOptions = { mayCreate: boolean; isWanted: () => boolean; onLaunch?: () => void };

/** Returns the socket folder of the running server. */
async function startOrAttach(
  home: EmbeddedHome,
  data: string,
  { mayCreate, isWanted, onLaunch = () => {} }: StartOptions,
): Promise<string> {
  const log = join(home.path, 'postgres.log');
  const startedAt = Date.now();
  let launched: postmaster.Launched | undefined;
  let lostSince: number | undefined;
  for (let launchesLeft = maxLaunches; Date.now() - startedAt < startTimeoutMs; await sleep(5)) {
    if (!isWanted()) break;
    const running = findPostmaster(data);
    if (running) {
      if (!running.isReady) continue;
      if (await postmaster.acceptsConnections(running.socketFolder)) return running.socketFolder;
      // It lost its socket, to a cleaned /tmp for example: nobody can connect to it. Processes that still have connections ask for a new server.
      const isLost = postmaster.hasLostSocket(running);
      lostSince = isLost ? (lostSince ?? Date.now()) : undefined;
      if (lostSince && Date.now() - lostSince > lostSocketTimeoutMs) await postmaster.stopPostmaster(data, running.pid);
    } else if (!launched || launched.exitReason()) {
      if (launchesLeft-- === 0) break;
      // Child processes of a killed server release the data after a short time.
      if (launched) await sleep(300);
      if (!mayCreate && !existsSync(data)) throw new EmbeddedPostgresError(`The folder ${data} of the database is missing.`);
      onLaunch();
      launched = launch(home, data, log);
    }
  }
  const error = isWanted() ? startError(log, launched) : stoppedError();
  await launched?.end();
  throw error;
}

function launch(home: EmbeddedHome, data: string, log: string): postmaster.Launched {
  if (existsSync(data)) takeFromNobody(home, data);
  const binaries = runnableBinaries(home.path, home.user);
  if (!existsSync(data)) postmaster.initialize(binaries, data, home.user, { durable: true });
  requireSameMajor(binaries, data);
  const folder = socketFolder(home, data);
  replaceReusedPid(data, folder);
  return postmaster.launch(binaries, data, home.user, { socketFolder: folder, log, settings: ['log_min_messages=fatal'] });
}

function startError(log: string, launched: postmaster.Launched | undefined): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    `The embedded PostgreSQL did not start (${launched?.exitReason() ?? 'it does not respond'}). The end of ${log}:\n${postmaster.tailOf(log)}`,
  );
}

function requireSameMajor(binaries: Binaries, data: string): void {
  const written = readFileSync(join(data, 'PG_VERSION'), 'utf8').trim();
  if (binaries.version.split('.')[0] === written) return;
  throw new EmbeddedPostgresError(
    `The data in ${data} were written by PostgreSQL ${written}; this program includes ${binaries.version}, which can't read them. ` +
      'Use the program that wrote them, or set another DATA_DIR.',
  );
}

/** Creates the same roles as on a server: an owner that is not a superuser, and a serving role that owns nothing. */
async function prepareCluster(superuser: pg.ClientConfig, roles: EmbeddedRoles): Promise<void> {
  const client = new pg.Client(superuser);
  await client.connect();
  try {
    const { rows } = await client.query<{ name: string }>(
      `/* prepareCluster */ select rolname as name from pg_roles where rolname = any ($1) union all select datname from pg_database where datname = $2`,
      [[roles.owner, roles.serving], databaseName],
    );
    const existing = new Set(rows.map((row) => row.name));
    for (const role of [roles.owner, roles.serving]) {
      if (!existing.has(role)) await client.query(`create role ${role} login`);
    }
    if (!existing.has(databaseName)) await client.query(`create database ${databaseName} owner ${roles.owner}`);
  } finally {
    await client.end();
  }
}
