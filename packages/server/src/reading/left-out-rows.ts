import {
  getNamedType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import { collectFields, collectSubfields } from 'graphql/execution/collectFields.js';

/** A connection whose rows are left out of a query: its key in the answer, and the keys of its rows there. */
export type LeftOut = { key: string; node: FieldNode; rowKeys: readonly string[] };

/**
 * The nodes with which a client selected a field whose rows were left out. Each key is a node made here: resolvers get it from the
 * compiled query, while graphql-js gives them the client's own nodes.
 */
const selected = new WeakMap<FieldNode, readonly FieldNode[]>();

/** The field's own nodes, with its rows if they were left out. */
export const nodesWithRows = ({ fieldNodes }: GraphQLResolveInfo): readonly FieldNode[] => selected.get(fieldNodes[0]!) ?? fieldNodes;

export const areRowsLeftOut = ({ fieldNodes }: GraphQLResolveInfo): boolean => selected.has(fieldNodes[0]!);

/**
 * Leaves the rows of lists out of a query: their bytes become the answer's bytes, and no executor sees them. This is the place that decides
 * which lists a compiled query leaves out: connections of a query's root of whose rows only properties are selected, and no further lists.
 * `__typename` keeps their place in the answer. The document has no conditions any more. `api/compiled-queries.plugin.ts` decides which
 * queries are compiled. Where the table of fields lacks a field, `wanted.ts` has no steps, and the query is executed with rows.
 */
export function leaveRowsOut(schema: GraphQLSchema, document: DocumentNode): { document: DocumentNode; leftOut: LeftOut[] } {
  const fragments: Record<string, FragmentDefinitionNode> = Object.create(null) as object as Record<string, FragmentDefinitionNode>;
  for (const each of document.definitions) if (each.kind === Kind.FRAGMENT_DEFINITION) fragments[each.name.value] = each;
  const operation = document.definitions.find(({ kind }) => kind === Kind.OPERATION_DEFINITION) as OperationDefinitionNode;
  const query = schema.getQueryType()!;
  const below = (type: GraphQLObjectType, nodes: readonly FieldNode[]) => collectSubfields(schema, fragments, {}, type, nodes);

  /** Whether only properties are selected: what a resolver finds would have no place in the bytes. */
  const hasOnlyProperties = (type: GraphQLObjectType, nodes: readonly FieldNode[]): boolean =>
    [...below(type, nodes).values()].every((group) => {
      const field = type.getFields()[group[0]!.name.value];
      if (field === undefined) return group[0]!.name.value === '__typename';
      if (field.resolve !== undefined) return false;
      const named = getNamedType(field.type);
      return isLeafType(named) || (isObjectType(named) && !isList(field.type) && hasOnlyProperties(named, group));
    });

  const leftOut: LeftOut[] = [];
  const selections = [...collectFields(schema, fragments, {}, query, operation.selectionSet)].flatMap(([key, group]) => {
    const connection = getNamedType(query.getFields()[group[0]!.name.value]?.type);
    if (!isObjectType(connection) || !isConnection(connection)) return group;
    const parts = [...below(connection, group)];
    const rows = parts.filter(([, [first]]) => first!.name.value === 'nodes' || first!.name.value === 'edges');
    const isLeftOut = rows.every(([, nodes]) => {
      const { resolve, type } = connection.getFields()[nodes[0]!.name.value]!;
      return resolve === undefined && hasOnlyProperties(getNamedType(type) as GraphQLObjectType, nodes);
    });
    if (rows.length === 0 || !isLeftOut) return group;
    const node = { ...group[0]!, selectionSet: { kind: Kind.SELECTION_SET, selections: parts.flatMap(placeOf) } as SelectionSetNode };
    selected.set(node, group);
    leftOut.push({ key, node, rowKeys: rows.map(([rowKey]) => rowKey) });
    return [node];
  });
  const changed = { ...operation, selectionSet: { ...operation.selectionSet, selections } };
  return { document: { ...document, definitions: document.definitions.map((each) => (each === operation ? changed : each)) }, leftOut };
}

/** The fields with one key of a connection, in the query without rows. */
function placeOf([key, nodes]: [string, readonly FieldNode[]]): readonly FieldNode[] {
  const { value } = nodes[0]!.name;
  if (value !== 'nodes' && value !== 'edges') return nodes;
  const name = (text: string) => ({ kind: Kind.NAME, value: text }) as const;
  return [{ kind: Kind.FIELD, alias: name(key), name: name('__typename') }];
}

const isConnection = (type: GraphQLObjectType) => 'nodes' in type.getFields() && 'edges' in type.getFields();

const isList = (type: GraphQLOutputType): boolean => isListType(isNonNullType(type) ? type.ofType : type);
