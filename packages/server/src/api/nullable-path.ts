import {
  getNamedType,
  isCompositeType,
  isListType,
  isNonNullType,
  Kind,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLNamedType,
  type GraphQLOutputType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';

type Level = { type: GraphQLNamedType; selectionSet: SelectionSetNode };

/** Whether the value at each place of a path in the response can be null. */
export function nullableAlong(
  { schema, document, operation }: { schema: GraphQLSchema; document: DocumentNode; operation: OperationDefinitionNode },
  path: readonly (string | number)[],
): boolean[] {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const each of document.definitions) if (each.kind === Kind.FRAGMENT_DEFINITION) fragments.set(each.name.value, each);
  let levels: Level[] = [{ type: schema.getRootType(operation.operation)!, selectionSet: operation.selectionSet }];
  let output: GraphQLOutputType | undefined;
  return path.map((key) => {
    if (typeof key === 'number')
      output = isListType(nullable(output)) ? (nullable(output) as { ofType: GraphQLOutputType }).ofType : undefined;
    else {
      // Each fragment once: otherwise their number could double at each level.
      const seen = new Set<string>();
      const fields = levels.flatMap((level) => fieldsOf(level, key, seen));
      // Fields of one response name have the same shape, also in different types.
      output = fields[0]?.output;
      levels = fields.flatMap(({ node, output: type }) =>
        node.selectionSet ? [{ type: getNamedType(type), selectionSet: node.selectionSet }] : [],
      );
    }
    return !isNonNullType(output);
  });

  function fieldsOf({ type, selectionSet }: Level, key: string, seen: Set<string>): { node: FieldNode; output: GraphQLOutputType }[] {
    return selectionSet.selections.flatMap((selection) => {
      if (selection.kind === Kind.FIELD) {
        if ((selection.alias ?? selection.name).value !== key || !('getFields' in type)) return [];
        const definition = type.getFields()[selection.name.value];
        return definition ? [{ node: selection, output: definition.type as GraphQLOutputType }] : [];
      }
      const fragment = selection.kind === Kind.FRAGMENT_SPREAD ? fragments.get(selection.name.value) : selection;
      if (selection.kind === Kind.FRAGMENT_SPREAD) {
        if (!fragment || seen.has(selection.name.value)) return [];
        seen.add(selection.name.value);
      }
      const condition = fragment?.typeCondition && schema.getType(fragment.typeCondition.name.value);
      return fragment
        ? fieldsOf({ type: isCompositeType(condition) ? condition : type, selectionSet: fragment.selectionSet }, key, seen)
        : [];
    });
  }
}

const nullable = (type: GraphQLOutputType | undefined) => (isNonNullType(type) ? type.ofType : type);
