import type { PartnerUserRole } from '@partner-renewals/sdk';
import { appTexts } from '../app/app.texts.ts';
import { useTexts } from '../text/language.ts';

const roles: Record<PartnerUserRole, true> = { VIEWER: true, MANAGER: true, ADMIN: true };

/** The roles of users and keys, from the least to the most. */
export function RoleOptions() {
  const text = useTexts(appTexts);
  return (Object.keys(roles) as PartnerUserRole[]).map((role) => (
    <option key={role} value={role}>
      {text.roles[role]}
    </option>
  ));
}
