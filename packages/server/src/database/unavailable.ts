import { types } from 'node:util';

/** Why the database can't do its work. Health checks show it, so it names no internals. */
export type DatabaseFault =
  | 'UNREACHABLE'
  | 'NOT_ACCEPTING'
  | 'TOO_MANY_CONNECTIONS'
  | 'READ_ONLY'
  | 'DISK_FULL'
  | 'OUT_OF_MEMORY'
  | 'LIMIT_REACHED'
  | 'STORAGE_FAILED'
  | 'TOO_MANY_FILES'
  | 'LOGIN_REFUSED'
  | 'TABLES_MISSING'
  | 'TLS_FAILED'
  | 'CONFLICT';

/** One sentence each, for the log and the command line. */
export const faultSentences: Readonly<Record<DatabaseFault, string>> = {
  UNREACHABLE: 'The database does not respond, or its connection was lost.',
  NOT_ACCEPTING: 'The database is shutting down, starting or recovering.',
  TOO_MANY_CONNECTIONS: 'The database has no free connection.',
  READ_ONLY: 'The database is read-only, as a standby is.',
  DISK_FULL: 'The disk of the database is full.',
  OUT_OF_MEMORY: 'The database is out of memory.',
  LIMIT_REACHED: 'The database has reached one of its configured limits.',
  STORAGE_FAILED: 'The database cannot read or write its files.',
  TOO_MANY_FILES: 'This process has too many open files or connections.',
  LOGIN_REFUSED: 'The database refuses the login, or no longer exists.',
  TABLES_MISSING: 'The database has no tables that this login may see: it is not migrated, or a restore has not ended.',
  TLS_FAILED: 'The certificate of the database is not trusted, or it has none: sslmode and sslrootcert of its address tell what is.',
  CONFLICT: 'Another transaction holds a lock for too long, or conflicts again and again.',
};

const faultOfCode: Readonly<Record<string, DatabaseFault>> = {
  '25006': 'READ_ONLY',
  '28000': 'LOGIN_REFUSED',
  '28P01': 'LOGIN_REFUSED',
  '3D000': 'LOGIN_REFUSED',
  '3F000': 'TABLES_MISSING',
  '40001': 'CONFLICT',
  '40P01': 'CONFLICT',
  '55P03': 'CONFLICT',
  '53000': 'LIMIT_REACHED',
  '53100': 'DISK_FULL',
  '53200': 'OUT_OF_MEMORY',
  '53300': 'TOO_MANY_CONNECTIONS',
  '53400': 'LIMIT_REACHED',
  '57P01': 'NOT_ACCEPTING',
  '57P02': 'NOT_ACCEPTING',
  '57P03': 'NOT_ACCEPTING',
  '57P04': 'LOGIN_REFUSED',
  '57P05': 'UNREACHABLE',
  '58000': 'STORAGE_FAILED',
  '58030': 'STORAGE_FAILED',
  '58P01': 'STORAGE_FAILED',
  // Of Node, for connections with TLS; the codes are those of OpenSSL.
  ...Object.fromEntries(
    [
      ...['DEPTH_ZERO_SELF_SIGNED_CERT', 'SELF_SIGNED_CERT_IN_CHAIN', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'UNABLE_TO_GET_ISSUER_CERT'],
      ...['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID', 'CERT_REVOKED', 'CERT_UNTRUSTED', 'INVALID_CA'],
      ...['ERR_TLS_CERT_ALTNAME_INVALID', 'HOSTNAME_MISMATCH'],
    ].map((code) => [code, 'TLS_FAILED' as const]),
  ),
  EMFILE: 'TOO_MANY_FILES',
  ENFILE: 'TOO_MANY_FILES',
  ENOBUFS: 'TOO_MANY_FILES',
  EADDRNOTAVAIL: 'TOO_MANY_FILES',
};

// A new database has no tables, functions and types, and a restore hides them until all rows are there. The same codes tell of faults of this
// program, such as an operator that does not exist, from other places in PostgreSQL.
const missingIn: Readonly<Record<string, readonly string[]>> = {
  '42P01': ['parserOpenTable', 'RangeVarGetRelidExtended'],
  '42883': ['ParseFuncOrColumn'],
  '42704': ['typenameType'],
};

// Of network connections, unlike the same codes of files.
const networkCodes = new Set([
  ...['ECONNREFUSED', 'ECONNRESET', 'ECONNABORTED', 'EPIPE', 'ENOENT', 'EACCES', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH'],
  ...['EHOSTDOWN', 'ENETUNREACH', 'ENETDOWN', 'ENOTCONN', 'EAGAIN'],
]);

/** The message of pg's pool when no connection became free in time. */
export const poolTimeout = 'timeout exceeded when trying to connect';

/** Why the database is unavailable, so that a retry may succeed later; null for every other error. */
export function databaseFault(error: unknown): DatabaseFault | null {
  if (!types.isNativeError(error)) return null;
  const { code, message, path, syscall }: NodeJS.ErrnoException = error;
  if (code === undefined) {
    // These errors of pg have no code.
    if (message === poolTimeout) return 'TOO_MANY_CONNECTIONS';
    if (message === 'The server does not support SSL connections') return 'TLS_FAILED';
    return /^(Connection terminated|Client .* is not queryable)/.test(message) ? 'UNREACHABLE' : null;
  }
  // An error of a file, not of a connection to the database.
  if (path !== undefined && syscall !== 'connect') return null;
  if (networkCodes.has(code) || /^08[0-9A-Z]{3}$/.test(code)) return 'UNREACHABLE';
  const { severity, routine = '' } = error as { severity?: string; routine?: string };
  if (missingIn[code]?.includes(routine)) return 'TABLES_MISSING';
  // The login may not connect to this database, which no retry changes.
  if (code === '42501' && severity === 'FATAL') return 'LOGIN_REFUSED';
  return faultOfCode[code] ?? (isTimeout(error) || (severity !== 'FATAL' && severity !== 'PANIC') ? null : 'NOT_ACCEPTING');
}

/** Whether the database is temporarily unavailable, so that a retry may succeed. */
export const isDatabaseUnavailable = (error: unknown): boolean => databaseFault(error) !== null;

/** Whether the connection was lost or refused. Too many connections do not count, since retries would add more. */
export function isConnectionLost(error: unknown): boolean {
  const fault = databaseFault(error);
  return fault === 'UNREACHABLE' || fault === 'NOT_ACCEPTING';
}

/** Whether the database stopped waiting for a lock. */
export const isLockTimeout = (error: unknown): boolean => types.isNativeError(error) && (error as { code?: string }).code === '55P03';

/** Whether the database rolled back because of other transactions: a serialization failure, a deadlock, or a conflict on a standby. */
export function isSerializationFailure(error: unknown): boolean {
  const { code } = (error ?? {}) as { code?: string };
  return code === '40001' || code === '40P01';
}

/** Whether the database cancelled a statement or a transaction because of a timeout. */
export function isTimeout(error: unknown): boolean {
  if (!types.isNativeError(error)) return false;
  const { code }: Error & { code?: string } = error;
  return code === '57014' || code === '25P03';
}
