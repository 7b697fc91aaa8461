import { unwrapResolverError } from '@apollo/server/errors';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import type { Logger } from 'pino';
import { databaseFault, isTimeout, type DatabaseFault } from '../database/unavailable.ts';
import type { ErrorCode } from '../graphql/errors.ts';
import { failedRequestOf } from './failed-request.plugin.ts';

/** What a client is told about an error that is not meant for it. */
export type MaskedError = { code: ErrorCode; message: string; fault?: DatabaseFault };

/** The same for every way in: GraphQL and plain HTTP. */
export function describeError(cause: unknown): MaskedError {
  if (isTimeout(cause)) return { code: 'TIMEOUT', message: 'The request took too long and was cancelled.' };
  // A value of the request, not a fault of the server.
  if ((cause as { code?: string } | null)?.code === '22021')
    return { code: 'BAD_USER_INPUT', message: 'A text contains a character that cannot be stored, such as NUL.' };
  const fault = databaseFault(cause);
  if (fault === null) return { code: 'INTERNAL_SERVER_ERROR', message: 'Internal server error.' };
  return { code: 'UNAVAILABLE', message: messageOf(fault), fault };
}

function messageOf(fault: DatabaseFault): string {
  if (fault === 'CONFLICT') return 'Another request is changing this; try again.';
  if (fault === 'READ_ONLY') return 'The database accepts no changes at present; try again later.';
  return 'The database is unavailable; try again in a moment.';
}

/** Formats errors for clients. Errors that are meant for them stay unchanged; all others are masked, and logged with their cause. */
export function maskError(
  log: Logger,
  onFault: (fault: DatabaseFault) => void,
): (formatted: GraphQLFormattedError, error: unknown) => GraphQLFormattedError {
  return (formatted, error) => {
    const cause = unwrapResolverError(error);
    const location = { ...(formatted.locations && { locations: formatted.locations }), ...(formatted.path && { path: formatted.path }) };
    // A GraphQLError without an original error comes from this server or the executor, and is about the request.
    if (cause instanceof GraphQLError && cause.extensions['code'] !== 'INTERNAL_SERVER_ERROR' && !cause.originalError) {
      return { message: formatted.message, ...location, extensions: { code: formatted.extensions?.['code'] ?? 'INTERNAL_SERVER_ERROR' } };
    }
    if (formatted.extensions?.['code'] !== 'INTERNAL_SERVER_ERROR') {
      return { message: formatted.message, ...location, extensions: { code: formatted.extensions?.['code'] } };
    }
    const { code, message, fault } = describeError(cause);
    if (fault) onFault(fault);
    if (code !== 'BAD_USER_INPUT') log.error({ ...failedRequestOf(cause), err: cause }, 'operation failed');
    return { message, ...location, extensions: { code } };
  };
}
