import type { PartnerUserRole } from '../access/role.rules.ts';
import { revokeKeysMadeBy } from '../api-key/api-key.queries.ts';
import { setPartnerUserRole } from '../partner/partner-user-edit.queries.ts';
import type { Outcome, Write } from '../writing/write.ts';

/** Changes a user's role. Keys above it that the user has made for others go, since the user knows them. */
export async function setRoleWithKeys(write: Write, userId: string | null, role: PartnerUserRole): Promise<Outcome<'user'>> {
  const outcome = await setPartnerUserRole(write, userId, role);
  if (userId !== null && outcome.userErrors.length === 0) await revokeKeysMadeBy(write, userId, { aboveRole: role });
  return outcome;
}
