import cors from '@fastify/cors';
import { fastify, type FastifyError, type FastifyInstance } from 'fastify';
import { Server as NetServer, type AddressInfo, type Socket } from 'node:net';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { createAuthenticate } from '../authentication/authenticate.ts';
import { createCheckToken } from '../authentication/sign-on.ts';
import type { Config } from '../config.ts';
import { isDatabaseUnavailable, tookTooLong } from '../database/unavailable.ts';
import type { Database } from '../database/database.ts';
import { createApollo } from '../api/apollo.ts';
import { buildApiSchema } from '../api/schema.ts';
import { refuseEarly } from './admission.hooks.ts';
import { createAdmission } from './admission.ts';
import { createBusinessDay } from '../process/business-day.ts';
import { errorBody, sendError } from './error-body.ts';
import { registerExplorer } from './explorers/explorer.ts';
import { registerGraphql } from './graphql.route.ts';
import { registerHealth } from './health.routes.ts';
import { registerLandingPage } from './explorers/landing-page.ts';
import type { Logger } from '../process/log.ts';
import { operationNamePlugin } from './operation-name.ts';
import { sampleQuery, type Prefill } from './explorers/prefill.ts';
import { requestIdOf } from './request-id.ts';

export type RunningServer = {
  /** Where it listens, without a slash at the end. */
  url: string;
  /** Finishes what is in flight, within a bounded time, and closes; the database stays open. */
  close(): Promise<void>;
};

export type ServerOptions = {
  config: Config;
  database: Pick<Database, 'pool'>;
  /** Milliseconds since 1970. */
  now: () => number;
  /** Milliseconds by which remembered keys and partners expire; by default since the process started. */
  monotonic?: () => number;
  log: Logger;
  prefill?: Prefill;
  /** A caller gets this long for its headers, and for the whole of a request. */
  requestWithinMs?: number;
};

// While draining, connections that are still used learn from their next answer that they are to close: this is how long
// they have before the idle ones are cut.
const lingerMs = 300;
const drainWithinMs = 10_000;

export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { config, database, now, monotonic, log, prefill = sampleQuery, requestWithinMs = 10_000 } = options;
  let isDraining = false;
  const app = fastify({
    bodyLimit: config.bodyLimitBytes,
    genReqId: requestIdOf,
    return503OnClosing: false,
    requestTimeout: requestWithinMs,
    keepAliveTimeout: 72_000,
    http: { headersTimeout: requestWithinMs, connectionsCheckingInterval: Math.min(requestWithinMs, 1_000) },
    clientErrorHandler: answerBrokenRequest,
    frameworkErrors: (error, _request, reply) =>
      void sendError(reply, error.statusCode ?? 400, 'This is no request that we understand.', 'BAD_REQUEST'),
  });

  app.decorateRequest('operationName', null);
  app.addHook('onRequest', async (request, reply) => void reply.header('x-request-id', request.id));
  app.addHook('onSend', async (_request, reply) => void (isDraining && reply.header('connection', 'close')));
  app.addHook('onResponse', async (request, reply) => {
    const { id: requestId, operationName, method, routeOptions } = request;
    const status = reply.statusCode;
    // Those who watch over us ask often.
    const level = routeOptions.url === '/healthz' || routeOptions.url === '/readyz' ? 'debug' : 'info';
    // The route, not the address: GET puts variables into that.
    log[level]({ requestId, operationName, method, route: routeOptions.url, status, ms: Math.round(reply.elapsedTime) }, 'request');
  });
  answerFaults(app, log);
  if (config.corsOrigins.length > 0) await app.register(cors, corsOptions(config.corsOrigins));

  const businessDay = createBusinessDay({ pool: database.pool, config, now, log });
  const apollo = createApollo({ schema: buildApiSchema(), config, log });
  apollo.addPlugin(operationNamePlugin);
  await apollo.start();
  await app.register(registerHealth, { pool: database.pool, isDraining: () => isDraining });
  const admission = createAdmission({ maxInWork: config.maxRequestsInWork, maxWaiting: config.maxRequestsWaiting });
  await app.register(registerGraphql, {
    admission,
    apollo,
    authenticate: createAuthenticate(database.pool, now, config.signOn ? createCheckToken(config.signOn, now, log) : null, monotonic),
    businessDay,
    config,
    pool: database.pool,
  });
  if (config.explorers) {
    await app.register(registerExplorer, { path: '/explore', endpoint: '/graphql', prefill });
    await app.register(registerLandingPage, { endpoint: '/graphql', explorerPath: '/explore', prefill });
  }

  await app.ready();
  refuseEarly(app, '/graphql', {
    admission,
    requestIdOf,
    isDraining: () => isDraining,
    onRefused: (refused) => log.info({ ...refused, route: '/graphql', ms: 0 }, 'request'),
  });

  try {
    await businessDay.today();
    await app.listen({ host: config.host, port: config.port });
  } catch (error) {
    businessDay.stop();
    await app.close();
    throw error;
  }
  return { url: urlOf(app, config.host), close };

  async function close(): Promise<void> {
    isDraining = true;
    businessDay.stop();
    await sleepAndRead(lingerMs);
    // Not yet http's own close: that cuts connections on which a request has come and has not been read.
    NetServer.prototype.close.call(app.server);
    await sleepAndRead(lingerMs / 3);
    const idle = setInterval(() => void sleepAndRead(0).then(() => app.server.closeIdleConnections()), 50);
    const bound = setTimeout(() => app.server.closeAllConnections(), drainWithinMs);
    await app.close();
    clearInterval(idle);
    clearTimeout(bound);
    await apollo.stop();
  }
}

/** In a process that was held up, timers come before what arrived meanwhile: two turns accept its connections and read its requests. */
async function sleepAndRead(ms: number): Promise<void> {
  await sleep(ms);
  await nextTurn();
  await nextTurn();
}

function urlOf(app: FastifyInstance, host: string): string {
  const { port } = app.server.address() as AddressInfo;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

function corsOptions(origin: string[]) {
  return {
    origin,
    methods: ['GET', 'POST'],
    allowedHeaders: ['authorization', 'content-type', 'x-partner-id', 'x-request-id', 'idempotency-key', 'apollo-require-preflight'],
    exposedHeaders: ['x-request-id', 'retry-after'],
    maxAge: 600,
  };
}

function answerFaults(app: FastifyInstance, log: Logger): void {
  app.setNotFoundHandler(
    async (_request, reply) => await sendError(reply, 404, 'There is nothing here: the API is at /graphql.', 'BAD_REQUEST'),
  );
  app.setErrorHandler(async (error: FastifyError, request, reply) => {
    const status = error.statusCode ?? 500;
    if (status === 413) return await sendError(reply, status, 'The request is larger than this server takes.', 'BAD_REQUEST');
    if (status === 415) return await sendError(reply, status, 'Send the request as application/json.', 'BAD_REQUEST');
    if (status < 500)
      return await sendError(reply, status, 'The request is not a JSON object as GraphQL over HTTP wants it.', 'BAD_REQUEST');
    log.error({ requestId: request.id, err: error }, 'request failed');
    if (isDatabaseUnavailable(error) || tookTooLong(error)) {
      return await sendError(reply.header('retry-after', '1'), 503, 'The database cannot be asked just now; try again.', 'UNAVAILABLE');
    }
    return await sendError(reply, 500, 'Something went wrong on our side.', 'INTERNAL_SERVER_ERROR');
  });
}

/** What comes over the connection is no HTTP request, or came too slowly. */
function answerBrokenRequest(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  const [status, message] =
    error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
      ? ['408 Request Timeout', 'The request came too slowly.']
      : error.code === 'HPE_HEADER_OVERFLOW'
        ? ['431 Request Header Fields Too Large', 'The headers are larger than this server takes.']
        : ['400 Bad Request', 'This is no request that we understand.'];
  const body = errorBody(message, 'BAD_REQUEST');
  if (socket.writable) {
    socket.write(
      `HTTP/1.1 ${status}\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
    );
  }
  socket.destroy(error);
}
