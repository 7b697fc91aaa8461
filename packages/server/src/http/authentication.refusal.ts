import type { FastifyReply, FastifyRequest } from 'fastify';
import type { AuthenticationFailure } from '../authentication/authenticate.ts';
import { signedOutMessage, unauthenticatedMessage, type ErrorCode } from '../graphql/errors.ts';
import { sendError } from './error-body.ts';
import { lineOf, type Refusal } from './request-line.ts';

const refusals: Record<AuthenticationFailure, [status: number, code: ErrorCode, message: string, refusal: Refusal]> = {
  UNAUTHENTICATED: [401, 'UNAUTHENTICATED', unauthenticatedMessage, 'credentials'],
  OVERLOADED: [503, 'UNAVAILABLE', 'The server is overloaded; try again in a moment.', 'overload'],
  SIGN_ON_UNAVAILABLE: [503, 'UNAVAILABLE', 'Sign-on tokens cannot be verified now; try again in a moment.', 'sign_on_unavailable'],
  PARTNER_NOT_NAMED: [400, 'BAD_REQUEST', 'Operators can access every partner: name one in the header X-Partner-Id.', 'partner'],
  PARTNER_NOT_FOUND: [403, 'FORBIDDEN', 'The header X-Partner-Id does not name a partner that you can access.', 'partner'],
};

/** Answers a request whose credential was not accepted; `isSession`: it was the cookie of a session. */
export async function turnAway(
  request: FastifyRequest,
  reply: FastifyReply,
  { failure, isSession }: { failure: AuthenticationFailure; isSession: boolean },
): Promise<FastifyReply> {
  const [status, code, usual, refusal] = refusals[failure];
  lineOf(request).refusal = refusal;
  if (status === 503) void reply.header('retry-after', failure === 'OVERLOADED' ? '1' : '5');
  if (status === 401) void reply.header('www-authenticate', 'Bearer');
  return await sendError(reply, status, isSession && failure === 'UNAUTHENTICATED' ? signedOutMessage : usual, code);
}
