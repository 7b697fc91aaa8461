import cors from '@fastify/cors';
import { fastify } from 'fastify';
import { Server as NetServer } from 'node:net';
import { payerOf, type Viewer } from '../access/viewer.ts';
import { createAuthenticate } from '../authentication/authenticate.ts';
import { createAuthenticateSession } from '../authentication/authenticate-session.ts';
import { createCheckToken } from '../authentication/sign-on.ts';
import type { Config } from '../config.ts';
import type { Database } from '../database/database.ts';
import { createRecentFaults } from '../database/recent-faults.ts';
import { createApollo } from '../api/apollo.ts';
import { createBasePrice } from '../api/base-price.ts';
import { createBuckets } from '../api/cost.bucket.ts';
import { ValidatedDocuments } from '../api/validated-documents.ts';
import { buildApiSchema } from '../api/schema.ts';
import { refuseEarly } from './admission.hooks.ts';
import { createAdmission } from './admission.ts';
import { createBusinessDay, type BusinessDay } from '../process/business-day.ts';
import { documentTimePlugin } from './document-time.ts';
import { handleClientError } from './client-error.ts';
import { answerMalformedAddress, answerUnknownAddresses, paceAnonymous } from './anonymous.pace.ts';
import { registerErrorHandlers } from './error-handlers.ts';
import { registerExplorer } from './explorers/explorer.ts';
import { registerGraphql } from './graphql.route.ts';
import { registerHealth } from './health.routes.ts';
import { registerSandbox } from './explorers/sandbox-page.ts';
import { hasMailbox, registerMailbox } from './mailbox/mailbox.routes.ts';
import { registerMetrics } from './metrics.routes.ts';
import { openStatusPort, type StatusPort } from './status-port.ts';
import { createUnansweredLimits } from './unanswered-requests.ts';
import { registerPage } from './page/page.routes.ts';
import type { Logger } from '../process/log.ts';
import { createMetrics, type Metrics } from '../process/metrics.ts';
import { findTracer } from '../process/tracing.ts';
import { showPool } from '../process/pool.metrics.ts';
import { createOwnerCache } from './owner.cache.ts';
import { baseUrl } from './base-url.ts';
import { limitConnections } from './connection-limits.ts';
import { createRequestMetrics } from './request.metrics.ts';
import { requestLinePlugin } from './request-line.plugin.ts';
import { createReadiness, showReadiness } from './readiness.ts';
import { registerReminderLinks } from './reminder-links/reminder-links.ts';
import { createRefusalLog } from './refusal.log.ts';
import { logAfterAnswer, logRequests } from './request-line.ts';
import { sampleQuery, type Prefill } from './explorers/prefill.ts';
import { requestIdOf } from './request-id.ts';
import { createOwnerTurns } from './owner.turns.ts';
import { sessionLifeOf } from '../session/session.writers.ts';
import { createSampleSession } from './sign-in/sample-session.ts';
import { registerSignIn } from './sign-in/sign-in.routes.ts';
import { createUnreadBodies } from './unread-bodies.ts';
import { acceptWaiting, sleepThenRead } from './waiting-connections.ts';

export type RunningServer = {
  /** The base URL, without a trailing slash. */
  url: string;
  /** The base URL of METRICS_PORT; null without it. */
  statusUrl: string | null;
  /** What other work of the process needs. */
  businessDay: BusinessDay;
  metrics: Metrics;
  /** Completes requests in flight, for a limited time, and closes the server. The database stays open. */
  close(): Promise<void>;
};

export type ServerOptions = {
  config: Config;
  database: Pick<Database, 'pool'>;
  /** Milliseconds since 1970. */
  now: () => number;
  /** Milliseconds since the machine started; a jump of `now` shows by it. */
  sinceBoot?: () => number;
  /** The most days that may pass at once for a partner with contracts. */
  mostDays?: number;
  /** How often partners that fell behind without a request are looked for. */
  surveyMs?: number;
  /** Milliseconds by which remembered keys and partners expire; by default since the process started. */
  monotonic?: () => number;
  log: Logger;
  prefill?: Prefill;
  /** The time limit for receiving the headers, and for receiving the whole request. */
  requestTimeoutMs?: number;
  /**
   * A server that stops says so at `/readyz` for this time. Then it accepts no connections, and for this time again responses on open ones carry
   * `Connection: close`. After it, idle connections are closed.
   */
  lingerMs?: number;
};

const drainTimeoutMs = 10_000;

export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { config, database, now, sinceBoot, mostDays, surveyMs, monotonic, log } = options;
  const { prefill = sampleQuery, requestTimeoutMs = 10_000, lingerMs = 300 } = options;
  let [isDraining, isListening] = [false, true];
  const metrics = createMetrics();
  const requests = createRequestMetrics(metrics.registry);
  showPool(metrics.registry, database.pool);
  const app = fastify({
    bodyLimit: config.bodyLimitBytes,
    genReqId: requestIdOf,
    return503OnClosing: false,
    requestTimeout: requestTimeoutMs,
    // X-Forwarded-For counts only if a trusted proxy has set it.
    trustProxy: config.trustedProxies.length > 0 ? config.trustedProxies : false,
    keepAliveTimeout: 72_000,
    // Node would answer requests without Host by itself: see refuseEarly.
    http: { headersTimeout: requestTimeoutMs, connectionsCheckingInterval: Math.min(requestTimeoutMs, 1_000), requireHostHeader: false },
    clientErrorHandler: handleClientError,
    // No hook runs for these.
    frameworkErrors: (error, request, reply) => {
      logAfterAnswer(request, reply, log, requests.count);
      void reply.header('x-request-id', request.id);
      void answerMalformedAddress(mayAnswer(request), request, reply, error.statusCode ?? 400);
    },
  });

  app.addHook('onRequest', async (request, reply) => void reply.header('x-request-id', request.id));
  app.addHook('onSend', async (_request, reply) => void (!isListening && reply.header('connection', 'close')));
  const bodies = createUnreadBodies();
  app.addHook('onSend', async (request, reply) =>
    bodies.readLater(request.raw, reply.raw, request.viewer ? payerOf(request.viewer) : null),
  );
  logRequests(app, log, requests.count, findTracer());
  const recentFaults = createRecentFaults();
  registerErrorHandlers(app, log, recentFaults);
  const connections = limitConnections(app.server, config.trustedProxies.length > 0);
  const mayAnswer = paceAnonymous(app, monotonic);
  const origins = config.environment === 'production' ? config.corsOrigins : [...config.corsOrigins, thisMachine];
  if (origins.length > 0) await app.register(cors, corsOptions(origins));
  answerUnknownAddresses(app);

  const buckets = createBuckets({ size: config.costBucket, restoredPerSecond: config.costRestorePerSecond });
  const documents = new ValidatedDocuments();
  const admission = createAdmission({ maxRunning: config.maxRequestsInWork, maxWaiting: config.maxRequestsWaiting });
  const charge = (viewer: Viewer, blockedMs: number) => admission.charge(payerOf(viewer), blockedMs);
  const apollo = createApollo({ schema: buildApiSchema(), config, log, onFault: recentFaults.note, charge, buckets, documents });
  apollo.addPlugin(requestLinePlugin);
  requests.showAdmission(() => admission.load());
  const turns = createOwnerTurns(admission);
  apollo.addPlugin(documentTimePlugin(admission, turns, config.costRestorePerSecond));
  await apollo.start();
  const businessDay = createBusinessDay({ pool: database.pool, recentFaults, config, now, sinceBoot, mostDays, surveyMs, log, metrics });
  const readiness = createReadiness({ pool: database.pool, isDraining: () => isDraining, recentFaults, log });
  showReadiness(metrics.registry, readiness);
  const health = { readiness, businessDay };
  await app.register(registerHealth, health);
  if (config.metricsPort === undefined) await app.register(registerMetrics, { registry: metrics.registry, config });
  const owners = createOwnerCache();
  const checkToken = config.signOn ? createCheckToken(config.signOn, now, log) : null;
  const lookups = { ...(monotonic && { monotonic }), isSharded: !config.genericPlans };
  const authenticate = createAuthenticate(database.pool, now, checkToken, lookups);
  const sessions = createAuthenticateSession(database.pool, sessionLifeOf(config.sessionHours), lookups);
  await app.register(registerGraphql, {
    admission,
    turns,
    owners,
    apollo,
    authenticate,
    sessions,
    basePrice: createBasePrice(buckets, documents, config),
    businessDay,
    config,
    now,
    pool: database.pool,
    metrics: requests,
  });
  const signInScope = { config, pool: database.pool, sessions, authenticate };
  const sample = createSampleSession({ ...signInScope, sampleKey: prefill.apiKey });
  await app.register(registerSignIn, { ...signInScope, sample, log });
  // Without a secret of its own, a server in production has sent no link.
  if (config.linkSecrets || config.environment !== 'production')
    await app.register(registerReminderLinks, { admission, businessDay, config, pool: database.pool, now, log, recentFaults });
  const mailbox = hasMailbox(config);
  if (mailbox) await app.register(registerMailbox, { dataDir: config.dataDir });
  if (config.explorers) {
    await app.register(registerExplorer, { path: '/explore', endpoint: '/graphql', prefill });
    await app.register(registerSandbox, { endpoint: '/graphql', explorerPath: '/explore', mailbox, prefill });
  }
  await app.register(registerPage, { explorers: config.explorers, mailbox, beforePage: sample.signInSample });

  await app.ready();
  const refusals = createRefusalLog(log);
  refuseEarly(app, '/graphql', {
    admission,
    owners,
    requestIdOf,
    isClosing: () => !isListening,
    mayAnswer: createUnansweredLimits(connections.senderOf, connections.ban, config.maxRequestsInWork + config.maxRequestsWaiting),
    onRefused(refused) {
      requests.countEarlyRefusal();
      refusals.add(refused);
    },
    bodies,
  });

  let status: StatusPort | null = null;
  try {
    status = await openStatusPort({ config, registry: metrics.registry, ...health });
    await app.listen({ host: config.host, port: config.port });
  } catch (error) {
    businessDay.stop();
    await Promise.all([app.close(), status?.close()]);
    throw error;
  }
  return { url: baseUrl(app, config.host), statusUrl: status?.url ?? null, businessDay, metrics, close };

  async function close(): Promise<void> {
    isDraining = true;
    businessDay.stop();
    // Connections stay open until none is accepted any more: a proxy would open new ones, and those that wait to be accepted are reset.
    await sleepThenRead(lingerMs);
    await acceptWaiting(app.server);
    // Not yet http's own close: it also closes connections whose request has arrived but is not read yet.
    NetServer.prototype.close.call(app.server);
    isListening = false;
    await sleepThenRead(lingerMs);
    const idle = setInterval(() => void sleepThenRead(0).then(() => app.server.closeIdleConnections()), 50);
    const timeout = setTimeout(() => app.server.closeAllConnections(), drainTimeoutMs);
    await app.close();
    await status?.close();
    clearInterval(idle);
    clearTimeout(timeout);
    await apollo.stop();
    refusals.flush();
  }
}

/** Pages that a developer serves, on any port. */
const thisMachine = /^https?:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/;

function corsOptions(origin: (string | RegExp)[]) {
  return {
    origin,
    methods: ['GET', 'POST'],
    allowedHeaders: [
      'authorization',
      'content-type',
      'x-partner-id',
      'x-request-id',
      'idempotency-key',
      'apollo-require-preflight',
      'traceparent',
      'tracestate',
    ],
    exposedHeaders: ['x-request-id', 'retry-after', 'traceparent'],
    maxAge: 600,
  };
}
