import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** The caller's x-request-id, by which it finds its request in our log; a new one when it has none or one that a log should not hold. */
export function requestIdOf({ headers }: Pick<IncomingMessage, 'headers'>): string {
  const given = headers['x-request-id'];
  return typeof given === 'string' && /^[\w.:-]{1,100}$/.test(given) ? given : randomUUID();
}
