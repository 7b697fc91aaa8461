import {
  getNullableType,
  GraphQLNonNull,
  isAbstractType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isObjectType,
} from 'graphql';
import { printArguments } from './arguments.printer.mjs';
import { printMethods } from './methods.printer.mjs';
import { shareComparators, shareEdits, shareFields } from './shared-fields.mjs';
import { byName, tsdoc, union } from './text.mjs';
import { directiveOf, printInput, printInputField, printOutput } from './values.printer.mjs';

/** The type of a field in a response without errors. The client throws errors, so that it never returns a null caused by one. */
function typeWithoutErrors({ type, astNode }) {
  const directive = directiveOf(astNode, 'semanticNonNull');
  if (directive === undefined) return type;
  if (directive.arguments.length > 0) throw new Error('@semanticNonNull(levels:) is not supported yet.');
  return new GraphQLNonNull(getNullableType(type));
}

function printEnum(type) {
  const values = type.getValues().map(({ name, description }) => `${tsdoc(description, '  ')}  | ${union([name])}`);
  return `export type ${type.name} =\n${values.join('\n')};\n`;
}

function printOneOf(type) {
  const fields = Object.values(type.getFields());
  const others = (name) => fields.filter((field) => field.name !== name).map((field) => `${field.name}?: undefined`);
  const alternatives = fields.map(
    ({ name, type: given, description }) =>
      `  | {\n${tsdoc(description, '      ')}      ${name}: ${printInput(given).replace(' | null', '')};\n      ${others(name).join('; ')} }`,
  );
  return `export type ${type.name} =\n${alternatives.join('\n')};\n`;
}

/** What an object type extends, and its own fields. Lists, entries of lists and payloads have fields in common. */
function outputObject(type) {
  const fields = Object.values(type.getFields());
  const texts = new Map(fields.map((field) => [field.name, printOutput(typeWithoutErrors(field))]));
  const has = (members) => Object.entries(members).every(([name, text]) => texts.get(name) === text);
  const own = (inherited, base) => ({
    bases: base ? [base] : [],
    fields: [
      ...(base ? [] : [`  __typename: ${union([type.name])};\n`]),
      ...fields
        .filter(({ name }) => !(name in inherited))
        .map((field) => `${isSaid(type, field) ? '' : tsdoc(field.description, '  ')}  ${field.name}: ${texts.get(field.name)};\n`),
    ],
  });
  const [, name, kind] = /^(\w+?)(Connection|Edge|Payload)$/.exec(type.name) ?? [];
  const named = (entry) => (entry === name ? entry : `${entry}, '${name}'`);
  const entry = (kind === 'Edge' ? texts.get('node') : /^readonly (\w+)\[\]$/.exec(texts.get('nodes'))?.[1]) ?? '';
  const common = {
    Connection: { edges: `readonly ${name}Edge[]`, nodes: `readonly ${entry}[]`, pageInfo: 'PageInfo', totalCount: 'number' },
    Edge: { cursor: 'string', node: entry },
    Payload: { query: 'Query', userErrors: 'readonly UserError[]' },
  }[kind];
  return common && has(common) ? own(common, `${kind}<${kind === 'Payload' ? `'${name}'` : named(entry)}>`) : own({});
}

/** Whether a field's description says nothing that another place does not say. */
function isSaid(type, { name, description }) {
  // PageInfo and the list itself describe what all lists have in common.
  if (/(Connection|Edge)$/.test(type.name)) return true;
  // All payloads say the same of these, and so does Outcome.
  if (['userErrors', 'query', 'contractChanges'].includes(name) || name.endsWith('Edge')) return true;
  // A kind of user error says of its fields what UserError says.
  const inherited = type.getInterfaces().flatMap((each) => Object.values(each.getFields()).map((field) => field.description));
  return description === 'The new state; null on error.' || inherited.includes(description);
}

function printObject({ name, doc, bases, fields }) {
  return `${doc}export interface ${name}${bases.length > 0 ? ` extends ${bases.join(', ')}` : ''} {${fields.length > 0 ? `\n${fields.join('')}` : ''}}\n`;
}

const imports = `import type { Answer, MutationOptions, Payloads } from '../mutation.types.ts';
`;

const common = `/** A page of a list. */
export interface Connection<Entry extends { readonly __typename: string }, Name extends string = Entry['__typename']> {
  __typename: \`\${Name}Connection\`;
  edges: readonly Edge<Entry, Name>[];
  nodes: readonly Entry[];
  pageInfo: PageInfo;
  totalCount: number;
}

/** An entry of a list, with its cursor. */
export interface Edge<Entry extends { readonly __typename: string }, Name extends string = Entry['__typename']> {
  __typename: \`\${Name}Edge\`;
  cursor: string;
  node: Entry;
}

/** The fields of an edit: an omitted one keeps its value, and so does null, unless the field can be null. */
export type Edit<T> = { [Key in keyof T as Exclude<Key, '__typename' | 'version'>]?: T[Key] | null };

/** Result of a mutation. */
export interface Payload<Name extends string> {
  __typename: \`\${Name}Payload\`;
  query: Query;
  userErrors: readonly UserError[];
}
`;

/** Every type of the schema, and those of the methods. */
export function printGraph(schema, config) {
  const types = Object.values(schema.getTypeMap()).filter((type) => !isIntrospectionType(type));
  const printed = types.flatMap((type) => {
    const doc = tsdoc(type.description);
    const object = { name: type.name, doc };
    if (isEnumType(type)) return [doc + printEnum(type)];
    if (isInputObjectType(type) && type.isOneOf) return [doc + printOneOf(type)];
    if (isInputObjectType(type)) return [{ ...object, bases: [], fields: Object.values(type.getFields()).map(printInputField) }];
    if (type === schema.getMutationType()) return [];
    if (isObjectType(type)) return [{ ...object, ...outputObject(type) }];
    if (isAbstractType(type)) {
      const names = schema.getPossibleTypes(type).map(({ name }) => name);
      return [`${doc}export type ${type.name} = ${names.toSorted(byName).join(' | ')};\n`];
    }
    return [];
  });
  const all = printed.filter((each) => typeof each === 'object');
  shareEdits(all);
  const comparators = shareComparators(all);
  // What has only what its base has needs no name of its own.
  const isUnnamed = ({ name, bases, fields }) => /(Connection|Edge|Comparator)$/.test(name) && bases.length === 1 && fields.length === 0;
  const unnamed = new Map(all.filter(isUnnamed).map(({ name, bases }) => [name, bases[0]]));
  const objects = all.filter(({ name }) => !unnamed.has(name));
  const shared = [...comparators, ...shareFields(objects)];
  const withFields = types.filter((type) => isObjectType(type) || isInterfaceType(type));
  const isLeft = (each) => typeof each === 'string' || objects.includes(each);
  const texts = [...shared, ...printed.filter(isLeft)].map((each) => (typeof each === 'object' ? printObject(each) : each));
  return [imports, common, ...texts, printArguments(withFields), printMethods(schema, config)]
    .join('\n')
    .replaceAll(/(?<=: (?:readonly )?)\w+(?:Connection|Edge|Comparator)\b/g, (name) => unnamed.get(name) ?? name);
}
