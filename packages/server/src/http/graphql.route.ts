import { HeaderMap, type ApolloServer } from '@apollo/server';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Readable } from 'node:stream';
import type { Pool } from 'pg';
import { payerOf, type Viewer } from '../access/viewer.ts';
import type { Authenticate } from '../authentication/authenticate.ts';
import type { AuthenticateSession } from '../authentication/authenticate-session.ts';
import type { CalendarDate } from '../calendar-date.ts';
import type { Config } from '../config.ts';
import { payerPool } from '../database/payer-pool.ts';
import { isMailSent } from '../config.mail.ts';
import { createReader } from '../database/reader.ts';
import { replicaOf } from '../database/replica.ts';
import { countingPool } from '../database/usage.ts';
import type { RequestContext } from '../graphql/context.ts';
import { WrittenAnswer } from '../graphql/written-answer.ts';
import { rateLimitMessage } from '../graphql/errors.ts';
import { documentRefusal } from '../api/limits.ts';
import { longTextsMs, longWritingMs, type BasePrice, type Payment } from '../api/base-price.ts';
import { admitRequests } from './admission.hooks.ts';
import { turnAway } from './authentication.refusal.ts';
import type { Admission } from './admission.ts';
import type { BusinessDay, NotYet } from '../process/business-day.ts';
import { compress } from './compression.ts';
import { sendError } from './error-body.ts';
import type { OwnerCache } from './owner.cache.ts';
import { paceRefusals } from './refusal.hooks.ts';
import type { RequestMetrics } from './request.metrics.ts';
import { requireUtf8 } from './request-encoding.ts';
import { attachLine } from './request-line.plugin.ts';
import { lineOf, noteErrorsOfBody, type Refusal } from './request-line.ts';
import { parseBodies } from './body.parser.ts';
import { sessionOf } from './sign-in/page-request.ts';
import type { Turns } from './owner.turns.ts';
import { isForPeople, sendApiPage } from './unknown-address.ts';
import { createUnreadAnswers } from './unread-answers.ts';

declare module 'fastify' {
  interface FastifyRequest {
    viewer: Viewer | null;
    businessDate: CalendarDate;
    payment: RequestContext['payment'];
    authenticatedAt: number;
  }
}

export type GraphqlOptions = {
  admission: Admission;
  turns: Turns;
  owners: OwnerCache;
  apollo: ApolloServer<RequestContext>;
  authenticate: Authenticate;
  sessions: AuthenticateSession;
  basePrice: BasePrice;
  businessDay: BusinessDay;
  config: Pick<Config, 'bodyLimitBytes' | 'businessTimeZone' | 'environment' | 'explorers' | 'mail' | 'publicUrl' | 'sessionHours'>;
  /** Milliseconds since 1970. */
  now: () => number;
  pool: Pool;
  metrics: Pick<RequestMetrics, 'admissionSeconds'>;
};

/** A request that has waited for longer is authenticated again: a revoked key must stop working within 5 s. */
const mostUnknownMs = 500;

const notYet: Record<NotYet['reason'], string> = {
  passing: "Today's changes are still being applied.",
  barred: "Today's changes cannot be applied now.",
  busy: "Many requests wait until today's changes are applied.",
};

const refusalOf: Record<NotYet['reason'], Refusal> = { passing: 'days_passing', barred: 'partner_barred', busy: 'overload' };

/** `/graphql`. Authentication comes before the body is read, so that requests without a key cost no parsing. */
export async function registerGraphql(app: FastifyInstance, options: GraphqlOptions): Promise<void> {
  const { admission, turns, owners, apollo, authenticate, sessions, basePrice, businessDay, config, now, pool, metrics } = options;
  const mail = { isSent: isMailSent(config), vendorAddress: config.mail.vendorAddress ?? null };

  app.decorateRequest('viewer', null);
  app.decorateRequest('businessDate', '');
  app.decorateRequest('payment');
  app.decorateRequest('authenticatedAt', 0);
  const identify = async (request: FastifyRequest) => {
    const session = sessionOf(request, config);
    const partner = singleHeader(request, 'x-partner-id');
    const { usage } = lineOf(request);
    request.authenticatedAt = performance.now();
    return session === null
      ? await authenticate(request.headers.authorization, partner, usage)
      : await sessions.authenticate(session.cookie, partner, usage);
  };
  app.addHook('onRequest', async (request, reply) => {
    void reply.headers({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' });
    if (request.method === 'GET' && !sessionOf(request, config) && !request.headers.authorization && isForPeople(request))
      return sendApiPage(request, reply, config.explorers ? '/explore' : null);
    const answer = await identify(request);
    if (typeof answer === 'string')
      return await turnAway(request, reply, { failure: answer, isSession: sessionOf(request, config) !== null });
    request.viewer = answer;
    owners.keep(request.headers.authorization, payerOf(answer));
    request.payment = { points: 0, values: 0, calls: 0, introspectionMs: 0 };
    return await take(request, reply, basePrice.payForBody(answer, bodyBytes(request, config.bodyLimitBytes)));
  });
  // A request that waits for its partner's days has no slot yet: other partners' requests get it.
  app.addHook('preHandler', async (request, reply) => {
    const { viewer, release } = request;
    // Of this day, also after midnight: the next day's changes are not applied yet.
    request.businessDate = businessDay.today();
    if (businessDay.isThrough(viewer!.partnerId)) return undefined;
    release?.body();
    const answer = await businessDay.pass(viewer!.partnerId, lineOf(request).usage);
    request.businessDate = businessDay.today();
    if (answer === 'through') return undefined;
    lineOf(request).refusal = refusalOf[answer.reason];
    const retry = answer.retryAfterSeconds === 1 ? '1 second' : `${answer.retryAfterSeconds} seconds`;
    return await sendError(
      reply.header('retry-after', answer.retryAfterSeconds),
      503,
      `${notYet[answer.reason]} Try again in ${retry}.`,
      'UNAVAILABLE',
    );
  });

  admitRequests(app, { admission, bodyLimitBytes: config.bodyLimitBytes, waitSeconds: metrics.admissionSeconds });
  paceRefusals(app, admission);

  requireUtf8(app);
  parseBodies(app, turns);

  const unread = createUnreadAnswers();
  app.addHook('preHandler', async (request, reply) => {
    if (unread.isFull(payerOf(request.viewer!))) {
      lineOf(request).refusal = 'overload';
      return await sendError(reply.header('retry-after', '1'), 503, 'Read the earlier answers first: too many are unread.', 'UNAVAILABLE');
    }
    // A slow body, the partner's days and a place took their time: who was thrown out meanwhile reads nothing.
    if (performance.now() - request.authenticatedAt > mostUnknownMs) {
      const answer = await identify(request);
      if (typeof answer === 'string')
        return await turnAway(request, reply, { failure: answer, isSession: sessionOf(request, config) !== null });
      request.viewer = answer;
    }
    const document = documentOf(request);
    const tooLong = documentRefusal(document);
    if (tooLong !== null) return await sendError(reply, 400, tooLong, 'QUERY_TOO_COMPLEX');
    if ((await take(request, reply, basePrice.payForDocument(request.viewer!, document))) !== undefined) return reply;
    return undefined;
  });

  app.route({
    method: ['GET', 'POST'],
    url: '/graphql',
    handler: async (request, reply) => {
      const line = lineOf(request);
      const payer = payerOf(request.viewer!);
      const ownPool = countingPool(payerPool(pool, payer), line.usage);
      const replica = replicaOf(pool);
      const standby = replica && countingPool(payerPool(replica.pool, payer), line.usage);
      const written = new WrittenAnswer();
      const {
        status = 200,
        headers,
        body,
      } = await apollo.executeHTTPGraphQLRequest({
        httpGraphQLRequest: {
          method: request.method,
          headers: headersOf(request),
          search: request.url.includes('?') ? request.url.slice(request.url.indexOf('?')) : '',
          body: request.body,
        },
        context: async () =>
          attachLine(
            {
              pool: ownPool,
              reader: createReader(ownPool, request.viewer!, request.businessDate, standby),
              businessTimeZone: config.businessTimeZone,
              now,
              mail,
              requestId: request.id,
              payment: request.payment,
              idempotencyKey: singleHeader(request, 'idempotency-key') ?? null,
              forgetSession: (id) => sessions.forget({ id, partnerId: request.viewer!.partnerId }),
              loaders: new Map(),
              written,
            } satisfies RequestContext,
            line,
          ),
      });
      if (status >= 400 && body.kind === 'complete') noteErrorsOfBody(line, body.string);
      for (const [name, value] of headers) void reply.header(name, value);
      void reply.code(status);
      // A buffer, because Node takes twice as long for a string with a character outside Latin-1. No response has several parts.
      if (body.kind !== 'complete') return Readable.from(body.asyncIterator);
      const answer = written.complete(body.string);
      const { points } = request.payment;
      const { readingMs, writingMs, characters } = line.usage;
      const more = basePrice.payForAnswer(request.viewer!, { bytes: answer.byteLength, readingMs, writingMs }, points);
      // The log must tell why a bucket is empty.
      if (more > 0) line.cost = (line.cost ?? 0) + more;
      // A write keeps one of PostgreSQL's processors busy, and its points are no more than those of any request.
      const busyMs = longWritingMs(writingMs);
      if (busyMs > 0) admission.rest(payer, busyMs);
      admission.charge(payer, longTextsMs(characters));
      const sent = await compress(request.raw, reply, answer);
      unread.hold(payer, reply.raw, sent.byteLength);
      return sent;
    },
  });
  app.route({
    method: ['PUT', 'PATCH', 'DELETE'],
    url: '/graphql',
    handler: async (_request, reply: FastifyReply) =>
      await sendError(reply.header('allow', 'GET, POST'), 405, 'Send queries with POST.', 'BAD_REQUEST'),
  });
}

function headersOf({ headers }: FastifyRequest): HeaderMap {
  const map = new HeaderMap();
  for (const name in headers) {
    const value = headers[name];
    if (value) map.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  return map;
}

/** Sends 429 if the payment failed. */
async function take(request: FastifyRequest, reply: FastifyReply, { paid, waitSeconds }: Payment): Promise<FastifyReply | undefined> {
  request.payment.points += paid;
  if (waitSeconds === null) return undefined;
  return await sendError(reply.header('retry-after', String(waitSeconds)), 429, rateLimitMessage(waitSeconds), 'RATE_LIMITED');
}

/** The announced length of the body; a body without one may have the maximal length. The parameters of an address are parsed, too. */
function bodyBytes({ headers, url }: FastifyRequest, maxBytes: number): number {
  const bytes = headers['transfer-encoding'] === undefined ? Number(headers['content-length']) || 0 : maxBytes;
  return bytes + (url.length - '/graphql'.length) * bytesPerCharacter;
}

// Each parameter may be one character long, and takes as long as five bytes of JSON. Fastify reads them, and Apollo reads them again.
const bytesPerCharacter = 5;

function documentOf({ body, query }: FastifyRequest): string {
  const document = (body as { query?: unknown } | null | undefined)?.query ?? (query as { query?: unknown }).query;
  return typeof document === 'string' ? document : '';
}

function singleHeader({ headers }: FastifyRequest, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value.join(',') : value;
}
