import type { ViewerRole } from './role.rules.ts';

/** Who sends a request, and for which partner. */
export type Viewer = {
  partnerId: string;
  role: ViewerRole;
  partnerUserId: string | null;
  /** The id of the API key, or `sub:` and whom the token is of. */
  credentialId: string;
};
