import type { FastifyInstance, FastifyReply } from 'fastify';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Histogram } from 'prom-client';
import { payerOf } from '../access/viewer.ts';
import type { Admission } from './admission.ts';
import { createBodyBudget } from './body.budget.ts';
import { createBodyPace } from './body.pace.ts';
import { errorBody, sendError } from './error-body.ts';
import { lineOf } from './request-line.ts';
import { traceOf, traceparent } from './trace-context.ts';
import type { OwnerCache } from './owner.cache.ts';
import { createRefusalPace } from './refusal.pace.ts';
import type { UnreadBodies } from './unread-bodies.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Releases the memory for the body, and the slot. */
    release: { body(): void; slot(): void } | null;
  }
}

/**
 * Applies admission to the routes of this scope, after authentication. A request gets its slot when its whole body is there, so that slow
 * clients hold none.
 */
export function admitRequests(
  app: FastifyInstance,
  { admission, bodyLimitBytes, waitSeconds }: { admission: Admission; bodyLimitBytes: number; waitSeconds: Pick<Histogram, 'observe'> },
): void {
  const bodies = createBodyBudget(bodyLimitBytes);
  const pace = createBodyPace();
  app.decorateRequest('release', null);

  app.addHook('onRequest', async (request, reply) => {
    const owner = payerOf(request.viewer!);
    const releaseBody = admission.isFull(owner) ? null : bodies.reserve(owner, request.headers);
    if (releaseBody === null) return await refuse(reply);
    request.release = { body: releaseBody, slot: () => {} };
    reply.raw.once('close', releaseBody);
    return undefined;
  });

  app.addHook('preParsing', (request, _reply, payload, done) => {
    // Many bodies that have arrived together would be read in one turn of the event loop.
    const wait = pace.waitFor(payerOf(request.viewer!), request.headers);
    if (!wait) return done(null, payload);
    // A client that has left sends no end.
    setTimeout(() => request.raw.destroyed || done(null, payload), wait);
  });

  app.addHook('preHandler', async (request, reply) => {
    const owner = payerOf(request.viewer!);
    // The body needs its memory while the request waits, too.
    const begun = performance.now();
    const isAdmitted = await admission.acquire(owner);
    waitSeconds.observe((performance.now() - begun) / 1_000);
    request.release!.body();
    if (!isAdmitted) return await refuse(reply);
    admission.charge(owner, leastMs + request.url.length * msPerCharacter + request.raw.rawHeaders.length * msPerHeaderText);
    // If the client disconnects, a request that executes keeps its slot until it ends.
    let isHeld = true;
    const slot = () => {
      if (!isHeld) return;
      isHeld = false;
      admission.release(owner);
    };
    request.release!.slot = slot;
    // The client went while its request waited.
    return reply.raw.destroyed ? await refuse(reply) : undefined;
  });

  app.addHook('onSend', async (request) => request.release?.slot());
}

/** The loggable parts of a request that was refused early. */
export type EarlyRefusal = { requestId: string; method: string | undefined };

/**
 * Refuses requests over the limit before routing and hooks. In an overload, most requests are refused, and that must cost almost nothing.
 * Call it when the app is ready.
 */
export function refuseEarly(
  app: FastifyInstance,
  path: string,
  options: {
    admission: Admission;
    owners: OwnerCache;
    requestIdOf(request: Pick<IncomingMessage, 'headers'>): string;
    isClosing(): boolean;
    mayAnswer(request: IncomingMessage, response: ServerResponse): boolean;
    onRefused(refused: EarlyRefusal): void;
    bodies: UnreadBodies;
  },
): void {
  const { admission, owners, requestIdOf, isClosing, mayAnswer, onRefused, bodies } = options;
  const answerSoon = createRefusalQueue();
  const pace = createRefusalPace();
  // Node would answer by itself, as often as a client asks.
  app.server.on('checkExpectation', (request: IncomingMessage, response: ServerResponse) => {
    if (mayAnswer(request, response)) sendMalformed(response, 417);
  });
  app.server.removeAllListeners('request').on('request', (request: IncomingMessage, response: ServerResponse) => {
    if (!mayAnswer(request, response)) return;
    if (request.rawHeaders.length > 2 * mostHeaders) return sendMalformed(response, 431);
    const headers = readHeaders(request);
    if (headers.host === undefined && request.httpVersionMinor > 0) return sendMalformed(response, 400);
    // A browser shows a response to another origin only with CORS headers, which the hooks add.
    const isEarly = isPath(request.url, path) && headers.origin === undefined;
    const owner = owners.find(headers.authorization);
    if (!isEarly || !admission.isFull(owner)) {
      app.routing(request, response);
      return undefined;
    }
    const requestId = requestIdOf({ headers });
    const trace = traceOf({ headers });
    const answer = () => {
      bodies.readLater(request, response, owner);
      response
        .writeHead(503, {
          'content-type': 'application/json; charset=utf-8',
          'content-length': refusalLength,
          'retry-after': '1',
          'x-request-id': requestId,
          ...(trace && { traceparent: traceparent(trace) }),
          ...(isClosing() && { connection: 'close' }),
        })
        .end(refusalBody);
    };
    const delay = owner === null || admission.isOverloaded() ? 0 : pace.delayOf(owner, 0);
    if (delay > refusalDelayMs) setTimeout(answer, delay);
    else answerSoon(answer);
    onRefused({ requestId, method: request.method });
    return undefined;
  });
}

const malformedBody = errorBody('Malformed request.', 'BAD_REQUEST');

/** Ends the connection with it: a client that goes on has to open another one. */
function sendMalformed(response: ServerResponse, status: 400 | 417 | 431): void {
  const headers = {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(malformedBody),
    connection: 'close',
  };
  response.writeHead(status, headers).end(malformedBody);
}

/**
 * Answers refusals together, a moment later. A client that sends again at once is slowed down, and the server reads and writes in turn:
 * each write may wake up a client, and a client on the same machine would run between two of them. A busy event loop needs that moment to read
 * what has arrived: its timers would only run after the next reading.
 */
function createRefusalQueue(): (answer: () => void) => void {
  let waiting: (() => void)[] = [];
  const answerAll = () => {
    const due = waiting;
    waiting = [];
    for (const each of due) each();
  };
  return (answer) => {
    if (waiting.push(answer) > 1) return;
    const since = performance.now();
    const timer = setTimeout(answerAll, refusalDelayMs);
    setImmediate(() => {
      if (performance.now() - since < busyReadingMs) return;
      clearTimeout(timer);
      answerAll();
    });
  };
}

function isPath(url: string | undefined, path: string): boolean {
  return url !== undefined && url.startsWith(path) && (url.length === path.length || url[path.length] === '?');
}

type EarlyHeaders = { host?: string; origin?: string; authorization?: string; 'x-request-id'?: string; traceparent?: string };

/** Reads the headers that a refusal needs. Node makes an object of all headers only when `headers` is read, and that costs more than the rest. */
function readHeaders({ rawHeaders }: IncomingMessage): EarlyHeaders {
  const headers: EarlyHeaders = {};
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index]!.toLowerCase();
    if (name === 'host' || name === 'origin' || name === 'authorization' || name === 'x-request-id' || name === 'traceparent')
      headers[name] ??= rawHeaders[index + 1]!;
  }
  return headers;
}

// Browsers and proxies send some 30. To read 1,000 takes a millisecond, also to refuse the request.
const mostHeaders = 200;

// Twice what the smallest request takes, most of it for HTTP, and what the parameters of an address and the names and values of headers take: Node,
// Fastify and Apollo read them. Prices leave this out, since it matters only if thousands come each second.
const leastMs = 0.4;
const msPerCharacter = 0.00005;
const msPerHeaderText = 0.0004;

const refusalDelayMs = 5;
const busyReadingMs = 1;
const refusal = ['The server is overloaded; try again in a moment.', 'UNAVAILABLE'] as const;
const refusalBody = errorBody(...refusal);
const refusalLength = Buffer.byteLength(refusalBody);

async function refuse(reply: FastifyReply): Promise<FastifyReply> {
  lineOf(reply.request).refusal = 'overload';
  await sleep(refusalDelayMs);
  return await sendError(reply.header('retry-after', '1'), 503, ...refusal);
}
