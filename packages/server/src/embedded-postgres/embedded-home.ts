import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { EmbeddedPostgresError, isReachable, type ServerUser } from './embedded-binaries.ts';

/** Where an embedded server keeps its files, and as whom it runs. */
export type EmbeddedHome = {
  /** Holds the server's data, its log and, where need be, its binaries. */
  path: string;
  /** In DATA_DIR: locks and notes, for our own processes. */
  notes: string;
  user: ServerUser;
};

const nobody = 65_534;

/**
 * Data live in DATA_DIR. Where we are root, the server runs as another user; if DATA_DIR lies where that user can't go (under a 0700 home),
 * data live in /var/tmp, in a folder that a note in DATA_DIR names.
 *
 * Call it under the start lock: it writes that note.
 */
export function findHome(notes: string): EmbeddedHome {
  if (process.getuid?.() !== 0) return { path: notes, notes, user: undefined };
  const noteFile = join(notes, 'data-elsewhere');
  if (existsSync(noteFile)) {
    const path = readFileSync(noteFile, 'utf8').trim();
    if (!existsSync(path)) {
      throw new EmbeddedPostgresError(
        `${noteFile} says that the data are in ${path}, which is gone. Bring it back, or delete ${notes} to begin with an empty database.`,
      );
    }
    return { path, notes, user: userOf(path) };
  }
  const user = userOf(notes);
  if (isReachable(notes, user)) return { path: notes, notes, user };
  const path = mkdtempSync('/var/tmp/partner-renewals-');
  chmodSync(path, 0o755);
  writeFileSync(noteFile, `${path}\n`);
  return { path, notes, user };
}

/** The owner of the data, who may be a user that once started us without being root; else nobody. */
function userOf(home: string): ServerUser {
  const data = join(home, 'data');
  const owner = existsSync(data) ? statSync(data) : undefined;
  return owner && owner.uid !== 0 ? { uid: owner.uid, gid: owner.gid } : { uid: nobody, gid: nobody };
}

/** The folder of DATA_DIR for the embedded server, made if it isn't there. */
export function notesFolder(dataDir: string): string {
  const notes = join(dataDir, 'postgres');
  try {
    mkdirSync(notes, { recursive: true });
    return realpathSync(notes);
  } catch (error) {
    throw new EmbeddedPostgresError(
      `The data folder ${dataDir} can't be used (${(error as Error).message}): set DATA_DIR or DATABASE_URL.`,
    );
  }
}

export function makeOwnFolder(path: string, user: ServerUser): string {
  chmodSync(path, 0o700);
  if (user) chownSync(path, user.uid, user.gid);
  return path;
}

// sockaddr_un holds 108 bytes on Linux and 104 on macOS, one of them the final NUL.
const longestSocketPath = process.platform === 'linux' ? 107 : 103;

/**
 * The data folder, which is private, unless its path is too long for a socket: then a private folder in /tmp, noted down.
 * A server that starts again uses the same one, so that connections to it can be made again.
 */
export function socketFolder(home: EmbeddedHome, data: string): string {
  if (Buffer.byteLength(join(data, '.s.PGSQL.5432')) <= longestSocketPath) return data;
  const noted = notedSocketFolder(home);
  if (noted && isOwn(noted, home.user)) return noted;
  const folder = makeOwnFolder(mkdtempSync('/tmp/renewals-'), home.user);
  writeFileSync(socketNote(home), `${folder}\n`);
  return folder;
}

export function removeSocketFolder(home: EmbeddedHome): void {
  const noted = notedSocketFolder(home);
  if (noted && isOwn(noted, home.user)) rmSync(noted, { recursive: true, force: true });
  rmSync(socketNote(home), { force: true });
}

const socketNote = (home: EmbeddedHome) => join(home.notes, 'socket-folder');

function notedSocketFolder(home: EmbeddedHome): string | undefined {
  return existsSync(socketNote(home)) ? readFileSync(socketNote(home), 'utf8').trim() : undefined;
}

/** Whether it is still the private folder we made; /tmp may have been emptied, and anyone may write there. */
function isOwn(folder: string, user: ServerUser): boolean {
  const found = lstatSync(folder, { throwIfNoEntry: false });
  return found?.isDirectory() === true && found.uid === (user?.uid ?? process.getuid?.()) && (found.mode & 0o077) === 0;
}
