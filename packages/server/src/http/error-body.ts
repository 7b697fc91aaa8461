import type { FastifyReply } from 'fastify';
import type { ErrorCode } from '../graphql/errors.ts';

/** Errors from outside GraphQL have GraphQL's shape too, so that a client needs to know one. */
export function errorBody(message: string, code: ErrorCode): string {
  return JSON.stringify({ errors: [{ message, extensions: { code } }] });
}

export function sendError(reply: FastifyReply, status: number, message: string, code: ErrorCode): FastifyReply {
  return reply.code(status).type('application/json; charset=utf-8').send(errorBody(message, code));
}
