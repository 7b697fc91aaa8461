import type { FastifyReply, FastifyRequest } from 'fastify';
import type { OperationTypeNode } from 'graphql';
import { globalId } from '../graphql/global-id.ts';
import type { Viewer } from '../access/viewer.ts';
import type { DatabaseUsage } from '../database/usage.ts';
import { endSpan, startRequestSpan, traceStatements, type Span, type Tracer } from '../process/tracing.ts';
import type { Trace } from './trace-context.ts';

/** The parts of a request's line that make its span. */
type Traced = {
  readonly usage: DatabaseUsage;
  trace: Trace | null;
  span?: Span;
  operationType?: OperationTypeNode | undefined;
  operationLabel?: string | undefined;
  code?: string | undefined;
};

/** Begins the span of a request. Its ids take the place of those that the log and the answer would have. */
export function beginRequestSpan(tracer: Tracer, { method, routeOptions: { url } }: FastifyRequest, line: Traced): void {
  const { trace } = line;
  const client =
    trace?.parentId === undefined ? null : { traceId: trace.traceId, spanId: trace.parentId, traceFlags: Number.parseInt(trace.flags, 16) };
  const attributes = { 'http.request.method': method, ...(url !== undefined && { 'http.route': url }) };
  const span = startRequestSpan(tracer, url === undefined ? method : `${method} ${url}`, client, attributes);
  const { traceId, spanId, traceFlags } = span.spanContext();
  line.trace = { traceId, parentId: trace?.parentId, spanId, flags: `0${traceFlags & 3}` };
  line.span = span;
  traceStatements(tracer, line.usage, span);
}

/** Ends it with what the log says about the request: never names, addresses, variables, tokens or documents. */
export function endRequestSpan(line: Traced, { statusCode }: FastifyReply, viewer: Viewer | null | undefined): void {
  const { span, operationLabel, operationType, code } = line;
  if (!span) return;
  const attributes = {
    'http.response.status_code': statusCode,
    ...(operationType && { 'graphql.operation.type': operationType }),
    ...(operationLabel && { 'renewals.operation': operationLabel }),
    ...(viewer && { 'renewals.partner.id': globalId('Partner', viewer.partnerId) }),
    ...(code !== undefined && { 'error.type': code }),
  };
  endSpan(span, attributes, statusCode >= 500 || code === 'INTERNAL_SERVER_ERROR');
}
