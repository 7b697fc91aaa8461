import { validateSync, ValidateBy, type ValidationArguments } from 'class-validator';
import { addressFault, textFault } from './text-faults.ts';
import { inputError } from './user-error.ts';
import type { UserError, UserErrorCode } from './user-error.type.ts';

// Input classes declare their limits with decorators of class-validator; this file adds those that class-validator lacks.

/** A check of one field: the message of its error, or null. */
export function fault(name: string, faultOf: (value: unknown) => string | null): PropertyDecorator {
  return ValidateBy({
    name,
    validator: {
      validate: (value) => faultOf(value) === null,
      defaultMessage: (args?: ValidationArguments) => faultOf(args?.value) ?? '',
    },
  });
}

/** A text that the database can store and people can read, of at least `min` and at most `max` characters. */
export const IsText = ({ min = 0, max }: { min?: number; max: number }) =>
  fault('isText', (value) => textFault(value as string | null | undefined, { min, max }));

export const IsEmailAddress = () => fault('isEmailAddress', (value) => addressFault(value as string));

/** At most one error per field of an input. The code is INVALID unless the decorator's context names another. */
export function inputErrors(input: object): UserError[] {
  const found = validateSync(input, { stopAtFirstError: true, forbidUnknownValues: false });
  return found.map(({ property, constraints = {}, contexts = {} }) => {
    const [name = ''] = Object.keys(constraints);
    const { code = 'INVALID' } = (contexts[name] ?? {}) as { code?: UserErrorCode };
    return inputError(code, constraints[name] ?? '', property);
  });
}
