import { SelectionError } from './errors.ts';
import { argumentTypes } from './generated/operations.ts';

type Written = { declared: string[]; variables: Record<string, unknown> };

const isName = (text: string) => /^[A-Za-z_]\w*$/.test(text);

const capitalized = (name: string) => name.charAt(0).toUpperCase() + name.slice(1);

/**
 * Writes the document of a selection. Arguments become variables, so that no document contains their values. `declared` is one more
 * variable; `directive` goes to each root field.
 */
export function writeDocument(
  selection: object,
  kind = 'query',
  declared = '',
  directive = '',
): { query: string; variables: Record<string, unknown> } {
  const written: Written = { declared: [], variables: {} };
  const fields = writeFields(selection, written, directive);
  const variables = written.declared.join(' ') + declared;
  return { query: `${kind}${variables && `(${variables})`}${fields}`, variables: written.variables };
}

function writeFields(selection: object, written: Written, directive = ''): string {
  const fields = Object.entries(selection).flatMap(([name, value]: [string, unknown]) => {
    if (name === '$' || !value) return [];
    if (name === 'on')
      return Object.entries(value).flatMap(([type, of]) => (of ? [`...on ${checked(type)}${writeFields(of as object, written)}`] : []));
    if (value === true) return [checked(name) + directive];
    if (typeof value !== 'object') throw new SelectionError(`Select "${name}" with true or an object, not with a ${typeof value}.`);
    const given = writeArguments(name, (value as { $?: object }).$, written);
    const isLeaf = Object.keys(value).join() === '$';
    return [checked(name) + given + directive + (isLeaf ? '' : writeFields(value, written))];
  });
  if (selection && 'on' in selection) fields.unshift('__typename');
  if (fields.length === 0) throw new SelectionError('A selection is empty. Name at least one field.');
  return `{${fields.join(' ')}}`;
}

function writeArguments(field: string, given: object | undefined, { declared, variables }: Written): string {
  const written = Object.entries(given ?? {}).flatMap(([name, value]: [string, unknown]) => {
    if (value === undefined) return [];
    const type = argumentTypes[`${field}.${name}`] ?? argumentTypes[name] ?? (name === 'input' ? `${capitalized(field)}Input!` : undefined);
    if (type === undefined) throw new SelectionError(`The field "${field}" has no argument "${name}".`);
    const variable = `$v${declared.length}`;
    declared.push(`${variable}:${type}`);
    variables[variable.slice(1)] = value;
    return [`${name}:${variable}`];
  });
  return written.length > 0 ? `(${written.join(' ')})` : '';
}

function checked(name: string): string {
  if (!isName(name)) throw new SelectionError(`"${name}" is not a valid name.`);
  return name;
}
