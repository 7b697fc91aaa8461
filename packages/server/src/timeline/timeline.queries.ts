import type { Reader } from '../database/reader.ts';
import { Parameters } from '../database/sql.ts';
import { countOfOwners, selectPages } from '../reading/page.queries.ts';
import type { Wanted } from '../reading/wanted.ts';

// A timeline is the part of the audit trail about one customer or contract change. Like the customer, it is not found after the association
// ends.

const eventsSql =
  'audit_event event join customer_association association on association.partner_id = scope.partner_id ' +
  'and association.customer_id = event.customer_id and association.ended_at is null';

/** SQL of the customer or contract change that an event belongs to. */
const owners = { customer: 'event.customer_id', contractChange: 'event.contract_change_id' } as const;
export type TimelineOwner = keyof typeof owners;

const timelineOrder = {
  name: 'timeline',
  keys: [{ sql: 'event.occurred_at', type: 'timestamptz', isRequired: true, isDescending: true }],
  id: 'event.id',
} as const;

/** For each of many customers or contract changes, a page of its events. */
export const findTimelinesOf = (owner: TimelineOwner) => async (reader: Reader, wanted: Wanted, ids: readonly string[]) =>
  await selectPages(reader, wanted, {
    name: 'findTimelinesOf',
    from: eventsSql,
    where: 'event.partner_id = scope.partner_id',
    owner: owners[owner],
    ownerIds: ids,
    order: timelineOrder,
    parameters: new Parameters(),
  });

export const countTimelinesOf = (owner: TimelineOwner) => async (reader: Reader, ids: readonly string[]) =>
  await countOfOwners(reader, {
    name: 'countTimelinesOf',
    from: eventsSql,
    where: 'event.partner_id = scope.partner_id',
    owner: owners[owner],
    ownerIds: ids,
    parameters: new Parameters(),
  });
