import type { ViewerRole } from './role.rules.ts';

/** The authenticated sender of a request, and the partner it acts for. */
export type Viewer = {
  partnerId: string;
  role: ViewerRole;
  partnerUserId: string | null;
  /** The id of the API key, or `sub:` and the subject of the sign-on token or the session. */
  credentialId: string;
  /** The id of the browser's session; without one, the request brings its key or token. */
  sessionId?: string;
};

/** Who pays for a request, with points and with places in the server: the partner, or the operator that acts for it. */
export const payerOf = ({ role, partnerId, credentialId }: Viewer): string =>
  role === 'OPERATOR' ? `operator ${credentialId}` : partnerId;

/** Id of the API key that the viewer presented, or signed in with; null for sign-on. */
export const keyIdOf = ({ credentialId }: Pick<Viewer, 'credentialId'>): string | null =>
  credentialId.startsWith('sub:') ? null : credentialId;
