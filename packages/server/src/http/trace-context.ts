import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** The trace that a request is part of; the request is a span of its own. Without `parentId`, the trace begins with it. */
export type Trace = {
  readonly traceId: string;
  readonly parentId?: string | undefined;
  readonly spanId: string;
  readonly flags: string;
};

const shape = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;
const isZero = (hex: string) => /^0+$/.test(hex);
// Sampled, and random trace ID.
const knownFlags = 0b11;

/** The client's trace by W3C Trace Context; null for a missing or malformed `traceparent`. */
export function traceOf({ headers }: Pick<IncomingMessage, 'headers'>): Trace | null {
  const given = headers['traceparent'];
  if (typeof given !== 'string' || given.length > 512) return null;
  const [, version, traceId = '', parentId = '', flags = '', more] = shape.exec(given) ?? [];
  // Later versions may have more parts.
  if (version === undefined || version === 'ff' || (version === '00' && more !== undefined)) return null;
  if (isZero(traceId) || isZero(parentId)) return null;
  const kept = Number.parseInt(flags, 16) & knownFlags;
  return { traceId, parentId, spanId: randomBytes(8).toString('hex'), flags: `0${kept}` };
}

/** The header `traceparent` of the response. */
export const traceparent = ({ traceId, spanId, flags }: Trace): string => `00-${traceId}-${spanId}-${flags}`;

/** The fields of a line in the log. */
export const traceFields = (trace: Trace | null) => trace && { traceId: trace.traceId, parentId: trace.parentId, spanId: trace.spanId };
