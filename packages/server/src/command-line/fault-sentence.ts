import { types } from 'node:util';
import { databaseFault, faultSentences, isTimeout } from '../database/unavailable.ts';

const fileProblems: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EFBIG: 'the file would be too large',
  EROFS: 'the file system is read-only',
  EACCES: 'this user has no permission',
  EPERM: 'this user has no permission',
  ENOENT: 'it does not exist',
  ENOTDIR: 'a part of its path is no folder',
  EISDIR: 'it is a folder',
  ELOOP: 'it is a link that leads to itself',
  ENAMETOOLONG: 'its name is too long',
  EIO: 'the disk failed',
  EMFILE: 'this process has too many open files',
  ENFILE: 'this machine has too many open files',
};

/** One sentence for an outage of the database, or of a disk of this machine; undefined for every other error. */
export function faultSentence(error: unknown): string | undefined {
  if (!types.isNativeError(error)) return undefined;
  const fault = databaseFault(error);
  // PostgreSQL names the login or the database.
  if (fault === 'LOGIN_REFUSED') return `${faultSentences[fault]} PostgreSQL says: ${error.message}.`;
  if (fault !== null) return faultSentences[fault];
  if (isTimeout(error)) return 'The database took too long and cancelled the work.';
  const { code, path, syscall }: NodeJS.ErrnoException = error;
  const problem = fileProblems[code ?? ''];
  if (problem === undefined || syscall === undefined) return undefined;
  return path === undefined ? `A file cannot be read or written: ${problem}.` : `${path} cannot be used: ${problem}.`;
}
