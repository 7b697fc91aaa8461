import { Kind, type DocumentNode, type OperationDefinitionNode, type SelectionSetNode } from 'graphql';

// Validated documents are remembered, and so are their operations.
const labels = new WeakMap<OperationDefinitionNode, string>();

/**
 * The name of an operation in metrics: its root field, or `several`. Clients choose the names of operations, and could make up a new one each
 * time; fields are those of the schema. The document must be valid.
 */
export function operationLabel(operation: OperationDefinitionNode, document: DocumentNode): string {
  let label = labels.get(operation);
  if (label === undefined) {
    const names = new Set<string>();
    collect(operation.selectionSet, document, names);
    names.delete('__typename');
    label = names.size > 1 ? 'several' : ([...names][0] ?? '__typename');
    labels.set(operation, label);
  }
  return label;
}

function collect({ selections }: SelectionSetNode, document: DocumentNode, names: Set<string>): void {
  for (const selection of selections) {
    if (names.size > 2) return;
    if (selection.kind === Kind.FIELD) names.add(selection.name.value);
    else if (selection.kind === Kind.INLINE_FRAGMENT) collect(selection.selectionSet, document, names);
    else {
      const { value } = selection.name;
      const fragment = document.definitions.find((each) => each.kind === Kind.FRAGMENT_DEFINITION && each.name.value === value);
      if (fragment?.kind === Kind.FRAGMENT_DEFINITION) collect(fragment.selectionSet, document, names);
    }
  }
}
