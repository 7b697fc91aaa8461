import { Parameters } from '../database/sql.ts';
import { readAs } from '../database/reader.ts';
import type { Db } from '../database/transaction.ts';
import type { Page } from '../reading/connection.type.ts';
import { selectPages, type FoundPage, type PageFacts } from '../reading/page.queries.ts';
import type { Projection } from '../reading/projection.ts';

// A timeline is the part of the audit trail that tells of one customer or contract change. It ends with the association: then nothing
// of the customer is there.

const eventsSql =
  'audit_event e join customer_association a on a.partner_id = s.partner_id and a.customer_id = e.customer_id and a.ended_at is null';

/** Of whom a timeline tells: SQL of the event's owner. */
const owners = { customer: 'e.customer_id', contractChange: 'e.contract_change_id' } as const;
export type TimelineOwner = keyof typeof owners;

export const timelineOrder = {
  name: 'timeline',
  keys: [{ sql: 'e.occurred_at', type: 'timestamptz', isRequired: true, isDescending: true }],
  id: 'e.id',
} as const;

/** A page of what was done to each of many customers or contract changes. */
export function findTimelinesOf(owner: TimelineOwner) {
  return async (
    db: Db,
    partnerId: string,
    projection: Projection,
    ids: readonly string[],
    page: Page,
    facts: PageFacts,
  ): Promise<Map<string, FoundPage>> =>
    await selectPages(db, partnerId, {
      name: 'findTimelinesOf',
      projection,
      from: eventsSql,
      where: 'e.partner_id = s.partner_id',
      owner: owners[owner],
      ownerIds: ids,
      order: timelineOrder,
      page,
      facts,
      parameters: new Parameters(),
    });
}

export function countTimelinesOf(owner: TimelineOwner) {
  return async (db: Db, partnerId: string, ids: readonly string[]): Promise<Map<string, number>> => {
    const rows = await readAs(db, partnerId).select<[string, number]>({
      name: 'countTimelinesOf',
      select:
        `select ${owners[owner]} as id, count(*)::int from ${eventsSql} ` +
        `where e.partner_id = s.partner_id and ${owners[owner]} = any ($2::uuid[]) group by 1`,
      values: [ids],
    });
    return new Map(rows);
  };
}
