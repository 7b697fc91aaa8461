import type { IncomingMessage, ServerResponse } from 'node:http';
import { createBodyPace, isLargeBody } from './body.pace.ts';

/** Reads the bodies of requests that were answered before. */
export type UnreadBodies = {
  /** @param owner null if nobody knows who asked */
  readLater(request: IncomingMessage, response: ServerResponse, owner: string | null): void;
};

// Less than the time in which a request has to arrive.
const mostMs = 5_000;

/**
 * A connection can only be used again when the whole body has been read, even if its request is already refused. Reading takes time from other
 * requests, so large bodies of one owner are read at a steady rate. Until then, the client cannot send more. With too many of them, a
 * connection is closed instead.
 */
export function createUnreadBodies(pace = createBodyPace({ mostMs })): UnreadBodies {
  return {
    readLater(request, response, owner) {
      if (request.complete || request.readableFlowing !== null || !isLargeBody(request.headers)) return;
      const wait = pace.waitFor(owner, request.headers);
      // Node reads what nobody has begun to read as soon as the response is written. The next part fills the buffer, and that stops it.
      request.read();
      if (wait === null) {
        response.setHeader('connection', 'close');
        response.once('finish', () => request.destroy());
      } else setTimeout(() => request.resume(), wait).unref();
    },
  };
}
