import { timingSafeEqual } from 'node:crypto';
import type { Pool } from 'pg';
import { uuidOf } from '../graphql/global-id.ts';
import { partnerExists } from '../partner/partner-directory.queries.ts';
import { parseApiKey } from './api-key.ts';
import { findApiKeyHolderUnscoped, type ApiKeyHolder } from './api-key.queries.ts';
import type { ViewerRole } from './role.rules.ts';

export type Principal = { partnerId: string; role: ViewerRole; partnerUserId: string | null; apiKeyId: string };

/** One answer a kind, whatever led to it: how a key is bad, or whose a partner is, is not told. */
export type AuthenticationFailure = 'UNAUTHENTICATED' | 'PARTNER_NOT_NAMED' | 'PARTNER_NOT_FOUND';

export type Authenticate = (
  authorization: string | undefined,
  partnerHeader: string | undefined,
) => Promise<Principal | AuthenticationFailure>;

// A key must be dead 5 s after it was revoked; the rest is for the request that is on its way.
const rememberedMs = 4_000;
const rememberedKeys = 10_000;

/** Who sends a request: by `Authorization: Bearer <API key>`, and for operators the partner in `X-Partner-Id`. */
export function createAuthenticate(pool: Pool, now: () => number): Authenticate {
  const findHolder = remember((keyId) => findApiKeyHolderUnscoped(pool, keyId));
  const findPartner = remember(async (partnerId) => (await partnerExists(pool, partnerId)) || null);

  return async function authenticate(authorization, partnerHeader) {
    const presented = parseApiKey(/^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1] ?? '');
    if (!presented) return 'UNAUTHENTICATED';
    const holder = await findHolder(presented.id);
    if (!holder || !timingSafeEqual(holder.secretHash, presented.secretHash) || !isAlive(holder, now())) return 'UNAUTHENTICATED';

    const named = partnerHeader === undefined ? undefined : uuidOf('Partner', partnerHeader);
    const principal = { role: holder.role, partnerUserId: holder.partnerUserId, apiKeyId: presented.id };
    if (holder.role !== 'OPERATOR') {
      return named === undefined || named === holder.partnerId ? { ...principal, partnerId: holder.partnerId } : 'PARTNER_NOT_FOUND';
    }
    if (named === undefined) return 'PARTNER_NOT_NAMED';
    return named && (await findPartner(named)) ? { ...principal, partnerId: named } : 'PARTNER_NOT_FOUND';
  };
}

function isAlive({ revokedAt, expiresAt }: ApiKeyHolder, now: number): boolean {
  return !revokedAt && (!expiresAt || now < expiresAt.getTime());
}

/** Remembers what was found, for a moment, and asks once for many at a time. What is not there is asked for each time. */
function remember<T>(find: (id: string) => Promise<T | null>): (id: string) => Promise<T | null> {
  // By the time since the process started: a clock that is set back must not prolong a revoked key's life.
  const found = new Map<string, { result: Promise<T | null>; until: number }>();
  return (id) => {
    const known = found.get(id);
    if (known && performance.now() < known.until) return known.result;
    const result = find(id);
    const entry = { result, until: performance.now() + rememberedMs };
    found.delete(id);
    found.set(id, entry);
    if (found.size > rememberedKeys) found.delete(found.keys().next().value!);
    const forget = () => void (found.get(id) === entry && found.delete(id));
    result.then((value) => value === null && forget(), forget);
    return result;
  };
}
