import type { Reader } from '../database/reader.ts';
import { Parameters } from '../database/sql.ts';
import { selectKeyed } from '../reading/keyed.queries.ts';
import { selectPage } from '../reading/page.queries.ts';
import type { Projection } from '../reading/projection.ts';
import type { Wanted } from '../reading/wanted.ts';

const from = 'mail_suppression suppression';

/**
 * SQL: suppressions that the viewer may see. One that a mail about a customer caused is hidden after the association ends, unless the
 * address also belongs to a contact of a customer whose association is active: it suppresses that one's mail, too.
 */
export const visibleSuppressionSql = (partnerId: string) => `suppression.partner_id = ${partnerId} and (
  not exists (select from outbox_message message where message.partner_id = ${partnerId} and message.id = suppression.outbox_message_id
    and message.customer_id is not null)
  or exists (select from outbox_message message join customer_association association on association.partner_id = ${partnerId}
      and association.customer_id = message.customer_id and association.ended_at is null
    where message.partner_id = ${partnerId} and message.id = suppression.outbox_message_id)
  or exists (select from customer_association association join customer_user contact on contact.partner_id = ${partnerId}
      and contact.id = association.primary_contact_id
    where association.partner_id = ${partnerId} and association.ended_at is null and lower(contact.email) = suppression.address))`;

type Search = { includeLifted: boolean };
const whereSql = ({ includeLifted }: Search) =>
  `${visibleSuppressionSql('scope.partner_id')}${includeLifted ? '' : ' and suppression.lifted_at is null'}`;

const suppressionOrder = {
  name: 'suppressions',
  keys: [{ sql: 'suppression.suppressed_at', type: 'timestamptz', isRequired: true, isDescending: true }],
  id: 'suppression.id',
} as const;

export async function findSuppressions(reader: Reader, wanted: Wanted, search: Search) {
  const parameters = new Parameters();
  return await selectPage(reader, wanted, { name: 'findSuppressions', from, where: whereSql(search), order: suppressionOrder, parameters });
}

export async function countSuppressions(reader: Reader, search: Search): Promise<number> {
  const select = `select count(*)::int from ${from} where ${whereSql(search)}`;
  const rows = await reader.select<[number]>({ name: 'countSuppressions', select, values: [] });
  return rows[0]?.[0] ?? 0;
}

export async function findSuppressionsByIds(reader: Reader, projection: Projection, ids: readonly string[]) {
  const where = whereSql({ includeLifted: true });
  const parameters = new Parameters();
  // Whether one may be seen can take a look at every active association.
  const statement = { name: 'findSuppressionsByIds', key: 'suppression.id', ids, from, where, parameters, isDerived: true };
  return await selectKeyed(reader, projection, statement);
}
