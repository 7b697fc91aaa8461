import { getNamedType, getNullableType, isAbstractType, isLeafType, isListType, isNonNullType, isObjectType } from 'graphql';
import { printOutput } from './graph.printer.mjs';
import { byName, capitalized, quote, tsdoc, union } from './text.mjs';

const isNode = (type) => isObjectType(type) && type.getInterfaces().some(({ name }) => name === 'Node');

/**
 * The selection and the type of an object with all fields that need no arguments. Of a nested object with an id it has only the leaves
 * that are never null. It leaves out lists of such objects.
 */
function whole(schema, type, isBelowNode = isNode(type), only = null) {
  if (isAbstractType(type)) return wholeAbstract(schema, type);
  const leaves = [];
  const nested = [];
  for (const field of Object.values(type.getFields()).filter(({ name }) => only === null || only.includes(name))) {
    const named = getNamedType(field.type);
    if (isLeafType(named)) {
      if (field.args.length === 0) leaves.push(field.name);
    } else if (isNode(named)) {
      if (!isListType(getNullableType(field.type)) && field.args.length === 0)
        nested.push({ field, ...(isBelowNode ? nameOf(named) : whole(schema, named)) });
    } else if (field.args.length === 0) {
      const { selection, text } = whole(schema, named, isBelowNode);
      if (selection) nested.push({ field, selection, text });
    }
  }
  const members = nested.map(({ field, text }) => `${field.name}: ${wrapped(field.type, text)}`);
  return {
    selection: [...leaves, ...nested.map(({ field, selection }) => `${field.name}{${selection}}`)].join(' '),
    text: [
      ...(leaves.length > 0 ? [`Pick<${type.name}, ${union(leaves)}>`] : []),
      ...(members.length > 0 ? [`{ ${members.join('; ')} }`] : []),
    ].join(' & '),
  };
}

/** The leaves of an object that are never null. */
function nameOf(type) {
  const fields = Object.values(type.getFields()).filter((field) => isNonNullType(field.type) && isLeafType(field.type.ofType));
  const leaves = fields.map(({ name }) => name);
  return { selection: leaves.join(' '), text: `Pick<${type.name}, ${union(leaves)}>` };
}

/** The common fields of all types, and the own fields of each; __typename tells the types apart. */
function wholeAbstract(schema, type) {
  const common = Object.keys(type.getFields());
  const own = schema
    .getPossibleTypes(type)
    .map(({ name, getFields }) => [name, Object.keys(getFields.call(schema.getType(name))).filter((each) => !common.includes(each))]);
  const spreads = own.filter(([, fields]) => fields.length > 0).map(([name, fields]) => `...on ${name}{${fields.join(' ')}}`);
  return { selection: ['__typename', ...common, ...spreads].join(' '), text: type.name };
}

function wrapped(type, text) {
  if (isNonNullType(type)) return inList(type.ofType, text);
  return `(${inList(type, text)}) | null`;
}

const inList = (type, text) => (isListType(type) ? `readonly (${wrapped(type.ofType, text)})[]` : text);

/** Types of arguments by name, and by field and name if a name has several types. An `input` type has the name of its mutation. */
function argumentTypes(schema) {
  const places = new Map();
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__')) continue;
    for (const field of Object.values(type.getFields())) {
      for (const arg of field.args) {
        if (type === schema.getMutationType()) {
          const expected = `${capitalized(field.name)}Input!`;
          if (arg.name !== 'input' || String(arg.type) !== expected)
            throw new Error(`Mutation.${field.name} must have exactly one argument: input: ${expected}.`);
        } else {
          const types = places.get(arg.name) ?? places.set(arg.name, new Map()).get(arg.name);
          types.set(String(arg.type), [...(types.get(String(arg.type)) ?? []), `${field.name}.${arg.name}`]);
        }
      }
    }
  }
  return [...places].flatMap(([name, types]) => {
    const [[usual], ...others] = [...types].toSorted(([, one], [, other]) => other.length - one.length);
    return [[name, usual], ...others.flatMap(([type, where]) => [...new Set(where)].map((place) => [place, type]))];
  });
}

export function printOperations(schema, { nullOnSuccess, changedFields }) {
  const mutations = Object.values(schema.getMutationType().getFields());
  const wholes = new Map();
  const imports = new Set();
  const keep = (field) => {
    const named = getNamedType(field.type);
    if (isLeafType(named)) return printOutput(field.type).replace(' | null', '');
    const isRow = isNode(named) && isListType(getNullableType(field.type));
    const name = `${isRow ? 'Changed' : 'Whole'}${named.name}`;
    if (isRow && !wholes.has(name)) wholes.set(name, { type: named, ...whole(schema, named, true, changedFields) });
    if (!wholes.has(name)) wholes.set(name, { type: named, ...whole(schema, named) });
    return inList(getNullableType(field.type), name);
  };
  const selections = {};
  const signatures = mutations.map((mutation) => {
    const payload = getNamedType(mutation.type);
    const results = Object.values(payload.getFields()).filter(
      // Edges and the queries serve caches, which send documents of their own.
      ({ name, type }) => name !== 'userErrors' && name !== 'query' && !getNamedType(type).name.endsWith('Edge'),
    );
    const members = results.map((field) => {
      const text = keep(field);
      const named = getNamedType(field.type);
      const selection = isLeafType(named) ? '' : wholes.get(`${text.includes('Changed') ? 'Changed' : 'Whole'}${named.name}`).selection;
      if ((selections[field.name] ??= selection) !== selection)
        throw new Error(`Two payloads have different types for ${field.name}. Rename one field.`);
      return `${field.name}: ${text}${nullOnSuccess.has(`${mutation.name}.${field.name}`) ? ' | null' : ''}`;
    });
    const input = `${capitalized(mutation.name)}Input`;
    imports.add(input);
    return {
      name: mutation.name,
      results: results.map(({ name }) => name),
      text: `${tsdoc(mutation.description, '  ')}  ${mutation.name}(input: ${input}, options?: MutationOptions): Promise<Outcome<{ ${members.join('; ')} }>>;\n`,
    };
  });
  for (const name of ['Customer', 'UpcomingContractChangesSummary']) {
    if (!wholes.has(`Whole${name}`)) wholes.set(`Whole${name}`, { type: schema.getType(name), ...whole(schema, schema.getType(name)) });
  }
  const { upcomingContractChanges: listField, upcomingContractChangesSummary: summaryField } = schema.getQueryType().getFields();
  const typesOf = (field, { args: without } = { args: [] }) =>
    field.args
      .filter(({ name }) => !without.some((other) => other.name === name))
      .map(({ name, type }) => `${name}:${type}`)
      .join(' ');
  const others = argumentTypes(schema).filter(([name]) => !listField.args.some((arg) => arg.name === name));
  // A type that is a part of another is named there.
  const named = (own, text) =>
    [...wholes]
      .filter(([name, other]) => name !== own && other.text.startsWith('Pick') && other.text.length > name.length + 20)
      .toSorted(([, one], [, other]) => other.text.length - one.text.length)
      .reduce((printed, [name, other]) => printed.replaceAll(`(${other.text})`, name).replaceAll(`: ${other.text}`, `: ${name}`), text);
  const types = [...wholes].map(
    ([name, { type, text }]) => `/** ${type.name}, as methods fetch it. */\nexport type ${name} = ${named(name, text)};\n`,
  );
  for (const { text } of wholes.values()) for (const [, name] of text.matchAll(/Pick<(\w+)/g)) imports.add(name);
  imports.add('UserError');
  const errors = `userErrors{${wholeAbstract(schema, schema.getType('UserError')).selection}}`;
  // Texts that other documents use too.
  const shared = ['Customer', 'UpcomingContractChangesSummary'].map((name) => wholes.get(`Whole${name}`));
  const constants = [['userErrors', errors], ...shared.map(({ type, selection }) => [`whole${type.name}`, selection])];
  const withShared = (text) => {
    const printed = constants.reduce((before, [name, given]) => before.replace(given, () => `\${${name}}`), text);
    return printed === text ? quote(text) : `\`${printed}\``;
  };
  return `import type { MutationOptions, Outcome } from '../mutation.types.ts';
import type {
${[...imports]
  .toSorted(byName)
  .map((name) => `  ${name},\n`)
  .join('')}} from './graph.types.ts';

${types.join('\n')}
/** A method for each mutation. Errors the user can fix come as \`userErrors\`; all other errors are thrown. */
export interface Mutations {
${signatures.map(({ text }) => text).join('')}}

/** @internal The name of each mutation, and the fields of its payload beside \`userErrors\`. */
export const mutations =
  ${quote(signatures.map(({ name, results }) => [name, ...results].join(' ')).join('|'))};

/** @internal */
export const userErrors = ${quote(errors)};

${shared.map(({ type, selection }) => `/** @internal */\nexport const whole${type.name} = ${quote(selection)};\n`).join('\n')}
/** @internal The selection below each field of a payload that is an object. */
export const selections = (): { readonly [field: string]: string } => ({
${Object.entries(selections)
  .filter(([, text]) => text)
  .map(([name, text]) => `  ${name}: ${withShared(text)},\n`)
  .join('')}});

/** @internal The arguments of a summary. */
export const summaryArguments = ${quote(typesOf(summaryField))};

/** @internal The arguments of a list. */
export const listArguments = \`\${summaryArguments} ${typesOf(listField, summaryField)}\`;

/**
 * @internal Types of arguments by name, and by field and name if a name has several types. An \`input\` type has the name of its mutation.
 */
export const argumentTypes = () => \`\${listArguments} ${others.map((each) => each.join(':')).join(' ')}\`;
`;
}
