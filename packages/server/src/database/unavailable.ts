import { types } from 'node:util';

// The database shuts down, crashed, starts, or has no free connection; the other codes are network errors. Class 08: connection errors.
const unavailableCodes = new Set(['57P01', '57P02', '57P03', '53300', 'ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ENOENT', 'ETIMEDOUT']);

/** The message of pg's pool when no connection became free in time. */
export const poolTimeout = 'timeout exceeded when trying to connect';

/** Whether the database is temporarily unavailable, so that a retry may succeed. */
export function isDatabaseUnavailable(error: unknown): boolean {
  if (!types.isNativeError(error)) return false;
  const { code, message }: Error & { code?: string } = error;
  if (code !== undefined) return unavailableCodes.has(code) || code.startsWith('08');
  // These errors of pg have no code.
  return message === poolTimeout || /^(Connection terminated|Client .* is not queryable)/.test(message);
}

/** Whether the connection was lost or refused. Too many connections do not count, since retries would add more. */
export function isConnectionLost(error: unknown): boolean {
  const { code, message } = error as { code?: string; message?: string };
  return isDatabaseUnavailable(error) && code !== '53300' && message !== poolTimeout;
}

/** Whether the database stopped waiting for a lock. */
export const isLockTimeout = (error: unknown): boolean => types.isNativeError(error) && (error as { code?: string }).code === '55P03';

/** Whether the database cancelled a statement or a transaction because of a timeout. */
export function isTimeout(error: unknown): boolean {
  if (!types.isNativeError(error)) return false;
  const { code }: Error & { code?: string } = error;
  return code === '57014' || code === '25P03';
}
