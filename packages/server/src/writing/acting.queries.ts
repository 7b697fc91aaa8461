import pg from 'pg';
import type { Actor } from '../access/actor.ts';
import { lesserRole, type PartnerUserRole, type ViewerRole } from '../access/role.rules.ts';
import { keyIdOf, type Viewer } from '../access/viewer.ts';
import type { PartnerTransaction } from '../database/transaction.ts';
import { isImportRunningSql } from './import-turns.queries.ts';
import { peopleLockSql } from './people-lock.queries.ts';

// The role of a viewer may be some seconds old. A write reads it again, and locks the rows it comes from: the key and the user cannot change
// until the write commits. So a demotion or revocation that has committed holds for every write after it.

export type Acting = {
  isImportRunning: boolean;
  /** Whether the viewer's session has not ended; true if it has none. */
  isSessionLive: boolean;
  /** The key's own role; null if the key is revoked or expired, or if the viewer signed on. */
  keyRole: ViewerRole | null;
  /** Null if the user was removed, or if the viewer has no user. */
  user: { name: string; role: PartnerUserRole } | null;
};

/** The statement that a write sends with `begin`, before {@link findActing}. */
export const lockPeopleStatement = ({ partnerId }: Viewer, { changesRights }: { changesRights: boolean }): string =>
  `/* lockPeople */ select ${peopleLockSql(pg.escapeLiteral(partnerId), changesRights ? 'exclusive' : 'shared')}`;

/** A statement of its own: it must see what committed while the lock of people was awaited. */
export async function findActing(tx: PartnerTransaction, viewer: Viewer): Promise<Acting> {
  const values: unknown[] = [tx.partnerId];
  const add = (value: unknown) => `$${values.push(value)}`;
  const { partnerUserId } = viewer;
  const userSql =
    partnerUserId === null
      ? 'null::json'
      : `(select json_build_object('name', person.name, 'role', person.role) from partner_user person
          where person.partner_id = $1 and person.id = ${add(partnerUserId)} and person.removed_at is null for share)`;
  const { rows } = await tx.query<Acting>(
    `/* findActing */ select ${isImportRunningSql('$1::uuid')} as "isImportRunning", ${keyRoleSql(viewer, add)} as "keyRole", ${userSql} as "user",
       ${isSessionLiveSql(viewer, add)} as "isSessionLive"`,
    values,
  );
  return rows[0]!;
}

type Add = (value: unknown) => string;

function keyRoleSql(viewer: Viewer, add: Add): string {
  const { role } = viewer;
  const keyId = keyIdOf(viewer);
  if (keyId === null) return 'null';
  // An operator's key is stored with a partner, but not with the one that the request names.
  if (role === 'OPERATOR') return `(select lock_operator_key(${add(keyId)}))`;
  return `(select key.role from api_key key where key.partner_id = $1 and key.id = ${add(keyId)}
    and key.revoked_at is null and (key.expires_at is null or key.expires_at > now()) for share)`;
}

/** No row is locked: what ends a session holds the lock of people. */
function isSessionLiveSql({ sessionId }: Viewer, add: Add): string {
  if (sessionId === undefined) return 'true';
  return `exists (select from user_session session where session.partner_id = $1 and session.id = ${add(sessionId)}
    and session.ended_at is null and session.active_until > now())`;
}

/** The viewer's role now; null if its key, user or session may no longer act. */
export function roleNow(viewer: Viewer, { keyRole, user, isSessionLive }: Acting): ViewerRole | null {
  if (!isSessionLive) return null;
  if (keyIdOf(viewer) !== null && keyRole === null) return null;
  if (viewer.partnerUserId === null) return keyRole ?? viewer.role;
  if (user === null) return null;
  return keyRole === null ? user.role : lesserRole(keyRole, user.role);
}

/** The viewer in the audit trail. */
export function actorOf({ partnerUserId, credentialId, role }: Viewer, name: string | null): Actor {
  if (partnerUserId !== null) return { kind: 'USER', id: partnerUserId, name: name ?? `user ${partnerUserId}` };
  return role === 'OPERATOR'
    ? { kind: 'OPERATOR', id: credentialId, name: `vendor operator ${credentialId}` }
    : { kind: 'API_KEY', id: credentialId, name: `API key ${credentialId}` };
}
