import { getNamedType, GraphQLObjectType, isObjectType, type FieldNode, type GraphQLOutputType, type GraphQLResolveInfo } from 'graphql';
import { collectSubfields } from 'graphql/execution/collectFields.js';
import type { FieldTable } from './projection.ts';

/** Fields selected below some field nodes, by name; resolves aliases, fragments, @skip and @include. */
export function subfields(info: GraphQLResolveInfo, type: GraphQLObjectType, nodes: readonly FieldNode[]): Map<string, FieldNode[]> {
  const byName = new Map<string, FieldNode[]>();
  for (const group of collectSubfields(info.schema, info.fragments, info.variableValues, type, nodes).values()) {
    const name = (group[0] as FieldNode).name.value;
    byName.set(name, [...(byName.get(name) ?? []), ...group]);
  }
  return byName;
}

/** Paths of the selected leaves of a field table. Other fields have their own resolvers, which need only the ID of the object. */
export function selectedPaths(
  info: GraphQLResolveInfo,
  type: GraphQLObjectType,
  nodes: readonly FieldNode[],
  table: FieldTable,
): Set<string> {
  const paths = new Set<string>();
  const objects = objectPaths(table);
  const walk = (at: GraphQLObjectType, below: readonly FieldNode[], prefix: string) => {
    for (const [name, fields] of subfields(info, at, below)) {
      const path = prefix + name;
      if (path in table.leaves) paths.add(path);
      else if (objects.has(path)) {
        // Even if only __typename is selected, the query must know whether the object is null.
        if (table.nullable?.[path] !== undefined) paths.add(table.nullable[path]);
        const fieldType = getNamedType(at.getFields()[name]?.type);
        if (isObjectType(fieldType)) walk(fieldType, fields, `${path}.`);
        if (![...paths].some((known) => known.startsWith(`${path}.`))) paths.add(objects.get(path) as string);
      } else if (`${prefix}id` in table.leaves) paths.add(`${prefix}id`);
    }
  };
  walk(type, nodes, '');
  return paths;
}

const known = new WeakMap<FieldTable, Map<string, string>>();

/** Every object in the table with one of its leaves, which is fetched if no field of the object is selected. */
function objectPaths(table: FieldTable): Map<string, string> {
  const cached = known.get(table);
  if (cached !== undefined) return cached;
  const objects = new Map<string, string>();
  for (const leaf of Object.keys(table.leaves)) {
    const parts = leaf.split('.');
    for (let depth = 1; depth < parts.length; depth += 1) {
      const object = parts.slice(0, depth).join('.');
      if (!objects.has(object) || leaf === `${object}.id`) objects.set(object, leaf);
    }
  }
  known.set(table, objects);
  return objects;
}

/** The object type at a path below a type, and the nodes that select it. */
export function descend(
  info: GraphQLResolveInfo,
  returnType: GraphQLOutputType,
  nodes: readonly FieldNode[],
  ...path: string[]
): { type: GraphQLObjectType; nodes: readonly FieldNode[] } {
  let type = getNamedType(returnType) as GraphQLObjectType;
  for (const name of path) {
    nodes = subfields(info, type, nodes).get(name) ?? [];
    type = getNamedType(type.getFields()[name]?.type) as GraphQLObjectType;
  }
  return { type, nodes };
}
