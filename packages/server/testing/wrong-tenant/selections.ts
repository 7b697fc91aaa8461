import {
  getNamedType,
  isInterfaceType,
  isLeafType,
  isNonNullType,
  isObjectType,
  type GraphQLField,
  type GraphQLInterfaceType,
  type GraphQLObjectType,
  type GraphQLSchema,
} from 'graphql';

// A document has at most 1,500 tokens (graphql/limits.ts) and the rest of it needs some.
const mostTokens = 1_200;
const tokensOf = (document: string) => document.match(/\w+|[^\s\w]/g)?.length ?? 0;

export type Composite = GraphQLObjectType | GraphQLInterfaceType;
export const isComposite = (type: unknown): type is Composite => isObjectType(type) || isInterfaceType(type);

export const needsArguments = (field: GraphQLField<unknown, unknown>) =>
  field.args.some((arg) => isNonNullType(arg.type) && arg.defaultValue === undefined);

/**
 * Everything below a type down to a depth, in as many selections as documents of bounded size need. Pages, entries of pages and
 * whatever has no id count for nothing; no field is entered twice on one way down.
 */
export function selectionsOf(schema: GraphQLSchema, type: Composite, depth: number, way: readonly string[] = []): string[] {
  const leaves: string[] = ['__typename'];
  const branches: string[] = [];
  for (const field of Object.values(type.getFields())) {
    if (needsArguments(field)) continue;
    const inner = getNamedType(field.type);
    if (isLeafType(inner)) leaves.push(field.name);
    if (!isComposite(inner)) continue;
    const coordinate = `${type.name}.${field.name}`;
    const left = 'id' in inner.getFields() ? depth - 1 : depth;
    if (left < 0 || way.includes(coordinate)) continue;
    branches.push(...selectionsOf(schema, inner, left, [...way, coordinate]).map((selection) => `${field.name} { ${selection} }`));
  }
  if (isInterfaceType(type)) branches.push(...fragmentsOf(schema, type));
  return packed(leaves.join(' '), branches);
}

/** What implementers have beyond their interface. */
function fragmentsOf(schema: GraphQLSchema, type: GraphQLInterfaceType): string[] {
  return schema.getPossibleTypes(type).flatMap((each) => {
    const further = Object.values(each.getFields()).filter(
      (field) => !(field.name in type.getFields()) && isLeafType(getNamedType(field.type)),
    );
    return further.length === 0 ? [] : [`... on ${each.name} { ${further.map((field) => field.name).join(' ')} }`];
  });
}

/** Each selection has the leaves, and as many branches as fit; of two branches of one field one may not be beside the other. */
function packed(leaves: string, branches: readonly string[]): string[] {
  const selections: string[][] = [];
  for (const branch of branches) {
    const name = branch.split(' ', 1)[0] as string;
    const place = selections.find(
      (selection) =>
        tokensOf([...selection, branch].join(' ')) < mostTokens &&
        (name === '...' || !selection.some((other) => other.startsWith(`${name} `))),
    );
    if (place === undefined) selections.push([leaves, branch]);
    else place.push(branch);
  }
  return selections.length === 0 ? [leaves] : selections.map((selection) => selection.join(' '));
}
