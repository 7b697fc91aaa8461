import { getNamedType, getNullableType, isInterfaceType, isIntrospectionType, isListType, isObjectType } from 'graphql';
import { quote } from './text.mjs';

const pageArgs = new Set(['first', 'last', 'before', 'after']);
const isConnection = (type) => type.name.endsWith('Connection');

/** What normalizing caches must know of the schema. `keys` names fields that identify an object, other than its id. */
export function printCaches(schema, { keys }) {
  const types = Object.values(schema.getTypeMap()).filter((type) => !isIntrospectionType(type));
  const objects = types.filter(isObjectType);
  const isRoot = (type) => [schema.getQueryType(), schema.getMutationType()].includes(type);
  const isPart = ({ name }) => /(Payload|Edge|Error|Result)$/.test(name);
  const values = objects.filter((type) => !isRoot(type) && !isPart(type) && !('id' in type.getFields()) && !(type.name in keys));
  const holders = objects.filter((type) => !values.includes(type) && !isPart(type) && type !== schema.getMutationType());
  const fieldsOf = (type, isWanted) => Object.values(type.getFields()).filter((field) => isWanted(field, getNamedType(field.type)));
  const table = (entries) => `{\n${entries.map(([name, text]) => `  ${name}: ${text},\n`).join('')}}`;
  const perType = (isWanted, print) =>
    table(
      holders.flatMap((type) => {
        const fields = fieldsOf(type, isWanted);
        return fields.length === 0 ? [] : [[type.name, print(fields)]];
      }),
    );
  const words = (names) => quote(names.join(' '));
  const keyArgs = ({ args }) => words(args.map(({ name }) => name).filter((name) => !pageArgs.has(name)));
  return `/** The types of each interface, for Apollo Client and graphcache. */
export const possibleTypes: { [type: string]: string[] } = ${table(
    types.filter(isInterfaceType).map((type) => [
      type.name,
      `[${schema
        .getPossibleTypes(type)
        .map(({ name }) => quote(name))
        .join(', ')}]`,
    ]),
  )};

/** @internal The paginated fields of each type, and the arguments that make a list of its own. */
export const connections: { readonly [type: string]: { readonly [field: string]: string } } = ${perType(
    (_, named) => isConnection(named),
    (fields) => `{ ${fields.map((field) => `${field.name}: ${keyArgs(field)}`).join(', ')} }`,
  )};

/** @internal Lists without pages, by type. */
export const lists: { readonly [type: string]: string } = ${perType(
    ({ type }, named) => isListType(getNullableType(type)) && isObjectType(named),
    (fields) => words(fields.map(({ name }) => name)),
  )};

/** @internal The field that identifies an object, other than its id; the empty name: there is only one object of the type. */
export const keyFields: { readonly [type: string]: string } = ${table(Object.entries(keys).map(([type, field]) => [type, quote(field)]))};

/** @internal Types without identity: values of the object that has them. */
export const values =
  ${words(values.map(({ name }) => name))};
`;
}
