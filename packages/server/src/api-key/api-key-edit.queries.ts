import { insertApiKey } from './api-key.queries.ts';
import { recordAuditEvent, type Write } from '../writing/audit-event.queries.ts';
import { isAtMost, type PartnerUserRole } from '../access/role.rules.ts';
import { Parameters } from '../database/sql.ts';
import { queryAsPartner, type Db } from '../database/partner-scope.ts';
import type { Page } from '../reading/connection.type.ts';
import { selectKeyed, selectPage, type FoundPage, type PageFacts } from '../reading/page.queries.ts';
import type { Projection } from '../reading/projection.ts';
import { inputError, notFound, type UserError } from '../graphql/user-error.type.ts';
import { beyondOwnRole } from '../partner/partner-user-edit.queries.ts';

// The vendor's operators have keys that are stored with some partner: they are no key of that partner's, to it they are not there.

const from = 'api_key k left join partner_user w on w.partner_id = k.partner_id and w.id = k.partner_user_id';
const ofPartner = `k.partner_id = s.partner_id and k.role <> 'OPERATOR'`;

export const apiKeyOrder = {
  name: 'API keys of the partner',
  keys: [{ sql: 'k.created_at', type: 'timestamptz', isRequired: true, isDescending: true }],
  // Cursors carry a uuid.
  id: 'md5(k.id)::uuid',
} as const;

export async function findApiKeysOfPartner(
  db: Db,
  partnerId: string,
  projection: Projection,
  page: Page,
  facts: PageFacts,
): Promise<FoundPage> {
  return await selectPage(db, partnerId, {
    name: 'findApiKeysOfPartner',
    projection,
    from,
    where: ofPartner,
    order: apiKeyOrder,
    page,
    facts,
    parameters: new Parameters(),
  });
}

export async function countApiKeysOfPartner(db: Db, partnerId: string): Promise<number> {
  const rows = await queryAsPartner<[number]>(db, partnerId, {
    name: 'countApiKeysOfPartner',
    select: `select count(*)::int from api_key k where ${ofPartner}`,
    values: [],
  });
  return rows[0]?.[0] ?? 0;
}

export async function findApiKeys(db: Db, partnerId: string, projection: Projection, keyIds: readonly string[]) {
  const parameters = new Parameters();
  const where = `${ofPartner} and k.id = any (${parameters.add(keyIds, 'text[]')})`;
  return await selectKeyed(db, partnerId, { name: 'findApiKeys', projection, key: 'k.id', from, where, parameters });
}

/** The text of a new key. Under a symbol it is in no JSON, so it is never kept with the answer to an idempotency key. */
export const keyText = Symbol('keyText');

export type ApiKeyOutcome = { keyId: string | null; userErrors: UserError[]; [keyText]?: string };

const failed = (...userErrors: UserError[]): ApiKeyOutcome => ({ keyId: null, userErrors });

type NewKey = { role: PartnerUserRole; user: { id: string | null } | null; expiresAt: Date | null };

/** Makes a key for the partner itself or one of its users; it may do no more than its maker and its user. */
export async function addApiKey(write: Write, { role, user, expiresAt }: NewKey): Promise<ApiKeyOutcome> {
  const { tx, principal } = write;
  if (!isAtMost(role, principal.role)) return failed(inputError('INVALID', beyondOwnRole, 'role'));
  const { rows } = await tx.query<{ role: PartnerUserRole | null; is_over: boolean }>(
    `/* addApiKey */ select (select role from partner_user where partner_id = $1 and id = $2 for share) as role, coalesce($3 <= now(), false) as is_over`,
    [tx.partnerId, user?.id ?? null, expiresAt],
  );
  const found = rows[0];
  if (user !== null && found?.role == null) return failed(notFound('user', 'userId'));
  if (found?.role != null && !isAtMost(role, found.role)) {
    return failed(inputError('INVALID', `A key may do no more than its user, who is a ${found.role}.`, 'role'));
  }
  if (found?.is_over === true) return failed(inputError('INVALID', 'Choose an instant in the future, or none.', 'expiresAt'));
  const { key, id } = await insertApiKey(write, { role, partnerUserId: user?.id ?? null, expiresAt });
  return { keyId: id, userErrors: [], [keyText]: key };
}

/** Ends a key; any, the own and the last one too: a key that leaked must go at once. Again: the same answer, nothing done. */
export async function revokeApiKey(write: Write, keyId: string | null): Promise<ApiKeyOutcome> {
  const { tx } = write;
  const { rows } = await tx.query<{ revoked_at: Date | null }>(
    `/* revokeApiKey */ select revoked_at from api_key where partner_id = $1 and id = $2 and role <> 'OPERATOR' for update`,
    [tx.partnerId, keyId],
  );
  if (rows[0] === undefined || keyId === null) return failed(notFound('API key', 'apiKeyId'));
  if (rows[0].revoked_at === null) {
    await tx.query('/* revokeApiKey */ update api_key set revoked_at = now() where partner_id = $1 and id = $2', [tx.partnerId, keyId]);
    await recordAuditEvent(write, { action: 'REVOKE_API_KEY', after: { apiKeyId: keyId } });
  }
  return { keyId, userErrors: [] };
}
