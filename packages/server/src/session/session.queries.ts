import type { Pool } from 'pg';
import { lesserRole, type ViewerRole } from '../access/role.rules.ts';
import type { PartnerReader } from '../database/reader.ts';
import { retryRead } from '../database/retry.ts';

/** A live session, and what it may do now. */
export type SessionHolder = {
  partnerId: string;
  partnerUserId: string | null;
  /** Null if the user came by the company's sign-on. */
  apiKeyId: string | null;
  role: ViewerRole;
  secretHash: Buffer;
  /** Whether its last use was noted some minutes ago. */
  isNoteDue: boolean;
};

type HolderRow = Omit<SessionHolder, 'role'> & { id: string; keyRole: ViewerRole | null; userRole: ViewerRole | null };

/** Finds live sessions of one partner by id. */
export async function findSessionHolders(reader: PartnerReader, sessionIds: readonly string[]): Promise<Map<string, SessionHolder>> {
  type Row = [string, string | null, string | null, ViewerRole | null, ViewerRole | null, Buffer, boolean];
  const rows = await reader.select<Row>({
    name: 'findSessionHolders',
    select: `select session.id, session.partner_user_id, session.api_key_id, key.role as key_role, person.role as user_role, session.secret_hash,
        session.last_used_at < now() - interval '5 minutes' as is_note_due
      from user_session session
      left join partner_user person
        on person.partner_id = scope.partner_id and person.id = session.partner_user_id and person.removed_at is null
      left join api_key key
        on key.partner_id = scope.partner_id and key.id = session.api_key_id
        and key.revoked_at is null and (key.expires_at is null or key.expires_at > now())
      where session.partner_id = scope.partner_id and session.id = any ($2::uuid[])
        and session.ended_at is null and session.active_until > now()
        and (session.partner_user_id is null or person.id is not null) and (session.api_key_id is null or key.id is not null)`,
    values: [sessionIds],
    isShort: true,
  });
  const { partnerId } = reader;
  return holdersOf(
    rows.map(([id, partnerUserId, apiKeyId, keyRole, userRole, secretHash, isNoteDue]) => ({
      ...{ id, partnerId, partnerUserId, apiKeyId, keyRole, userRole, secretHash, isNoteDue },
    })),
  );
}

/** The same for sessions of any partner: of many at once, and of those whose partner is not known. It uses the one function that sees all. */
export async function findSessionHoldersUnscoped(pool: Pool, sessionIds: readonly string[]): Promise<Map<string, SessionHolder>> {
  const statement = {
    name: 'findUserSessions',
    text: `/* findSessionHoldersUnscoped */ select id, partner_id as "partnerId", partner_user_id as "partnerUserId", api_key_id as "apiKeyId",
      key_role as "keyRole", user_role as "userRole", secret_hash as "secretHash",
      last_used_at < now() - interval '5 minutes' as "isNoteDue" from find_user_sessions($1)`,
    values: [sessionIds],
  };
  return holdersOf((await retryRead(() => pool.query<HolderRow>(statement))).rows);
}

function holdersOf(rows: readonly HolderRow[]): Map<string, SessionHolder> {
  return new Map(
    rows.flatMap(({ id, keyRole, userRole, ...holder }) => {
      const role = keyRole !== null && userRole !== null ? lesserRole(keyRole, userRole) : (keyRole ?? userRole);
      // An operator's request names its partner, which a session cannot.
      return role === null || role === 'OPERATOR' ? [] : [[id, { ...holder, role }] as const];
    }),
  );
}
