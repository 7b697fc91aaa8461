import type { ApolloServerPlugin } from '@apollo/server';
import { getOperationAST, Kind, type DocumentNode, type FragmentDefinitionNode, type SelectionSetNode } from 'graphql';
import { inPartnerTransaction } from '../database/transaction.ts';
import { actorOf } from '../writing/acting.queries.ts';
import { recordAuditEvent } from '../writing/audit-event.queries.ts';
import type { RequestContext } from '../graphql/context.ts';

/**
 * Records every request of an operator in the audit log of the partner that it names. The record is committed before the operation
 * starts: it stays if the operation fails, and the operation does not start without it.
 */
export const operatorAccessPlugin: ApolloServerPlugin<RequestContext> = {
  async requestDidStart() {
    return {
      async didResolveOperation({ contextValue, document, operationName }) {
        if (contextValue.reader.viewer.role === 'OPERATOR') await recordOperatorAccess(contextValue, operationName, document);
      },
    };
  },
};

async function recordOperatorAccess(
  { pool, reader: { viewer }, requestId }: RequestContext,
  operationName: string | null,
  document: DocumentNode,
): Promise<void> {
  const operation = getOperationAST(document, operationName);
  const fields = operation ? rootFieldsOf(operation.selectionSet, document) : [];
  await inPartnerTransaction(pool, viewer.partnerId, async (tx) =>
    recordAuditEvent(
      { tx, actor: actorOf(viewer, null), requestId },
      {
        action: 'OPERATOR_ACCESS',
        after: { operationName, operation: operation?.operation ?? null, fields: [...new Set(fields)].slice(0, 50) },
      },
    ),
  );
}

/** Names of the fields of queries and mutations, those in the payload of a mutation included. Reads each fragment once. */
function rootFieldsOf(root: SelectionSetNode, document: DocumentNode): string[] {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const each of document.definitions) if (each.kind === Kind.FRAGMENT_DEFINITION) fragments.set(each.name.value, each);
  const names: string[] = [];
  const walk = ({ selections }: SelectionSetNode, isRoot: boolean): void => {
    for (const selection of selections) {
      if (selection.kind === Kind.FIELD) {
        if (isRoot) names.push(selection.name.value);
        if (selection.selectionSet && (isRoot || selection.name.value === 'query')) walk(selection.selectionSet, !isRoot);
      } else if (selection.kind === Kind.INLINE_FRAGMENT) walk(selection.selectionSet, isRoot);
      else {
        const key = `${isRoot} ${selection.name.value}`;
        const fragment = fragments.get(selection.name.value);
        if (fragment && !seen.has(key)) {
          seen.add(key);
          walk(fragment.selectionSet, isRoot);
        }
      }
    }
  };
  const seen = new Set<string>();
  walk(root, true);
  return names;
}
