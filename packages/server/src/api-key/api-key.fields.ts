import { withNested, type FieldTable } from '../reading/projection.ts';
import { partnerUserFields } from '../partner/partner.fields.ts';

/** The stored part of a key's ID; null if the ID is malformed. */
export function keyIdOf(apiKeyId: string): string | null {
  return /^prk_([0-9A-Za-z]{12})$/.exec(apiKeyId)?.[1] ?? null;
}

/** An API key (alias `key`) with its user (alias `person`). */
export const apiKeyFields: FieldTable = withNested(
  {
    leaves: {
      id: { sql: ['key.id'], value: ([keyId]) => `prk_${keyId as unknown as string}` },
      role: { sql: ['key.role'] },
      createdAt: { sql: ['key.created_at'] },
      expiresAt: { sql: ['key.expires_at'] },
      revokedAt: { sql: ['key.revoked_at'] },
    },
    nullable: { user: 'user.id' },
  },
  { user: partnerUserFields },
);
