import { SelectionError } from './errors.ts';
import { argumentTypes } from './generated/operations.ts';

type Written = { readonly declared: string[]; readonly variables: Record<string, unknown> };

export const capitalized = (name: string) => name.replace(/./, (first) => first.toUpperCase());

/** Names a part of a selection that is text already. */
export const asText = Symbol();

/**
 * Writes the document of a selection. Arguments become variables, so that no document contains their values. With an idempotency key, it
 * becomes a variable, and each root field gets it.
 */
export function writeDocument(
  selection: object,
  kind = 'query',
  key?: string | null,
): { query: string; variables: Record<string, unknown> } {
  const variables = key ? { key } : {};
  const declared = key ? ['$key:String!'] : [];
  const fields = writeFields(selection, { declared, variables }, key ? '@idempotent(key:$key)' : '');
  return { query: kind + (declared[0] ? `(${declared.join(' ')})` : '') + fields, variables };
}

function writeFields(selection: { readonly [asText]?: string }, written: Written, directive = ''): string {
  const fields = Object.entries(selection).flatMap(([name, value]: [string, unknown]): string[] => {
    if (name === '$' || !value) return [];
    if (!/^\w+$/.test(name) || (value !== true && typeof value !== 'object')) throw new SelectionError(`"${name}" is malformed.`);
    if (name === 'on')
      return [
        '__typename',
        ...Object.entries(value)
          .filter(([, of]) => of)
          .map(([type, of]) => `...on ${writeFields({ [type]: of }, written).slice(1, -1)}`),
      ];
    if (value === true) return [name + directive];
    const below = value as { readonly [asText]?: string; readonly $?: object };
    const isLeaf = Object.keys(below).join() === '$' && !below[asText];
    return [name + writeArguments(name, below.$, written) + directive + (isLeaf ? '' : writeFields(below, written))];
  });
  // Conditions may leave nothing of an object but that it is there.
  return `{${selection[asText] ?? (fields.join(' ') || '__typename')}}`;
}

function writeArguments(field: string, given: object | undefined, { declared, variables }: Written): string {
  const written = Object.entries(given ?? {}).flatMap(([name, value]: [string, unknown]) => {
    if (value === undefined) return [];
    const type = typeOf(`${field}.${name}`) ?? typeOf(name) ?? (name === 'input' && `${capitalized(field)}Input!`);
    if (!type) throw new SelectionError(`The field "${field}" has no argument "${name}".`);
    let variable = name;
    while (variable in variables) variable += '_';
    declared.push(`$${variable}:${type}`);
    variables[variable] = value;
    return [`${name}:$${variable}`];
  });
  return written[0] ? `(${written.join(' ')})` : '';
}

/** The type of an argument. */
const typeOf = (name: string): string | undefined => ` ${argumentTypes()} `.split(` ${name}:`)[1]?.split(' ')[0];
