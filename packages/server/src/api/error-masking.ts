import { unwrapResolverError } from '@apollo/server/errors';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import type { Logger } from 'pino';
import { isDatabaseUnavailable, isTimeout } from '../database/unavailable.ts';
import type { ErrorCode } from '../graphql/errors.ts';
import { failedRequestOf } from './failed-request.plugin.ts';

// PostgreSQL error codes that the request's values or high load can cause; they do not mean a bug in the server.
const databaseErrors: Record<string, [ErrorCode, string]> = {
  '22021': ['BAD_USER_INPUT', 'A text contains a character that cannot be stored, such as NUL.'],
  '55P03': ['UNAVAILABLE', 'Another request is changing this; try again.'],
};

function describe(cause: unknown): [ErrorCode, string] {
  if (isTimeout(cause)) return ['TIMEOUT', 'The request took too long and was cancelled.'];
  if (isDatabaseUnavailable(cause)) return ['UNAVAILABLE', 'The database is unavailable; try again in a moment.'];
  return databaseErrors[(cause as { code?: string }).code ?? ''] ?? ['INTERNAL_SERVER_ERROR', 'Internal server error.'];
}

/** Formats errors for clients. Errors that are meant for them stay unchanged; all others are masked, and logged with their cause. */
export function maskError(log: Logger): (formatted: GraphQLFormattedError, error: unknown) => GraphQLFormattedError {
  return (formatted, error) => {
    const cause = unwrapResolverError(error);
    const location = { ...(formatted.locations && { locations: formatted.locations }), ...(formatted.path && { path: formatted.path }) };
    const masked = (code: ErrorCode, message: string) => ({ message, ...location, extensions: { code } });
    // A GraphQLError without an original error comes from this server or the executor, and is about the request.
    if (cause instanceof GraphQLError && cause.extensions['code'] !== 'INTERNAL_SERVER_ERROR' && !cause.originalError) {
      return { message: formatted.message, ...location, extensions: { code: formatted.extensions?.['code'] ?? 'INTERNAL_SERVER_ERROR' } };
    }
    if (formatted.extensions?.['code'] !== 'INTERNAL_SERVER_ERROR') {
      return { message: formatted.message, ...location, extensions: { code: formatted.extensions?.['code'] } };
    }
    const [code, message] = describe(cause);
    if (code !== 'BAD_USER_INPUT') log.error({ ...failedRequestOf(cause), err: cause }, 'operation failed');
    return masked(code, message);
  };
}
