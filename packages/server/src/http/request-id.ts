import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** The client's x-request-id, which finds its request in the log. If it is missing or unsafe to log, the server creates one. */
export function requestIdOf({ headers }: Pick<IncomingMessage, 'headers'>): string {
  const given = headers['x-request-id'];
  return typeof given === 'string' && /^[\w.:-]{1,100}$/.test(given) ? given : randomUUID();
}
