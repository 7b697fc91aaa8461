import { timingSafeEqual } from 'node:crypto';
import type { Pool } from 'pg';
import { uuidOf } from '../graphql/global-id.ts';
import { partnerExists } from '../partner/partner-directory.queries.ts';
import { findPartnerUserByEmail } from '../partner/partner-user.queries.ts';
import { parseApiKey, type ApiKeyDigest } from '../api-key/api-key.ts';
import { findApiKeyHoldersUnscoped, type ApiKeyHolder } from '../api-key/api-key.queries.ts';
import { remember } from './lookup.cache.ts';
import type { Principal } from '../access/principal.ts';
import type { ViewerRole } from '../access/role.rules.ts';
import type { CheckToken } from './sign-on.ts';

/** One answer a kind, whatever led to it: how a key or token is bad, or whose a partner is, is not told. */
export type AuthenticationFailure = 'UNAUTHENTICATED' | 'SIGN_ON_UNAVAILABLE' | 'PARTNER_NOT_NAMED' | 'PARTNER_NOT_FOUND';

export type Authenticate = (
  authorization: string | undefined,
  partnerHeader: string | undefined,
) => Promise<Principal | AuthenticationFailure>;

/** Who it is, before the request has named a partner: an operator is for all of them. */
type Bearer = { role: ViewerRole; partnerId: string; partnerUserId: string | null; credentialId: string };

/** Who sends a request: by `Authorization: Bearer <API key or token>`, and for operators the partner in `X-Partner-Id`. */
export function createAuthenticate(
  pool: Pool,
  now: () => number,
  checkToken: CheckToken | null = null,
  monotonic?: () => number,
): Authenticate {
  const findHolders = (keyIds: readonly string[]) => findApiKeyHoldersUnscoped(pool, keyIds);
  const findHolder = remember(async (keyId) => (await findHolders([keyId])).get(keyId) ?? null, findHolders, monotonic);
  const findPartner = remember(async (partnerId) => (await partnerExists(pool, partnerId)) || null, undefined, monotonic);
  const findUser = remember(
    async (key) => await findPartnerUserByEmail(pool, key.slice(0, uuidLength), key.slice(uuidLength)),
    undefined,
    monotonic,
  );

  async function bearerOfKey({ id, secretHash }: ApiKeyDigest): Promise<Bearer | 'UNAUTHENTICATED'> {
    const holder = await findHolder(id);
    if (!holder || !timingSafeEqual(holder.secretHash, secretHash) || !isAlive(holder, now())) return 'UNAUTHENTICATED';
    const { partnerId, partnerUserId, role } = holder;
    return { partnerId, partnerUserId, role, credentialId: id };
  }

  async function bearerOfToken(token: string): Promise<Bearer | 'UNAUTHENTICATED' | 'SIGN_ON_UNAVAILABLE'> {
    const signedOn = checkToken === null ? 'INVALID' : await checkToken(token);
    if (signedOn === 'INVALID') return 'UNAUTHENTICATED';
    if (signedOn === 'UNAVAILABLE') return 'SIGN_ON_UNAVAILABLE';
    const credentialId = `sub:${signedOn.subject}`;
    if (signedOn.isOperator) return { role: 'OPERATOR', partnerId: '', partnerUserId: null, credentialId };
    const { partnerId, email } = signedOn;
    const user = email.includes('\0') ? null : await findUser(partnerId + email.toLowerCase());
    return user ? { role: user.role, partnerId, partnerUserId: user.id, credentialId } : 'UNAUTHENTICATED';
  }

  return async function authenticate(authorization, partnerHeader) {
    const presented = /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1] ?? '';
    const key = parseApiKey(presented);
    const bearer = key ? await bearerOfKey(key) : await bearerOfToken(presented);
    if (typeof bearer === 'string') return bearer;
    const named = partnerHeader === undefined ? undefined : uuidOf('Partner', partnerHeader);
    if (bearer.role !== 'OPERATOR') return named === undefined || named === bearer.partnerId ? bearer : 'PARTNER_NOT_FOUND';
    if (named === undefined) return 'PARTNER_NOT_NAMED';
    return named && (await findPartner(named)) ? { ...bearer, partnerId: named } : 'PARTNER_NOT_FOUND';
  };
}

const uuidLength = 36;

function isAlive({ revokedAt, expiresAt }: ApiKeyHolder, now: number): boolean {
  return !revokedAt && (!expiresAt || now < expiresAt.getTime());
}
