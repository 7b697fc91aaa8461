import { withNested, type FieldTable } from '../reading/projection.ts';
import { partnerUserFields } from '../partner/partner.fields.ts';

/** How a key begins, and is named by in logs and the audit trail. */
const prefix = 'prk_';

const apiKeyIdOf = (keyId: string): string => `${prefix}${keyId}`;

/** Null for what is no id of a key. */
export function keyIdOf(apiKeyId: string): string | null {
  return /^prk_([0-9A-Za-z]{12})$/.exec(apiKeyId)?.[1] ?? null;
}

/** An API key, under the alias `key`; `person` is its user. */
export const apiKeyFields: FieldTable = withNested(
  {
    leaves: {
      id: { sql: ['key.id'], value: ([keyId]) => apiKeyIdOf(keyId as never) },
      role: { sql: ['key.role'] },
      createdAt: { sql: ['key.created_at'] },
      expiresAt: { sql: ['key.expires_at'] },
      revokedAt: { sql: ['key.revoked_at'] },
    },
    nullable: { user: 'user.id' },
  },
  { user: partnerUserFields },
);
