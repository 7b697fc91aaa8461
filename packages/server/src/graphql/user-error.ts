import type { ConflictError, UserError, UserErrorCode } from './user-error.type.ts';

/** An error about one field of the input. */
export function inputError(code: UserErrorCode, message: string, ...field: string[]): UserError {
  return { type: 'InvalidInputError', code, message, field: field.length === 0 ? null : ['input', ...field] };
}

/** The same error for an object that does not exist and for one of another partner. */
export function notFound(what: string, ...field: string[]): UserError {
  return inputError('NOT_FOUND', `There is no such ${what}.`, ...field);
}

export function conflict(currentVersion: number): UserError {
  const message = 'Someone else has changed this. Reload it, then try again.';
  return { type: 'ConflictError', code: 'CONFLICT', message, field: ['input', 'expectedVersion'], currentVersion } as ConflictError;
}
