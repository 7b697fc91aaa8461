import { isEmail, validateSync, ValidateBy, type ValidationArguments } from 'class-validator';
import { inputError, type UserError, type UserErrorCode } from './user-error.type.ts';

// Input classes declare their limits with decorators of class-validator; this file adds those that class-validator lacks.

/** Error message for a text of the user, ignoring space around it; null if the text is valid. */
export function textFault(text: string | null | undefined, { min = 0, max }: { min?: number; max: number }): string | null {
  if (text === null || text === undefined) return null;
  const { length } = text.trim();
  if (length < min) return 'Enter at least one character.';
  if (length > max) return `Enter at most ${max} characters, not ${length}.`;
  // JSON escapes a lone surrogate and NUL; the database accepts neither.
  return /\\u(0000|d[89a-f])/i.test(JSON.stringify(text)) ? 'Remove the NUL or incomplete character; it cannot be stored.' : null;
}

function fault(name: string, faultOf: (value: unknown) => string | null): PropertyDecorator {
  return ValidateBy({
    name,
    validator: {
      validate: (value) => faultOf(value) === null,
      defaultMessage: (args?: ValidationArguments) => faultOf(args?.value) ?? '',
    },
  });
}

/** A text that the database can store, of at least `min` and at most `max` characters. */
export const IsText = ({ min = 0, max }: { min?: number; max: number }) =>
  fault('isText', (value) => textFault(value as string | null | undefined, { min, max }));

export const IsEmailAddress = () =>
  fault('isEmailAddress', (value) =>
    isEmailAddress((value as string).trim()) ? null : 'Enter an e-mail address such as ann@example.com.',
  );

/** The one check of e-mail addresses: for partner users, for contacts in an export, and on the command line. */
// The library throws on half of a surrogate pair.
export const isEmailAddress = (text: string): boolean => !/\p{Surrogate}/u.test(text) && isEmail(text);

/** At most one error per field of an input. The code is INVALID unless the decorator's context names another. */
export function inputErrors(input: object): UserError[] {
  const found = validateSync(input, { stopAtFirstError: true, forbidUnknownValues: false });
  return found.map(({ property, constraints = {}, contexts = {} }) => {
    const [name = ''] = Object.keys(constraints);
    const { code = 'INVALID' } = (contexts[name] ?? {}) as { code?: UserErrorCode };
    return inputError(code, constraints[name] ?? '', property);
  });
}
