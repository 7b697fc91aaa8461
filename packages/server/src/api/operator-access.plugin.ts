import type { ApolloServerPlugin } from '@apollo/server';
import { getOperationAST, Kind, type DocumentNode } from 'graphql';
import type { Pool } from 'pg';
import { inPartnerTransaction } from '../database/partner-scope.ts';
import { actorOf, recordAuditEvent } from '../writing/audit-event.queries.ts';
import type { Principal } from '../access/principal.ts';

type Request = { pool: Pool; principal: Principal; requestId: string };

/**
 * Records every request of an operator in the audit log of the partner that it names. The record is committed before the operation
 * starts: it stays if the operation fails, and the operation does not start without it.
 */
export const operatorAccessPlugin: ApolloServerPlugin<Request> = {
  async requestDidStart() {
    return {
      async didResolveOperation({ contextValue, document, operationName }) {
        if (contextValue.principal.role === 'OPERATOR') await recordOperatorAccess(contextValue, operationName, document);
      },
    };
  },
};

async function recordOperatorAccess(
  { pool, principal, requestId }: Request,
  operationName: string | null,
  document: DocumentNode,
): Promise<void> {
  const operation = getOperationAST(document, operationName);
  const fields =
    operation?.selectionSet.selections.flatMap((selection) => (selection.kind === Kind.FIELD ? selection.name.value : '…')) ?? [];
  await inPartnerTransaction(pool, principal.partnerId, async (tx) =>
    recordAuditEvent(
      { tx, actor: await actorOf(tx, principal), requestId },
      {
        action: 'OPERATOR_ACCESS',
        after: { operationName, operation: operation?.operation ?? null, fields: [...new Set(fields)].slice(0, 50) },
      },
    ),
  );
}
