import { isEmail, validateSync, ValidateBy, type ValidationArguments } from 'class-validator';
import { inputError, type UserError, type UserErrorCode } from './user-error.type.ts';

// Input classes say their limits with the decorators of class-validator; these are the ones the field lacks.

/** What is wrong with a text that people give; null if nothing is. Space around it does not count. */
export function textFault(text: string | null | undefined, { min = 0, max }: { min?: number; max: number }): string | null {
  if (text === null || text === undefined) return null;
  const { length } = text.trim();
  if (length < min) return 'Enter at least one character.';
  if (length > max) return `At most ${max} characters; these are ${length}.`;
  // JSON spells out half a character and NUL; the database takes neither.
  return /\\u(0000|d[89a-f])/i.test(JSON.stringify(text)) ? 'This holds a character that cannot be stored.' : null;
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

/** One idea of an e-mail address: for people of a partner, for contacts in an export, and on the command line. */
export const isEmailAddress = (text: string): boolean => isEmail(text);

/** Errors of the fields of an input, one a field. A decorator's context names the code where it is not INVALID. */
export function inputErrors(input: object): UserError[] {
  const found = validateSync(input, { stopAtFirstError: true, forbidUnknownValues: false });
  return found.map(({ property, constraints = {}, contexts = {} }) => {
    const [name = ''] = Object.keys(constraints);
    const { code = 'INVALID' } = (contexts[name] ?? {}) as { code?: UserErrorCode };
    return inputError(code, constraints[name] ?? '', property);
  });
}
