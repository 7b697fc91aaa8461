import { HeaderMap } from '@apollo/server';
import { GraphQLError, type GraphQLErrorOptions } from 'graphql';

/** Every code in `errors[].extensions.code`. Errors the user can fix are in a payload's `userErrors` instead. */
export type ErrorCode =
  | 'UNAUTHENTICATED'
  | 'FORBIDDEN'
  | 'BAD_USER_INPUT'
  | 'INVALID_CURSOR'
  | 'AMBIGUOUS'
  | 'BAD_REQUEST'
  | 'GRAPHQL_PARSE_FAILED'
  | 'GRAPHQL_VALIDATION_FAILED'
  | 'OPERATION_RESOLUTION_FAILURE'
  | 'PERSISTED_QUERY_NOT_SUPPORTED'
  | 'QUERY_TOO_COMPLEX'
  | 'RATE_LIMITED'
  | 'TIMEOUT'
  | 'UNAVAILABLE'
  | 'IMPORT_RUNNING'
  | 'INTERNAL_SERVER_ERROR';

/** The codes of requests that can be sent again as they are, and the seconds to wait before. */
export const retrySeconds: Partial<Record<ErrorCode, number>> = { UNAVAILABLE: 1, IMPORT_RUNNING: 5 };

/**
 * An error that a client can expect. To note the calls that led to it takes longer than a list below a row, which may end in one, and nobody
 * reads them: it is not logged.
 */
function refusal(message: string, options: GraphQLErrorOptions): GraphQLError {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return new GraphQLError(message, options);
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

/** An invalid argument: the message names it and says what is valid. */
export function badInput(message: string): GraphQLError {
  return refusal(message, { extensions: { code: 'BAD_USER_INPUT' satisfies ErrorCode } });
}

/** A kind of operation for which the schema has no root type. */
export function noSuchOperation(kind: string): GraphQLError {
  return refusal(`This API has no ${kind} operations.`, {
    extensions: { code: 'OPERATION_RESOLUTION_FAILURE' satisfies ErrorCode, http: { status: 400 } },
  });
}

/** A query beyond a fixed limit, the same for every viewer: the message names the limit. */
export function tooComplex(message: string): GraphQLError {
  return refusal(message, { extensions: { code: 'QUERY_TOO_COMPLEX' satisfies ErrorCode, http: { status: 400 } } });
}

/** A value beyond a limit, or a malformed one, refused before execution. */
export function valueTooLarge(message: string): GraphQLError {
  return refusal(message, { extensions: { code: 'BAD_USER_INPUT' satisfies ErrorCode, http: { status: 400 } } });
}

/** The partner's rate limit is reached: the same query succeeds after `waitSeconds`. */
export function rateLimited(waitSeconds: number): GraphQLError {
  const headers = new HeaderMap([['retry-after', String(waitSeconds)]]);
  return refusal(rateLimitMessage(waitSeconds), {
    extensions: { code: 'RATE_LIMITED' satisfies ErrorCode, http: { status: 429, headers } },
  });
}

export const rateLimitMessage = (waitSeconds: number) =>
  `Rate limit reached; try again in ${waitSeconds === 1 ? '1 second' : `${waitSeconds} seconds`}.`;

/**
 * An edit of customers that a running import of the partner changes too; nothing was changed. `isWholeRequest` tells whether the
 * request has no other mutation, which may have succeeded: only then can it be sent again as it is.
 */
export function importRunning({ isWholeRequest }: { isWholeRequest: boolean }): GraphQLError {
  const http = { status: 503, headers: new HeaderMap([['retry-after', String(retrySeconds.IMPORT_RUNNING)]]) };
  return refusal('An import of this partner is running. Try again when it has finished.', {
    extensions: { code: 'IMPORT_RUNNING' satisfies ErrorCode, ...(isWholeRequest && { http }) },
  });
}

/** One error for every malformed or foreign cursor, so that it reveals nothing about another partner. */
export function invalidCursor(): GraphQLError {
  return refusal('This cursor is malformed or belongs to another list or order. Start again without a cursor.', {
    extensions: { code: 'INVALID_CURSOR' satisfies ErrorCode },
  });
}

/** Several objects match an argument that names one: the message counts them and says how to name one. */
export function ambiguous(message: string): GraphQLError {
  return refusal(message, { extensions: { code: 'AMBIGUOUS' satisfies ErrorCode } });
}

export const unauthenticatedMessage =
  'The API key or token is missing, wrong, expired or revoked. Send a valid one in the header: Authorization: Bearer <key or token>.';

export const signedOutMessage = 'You are not signed in, or your session has ended. Sign in again.';

/**
 * The key, user or session of a mutation may no longer act. The status is 401, as for every request without a valid key, unless the request
 * has other mutations: those may have succeeded.
 */
export function unauthenticated({ isWholeRequest, isSession }: { isWholeRequest: boolean; isSession: boolean }): GraphQLError {
  const http = { status: 401, headers: new HeaderMap([['www-authenticate', 'Bearer']]) };
  return refusal(isSession ? signedOutMessage : unauthenticatedMessage, {
    extensions: { code: 'UNAUTHENTICATED' satisfies ErrorCode, ...(isWholeRequest && { http }) },
  });
}

/** The viewer's role does not allow a field; checked before any data is read. */
export function forbidden(field: string): GraphQLError {
  return refusal(`Your role does not allow ${field}.`, { extensions: { code: 'FORBIDDEN' satisfies ErrorCode } });
}
