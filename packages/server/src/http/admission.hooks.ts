import type { FastifyInstance, FastifyReply } from 'fastify';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Admission } from './admission.ts';
import { errorBody, sendError } from './error-body.ts';

declare module 'fastify' {
  interface FastifyRequest {
    slot: Slot | null;
  }
}

/** The slot of a running request. */
type Slot = { isHeld: boolean; isExecuting: boolean; slowBody?: NodeJS.Timeout; release(): void };

// A request with a slower body has no slot until the body is read. Slow clients thus do not block others.
const slowBodyMs = 250;

/** Applies admission to the routes of this scope. Requests over the limit get 503 before their body is read. */
export function admitRequests(app: FastifyInstance, admission: Admission): void {
  app.decorateRequest('slot', null);

  app.addHook('onRequest', async (request, reply) => {
    if (!(await admission.acquire())) return await refuse(reply);
    const slot = takeSlot(admission);
    request.slot = slot;
    // If the client disconnects, a request that executes keeps its slot until it ends.
    const releaseUnlessExecuting = () => void (slot.isExecuting || slot.release());
    reply.raw.once('close', releaseUnlessExecuting);
    if (reply.raw.destroyed) releaseUnlessExecuting();
    return undefined;
  });

  app.addHook('preParsing', async ({ slot }) => {
    if (slot) slot.slowBody = setTimeout(slot.release, slowBodyMs);
  });

  app.addHook('preHandler', async (request, reply) => {
    clearTimeout(request.slot?.slowBody);
    if (!request.slot?.isHeld) {
      if (!(await admission.acquire())) return await refuse(reply);
      request.slot = takeSlot(admission);
    }
    request.slot.isExecuting = true;
    return undefined;
  });

  app.addHook('onSend', async (request) => request.slot?.release());
}

function takeSlot(admission: Admission): Slot {
  const slot: Slot = {
    isHeld: true,
    isExecuting: false,
    release() {
      if (!slot.isHeld) return;
      slot.isHeld = false;
      clearTimeout(slot.slowBody);
      admission.release();
    },
  };
  return slot;
}

/** The loggable parts of a request that was refused early. */
export type EarlyRefusal = { requestId: string; method: string | undefined; status: 503 };

/**
 * Refuses requests over the limit before routing and hooks. In an overload, most requests are refused, and that must cost almost nothing.
 * Call it when the app is ready.
 */
export function refuseEarly(
  app: FastifyInstance,
  path: string,
  options: {
    admission: Admission;
    requestIdOf(request: IncomingMessage): string;
    isDraining(): boolean;
    onRefused(refused: EarlyRefusal): void;
  },
): void {
  const { admission, requestIdOf, isDraining, onRefused } = options;
  app.server.removeAllListeners('request').on('request', (request: IncomingMessage, response: ServerResponse) => {
    // A browser shows a response to another origin only with CORS headers, which the hooks add.
    const isEarly = isPath(request.url, path) && request.headers.origin === undefined;
    if (!isEarly || !admission.isFull()) {
      app.routing(request, response);
      return;
    }
    const requestId = requestIdOf(request);
    // Responses are written together after all input of this turn is read. Each write may wake up a client, and a client on the same
    // machine would run between two of them.
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

const refusal = ['The server is overloaded; try again in a moment.', 'UNAVAILABLE'] as const;
const refusalBody = errorBody(...refusal);
const refusalLength = Buffer.byteLength(refusalBody);

async function refuse(reply: FastifyReply): Promise<FastifyReply> {
  return await sendError(reply.header('retry-after', '1'), 503, ...refusal);
}
