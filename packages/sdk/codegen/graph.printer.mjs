import {
  getNamedType,
  getNullableType,
  GraphQLNonNull,
  isAbstractType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isListType,
  isNonNullType,
  isObjectType,
  isRequiredArgument,
  isScalarType,
} from 'graphql';
import { byName, capitalized, tsdoc, union } from './text.mjs';

const scalars = { Boolean: 'boolean', Float: 'number', Int: 'number', JSON: 'unknown', ContractChangeFilterValue: 'ContractChangeFilter' };

/** The TypeScript type of a field's value, with null if the server may return null. */
export function printOutput(type) {
  if (isNonNullType(type)) return printInner(type.ofType, printOutput);
  const inner = printInner(type, printOutput);
  return inner === 'unknown' ? inner : `${inner} | null`;
}

function printInner(type, printElement) {
  if (isListType(type)) {
    const element = printElement(type.ofType);
    return `readonly ${element.includes(' ') ? `(${element})` : element}[]`;
  }
  // Dates, amounts and ids stay text, exactly as the server sends them.
  return isScalarType(type) ? (scalars[type.name] ?? 'string') : type.name;
}

const directiveOf = (astNode, wanted) => astNode?.directives?.find(({ name }) => name.value === wanted);

/** The type of a field in a response without errors. The client throws errors, so that it never returns a null caused by one. */
function typeWithoutErrors({ type, astNode }) {
  const directive = directiveOf(astNode, 'semanticNonNull');
  if (directive === undefined) return type;
  if (directive.arguments.length > 0) throw new Error('@semanticNonNull(levels:) is not supported yet.');
  return new GraphQLNonNull(getNullableType(type));
}

/** The TypeScript type of a value given to the server. */
function printInput(type) {
  return isNonNullType(type) ? printInner(type.ofType, printInput) : `${printInner(type, printInput)} | null`;
}

function printInputField(field) {
  const required = isRequiredArgument(field) || directiveOf(field.astNode, 'mustBePresent') !== undefined;
  return `${tsdoc(field.description, '  ')}  ${field.name}${required ? '' : '?'}: ${printInput(field.type)};\n`;
}

function printEnum(type) {
  const values = type.getValues().map(({ name, description }) => `${tsdoc(description, '  ')}  | ${union([name])}`);
  return `export type ${type.name} =\n${values.join('\n')};\n`;
}

function printInputObject(type) {
  const fields = Object.values(type.getFields());
  if (!type.isOneOf) return `export interface ${type.name} {\n${fields.map(printInputField).join('')}}\n`;
  const others = (name) => fields.filter((field) => field.name !== name).map((field) => `${field.name}?: undefined`);
  const alternatives = fields.map(
    ({ name, type: given, description }) =>
      `  | {\n${tsdoc(description, '      ')}      ${name}: ${printInput(given).replace(' | null', '')};\n      ${others(name).join('; ')} }`,
  );
  return `export type ${type.name} =\n${alternatives.join('\n')};\n`;
}

function printObject(type) {
  // PageInfo and the list itself describe what all lists have in common; the client's method describes its mutation.
  const isPart = /(Connection|Edge|^Mutation)$/.test(type.name);
  // All payloads say the same of their objects, and so does Outcome.
  // A kind of user error says of its fields what UserError says.
  const inherited = new Set(
    (type.getInterfaces?.() ?? []).flatMap((each) => Object.values(each.getFields()).map((field) => field.description)),
  );
  const isSaid = ({ name, description }) =>
    isPart ||
    // The text is the same in all payloads.
    ['userErrors', 'query', 'contractChanges'].includes(name) ||
    name.endsWith('Edge') ||
    description === 'The new state; null on error.' ||
    inherited.has(description);
  const fields = Object.values(type.getFields()).map(
    (field) => `${isSaid(field) ? '' : tsdoc(field.description, '  ')}  ${field.name}: ${printOutput(typeWithoutErrors(field))};\n`,
  );
  const whole = (text) => `export interface ${type.name} {\n  __typename: ${union([type.name])};\n${text}}\n`;
  const [, entry] = /(?:nodes: readonly (\w+)\[\];\n)/.exec(fields.join('')) ?? [];
  // Most lists have nothing but what all lists have.
  const common = `  edges: readonly ${entry}Edge[];\n  nodes: readonly ${entry}[];\n  pageInfo: PageInfo;\n  totalCount: number;\n`;
  if (type.name === `${entry}Connection` && fields.join('') === common)
    return `export interface ${type.name} extends Connection<'${entry}', ${entry}> {}\n`;
  const [, node] = /^  cursor: string;\n  node: (\w+);\n$/.exec(fields.join('')) ?? [];
  if (type.name === `${node}Edge`) return `export interface ${type.name} extends Edge<'${node}', ${node}> {}\n`;
  return whole(fields.join(''));
}

const lists = `/** A page of a list. */
export interface Connection<Name extends string, Node> {
  __typename: \`\${Name}Connection\`;
  edges: readonly Edge<Name, Node>[];
  nodes: readonly Node[];
  pageInfo: PageInfo;
  totalCount: number;
}

/** An entry of a list, with its cursor. */
export interface Edge<Name extends string, Node> {
  __typename: \`\${Name}Edge\`;
  cursor: string;
  node: Node;
}
`;

/** The arguments of every field but mutations, whose methods have them. Arguments that several fields share are declared once. */
function printArguments(types) {
  const others = types.filter(({ name }) => name !== 'Mutation');
  const taken = others.flatMap((type) =>
    Object.values(type.getFields())
      .filter(({ args }) => args.length > 0)
      .map(({ name, args }) => ({
        place: `${type.name}.${name}`,
        args: args.map((arg) => ({ name: arg.name, text: printInputField(arg) })),
        isRequired: args.some(isRequiredArgument),
        shape: `${args.map(({ name: arg }) => capitalized(arg)).join('')}Arguments`,
        text: `{\n${args.map(printInputField).join('')}}`,
      })),
  );
  const shared = new Map(taken.map(({ shape, text }) => [shape, text]));
  const isShared = ({ shape, text }) => shared.get(shape) === text && taken.filter((other) => other.text === text).length > 1;
  const lines = taken.map((each) => `  '${each.place}': { $${each.isRequired ? '' : '?'}: ${shapeOf(each)} };\n`);
  function shapeOf(each) {
    if (isShared(each)) return each.shape;
    const texts = (other) => new Set(other.args.map(({ text }) => text));
    const whole = taken.find((other) => other.args.length > each.args.length && each.args.every(({ text }) => texts(other).has(text)));
    if (whole === undefined || each.args.length < 3) return each.text;
    return `Pick<NonNullable<FieldArguments['${whole.place}']['$']>, ${union(each.args.map(({ name }) => name))}>`;
  }
  const shapes = new Map(
    taken
      .filter(isShared)
      .map(({ shape, text }) => [shape, `/** Arguments that several fields share. */\nexport interface ${shape} ${text}\n`]),
  );
  return [
    ...shapes.values(),
    `/** Arguments of a field, by type and field; those of a mutation are the input of its method. */\nexport interface FieldArguments {\n${lines.join('')}}\n`,
  ].join('\n');
}

/** Every type of the schema. */
export function printGraph(schema) {
  const types = Object.values(schema.getTypeMap()).filter((type) => !isIntrospectionType(type));
  const printed = types.map((type) => {
    const doc = tsdoc(type.description);
    if (isEnumType(type)) return doc + printEnum(type);
    if (isInputObjectType(type)) return doc + printInputObject(type);
    if (isObjectType(type)) return doc + printObject(type);
    if (isAbstractType(type)) {
      const names = schema.getPossibleTypes(type).map(({ name }) => name);
      return `${doc}export type ${type.name} = ${names.toSorted(byName).join(' | ')};\n`;
    }
    return '';
  });
  const withFields = types.filter((type) => isObjectType(type) || isInterfaceType(type));
  return [lists, ...printed.filter((text) => text !== ''), printArguments(withFields)].join('\n');
}

export const isObjectLike = (type) => !isScalarType(getNamedType(type)) && !isEnumType(getNamedType(type));
