import { types } from 'node:util';

// PostgreSQL's own words for "not now": it shuts down, crashed, starts, or has no connection left; class 08 is the connection itself.
const notNow = new Set(['57P01', '57P02', '57P03', '53300', 'ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ENOENT', 'ETIMEDOUT']);

const noConnectionFree = 'timeout exceeded when trying to connect';

/** Whether the database could not be asked, so that the same request may well be answered in a moment. */
export function isDatabaseUnavailable(error: unknown): boolean {
  if (!types.isNativeError(error)) return false;
  const { code, message }: Error & { code?: string } = error;
  if (code !== undefined) return notNow.has(code) || code.startsWith('08');
  // pg gives these no code.
  return message === noConnectionFree || /^(Connection terminated|Client .* is not queryable)/.test(message);
}

/** Whether the connection, or the attempt to make one, came to nothing: not that there were too many, for those who wait make more. */
export function isConnectionLost(error: unknown): boolean {
  const { code, message } = error as { code?: string; message?: string };
  return isDatabaseUnavailable(error) && code !== '53300' && message !== noConnectionFree;
}

/** Whether the database stopped what took too long. */
export function tookTooLong(error: unknown): boolean {
  if (!types.isNativeError(error)) return false;
  const { code }: Error & { code?: string } = error;
  return code === '57014' || code === '25P03';
}
