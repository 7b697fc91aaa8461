import { HeaderMap } from '@apollo/server';
import { GraphQLError } from 'graphql';

/** Every code a programmer can meet in `errors[].extensions.code`; what a person can mend is in a payload's `userErrors`. */
export type ErrorCode =
  | 'UNAUTHENTICATED'
  | 'FORBIDDEN'
  | 'BAD_USER_INPUT'
  | 'INVALID_CURSOR'
  | 'BAD_REQUEST'
  | 'GRAPHQL_PARSE_FAILED'
  | 'GRAPHQL_VALIDATION_FAILED'
  | 'OPERATION_RESOLUTION_FAILURE'
  | 'PERSISTED_QUERY_NOT_SUPPORTED'
  | 'QUERY_TOO_COMPLEX'
  | 'RATE_LIMITED'
  | 'TIMEOUT'
  | 'UNAVAILABLE'
  | 'INTERNAL_SERVER_ERROR';

/** An argument that cannot be what the caller means: the message says which and what would be right. */
export function badInput(message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: 'BAD_USER_INPUT' satisfies ErrorCode } });
}

/** A kind of operation that the schema has no root for. */
export function noSuchOperation(kind: string): GraphQLError {
  return new GraphQLError(`This API has no operations of the kind ${kind}.`, {
    extensions: { code: 'OPERATION_RESOLUTION_FAILURE' satisfies ErrorCode, http: { status: 400 } },
  });
}

/** A query that asks for too much at once, whoever asks: the message says what is bounded. */
export function tooComplex(message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: 'QUERY_TOO_COMPLEX' satisfies ErrorCode, http: { status: 400 } } });
}

/** A value so large that nothing is executed. */
export function valueTooLarge(message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: 'BAD_USER_INPUT' satisfies ErrorCode, http: { status: 400 } } });
}

/** The partner's bucket is empty: the same query is answered after so many seconds. */
export function rateLimited(waitSeconds: number): GraphQLError {
  const headers = new HeaderMap([['retry-after', String(waitSeconds)]]);
  return new GraphQLError(
    `Your company has asked for much in a short time. Try again in ${waitSeconds === 1 ? 'a second' : `${waitSeconds} seconds`}.`,
    {
      extensions: { code: 'RATE_LIMITED' satisfies ErrorCode, http: { status: 429, headers } },
    },
  );
}

/** One error for every cursor that is none of ours, of another order or of another partner: which it is tells nobody anything. */
export function invalidCursor(): GraphQLError {
  return new GraphQLError('This cursor cannot be used here: it comes from another list or order.', {
    extensions: { code: 'INVALID_CURSOR' satisfies ErrorCode },
  });
}

/** The viewer's role does not allow a field, which is told before anything is looked at. */
export function forbidden(field: string): GraphQLError {
  return new GraphQLError(`Your role does not allow ${field}.`, { extensions: { code: 'FORBIDDEN' satisfies ErrorCode } });
}
