import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { OperationTypeNode } from 'graphql';
import { keyIdOf, type Viewer } from '../access/viewer.ts';
import { DatabaseUsage } from '../database/usage.ts';
import { globalId } from '../graphql/global-id.ts';
import type { Logger } from '../process/log.ts';
import type { Span, Tracer } from '../process/tracing.ts';
import { beginRequestSpan, endRequestSpan } from './request-span.ts';
import { traceFields, traceOf, traceparent, type Trace } from './trace-context.ts';

declare module 'fastify' {
  interface FastifyRequest {
    requestLine: RequestLine | null;
  }
}

/** Why a request got no answer. */
export const refusalsOfRequests = [
  'overload',
  'credentials',
  'sign_on_unavailable',
  'partner',
  'rate',
  'days_passing',
  'partner_barred',
] as const;
export type Refusal = (typeof refusalsOfRequests)[number];

/** Counts a request when its line is written. */
export type CountRequest = (request: FastifyRequest, reply: FastifyReply, line: RequestLine) => void;

/** What the log says about a request, as far as it is known. It never holds names, addresses, variables, tokens or documents. */
export type RequestLine = {
  readonly usage: DatabaseUsage;
  trace: Trace | null;
  /** Only in a process with an OpenTelemetry SDK. */
  span?: Span;
  /** The operation in the document; GraphQL has resolved the request's name to it. */
  operationName?: string | null | undefined;
  operationType?: OperationTypeNode | undefined;
  /** Its name in metrics. */
  operationLabel?: string | undefined;
  /** The code of the first error. */
  code?: string | undefined;
  /** Why the request got no answer, if its code does not tell. */
  refusal?: Refusal | undefined;
  /** The number of errors. */
  errors?: number | undefined;
  /** The points of the operation, and what a large answer and time of the database cost beyond them. */
  cost?: number | undefined;
  /** The client has disconnected before the whole answer was sent. */
  isAborted?: boolean;
  /** The work for the request has ended. */
  isDone?: boolean;
  isWritten?: boolean;
};

const maxNameLength = 80;

export const lineOf = (request: FastifyRequest): RequestLine =>
  (request.requestLine ??= { usage: new DatabaseUsage(), trace: traceOf(request.raw) });

type Faults = readonly { extensions?: { code?: unknown } | undefined }[];

export function noteErrors(line: RequestLine, errors: Faults | undefined): void {
  if (!errors?.length) return;
  const code = errors[0]?.extensions?.code;
  line.code = typeof code === 'string' ? code : undefined;
  line.errors = errors.length;
}

/** For errors that Apollo finds before it reads the document. */
export function noteErrorsOfBody(line: RequestLine, body: string): void {
  if (line.errors === undefined && body.startsWith('{')) noteErrors(line, (JSON.parse(body) as { errors?: Faults }).errors);
}

/** Writes one line a request: after the answer, or after the work if the client disconnects. */
export function logRequests(app: FastifyInstance, log: Logger, count: CountRequest, tracer: Tracer | null): void {
  app.decorateRequest('requestLine', null);
  app.addHook('onRequest', async (request, reply) => {
    const line = lineOf(request);
    if (tracer && !isFrequent(request)) beginRequestSpan(tracer, request, line);
    const { trace } = line;
    if (trace) void reply.header('traceparent', traceparent(trace));
    reply.raw.once('close', () => {
      if (reply.raw.writableFinished) return;
      line.isAborted = true;
      // Without its whole body, a request is never executed.
      if (line.isDone || !request.raw.complete) write(request, reply, log, count);
    });
  });
  app.addHook('onSend', async (request, reply) => {
    const line = lineOf(request);
    line.isDone = true;
    if (line.isAborted) write(request, reply, log, count);
  });
  app.addHook('onResponse', async (request, reply) => write(request, reply, log, count));
}

/** For a request without hooks. */
export function logAfterAnswer(request: FastifyRequest, reply: FastifyReply, log: Logger, count: CountRequest): void {
  reply.raw.once('close', () => write(request, reply, log, count));
}

function write(request: FastifyRequest, reply: FastifyReply, log: Logger, count: CountRequest): void {
  const line = lineOf(request);
  if (line.isWritten) return;
  line.isWritten = true;
  count(request, reply, line);
  const { id: requestId, method, routeOptions, viewer } = request as FastifyRequest & { viewer?: Viewer | null };
  const { usage, trace, operationName, operationType, code, errors, cost, isAborted } = line;
  endRequestSpan(line, reply, viewer);
  const level = isFrequent(request) ? 'debug' : 'info';
  const bytes = reply.getHeader('content-length');
  log[level](
    {
      requestId,
      ...traceFields(trace),
      ...(viewer && whoOf(viewer)),
      operationName: operationName?.slice(0, maxNameLength),
      operationType,
      method,
      // The route, not the URL: the URL of a GET contains variables.
      route: routeOptions.url,
      status: reply.statusCode,
      code,
      errors,
      cost,
      statements: usage.statements,
      databaseMs: Math.round(usage.ms),
      ms: Math.round(reply.elapsedTime),
      bytes: bytes === undefined ? undefined : Number(bytes),
      aborted: isAborted,
    },
    'request',
  );
}

const isFrequent = ({ routeOptions }: FastifyRequest) => ['/healthz', '/readyz', '/metrics'].includes(routeOptions.url ?? '');

/** The subject of a sign-on token may be an address, so it is left out; the user's ID finds the person. */
function whoOf(viewer: Viewer) {
  const { partnerId, partnerUserId, role, sessionId } = viewer;
  const keyId = keyIdOf(viewer);
  return {
    partnerId: globalId('Partner', partnerId),
    ...(keyId !== null ? { keyId } : partnerUserId !== null && { userId: globalId('PartnerUser', partnerUserId) }),
    ...(sessionId !== undefined && { sessionId: globalId('Session', sessionId) }),
    role,
  };
}
