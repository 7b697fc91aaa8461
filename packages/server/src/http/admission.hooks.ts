import type { FastifyInstance, FastifyReply } from 'fastify';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Admission } from './admission.ts';
import { errorBody, sendError } from './error-body.ts';

declare module 'fastify' {
  interface FastifyRequest {
    place: Place | null;
  }
}

/** A request's place among those that are worked on. */
type Place = { isHeld: boolean; isExecuting: boolean; slowBody?: NodeJS.Timeout; leave(): void };

// A body that takes longer is on a slow way: it is read on, but without a place, lest slow senders keep the others out.
const bodyWithinMs = 250;

/** Lets the routes of this scope be worked on only as admission allows; the others are answered 503 before anything of theirs is read. */
export function admitRequests(app: FastifyInstance, admission: Admission): void {
  app.decorateRequest('place', null);

  app.addHook('onRequest', async (request, reply) => {
    if (!(await admission.enter())) return await refuse(reply);
    const place = takePlace(admission);
    request.place = place;
    // The work of a caller who went away goes on till it is done.
    const leaveUnlessInHand = () => void (place.isExecuting || place.leave());
    reply.raw.once('close', leaveUnlessInHand);
    if (reply.raw.destroyed) leaveUnlessInHand();
    return undefined;
  });

  app.addHook('preParsing', async ({ place }) => {
    if (place) place.slowBody = setTimeout(place.leave, bodyWithinMs);
  });

  app.addHook('preHandler', async (request, reply) => {
    clearTimeout(request.place?.slowBody);
    if (!request.place?.isHeld) {
      if (!(await admission.enter())) return await refuse(reply);
      request.place = takePlace(admission);
    }
    request.place.isExecuting = true;
    return undefined;
  });

  app.addHook('onSend', async (request) => request.place?.leave());
}

function takePlace(admission: Admission): Place {
  const place: Place = {
    isHeld: true,
    isExecuting: false,
    leave() {
      if (!place.isHeld) return;
      place.isHeld = false;
      clearTimeout(place.slowBody);
      admission.leave();
    },
  };
  return place;
}

/** What may be told of a request that was refused at the door. */
export type Refused = { requestId: string; method: string | undefined; status: 503 };

/**
 * Refuses whoever would be refused at once before any of our routing and hooks: in an overload most of what comes is refused, and is to
 * cost next to nothing. To be called when the app is ready.
 */
export function refuseEarly(
  app: FastifyInstance,
  path: string,
  options: {
    admission: Admission;
    requestIdOf(request: IncomingMessage): string;
    isDraining(): boolean;
    onRefused(refused: Refused): void;
  },
): void {
  const { admission, requestIdOf, isDraining, onRefused } = options;
  app.server.removeAllListeners('request').on('request', (request: IncomingMessage, response: ServerResponse) => {
    // Browsers of other origins read an answer only with the headers that the hooks give it.
    const isGuarded = isPath(request.url, path) && request.headers.origin === undefined;
    if (!isGuarded || !admission.refuses()) {
      app.routing(request, response);
      return;
    }
    const requestId = requestIdOf(request);
    // After all that was read in this turn, one write after the other: each write may wake the caller, who then, on a machine where
    // it shares the processors, runs between any two of them.
    setImmediate(() =>
      response
        .writeHead(503, {
          'content-type': 'application/json; charset=utf-8',
          'content-length': refusalLength,
          'retry-after': '1',
          'x-request-id': requestId,
          ...(isDraining() && { connection: 'close' }),
        })
        .end(refusalBody),
    );
    onRefused({ requestId, method: request.method, status: 503 });
  });
}

function isPath(url: string | undefined, path: string): boolean {
  return url !== undefined && url.startsWith(path) && (url.length === path.length || url[path.length] === '?');
}

const refusal = ['There is too much to do just now: try again in a moment.', 'UNAVAILABLE'] as const;
const refusalBody = errorBody(...refusal);
const refusalLength = Buffer.byteLength(refusalBody);

async function refuse(reply: FastifyReply): Promise<FastifyReply> {
  return await sendError(reply.header('retry-after', '1'), 503, ...refusal);
}
