import { Parameters } from '../database/sql.ts';
import { readAs } from '../database/reader.ts';
import type { Db } from '../database/transaction.ts';
import type { Page } from '../reading/connection.type.ts';
import { selectKeyed, selectPage, type FoundPage, type PageFacts } from '../reading/page.queries.ts';
import type { Projection } from '../reading/projection.ts';

/** The partner that asks. */
export async function findPartner(db: Db, partnerId: string, projection: Projection) {
  return await selectKeyed(db, partnerId, {
    name: 'findPartner',
    projection,
    key: 'q.id',
    from: 'partner q left join partner_user w on w.partner_id = q.id and w.id = q.point_of_contact_id',
    where: 'q.id = s.partner_id',
    parameters: new Parameters(),
  });
}

export async function findPartnerUsers(db: Db, partnerId: string, projection: Projection, ids: readonly string[]) {
  const parameters = new Parameters();
  return await selectKeyed(db, partnerId, {
    name: 'findPartnerUsers',
    projection,
    key: 'w.id',
    from: 'partner_user w',
    where: `w.partner_id = s.partner_id and w.id = any (${parameters.add(ids, 'uuid[]')})`,
    parameters,
  });
}

export const partnerUserOrder = {
  name: 'users of the partner',
  keys: [{ sql: 'w.name collate "und-x-icu"', type: 'text', isRequired: true, isDescending: false }],
  id: 'w.id',
} as const;

export async function findUsersOfPartner(
  db: Db,
  partnerId: string,
  projection: Projection,
  page: Page,
  facts: PageFacts,
): Promise<FoundPage> {
  return await selectPage(db, partnerId, {
    name: 'findUsersOfPartner',
    projection,
    from: 'partner_user w',
    where: 'w.partner_id = s.partner_id',
    order: partnerUserOrder,
    page,
    facts,
    parameters: new Parameters(),
  });
}

export async function countUsersOfPartner(db: Db, partnerId: string): Promise<number> {
  const rows = await readAs(db, partnerId).select<[number]>({
    name: 'countUsersOfPartner',
    select: 'select count(*)::int from partner_user w where w.partner_id = s.partner_id',
    values: [],
  });
  return rows[0]?.[0] ?? 0;
}
