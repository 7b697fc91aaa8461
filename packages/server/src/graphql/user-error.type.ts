import { Field, InterfaceType, Int, ObjectType } from 'type-graphql';
import type { CalendarDate } from '../calendar-date.ts';
import { registerEnum } from './register-enum.ts';
import { DateScalar } from './scalars.ts';

export const UserErrorCodeEnum = registerEnum('UserErrorCode', 'Machine-readable cause of a user error.', {
  NOT_FOUND: 'The object does not exist, or the viewer may not see it.',
  INVALID: 'A value is invalid.',
  TAKEN: 'Another object has this name or address.',
  DEADLINE_PASSED: 'The last day for this decision has passed.',
  ALREADY_EFFECTIVE: 'The change has taken effect or takes effect today.',
  LOCKED_COLUMN: 'A locked column is missing.',
  CONTACT_NOT_IN_ACCOUNT: "The contact is not an active user of the customer's account.",
  NOT_COMMUNICATION_OWNER: 'The partner is not the communication owner, so it cannot record decisions of this customer.',
  NOT_ALLOWED: 'The viewer may not do this, but another user may.',
  CONFLICT: 'The object has changed since the expected version.',
  TOO_MANY_IDS: 'The input has too many IDs.',
  TOO_MANY_REQUESTS: 'This was done as often as is allowed; try again later.',
  IDEMPOTENCY_KEY_PARAMETER_MISMATCH: 'The idempotency key was used before with a different input.',
  IDEMPOTENCY_CONCURRENT_REQUEST: 'The first request with this idempotency key is still running.',
});
export type UserErrorCode = keyof typeof UserErrorCodeEnum;

type ErrorType = 'InvalidInputError' | 'DeadlinePassedError' | 'LockedColumnError' | 'ConflictError';

export const userErrorType = ({ type }: { type: ErrorType }): ErrorType => type;

@InterfaceType({ description: 'An error the user can fix; nothing was changed.', resolveType: userErrorType })
export abstract class UserError {
  readonly type!: ErrorType;

  @Field(() => String, { description: 'Cause and remedy for people, in English.' })
  message!: string;

  @Field(() => UserErrorCodeEnum, { description: 'Machine-readable cause.' })
  code!: UserErrorCode;

  @Field(() => [String], { nullable: true, description: 'Path of the input field with the error; null if no single field has it.' })
  field!: string[] | null;
}

@ObjectType({ implements: UserError, description: 'A user error without further details; see its code.', simpleResolvers: true })
export class InvalidInputError extends UserError {}

@ObjectType({ implements: UserError, description: 'The last day for this decision has passed.', simpleResolvers: true })
export class DeadlinePassedError extends UserError {
  @Field(() => DateScalar, { description: 'The last day for this decision.' })
  renewalDeadline!: CalendarDate;

  @Field(() => DateScalar, {
    nullable: true,
    description: 'Date of the first later renewal that can still be cancelled; request it with forNextPossible. Null if there is none.',
  })
  nextCancellableRenewalDate!: CalendarDate | null;
}

@ObjectType({
  implements: UserError,
  description: 'The object has changed since the expected version; read it again before retrying.',
  simpleResolvers: true,
})
export class ConflictError extends UserError {
  @Field(() => Int, { description: 'The current version.' })
  currentVersion!: number;
}
