import { getNamedType, getNullableType, isAbstractType, isLeafType, isListType, isNonNullType, isObjectType } from 'graphql';

const isNode = (type) => isObjectType(type) && type.getInterfaces().some(({ name }) => name === 'Node');

/**
 * The selection of an object with all fields that need no arguments, as names, and pairs of a name and the selection below it. Of a nested
 * object with an id it has only the leaves that are never null. It leaves out lists of such objects. src/whole.types.ts has the same rules.
 */
export function whole(schema, type, isBelowNode = isNode(type), only = null) {
  if (isAbstractType(type)) return wholeAbstract(schema, type);
  const leaves = [];
  const nested = [];
  for (const field of Object.values(type.getFields()).filter(({ name, args }) => args.length === 0 && (only?.includes(name) ?? true))) {
    const named = getNamedType(field.type);
    if (isLeafType(named)) leaves.push(field.name);
    else if (!isNode(named)) nested.push([field.name, whole(schema, named, isBelowNode)]);
    else if (!isListType(getNullableType(field.type))) nested.push([field.name, isBelowNode ? nameOf(named) : whole(schema, named)]);
  }
  if (leaves.length + nested.length === 0) throw new Error(`Methods fetch no field of ${type.name}. Give it a field without arguments.`);
  // Those that are never null first, so that the text begins as that of the same object below others: gzip finds longer repeats.
  const always = nameOf(type).filter((name) => leaves.includes(name));
  return [...always, ...leaves.filter((name) => !always.includes(name)), ...nested];
}

/** The leaves of an object that are never null. */
function nameOf(type) {
  const fields = Object.values(type.getFields()).filter((field) => isNonNullType(field.type) && isLeafType(field.type.ofType));
  return fields.map(({ name }) => name);
}

/** The common fields of all types, and the own fields of each; __typename tells the types apart. */
function wholeAbstract(schema, type) {
  const common = Object.keys(type.getFields());
  const own = schema
    .getPossibleTypes(type)
    .map(({ name, getFields }) => [name, Object.keys(getFields.call(schema.getType(name))).filter((each) => !common.includes(each))]);
  return ['__typename', ...common, ...own.filter(([, fields]) => fields.length > 0).map(([name, fields]) => [`...on ${name}`, fields])];
}

/** The text of a selection. `below` gives the text after the name of an object. */
export const selectionText = (selection, below = (inner) => `{${selectionText(inner)}}`) =>
  selection.map((each) => (typeof each === 'string' ? each : each[0] + below(each[1], each[0]))).join(' ');

/** The fields of a payload that a method fetches. Edges and the queries serve caches, which send documents of their own. */
export const fetchedFields = (payload) =>
  Object.values(payload.getFields()).filter(
    ({ name, type }) => name !== 'userErrors' && name !== 'query' && !getNamedType(type).name.endsWith('Edge'),
  );

/** Whether a field of a payload is a list of objects with an id, of which methods fetch what may have changed. */
export const isChanged = ({ type }) => isNode(getNamedType(type)) && isListType(getNullableType(type));
