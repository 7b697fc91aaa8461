import type { ViewerRole } from '../access/role.rules.ts';
import type { PartnerReader } from '../database/reader.ts';

export const keysAndUsers =
  'api_key key left join partner_user person on person.partner_id = key.partner_id and person.id = key.partner_user_id';

export type ApiKeyRow = {
  id: string;
  role: ViewerRole;
  userEmail: string | null;
  createdAt: Date;
  expiresAt: Date | null;
  revokedAt: Date | null;
};

/** All keys stored with a partner, including operator keys, newest first. The command line lists them. */
export async function listApiKeys(reader: PartnerReader): Promise<ApiKeyRow[]> {
  const rows = await reader.select<[string, ViewerRole, string | null, Date, Date | null, Date | null]>({
    name: 'listApiKeys',
    select: `select key.id, key.role, person.email, key.created_at, key.expires_at, key.revoked_at
      from ${keysAndUsers} where key.partner_id = scope.partner_id`,
    orderBy: 'found.created_at desc, found.id',
    values: [],
  });
  return rows.map(([id, role, userEmail, createdAt, expiresAt, revokedAt]) => ({ id, role, userEmail, createdAt, expiresAt, revokedAt }));
}
