import { globalId } from '../graphql/global-id.ts';
import { idLeaf, type FieldTable } from '../reading/projection.ts';
import { TimelineActionEnum, type TimelineChange } from './timeline.type.ts';

type Facts = Record<string, unknown> | null;

const actorSql = ['event.actor_kind', 'event.actor_id'];

/** An event of the audit trail. */
export const timelineFields: FieldTable = {
  leaves: {
    id: { sql: ['event.id'], value: ([id]) => `evt_${id as unknown as string}` },
    occurredAt: { sql: ['event.occurred_at'] },
    action: { sql: ['event.action'], value: ([action]) => (Object.hasOwn(TimelineActionEnum, action as never) ? action : 'OTHER') },
    'actor.kind': { sql: ['event.actor_kind'] },
    'actor.name': { sql: ['event.actor'] },
    'actor.userId': {
      sql: actorSql,
      value: ([kind, id]) => (kind === 'USER' && id !== null ? globalId('PartnerUser', id as never) : null),
    },
    'actor.apiKeyId': { sql: actorSql, value: ([kind, id]) => (kind === 'API_KEY' ? `prk_${id as unknown as string}` : null) },
    onBehalfOfCustomer: { sql: ['event.on_behalf_of_customer'] },
    contractChangeId: idLeaf('ContractChange', 'event.contract_change_id'),
    changes: { sql: ['event.before', 'event.after'], value: ([before, after]) => changesBetween(before as never, after as never) },
    requestId: { sql: ['event.request_id'] },
  },
};

function changesBetween(before: Facts, after: Facts): TimelineChange[] {
  const fields = new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})]);
  const changes = [...fields].map((field) => ({ field, before: apiValue(field, before), after: apiValue(field, after) }));
  return changes.filter((change) => JSON.stringify(change.before) !== JSON.stringify(change.after));
}

/** A stored value in the form of the API: an ID becomes a global ID. */
function apiValue(field: string, facts: Facts): unknown {
  const value = facts?.[field] ?? null;
  if (typeof value !== 'string') return value;
  if (field === 'primaryContactId') return globalId('CustomerUser', value);
  if (field === 'recipientId') return globalId(facts?.['recipientKind'] === 'USER' ? 'PartnerUser' : 'CustomerUser', value);
  return value;
}
