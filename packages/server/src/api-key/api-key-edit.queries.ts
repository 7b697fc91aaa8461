import { insertApiKey, markRevoked } from './api-key.queries.ts';
import { failed, type Outcome, type Write } from '../writing/write.ts';
import { isAtMost, type PartnerUserRole } from '../access/role.rules.ts';
import { inputError, notFound } from '../graphql/user-error.ts';
import { beyondOwnRole } from '../partner/partner-user-edit.queries.ts';

/** The text of a new key. A symbol property is never serialized to JSON, so the key is not stored with the outcome. */
export const keyText = Symbol('keyText');

export type ApiKeyOutcome = Outcome<'apiKey'> & { [keyText]?: string };

type NewKey = { role: PartnerUserRole; user: { id: string | null } | null; expiresAt: Date | null };

const maxLiveKeys = 1_000;

/** Creates a key for the partner itself or one of its users. Its role is limited to that of its creator and its user. */
export async function addApiKey(write: Write, { role, user, expiresAt }: NewKey): Promise<ApiKeyOutcome> {
  const { tx, viewer } = write;
  if (!isAtMost(role, viewer.role)) return failed(inputError('INVALID', beyondOwnRole, 'role'));
  const { rows } = await tx.query<{ role: PartnerUserRole | null; is_over: boolean; live: number }>(
    `/* addApiKey */ select coalesce($3 <= now(), false) as is_over,
       (select count(*)::int from api_key key where key.partner_id = $1 and key.role <> 'OPERATOR' and key.revoked_at is null
          and (key.expires_at is null or key.expires_at > now())) as live,
       (select person.role from partner_user person where person.partner_id = $1 and person.id = $2 and person.removed_at is null for share) as role`,
    [tx.partnerId, user?.id ?? null, expiresAt],
  );
  const found = rows[0];
  if (user !== null && found?.role == null) return failed(notFound('user', 'userId'));
  if (found?.role != null && !isAtMost(role, found.role)) {
    return failed(inputError('INVALID', `A key may do no more than its user, who is a ${found.role}.`, 'role'));
  }
  if (found?.is_over === true) return failed(inputError('INVALID', 'Choose a time in the future, or none.', 'expiresAt'));
  if ((found?.live ?? 0) >= maxLiveKeys) {
    return failed(inputError('INVALID', `A partner can have at most ${maxLiveKeys} live API keys. Revoke one first.`));
  }
  const { key, id } = await insertApiKey(write, { role, partnerUserId: user?.id ?? null, expiresAt }, viewer);
  return { apiKeyId: id, userErrors: [], [keyText]: key };
}

/** Revokes any key of the partner, including the viewer's own and the last one: a leaked key must go at once. Idempotent. */
export async function revokeApiKey(write: Write, keyId: string | null): Promise<ApiKeyOutcome> {
  const { tx } = write;
  const { rows } = await tx.query(
    `/* revokeApiKey */ select from api_key key where key.partner_id = $1 and key.id = $2 and key.role <> 'OPERATOR' for update`,
    [tx.partnerId, keyId],
  );
  if (rows.length === 0 || keyId === null) return failed(notFound('API key', 'apiKeyId'));
  await markRevoked(write, keyId);
  return { apiKeyId: keyId, userErrors: [] };
}
