import {
  chmodSync,
  chownSync,
  existsSync,
  lchownSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { EmbeddedPostgresError, isReachable, type ServerUser } from './embedded-binaries.ts';

/** The folders of an embedded server, and the user it runs as. `user` changes when the server gets a user of its own. */
export type EmbeddedHome = {
  /** The folder of the server's data, its log and, if necessary, a copy of its binaries. */
  path: string;
  /** The folder in DATA_DIR for locks and small state files of the Node processes. */
  stateFolder: string;
  user: ServerUser;
};

/** A user with a name, which initdb needs. Other programs run as it too, so no database may stay its own. */
export const nobody = { uid: 65_534, gid: 65_534 };

// User ids that Linux distributions leave unused.
const unusedUserIds = Array.from({ length: 14 }, (_, index) => 65_533 - index);

/**
 * Finds the folder for the data, which is normally in DATA_DIR. If this process is root, the server runs as another user.
 * That user can't reach a DATA_DIR in a home folder of mode 0700. The data are then in /var/tmp, and a file in DATA_DIR names that folder.
 *
 * Hold the start lock when you call it: it writes that file.
 */
export function findHome(stateFolder: string): EmbeddedHome {
  if (process.getuid?.() !== 0) return { path: stateFolder, stateFolder, user: undefined };
  const locationFile = join(stateFolder, 'data-elsewhere');
  if (existsSync(locationFile)) {
    const path = readFileSync(locationFile, 'utf8').trim();
    if (!existsSync(path)) {
      throw new EmbeddedPostgresError(
        `${locationFile} says that the data are in ${path}, but that folder is missing. Restore it, or delete ${stateFolder} to start with an empty database.`,
      );
    }
    return { path, stateFolder, user: userOf(path) };
  }
  const user = userOf(stateFolder);
  if (isReachable(stateFolder, user)) return { path: stateFolder, stateFolder, user };
  const path = mkdtempSync('/var/tmp/partner-renewals-');
  chmodSync(path, 0o755);
  writeFileSync(locationFile, `${path}\n`);
  return { path, stateFolder, user };
}

/** The owner of existing data, which an earlier start without root may have created; else a user id of its own. */
function userOf(home: string): ServerUser {
  const data = join(home, 'data');
  const owner = existsSync(data) ? statSync(data) : undefined;
  return owner && owner.uid !== 0 ? { uid: owner.uid, gid: owner.gid } : unsharedUser();
}

/** A user id without a name, so that no other program runs as it: each process of the server's user is a superuser of the database. */
function unsharedUser(): { uid: number; gid: number } {
  const id = unusedUserIds.find((each) => !isNamed(each)) ?? nobody.uid;
  return { uid: id, gid: id };
}

export function isNamed(uid: number): boolean {
  const accounts = existsSync('/etc/passwd') ? readFileSync('/etc/passwd', 'utf8') : '';
  return accounts.split('\n').some((line) => line.split(':')[2] === String(uid));
}

/** Earlier versions ran the server as nobody. Call it while the server does not run, and hold the start lock. */
export function takeFromNobody(home: EmbeddedHome, data: string): void {
  if (home.user?.uid !== nobody.uid || process.getuid?.() !== 0) return;
  const user = unsharedUser();
  removeSocketFolder(home);
  chownAll(data, user);
  home.user = user;
}

/** The folder itself comes last: its owner tells whether everything in it has been handed over. */
export function chownAll(folder: string, user: { uid: number; gid: number }): void {
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) lchownSync(join(folder, name), user.uid, user.gid);
  lchownSync(folder, user.uid, user.gid);
}

/** The state folder of the embedded server in DATA_DIR; creates it if necessary. */
export function createStateFolder(dataDir: string): string {
  const stateFolder = join(dataDir, 'postgres');
  try {
    mkdirSync(stateFolder, { recursive: true });
    return realpathSync(stateFolder);
  } catch (error) {
    throw new EmbeddedPostgresError(
      `The data folder ${dataDir} can't be used (${(error as Error).message}). To change it, set DATA_DIR or DATABASE_URL.`,
    );
  }
}

export function makePrivate(path: string, user: ServerUser): string {
  chmodSync(path, 0o700);
  if (user) chownSync(path, user.uid, user.gid);
  return path;
}

// sockaddr_un holds 108 bytes on Linux and 104 on macOS, including the final NUL.
const longestSocketPath = process.platform === 'linux' ? 107 : 103;

/**
 * The folder of the socket: the data folder, or a private folder in /tmp if the path of the data folder is too long.
 * A state file records the folder in /tmp: after a restart the server uses it again, so that clients can reconnect.
 */
export function socketFolder(home: EmbeddedHome, data: string): string {
  if (Buffer.byteLength(join(data, '.s.PGSQL.5432')) <= longestSocketPath) return data;
  const recorded = recordedSocketFolder(home);
  // Running processes look for a server at the old path, so that one is made again.
  if (recorded && makeFolder(recorded)) return makePrivate(recorded, home.user);
  if (recorded && isPrivateFolder(recorded, home.user)) return recorded;
  const folder = makePrivate(mkdtempSync('/tmp/renewals-'), home.user);
  writeFileSync(socketFolderFile(home), `${folder}\n`);
  return folder;
}

export function removeSocketFolder(home: EmbeddedHome): void {
  const recorded = recordedSocketFolder(home);
  if (recorded && isPrivateFolder(recorded, home.user)) rmSync(recorded, { recursive: true, force: true });
  rmSync(socketFolderFile(home), { force: true });
}

const socketFolderFile = (home: EmbeddedHome) => join(home.stateFolder, 'socket-folder');

/** Root must not make or remove another folder, whoever can write the record. */
function recordedSocketFolder(home: EmbeddedHome): string | undefined {
  const recorded = existsSync(socketFolderFile(home)) ? readFileSync(socketFolderFile(home), 'utf8').trim() : '';
  return /^\/tmp\/renewals-\w+$/.test(recorded) ? recorded : undefined;
}

/** Whether the folder is new. Every user can make a folder or a link at that path. */
function makeFolder(path: string): boolean {
  try {
    mkdirSync(path, { mode: 0o700 });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Whether it is still the private folder from before: /tmp may have been cleaned, and every user can write there. */
function isPrivateFolder(folder: string, user: ServerUser): boolean {
  const found = lstatSync(folder, { throwIfNoEntry: false });
  return found?.isDirectory() === true && found.uid === (user?.uid ?? process.getuid?.()) && (found.mode & 0o077) === 0;
}
