import { timingSafeEqual } from 'node:crypto';
import type { Pool } from 'pg';
import { readAs } from '../database/reader.ts';
import type { DatabaseUsage } from '../database/usage.ts';
import { uuidOf } from '../graphql/global-id.ts';
import { partnerExists } from '../partner/partner-directory.queries.ts';
import { findPartnerUserByEmail } from '../partner/partner-user.queries.ts';
import { parseApiKey, type ApiKeyDigest } from '../api-key/api-key.ts';
import { findApiKeyHolders, findApiKeyHoldersUnscoped, type ApiKeyHolder } from '../api-key/api-key.queries.ts';
import { cacheLookups } from './lookup.cache.ts';
import { credentialLookups, type LookupOptions } from './credential.lookups.ts';
import { LookupsFull } from './lookup.lane.ts';
import type { Viewer } from '../access/viewer.ts';
import type { ViewerRole } from '../access/role.rules.ts';
import type { CheckToken } from './sign-on.ts';

/** The response reveals only these codes: neither why a key or token is invalid, nor whether another partner exists. */
export type AuthenticationFailure = 'UNAUTHENTICATED' | 'OVERLOADED' | 'SIGN_ON_UNAVAILABLE' | 'PARTNER_NOT_NAMED' | 'PARTNER_NOT_FOUND';

export type Authenticate = (
  authorization: string | undefined,
  partnerHeader: string | undefined,
  /** Counts the statements that the request causes. */
  usage?: DatabaseUsage,
) => Promise<Viewer | AuthenticationFailure>;

/** The identity that a key or token proves. An operator's has no partner yet: the request names it. */
type Identity = { role: ViewerRole; partnerId: string; partnerUserId: string | null; credentialId: string };

/** Authenticates a request by `Authorization: Bearer <API key or token>`. Operators name the partner in `X-Partner-Id`. */
export function createAuthenticate(
  pool: Pool,
  now: () => number,
  checkToken: CheckToken | null = null,
  options: LookupOptions = {},
): Authenticate {
  const { monotonic } = options;
  const holders = credentialLookups<ApiKeyHolder>(
    { partner: (partnerId, ids) => findApiKeyHolders(readAs(pool, partnerId), ids), all: (ids) => findApiKeyHoldersUnscoped(pool, ids) },
    options,
  );
  const partners = cacheLookups(async (partnerId) => (await partnerExists(readAs(pool, partnerId))) || null, undefined, monotonic);
  const users = cacheLookups(
    async (key) => await findPartnerUserByEmail(readAs(pool, key.slice(0, uuidLength)), key.slice(uuidLength)),
    undefined,
    monotonic,
  );

  async function identifyByKey(presented: ApiKeyDigest, usage?: DatabaseUsage): Promise<Identity | 'UNAUTHENTICATED' | 'OVERLOADED'> {
    const holder = await holders.find(presented, usage).catch((error: unknown) => {
      if (error instanceof LookupsFull) return 'OVERLOADED' as const;
      throw error;
    });
    if (holder === 'OVERLOADED') return holder;
    if (!holder || !timingSafeEqual(holder.secretHash, presented.secretHash) || !isActive(holder, now())) return 'UNAUTHENTICATED';
    const { partnerId, partnerUserId, role } = holder;
    return { partnerId, partnerUserId, role, credentialId: presented.id };
  }

  async function identifyByToken(
    token: string,
    usage?: DatabaseUsage,
  ): Promise<Identity | 'UNAUTHENTICATED' | 'OVERLOADED' | 'SIGN_ON_UNAVAILABLE'> {
    const tokenIdentity = checkToken === null ? 'INVALID' : await checkToken(token);
    if (tokenIdentity === 'INVALID') return 'UNAUTHENTICATED';
    if (tokenIdentity === 'UNAVAILABLE') return 'SIGN_ON_UNAVAILABLE';
    if (tokenIdentity === 'OVERLOADED') return 'OVERLOADED';
    const credentialId = `sub:${tokenIdentity.subject}`;
    if (tokenIdentity.isOperator) return { role: 'OPERATOR', partnerId: '', partnerUserId: null, credentialId };
    const { partnerId, email } = tokenIdentity;
    const user = email.includes('\0') ? null : await users.find(partnerId + email.toLowerCase(), usage);
    return user ? { role: user.role, partnerId, partnerUserId: user.id, credentialId } : 'UNAUTHENTICATED';
  }

  return async function authenticate(authorization, partnerHeader, usage) {
    const presented = /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1] ?? '';
    const key = parseApiKey(presented);
    const identity = key ? await identifyByKey(key, usage) : await identifyByToken(presented, usage);
    if (typeof identity === 'string') return identity;
    if (identity.role !== 'OPERATOR') return isOwnPartner(identity, partnerHeader) ? identity : 'PARTNER_NOT_FOUND';
    const named = partnerHeader === undefined ? undefined : uuidOf('Partner', partnerHeader);
    if (named === undefined) return 'PARTNER_NOT_NAMED';
    return named && (await partners.find(named, usage)) ? { ...identity, partnerId: named } : 'PARTNER_NOT_FOUND';
  };
}

/** Whether the request names no other partner than the viewer's own. */
export function isOwnPartner({ partnerId }: Pick<Viewer, 'partnerId'>, partnerHeader: string | undefined): boolean {
  return partnerHeader === undefined || uuidOf('Partner', partnerHeader) === partnerId;
}

const uuidLength = 36;

function isActive({ revokedAt, expiresAt }: ApiKeyHolder, now: number): boolean {
  return !revokedAt && (!expiresAt || now < expiresAt.getTime());
}
