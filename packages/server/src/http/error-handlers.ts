import type { FastifyError, FastifyInstance } from 'fastify';
import { describeError } from '../api/error-masking.ts';
import type { RecentFaults } from '../database/recent-faults.ts';
import type { Logger } from '../process/log.ts';
import { sendError } from './error-body.ts';

/** Answers malformed requests and whatever else fails outside of GraphQL. */
export function registerErrorHandlers(app: FastifyInstance, log: Logger, recentFaults: RecentFaults): void {
  app.setErrorHandler(async (error: FastifyError, request, reply) => {
    const status = error.statusCode ?? 500;
    if (status === 413) return await sendError(reply, status, 'The request is too large.', 'BAD_REQUEST');
    if (status === 415) return await sendError(reply, status, 'Send the request as application/json.', 'BAD_REQUEST');
    if (status < 500) return await sendError(reply, status, 'The request must be a JSON object as in GraphQL over HTTP.', 'BAD_REQUEST');
    const { code, message, fault } = describeError(error);
    if (fault) recentFaults.note(fault);
    if (code === 'BAD_USER_INPUT') return await sendError(reply, 400, message, code);
    log.error({ requestId: request.id, err: error }, 'request failed');
    if (code === 'INTERNAL_SERVER_ERROR') return await sendError(reply, 500, message, code);
    return await sendError(reply.header('retry-after', '1'), 503, message, code);
  });
}
