import { adminRoles } from '../access/role.rules.ts';
import type { Viewer } from '../access/viewer.ts';
import type { Reader } from '../database/reader.ts';
import { Parameters } from '../database/sql.ts';
import { selectKeyed } from '../reading/keyed.queries.ts';
import { selectPage } from '../reading/page.queries.ts';
import type { Projection } from '../reading/projection.ts';
import type { Wanted } from '../reading/wanted.ts';
import { endSql } from './session.fields.ts';

const from = `user_session session
  left join partner_user person on person.partner_id = session.partner_id and person.id = session.partner_user_id
  left join api_key key on key.partner_id = session.partner_id and key.id = session.api_key_id`;
const ofPartner = 'session.partner_id = scope.partner_id';

/** Whose sessions are listed: the viewer's own, or all of the partner. */
export type SessionSet = 'OWN' | 'ALL';

/** SQL: whether a session belongs to the viewer: to its user, or without one to its API key. */
function isOwnSql({ partnerUserId, credentialId }: Viewer, parameters: Pick<Parameters, 'add'>): string {
  return partnerUserId === null
    ? `(session.partner_user_id is null and session.api_key_id = ${parameters.add(credentialId, 'text')})`
    : `session.partner_user_id = ${parameters.add(partnerUserId, 'uuid')}`;
}

const sessionOrder = {
  name: 'sessions',
  keys: [{ sql: endSql, type: 'timestamptz', isRequired: true, isDescending: true }],
  id: 'session.id',
} as const;

export async function findSessions(reader: Reader, wanted: Wanted, set: SessionSet) {
  const parameters = new Parameters();
  const where = set === 'OWN' ? `${ofPartner} and ${isOwnSql(reader.viewer, parameters)}` : ofPartner;
  return await selectPage(reader, wanted, { name: 'findSessions', from, where, order: sessionOrder, parameters });
}

export async function countSessions(reader: Reader, set: SessionSet): Promise<number> {
  const parameters = new Parameters();
  const isOwn = set === 'OWN' ? ` and ${isOwnSql(reader.viewer, parameters)}` : '';
  const rows = await reader.select<[number]>({
    name: 'countSessions',
    select: parameters.bind(`select count(*)::int from user_session session where ${ofPartner}${isOwn}`),
    values: parameters.values,
  });
  return rows[0]?.[0] ?? 0;
}

/** The viewer's own, and for an administrator those of others. */
export async function findSessionsByIds(reader: Reader, projection: Projection, ids: readonly string[]) {
  const parameters = new Parameters();
  const isVisible = adminRoles.includes(reader.viewer.role) ? 'true' : isOwnSql(reader.viewer, parameters);
  const where = `${ofPartner} and ${isVisible}`;
  return await selectKeyed(reader, projection, { name: 'findSessionsByIds', key: 'session.id', ids, from, where, parameters });
}
