import type { Reader } from '../database/reader.ts';
import { Parameters } from '../database/sql.ts';
import { selectKeyed } from '../reading/keyed.queries.ts';
import { selectPage } from '../reading/page.queries.ts';
import type { Projection } from '../reading/projection.ts';
import type { Wanted } from '../reading/wanted.ts';

/** The viewer's partner. */
export async function findPartner(reader: Reader, projection: Projection) {
  return await selectKeyed(reader, projection, {
    name: 'findPartner',
    key: 'partner.id',
    from: 'partner left join partner_user person on person.partner_id = partner.id and person.id = partner.point_of_contact_id',
    where: 'partner.id = scope.partner_id',
    parameters: new Parameters(),
  });
}

export async function findPartnerUsers(reader: Reader, projection: Projection, ids: readonly string[]) {
  return await selectKeyed(reader, projection, {
    name: 'findPartnerUsers',
    key: 'person.id',
    ids,
    from: 'partner_user person',
    where: 'person.partner_id = scope.partner_id and person.removed_at is null',
    parameters: new Parameters(),
  });
}

const partnerUserOrder = {
  name: 'users of the partner',
  keys: [{ sql: 'person.name collate "und-x-icu"', type: 'text', isRequired: true, isDescending: false }],
  id: 'person.id',
} as const;

/** Users of the partner, or only the one with this ID. */
export async function findUsersOfPartner(reader: Reader, wanted: Wanted, id?: string) {
  const parameters = new Parameters();
  return await selectPage(reader, wanted, {
    name: 'findUsersOfPartner',
    from: 'partner_user person',
    where: `person.partner_id = scope.partner_id and person.removed_at is null${id === undefined ? '' : ` and person.id = ${parameters.add(id, 'uuid')}`}`,
    order: partnerUserOrder,
    parameters,
  });
}

export async function countUsersOfPartner(reader: Reader): Promise<number> {
  const rows = await reader.select<[number]>({
    name: 'countUsersOfPartner',
    select: 'select count(*)::int from partner_user person where person.partner_id = scope.partner_id and person.removed_at is null',
    values: [],
  });
  return rows[0]?.[0] ?? 0;
}
