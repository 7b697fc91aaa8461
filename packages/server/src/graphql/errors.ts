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
  | 'TIMEOUT'
  | 'UNAVAILABLE'
  | 'INTERNAL_SERVER_ERROR';

/** An argument that cannot be what the caller means: the message says which and what would be right. */
export function badInput(message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: 'BAD_USER_INPUT' satisfies ErrorCode } });
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
