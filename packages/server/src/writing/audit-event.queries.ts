import type { CustomerAction, PartnerAction } from './audit-action.ts';
import { writeRows, type RowSet } from './row-set.ts';
import type { Write } from './write.ts';

/** The actor and the request; null outside of a request. */
export type Author = Pick<Write, 'tx' | 'actor'> & { requestId: string | null };

type ChangeDecided = { contractChangeId?: string; onBehalfOfCustomer?: boolean };

/** The fields that a set of events shares. */
type CommonFields = { action: CustomerAction | PartnerAction } & ChangeDecided;

/** With `eachHasChange`, each row has its contract_change_id, perhaps null. */
type Rows = RowSet & { eachHasChange?: boolean };

type Values = { before?: Record<string, unknown>; after?: Record<string, unknown> };

export type AuditEvent = Values & (({ action: CustomerAction; customerId: string } & ChangeDecided) | { action: PartnerAction });

/** Rows of customer_id, before, after. Events are written in the transaction of the change they describe. */
export async function recordAuditEvents(
  { tx, actor, requestId }: Author,
  common: CommonFields,
  { eachHasChange = false, ...events }: Rows,
): Promise<void> {
  await writeRows(
    tx,
    events,
    (rows, kind, actorId, by, action, change, isOnBehalf, request) => `/* recordAuditEvents */
     insert into audit_event
       (partner_id, id, actor_kind, actor_id, actor, action, contract_change_id, on_behalf_of_customer, customer_id, before, after, request_id)
     select $1, gen_random_uuid(), ${kind}, ${actorId}, ${by}, ${action}, ${eachHasChange ? `coalesce(${change}, event.contract_change_id)` : change}, ${isOnBehalf}, event.customer_id, event.before, event.after, ${request}
     from ${rows} event`,
    ...[actor.kind, actor.id, actor.name, common.action, common.contractChangeId ?? null, common.onBehalfOfCustomer ?? false, requestId],
  );
}

export async function recordAuditEvent(author: Author, { before, after, ...event }: AuditEvent): Promise<void> {
  const json = (values: Record<string, unknown> | undefined) => (values === undefined ? null : JSON.stringify(values));
  await recordAuditEvents(author, event, {
    sql: 'select $2::uuid as customer_id, $3::jsonb as before, $4::jsonb as after',
    values: ['customerId' in event ? event.customerId : null, json(before), json(after)],
  });
}
