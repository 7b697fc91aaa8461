import { HeaderMap, type ApolloServer } from '@apollo/server';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Readable } from 'node:stream';
import type { Pool } from 'pg';
import type { Viewer } from '../access/viewer.ts';
import type { Authenticate, AuthenticationFailure } from '../authentication/authenticate.ts';
import type { CalendarDate } from '../calendar-date.ts';
import type { Config } from '../config.ts';
import { createReader } from '../database/reader.ts';
import { countingPool } from '../database/usage.ts';
import type { RequestContext } from '../graphql/context.ts';
import type { ErrorCode } from '../graphql/errors.ts';
import { documentLimits } from '../api/limits.ts';
import { admitRequests } from './admission.hooks.ts';
import type { Admission } from './admission.ts';
import type { BusinessDay } from '../process/business-day.ts';
import { sendError } from './error-body.ts';
import { attachLine } from './request-line.plugin.ts';
import { lineOf, noteErrorsOfBody } from './request-line.ts';

declare module 'fastify' {
  interface FastifyRequest {
    viewer: Viewer | null;
    businessDate: CalendarDate;
  }
}

export type GraphqlOptions = {
  admission: Admission;
  apollo: ApolloServer<RequestContext>;
  authenticate: Authenticate;
  businessDay: BusinessDay;
  config: Pick<Config, 'businessTimeZone'>;
  pool: Pool;
};

const refusals: Record<AuthenticationFailure, [status: number, code: ErrorCode, message: string]> = {
  UNAUTHENTICATED: [401, 'UNAUTHENTICATED', 'Send a valid API key or sign-on token in the header: Authorization: Bearer <key or token>.'],
  SIGN_ON_UNAVAILABLE: [503, 'UNAVAILABLE', 'Sign-on tokens cannot be verified now; try again in a moment.'],
  PARTNER_NOT_NAMED: [400, 'BAD_REQUEST', 'Operators can access every partner: name one in the header X-Partner-Id.'],
  PARTNER_NOT_FOUND: [403, 'FORBIDDEN', 'The header X-Partner-Id does not name a partner that you can access.'],
};

/** `/graphql`. Authentication comes before the body is read, so that requests without a key cost no parsing. */
export async function registerGraphql(app: FastifyInstance, options: GraphqlOptions): Promise<void> {
  const { admission, apollo, authenticate, businessDay, config, pool } = options;

  // This hook comes first, so that refused requests cost almost nothing.
  admitRequests(app, admission);
  app.decorateRequest('viewer', null);
  app.decorateRequest('businessDate', '');
  app.addHook('onRequest', async (request, reply) => {
    void reply.headers({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' });
    const answer = await authenticate(request.headers.authorization, singleHeader(request, 'x-partner-id'), lineOf(request).usage);
    if (typeof answer !== 'string') {
      request.viewer = answer;
      return undefined;
    }
    const [status, code, message] = refusals[answer];
    if (status === 503) void reply.header('retry-after', '5');
    if (status === 401) void reply.header('www-authenticate', 'Bearer');
    return await sendError(reply, status, message, code);
  });

  app.addHook('preHandler', async (request, reply) => {
    if (documentLength(request) > documentLimits.characters)
      return await sendError(reply, 400, 'The query is too long: put long values into variables.', 'QUERY_TOO_COMPLEX');
    // Not in Apollo's context function: Apollo would report an unavailable database there as an internal error.
    request.businessDate = await businessDay.today(lineOf(request).usage);
    return undefined;
  });

  app.route({
    method: ['GET', 'POST'],
    url: '/graphql',
    handler: async (request, reply) => {
      const line = lineOf(request);
      const ownPool = countingPool(pool, line.usage);
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
              reader: createReader(ownPool, request.viewer!, request.businessDate),
              businessTimeZone: config.businessTimeZone,
              requestId: request.id,
              idempotencyKey: singleHeader(request, 'idempotency-key') ?? null,
              loaders: new Map(),
            } satisfies RequestContext,
            line,
          ),
      });
      if (status >= 400 && body.kind === 'complete') noteErrorsOfBody(line, body.string);
      for (const [name, value] of headers) void reply.header(name, value);
      void reply.code(status);
      // A buffer, because Node takes twice as long for a string with a character outside Latin-1. No response has several parts.
      return body.kind === 'complete' ? Buffer.from(body.string) : Readable.from(body.asyncIterator);
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

function documentLength({ body, query }: FastifyRequest): number {
  const document = (body as { query?: unknown } | null | undefined)?.query ?? (query as { query?: unknown }).query;
  return typeof document === 'string' ? document.length : 0;
}

function singleHeader({ headers }: FastifyRequest, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value.join(',') : value;
}
