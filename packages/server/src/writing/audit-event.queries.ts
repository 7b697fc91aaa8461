import { randomUUID } from 'node:crypto';
import type { PartnerTransaction } from '../database/transaction.ts';
import type { Viewer } from '../access/viewer.ts';
import type { Write } from './write.ts';

export type AuditEvent = {
  action: string;
  customerId?: string;
  contractChangeId?: string;
  onBehalfOfCustomer?: boolean;
  before?: Record<string, unknown>;
  after?: Record<string, unknown>;
};

/** One line in the partner's audit trail, in the transaction of what it tells. */
export async function recordAuditEvent(
  { tx, actor, requestId }: Pick<Write, 'tx' | 'actor'> & { requestId: string | null },
  event: AuditEvent,
): Promise<void> {
  await tx.query(
    `/* recordAuditEvent */ insert into audit_event
       (partner_id, id, actor, action, customer_id, contract_change_id, on_behalf_of_customer, before, after, request_id)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
    [
      tx.partnerId,
      randomUUID(),
      actor,
      event.action,
      event.customerId ?? null,
      event.contractChangeId ?? null,
      event.onBehalfOfCustomer ?? false,
      event.before === undefined ? null : JSON.stringify(event.before),
      event.after === undefined ? null : JSON.stringify(event.after),
      requestId,
    ],
  );
}

/** Who it was, as people will read it. */
export async function actorOf(tx: PartnerTransaction, { partnerUserId, credentialId, role }: Viewer): Promise<string> {
  if (partnerUserId === null) return `${role === 'OPERATOR' ? 'vendor operator' : 'API key'} ${credentialId}`;
  const { rows } = await tx.query<{ name: string }>('/* actorOf */ select name from partner_user where partner_id = $1 and id = $2', [
    tx.partnerId,
    partnerUserId,
  ]);
  return rows[0]?.name ?? `user ${partnerUserId}`;
}
