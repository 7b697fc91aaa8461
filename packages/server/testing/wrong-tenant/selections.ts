import {
  getNamedType,
  isInterfaceType,
  isLeafType,
  isNonNullType,
  isObjectType,
  Lexer,
  Source,
  TokenKind,
  type GraphQLField,
  type GraphQLInterfaceType,
  type GraphQLObjectType,
  type GraphQLSchema,
} from 'graphql';
import { documentLimits } from '../../src/api/limits.ts';

// The names, variables and arguments that lead to a selection take the rest of the document.
const tokensAround = 100;

/** Counts as the server does: every token of graphql's lexer but the end. */
export function tokensOf(document: string): number {
  const lexer = new Lexer(new Source(document));
  let count = 0;
  while (lexer.advance().kind !== TokenKind.EOF) count += 1;
  return count;
}

export type Composite = GraphQLObjectType | GraphQLInterfaceType;
export const isComposite = (type: unknown): type is Composite => isObjectType(type) || isInterfaceType(type);

export const needsArguments = (field: GraphQLField<unknown, unknown>) =>
  field.args.some((arg) => isNonNullType(arg.type) && arg.defaultValue === undefined);

/**
 * Everything below a type down to a depth, split into selections that each fit into one document. Types without an id, such as pages,
 * add no depth. No path enters the same field twice.
 */
export function selectionsOf(
  schema: GraphQLSchema,
  type: Composite,
  depth: number,
  room = documentLimits.tokens - tokensAround,
  path: readonly string[] = [],
): string[] {
  const fields = Object.values(type.getFields()).filter((field) => !needsArguments(field));
  const leaves = ['__typename', ...fields.filter((field) => isLeafType(getNamedType(field.type))).map((field) => field.name)].join(' ');
  const roomBelow = room - tokensOf(leaves) - tokensOf('field { }');
  const branches: string[] = [];
  for (const field of fields) {
    const inner = getNamedType(field.type);
    if (!isComposite(inner)) continue;
    // The queries in a payload have the resolvers of the root; the walk asks all of them there.
    if (inner === schema.getQueryType()) {
      branches.push(`${field.name} { __typename viewer { partner { name } } }`);
      continue;
    }
    const coordinate = `${type.name}.${field.name}`;
    const left = 'id' in inner.getFields() ? depth - 1 : depth;
    if (left < 0 || path.includes(coordinate)) continue;
    const selections = selectionsOf(schema, inner, left, roomBelow, [...path, coordinate]);
    branches.push(...selections.map((selection) => `${field.name} { ${selection} }`));
  }
  if (isInterfaceType(type)) branches.push(...fragmentsOf(schema, type));
  return packed(leaves, branches, room);
}

/** Fields that the implementing types have beyond their interface. */
function fragmentsOf(schema: GraphQLSchema, type: GraphQLInterfaceType): string[] {
  return schema.getPossibleTypes(type).flatMap((each) => {
    const further = Object.values(each.getFields()).filter(
      (field) => !(field.name in type.getFields()) && isLeafType(getNamedType(field.type)),
    );
    return further.length === 0 ? [] : [`... on ${each.name} { ${further.map((field) => field.name).join(' ')} }`];
  });
}

/** Each selection has the leaves, and as many branches as fit. Two branches of one field go into different selections. */
function packed(leaves: string, branches: readonly string[], room: number): string[] {
  const selections: { parts: string[]; names: Set<string>; tokens: number }[] = [];
  for (const branch of branches) {
    const name = branch.split(' ', 1)[0] as string;
    const tokens = tokensOf(branch);
    let place = selections.find((each) => each.tokens + tokens <= room && (name === '...' || !each.names.has(name)));
    if (place === undefined) selections.push((place = { parts: [leaves], names: new Set(), tokens: tokensOf(leaves) }));
    place.parts.push(branch);
    place.names.add(name);
    place.tokens += tokens;
  }
  return selections.length === 0 ? [leaves] : selections.map(({ parts }) => parts.join(' '));
}
