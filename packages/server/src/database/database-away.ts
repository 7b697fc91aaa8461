import { types } from 'node:util';

// PostgreSQL's own words for "not now": it shuts down, crashed, starts, or has no connection left; class 08 is the connection itself.
const notNow = new Set(['57P01', '57P02', '57P03', '53300', 'ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ENOENT', 'ETIMEDOUT']);

/** Whether the database could not be asked, so that the same request may well be answered in a moment. */
export function isDatabaseAway(error: unknown): boolean {
  if (!types.isNativeError(error)) return false;
  const { code, message }: Error & { code?: string } = error;
  if (code !== undefined) return notNow.has(code) || code.startsWith('08');
  // pg gives these no code.
  return /^(timeout exceeded when trying to connect|Connection terminated)/.test(message);
}

/** Whether the database did not answer in time: it stopped the statement, or we gave it up. */
export function tookTooLong(error: unknown): boolean {
  if (!types.isNativeError(error)) return false;
  const { code, message }: Error & { code?: string } = error;
  // pg gives its own timeout no code.
  return code === undefined ? message === 'Query read timeout' : code === '57014' || code === '25P03';
}
