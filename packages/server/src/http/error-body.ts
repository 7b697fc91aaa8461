import type { FastifyReply } from 'fastify';
import type { ErrorCode } from '../graphql/errors.ts';
import { lineOf, noteErrors } from './request-line.ts';

/** Errors outside of GraphQL also have GraphQL's shape, so that clients handle only one. */
export function errorBody(message: string, code: ErrorCode): string {
  return JSON.stringify({ errors: [{ message, extensions: { code } }] });
}

export function sendError(reply: FastifyReply, status: number, message: string, code: ErrorCode): FastifyReply {
  noteErrors(lineOf(reply.request), [{ extensions: { code } }]);
  // A refusal may wait for its turn. If the client leaves meanwhile, Fastify would call the next hook.
  reply.raw.once('close', () => reply.sent || reply.hijack());
  return reply.code(status).type('application/json; charset=utf-8').send(errorBody(message, code));
}
