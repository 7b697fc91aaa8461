import { unwrapResolverError } from '@apollo/server/errors';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import type { Logger } from 'pino';
import { isDatabaseUnavailable, isTimeout } from '../database/unavailable.ts';
import type { ErrorCode } from '../graphql/errors.ts';

// PostgreSQL's codes for what comes of the caller's values or of load, not of a fault of ours.
const databaseErrors: Record<string, [ErrorCode, string]> = {
  '22021': ['BAD_USER_INPUT', 'A text holds a character that cannot be stored, such as NUL.'],
  '55P03': ['UNAVAILABLE', 'Somebody else is changing this just now; try again.'],
};

function describe(cause: unknown): [ErrorCode, string] {
  if (isTimeout(cause)) return ['TIMEOUT', 'This took too long and was stopped.'];
  if (isDatabaseUnavailable(cause)) return ['UNAVAILABLE', 'The database cannot be asked just now; try again in a moment.'];
  return databaseErrors[(cause as { code?: string }).code ?? ''] ?? ['INTERNAL_SERVER_ERROR', 'Something went wrong on our side.'];
}

/** Errors as callers see them: those meant for them as they are, everything else masked, and logged with its cause. */
export function maskError(log: Logger): (formatted: GraphQLFormattedError, error: unknown) => GraphQLFormattedError {
  return (formatted, error) => {
    const cause = unwrapResolverError(error);
    const place = { ...(formatted.locations && { locations: formatted.locations }), ...(formatted.path && { path: formatted.path }) };
    const masked = (code: ErrorCode, message: string) => ({ message, ...place, extensions: { code } });
    // A GraphQLError without a cause is ours or the executor's, about the request.
    if (cause instanceof GraphQLError && cause.extensions['code'] !== 'INTERNAL_SERVER_ERROR' && !cause.originalError) {
      return { message: formatted.message, ...place, extensions: { code: formatted.extensions?.['code'] ?? 'INTERNAL_SERVER_ERROR' } };
    }
    if (formatted.extensions?.['code'] !== 'INTERNAL_SERVER_ERROR') {
      return { message: formatted.message, ...place, extensions: { code: formatted.extensions?.['code'] } };
    }
    const [code, message] = describe(cause);
    if (code !== 'BAD_USER_INPUT') log.error({ err: cause, path: formatted.path }, 'operation failed');
    return masked(code, message);
  };
}
