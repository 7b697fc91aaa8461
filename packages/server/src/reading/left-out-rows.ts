import {
  getNamedType,
  getNullableType,
  isLeafType,
  isListType,
  isObjectType,
  Kind,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  type InlineFragmentNode,
  type OperationDefinitionNode,
  type SelectionNode,
} from 'graphql';
import { collectFields, collectSubfields } from 'graphql/execution/collectFields.js';

/**
 * A place in the answer with a connection whose rows are left out, and the keys of its rows there: one variant, or several where the type of
 * an object above is known only in the answer.
 */
export type LeftOut = { path: readonly string[]; variants: { node: FieldNode; rowKeys: readonly string[] }[] };

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
 * which lists a compiled query leaves out: connections of a query's root, and of single objects below it, of whose rows only properties are
 * selected, without a resolver. `__typename` keeps their place in the answer. The document has no conditions any more.
 * `api/compiled-queries.plugin.ts` decides which queries are compiled. Where the table of fields lacks a field, `wanted.ts` has no steps, and
 * the query is executed with rows.
 */
export function leaveRowsOut(schema: GraphQLSchema, document: DocumentNode): { document: DocumentNode; leftOut: LeftOut[] } {
  const fragments = fragmentsOf(document);
  const operation = operationOf(document);
  const query = schema.getQueryType()!;
  const below = (type: GraphQLObjectType, nodes: readonly FieldNode[]) => collectSubfields(schema, fragments, {}, type, nodes);

  /** Whether only properties are selected: what a resolver finds would have no place in the bytes. */
  const hasOnlyProperties = (type: GraphQLObjectType, nodes: readonly FieldNode[]): boolean =>
    [...below(type, nodes).values()].every((group) => {
      const field = type.getFields()[group[0]!.name.value];
      if (field === undefined) return group[0]!.name.value === '__typename';
      if (field.resolve !== undefined) return false;
      const named = getNamedType(field.type);
      return isLeafType(named) || (isObjectType(named) && hasOnlyProperties(named, group));
    });

  const leftOut = new Map<string, LeftOut>();
  let variants = 0;

  /** The fields of one object without rows. Lists have theirs together. */
  const ofObject = (type: GraphQLObjectType, fields: Groups, path: readonly string[]): readonly FieldNode[] =>
    [...fields].flatMap(([key, group]) => {
      const output = type.getFields()[group[0]!.name.value]?.type;
      const named = getNamedType(output);
      if (named === undefined || isLeafType(named) || isListType(getNullableType(output))) return group;
      return isObjectType(named) && isConnection(named)
        ? ofConnection(named, group, [...path, key])
        : ofSelected(named as GraphQLCompositeType, group, [...path, key]);
    });

  const ofSelected = (type: GraphQLCompositeType, group: readonly FieldNode[], path: readonly string[]): readonly FieldNode[] => {
    const before = variants;
    const selections = isObjectType(type)
      ? ofObject(type, below(type, group), path)
      : schema.getPossibleTypes(type).flatMap((each) => ofType(each, ofObject(each, below(each, group), path)));
    return variants === before ? group : withSelections(group, selections);
  };

  const ofConnection = (type: GraphQLObjectType, group: readonly FieldNode[], path: readonly string[]): readonly FieldNode[] => {
    const parts = [...below(type, group)];
    const rows = parts.filter(([, [first]]) => first!.name.value === 'nodes' || first!.name.value === 'edges');
    const isLeftOut = rows.every(([, nodes]) => {
      const { resolve, type: output } = type.getFields()[nodes[0]!.name.value]!;
      return resolve === undefined && hasOnlyProperties(getNamedType(output) as GraphQLObjectType, nodes);
    });
    if (rows.length === 0 || !isLeftOut) return group;
    const nodes = withSelections(group, parts.flatMap(placeOf));
    const node = nodes[0]!;
    selected.set(node, group);
    const variant = { node, rowKeys: rows.map(([rowKey]) => rowKey) };
    const place = path.join('.');
    variants += 1;
    leftOut.set(place, { path, variants: [...(leftOut.get(place)?.variants ?? []), variant] });
    return nodes;
  };

  const selections = ofObject(query, collectFields(schema, fragments, {}, query, operation.selectionSet), []);
  const changed = { ...operation, selectionSet: { ...operation.selectionSet, selections } };
  const definitions = document.definitions.map((each) => (each === operation ? changed : each));
  return { document: { ...document, definitions }, leftOut: [...leftOut.values()] };
}

export function fragmentsOf(document: DocumentNode): Record<string, FragmentDefinitionNode> {
  const fragments: Record<string, FragmentDefinitionNode> = Object.create(null) as object as Record<string, FragmentDefinitionNode>;
  for (const each of document.definitions) if (each.kind === Kind.FRAGMENT_DEFINITION) fragments[each.name.value] = each;
  return fragments;
}

/** The only operation of a document that is compiled. */
export const operationOf = ({ definitions }: DocumentNode) =>
  definitions.find(({ kind }) => kind === Kind.OPERATION_DEFINITION) as OperationDefinitionNode;

type Groups = ReadonlyMap<string, readonly FieldNode[]>;

/** The nodes of a field, of which the first has all selections. Errors name the places of all of them. */
const withSelections = (group: readonly FieldNode[], selections: readonly SelectionNode[]): FieldNode[] =>
  group.map((node, index) => ({ ...node, selectionSet: { kind: Kind.SELECTION_SET, selections: index === 0 ? selections : [] } }));

const ofType = (type: GraphQLObjectType, selections: readonly FieldNode[]): InlineFragmentNode[] =>
  selections.length === 0
    ? []
    : [
        {
          kind: Kind.INLINE_FRAGMENT,
          typeCondition: { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: type.name } },
          selectionSet: { kind: Kind.SELECTION_SET, selections },
        },
      ];

/** The fields with one key of a connection, in the query without rows. */
function placeOf([key, nodes]: [string, readonly FieldNode[]]): readonly FieldNode[] {
  const { value } = nodes[0]!.name;
  if (value !== 'nodes' && value !== 'edges') return nodes;
  const name = (text: string) => ({ kind: Kind.NAME, value: text }) as const;
  return [{ kind: Kind.FIELD, alias: name(key), name: name('__typename') }];
}

const isConnection = (type: GraphQLObjectType) => 'nodes' in type.getFields() && 'edges' in type.getFields();
