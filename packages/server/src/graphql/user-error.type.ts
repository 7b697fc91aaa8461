import { Field, InterfaceType, Int, ObjectType } from 'type-graphql';
import type { CalendarDate } from '../calendar-date.ts';
import { registerEnum } from './register-enum.ts';
import { DateScalar } from './scalars.ts';

export const UserErrorCodeEnum = registerEnum('UserErrorCode', 'What is wrong, for programs.', {
  NOT_FOUND: 'There is no such thing, or none that the viewer may see.',
  INVALID: 'A value cannot be taken as it is.',
  DEADLINE_PASSED: 'The last day for this decision has passed.',
  ALREADY_EFFECTIVE: 'The change has taken effect, or does so today.',
  LOCKED_COLUMN: 'A column that cannot be removed is missing.',
  CONTACT_NOT_IN_ACCOUNT: "The contact is no active user of the customer's account.",
  NOT_COMMUNICATION_OWNER: 'The partner does not talk to this customer, so it cannot record decisions on its behalf.',
  NOT_ALLOWED: "What is asked for is not the viewer's to do; somebody else may.",
  CONFLICT: 'Somebody else has changed this meanwhile.',
  TOO_MANY_IDS: 'More ids than can be handled at once.',
  IDEMPOTENCY_KEY_PARAMETER_MISMATCH: 'The key was used before with another input.',
  IDEMPOTENCY_CONCURRENT_REQUEST: 'A request with this key is still being carried out.',
});
export type UserErrorCode = keyof typeof UserErrorCodeEnum;

type ErrorType = 'InvalidInputError' | 'DeadlinePassedError' | 'LockedColumnError' | 'ConflictError';

export const userErrorType = ({ type }: { type: ErrorType }): ErrorType => type;

@InterfaceType({ description: 'Something that a person at the partner can mend; nothing was changed.', resolveType: userErrorType })
export abstract class UserError {
  readonly type!: ErrorType;

  @Field(() => String, { description: 'What is wrong, in a sentence for people.' })
  message!: string;

  @Field(() => UserErrorCodeEnum, { description: 'What is wrong, for programs.' })
  code!: UserErrorCode;

  @Field(() => [String], { nullable: true, description: 'Path of the input field it belongs to; null if it belongs to none.' })
  field!: string[] | null;
}

@ObjectType({ implements: UserError, description: 'An input that cannot be taken.', simpleResolvers: true })
export class InvalidInputError extends UserError {}

@ObjectType({ implements: UserError, description: 'The last day for this decision has passed.', simpleResolvers: true })
export class DeadlinePassedError extends UserError {
  @Field(() => DateScalar, { description: 'The day on which it passed.' })
  renewalDeadline!: CalendarDate;

  @Field(() => DateScalar, {
    nullable: true,
    description: 'The first later renewal that a cancellation requested today would be in time for; ask for it with forNextPossible.',
  })
  nextCancellableRenewalDate!: CalendarDate | null;
}

@ObjectType({
  implements: UserError,
  description: 'Somebody else has changed this meanwhile: read it again and decide anew.',
  simpleResolvers: true,
})
export class ConflictError extends UserError {
  @Field(() => Int, { description: 'The version it has now.' })
  currentVersion!: number;
}

/** An error about one field of the input. */
export function inputError(code: UserErrorCode, message: string, ...field: string[]): UserError {
  return { type: 'InvalidInputError', code, message, field: field.length === 0 ? null : ['input', ...field] };
}

/** One sentence for what is not there, and for what is somebody else's. */
export function notFound(what: string, ...field: string[]): UserError {
  return inputError('NOT_FOUND', `There is no such ${what}.`, ...field);
}

export function conflict(currentVersion: number): UserError {
  const message = 'Somebody else has changed this meanwhile. Look at it again, then decide.';
  return { type: 'ConflictError', code: 'CONFLICT', message, field: ['input', 'expectedVersion'], currentVersion } as ConflictError;
}
