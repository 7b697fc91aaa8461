import type { Pool } from 'pg';
import { lesserRole, type ViewerRole } from '../access/role.rules.ts';
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

/** Finds live sessions by id. The partner is not known yet, so this uses the one function that sees all sessions. */
export async function findSessionHoldersUnscoped(pool: Pool, sessionIds: readonly string[]): Promise<Map<string, SessionHolder>> {
  const statement = {
    name: 'findUserSessions',
    text: `/* findSessionHoldersUnscoped */ select id, partner_id as "partnerId", partner_user_id as "partnerUserId", api_key_id as "apiKeyId",
      key_role as "keyRole", user_role as "userRole", secret_hash as "secretHash",
      last_used_at < now() - interval '5 minutes' as "isNoteDue" from find_user_sessions($1)`,
    values: [sessionIds],
  };
  const { rows } = await retryRead(() => pool.query<HolderRow>(statement));
  return new Map(
    rows.flatMap(({ id, keyRole, userRole, ...holder }) => {
      const role = keyRole !== null && userRole !== null ? lesserRole(keyRole, userRole) : (keyRole ?? userRole);
      // An operator's request names its partner, which a session cannot.
      return role === null || role === 'OPERATOR' ? [] : [[id, { ...holder, role }] as const];
    }),
  );
}
