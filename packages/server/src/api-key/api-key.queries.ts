import type { Pool } from 'pg';
import type { PartnerReader } from '../database/reader.ts';
import { retryRead } from '../database/retry.ts';
import { inPartnerTransaction } from '../database/transaction.ts';
import { lockPeople } from '../writing/people-lock.queries.ts';
import { makeApiKey } from './api-key.ts';
import { systemActor } from '../access/actor.ts';
import { keyIdOf, type Viewer } from '../access/viewer.ts';
import { recordAuditEvent, recordAuditEvents, type Author } from '../writing/audit-event.queries.ts';
import { isAtMost, lesserRole, partnerUserRoles, type PartnerUserRole, type ViewerRole } from '../access/role.rules.ts';
import { keysMadeBySql } from '../writing/made-keys.sql.ts';

export type ApiKeyHolder = {
  partnerId: string;
  partnerUserId: string | null;
  /** The lesser of the key's own role and its user's. */
  role: ViewerRole;
  secretHash: Buffer;
  expiresAt: Date | null;
  revokedAt: Date | null;
};

type NewKey = { role: ViewerRole; partnerUserId: string | null; expiresAt: Date | null };

/** The user and the key that make a key. */
type Maker = Pick<Viewer, 'partnerUserId' | 'credentialId'>;

/** Creates a key and returns its text, which is shown only this once. */
export async function createApiKey(
  pool: Pool,
  partnerId: string,
  { actor, ...key }: NewKey & { actor: string },
): Promise<{ key: string; id: string }> {
  return await inPartnerTransaction(pool, partnerId, (tx) => insertApiKey({ tx, actor: systemActor(actor), requestId: null }, key));
}

/** The same within a transaction of the caller. */
export async function insertApiKey(
  write: Author,
  { role, partnerUserId, expiresAt }: NewKey,
  maker: Maker | null = null,
): Promise<{ key: string; id: string }> {
  const { tx } = write;
  const made = makeApiKey(role === 'OPERATOR' ? null : tx.partnerId);
  await tx.query(
    `/* createApiKey */ insert into api_key (partner_id, id, partner_user_id, role, secret_hash, expires_at, made_by, made_with)
     values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [tx.partnerId, made.id, partnerUserId, role, made.secretHash, expiresAt, maker?.partnerUserId, maker && keyIdOf(maker)],
  );
  await recordAuditEvent(write, { action: 'CREATE_API_KEY', after: { apiKeyId: made.id, role, partnerUserId } });
  return { key: made.key, id: made.id };
}

/** Revokes a key of any partner: its id is unique. Idempotent. */
export async function revokeApiKeyUnscoped(pool: Pool, keyId: string, actor: string): Promise<'REVOKED' | 'ALREADY_REVOKED' | 'NOT_FOUND'> {
  const { rows } = await pool.query<{ partner_id: string }>(`/* revokeApiKeyUnscoped */ select partner_id from find_api_keys($1)`, [
    [keyId],
  ]);
  const partnerId = rows[0]?.partner_id;
  if (!partnerId) return 'NOT_FOUND';
  const isRevoked = await inPartnerTransaction(pool, partnerId, async (tx) => {
    await lockPeople(tx);
    return await markRevoked({ tx, actor: systemActor(actor), requestId: null }, keyId);
  });
  return isRevoked ? 'REVOKED' : 'ALREADY_REVOKED';
}

/** Returns whether the key was live. */
export async function markRevoked(write: Author, keyId: string): Promise<boolean> {
  const { tx } = write;
  const { rowCount } = await tx.query(
    '/* revokeApiKey */ update api_key set revoked_at = now() where partner_id = $1 and id = $2 and revoked_at is null',
    [tx.partnerId, keyId],
  );
  if (rowCount === 0) return false;
  await recordAuditEvent(write, { action: 'REVOKE_API_KEY', after: { apiKeyId: keyId } });
  return true;
}

/** Revokes all keys of a user. */
export async function revokeKeysOfUser(write: Author, userId: string): Promise<void> {
  const { rows } = await write.tx.query<{ id: string }>(
    '/* revokeKeysOfUser */ update api_key set revoked_at = now() where partner_id = $1 and partner_user_id = $2 and revoked_at is null returning id',
    [write.tx.partnerId, userId],
  );
  await recordRevoked(write, rows);
}

/** Revokes the keys that a user has made for the partner or for others, and those made with them, if they can do more than a role. */
export async function revokeKeysMadeBy(write: Author, userId: string, { aboveRole }: { aboveRole: PartnerUserRole | null }): Promise<void> {
  const roles = partnerUserRoles.filter((role) => aboveRole === null || !isAtMost(role, aboveRole));
  const { rows } = await write.tx.query<{ id: string }>(
    `/* revokeKeysMadeBy */ update api_key set revoked_at = now()
     where partner_id = $1 and revoked_at is null and role::text = any ($3) and partner_user_id is distinct from $2::uuid and id in ${keysMadeBySql('$2')}
     returning id`,
    [write.tx.partnerId, userId, roles],
  );
  await recordRevoked(write, rows);
}

async function recordRevoked(write: Author, rows: readonly { id: string }[]): Promise<void> {
  if (rows.length === 0) return;
  await recordAuditEvents(
    write,
    { action: 'REVOKE_API_KEY' },
    {
      sql: `select null::uuid as customer_id, null::jsonb as before, jsonb_build_object('apiKeyId', key.id) as after from unnest($2::text[]) key (id)`,
      values: [rows.map(({ id }) => id)],
    },
  );
}

type HolderRow = {
  id: string;
  partner_id: string;
  partner_user_id: string | null;
  role: ViewerRole;
  user_role: ViewerRole | null;
  secret_hash: Buffer;
  expires_at: Date | null;
  revoked_at: Date | null;
};

/** Finds keys of one partner by id, without those of removed users. */
export async function findApiKeyHolders(reader: PartnerReader, keyIds: readonly string[]): Promise<Map<string, ApiKeyHolder>> {
  const rows = await reader.select<[string, string | null, ViewerRole, ViewerRole | null, Buffer, Date | null, Date | null]>({
    name: 'findApiKeyHolders',
    select: `select key.id, key.partner_user_id, key.role, person.role as user_role, key.secret_hash, key.expires_at, key.revoked_at
      from api_key key left join partner_user person
        on person.partner_id = scope.partner_id and person.id = key.partner_user_id and person.removed_at is null
      where key.partner_id = scope.partner_id and key.id = any ($2::text[])`,
    values: [keyIds],
    isShort: true,
  });
  const { partnerId } = reader;
  return holdersOf(
    rows.map(([id, user, role, userRole, secretHash, expiresAt, revokedAt]) => ({
      ...{ id, partner_id: partnerId, partner_user_id: user, role, user_role: userRole },
      ...{ secret_hash: secretHash, expires_at: expiresAt, revoked_at: revokedAt },
    })),
  );
}

/** The same for keys of any partner: of many at once, and of those whose partner is not known. It uses the one function that sees all keys. */
export async function findApiKeyHoldersUnscoped(pool: Pool, keyIds: readonly string[]): Promise<Map<string, ApiKeyHolder>> {
  const statement = {
    name: 'findApiKeys',
    text: `/* findApiKeyHoldersUnscoped */ select id, partner_id, partner_user_id, role, user_role, secret_hash, expires_at, revoked_at from find_api_keys($1)`,
    values: [keyIds],
  };
  return holdersOf((await retryRead(() => pool.query<HolderRow>(statement))).rows);
}

function holdersOf(rows: readonly HolderRow[]): Map<string, ApiKeyHolder> {
  return new Map(
    rows
      .filter((row) => row.partner_user_id === null || row.user_role !== null)
      .map(({ id, role, user_role: userRole, ...row }) => [
        id,
        {
          partnerId: row.partner_id,
          partnerUserId: row.partner_user_id,
          role: userRole === null ? role : lesserRole(role, userRole),
          secretHash: row.secret_hash,
          expiresAt: row.expires_at,
          revokedAt: row.revoked_at,
        },
      ]),
  );
}
