import type { ApolloServerPlugin } from '@apollo/server';
import { getOperationAST, Kind, type DocumentNode } from 'graphql';
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
  const fields =
    operation?.selectionSet.selections.flatMap((selection) => (selection.kind === Kind.FIELD ? selection.name.value : '…')) ?? [];
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
