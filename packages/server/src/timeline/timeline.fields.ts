import { globalId } from '../graphql/global-id.ts';
import { idLeaf, type FieldTable } from '../reading/projection.ts';
import { TimelineActionEnum, type TimelineChange } from './timeline.type.ts';

type Facts = Record<string, unknown> | null;

/** An event of the audit trail. */
export const timelineFields: FieldTable = {
  leaves: {
    occurredAt: { sql: ['event.occurred_at'] },
    action: { sql: ['event.action'], value: ([action]) => (Object.hasOwn(TimelineActionEnum, action as never) ? action : 'OTHER') },
    actor: { sql: ['event.actor'] },
    onBehalfOfCustomer: { sql: ['event.on_behalf_of_customer'] },
    contractChangeId: idLeaf('ContractChange', 'event.contract_change_id'),
    changes: { sql: ['event.before', 'event.after'], value: ([before, after]) => changesBetween(before as never, after as never) },
    requestId: { sql: ['event.request_id'] },
  },
};

function changesBetween(before: Facts, after: Facts): TimelineChange[] {
  const fields = new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})]);
  const changes = [...fields].map((field) => ({ field, before: apiValue(field, before?.[field]), after: apiValue(field, after?.[field]) }));
  return changes.filter((change) => JSON.stringify(change.before) !== JSON.stringify(change.after));
}

/** A stored value in the form of the API: an ID becomes a global ID. */
function apiValue(field: string, value: unknown): unknown {
  if (value === undefined || value === null) return null;
  return field === 'primaryContactId' && typeof value === 'string' ? globalId('CustomerUser', value) : value;
}
