import { getNamedType, isNonNullType, isObjectType, type FieldNode, type GraphQLObjectType, type GraphQLResolveInfo } from 'graphql';
import { collectSubfields } from 'graphql/execution/collectFields.js';

/** What is selected of an object that one value of a row holds, such as a change of a timeline's event: the keys of the answer in order. */
export type Shape = readonly {
  key: string;
  name: string;
  /** The type, if that is selected. */
  typeName: string | null;
  isNullable: boolean;
  shape: Shape | null;
}[];

export function shapeOf(info: GraphQLResolveInfo, type: GraphQLObjectType, nodes: readonly FieldNode[]): Shape {
  return [...collectSubfields(info.schema, info.fragments, info.variableValues, type, nodes)].map(([key, group]) => {
    const name = group[0]!.name.value;
    const output = type.getFields()[name]?.type;
    const named = getNamedType(output);
    return {
      ...{ key, name, typeName: output === undefined ? type.name : null, isNullable: !isNonNullType(output) && output !== undefined },
      shape: isObjectType(named) ? shapeOf(info, named, group) : null,
    };
  });
}

/** An object or a list of objects as it is selected; undefined if something is null that may not be. */
export function selectFrom(value: unknown, shape: Shape): unknown {
  if (value === null || value === undefined) return null;
  if (Array.isArray(value)) {
    const all = value.map((each) => selectFrom(each, shape));
    return all.every((each) => each != null) ? all : undefined;
  }
  const selected: Record<string, unknown> = {};
  for (const field of shape) {
    const found = field.typeName ?? (value as Record<string, unknown>)[field.name] ?? null;
    const part = field.shape === null ? found : selectFrom(found, field.shape);
    if (part === undefined || (part === null && !field.isNullable)) return undefined;
    selected[field.key] = part;
  }
  return selected;
}
