import { timingSafeEqual } from 'node:crypto';
import type { Pool } from 'pg';
import type { Viewer } from '../access/viewer.ts';
import { readAs } from '../database/reader.ts';
import type { DatabaseUsage } from '../database/usage.ts';
import { findSessionHolders, findSessionHoldersUnscoped, type SessionHolder } from '../session/session.queries.ts';
import { parseSession } from '../session/session-secret.ts';
import { noteSessionUsed, type SessionLife } from '../session/session.writers.ts';
import { isOwnPartner, type AuthenticationFailure } from './authenticate.ts';
import { credentialLookups, type LookupOptions } from './credential.lookups.ts';
import { LookupsFull } from './lookup.lane.ts';

export type AuthenticateSession = {
  /** Authenticates a request by the value of the browser's cookie. */
  authenticate(
    cookie: string | null,
    partnerHeader: string | undefined,
    usage?: DatabaseUsage,
  ): Promise<Viewer | Extract<AuthenticationFailure, 'UNAUTHENTICATED' | 'OVERLOADED' | 'PARTNER_NOT_FOUND'>>;
  /** For a session that this process has ended: other processes learn it within 5 seconds. */
  forget(session: { id: string; partnerId: string }): void;
};

export function createAuthenticateSession(pool: Pool, life: SessionLife, options: LookupOptions = {}): AuthenticateSession {
  const sessions = credentialLookups<SessionHolder>(
    { partner: (partnerId, ids) => findSessionHolders(readAs(pool, partnerId), ids), all: (ids) => findSessionHoldersUnscoped(pool, ids) },
    options,
  );
  const noted = new WeakSet<SessionHolder>();

  /** No request waits for it. If it fails, the next look-up tries again. */
  function noteUse(sessionId: string, holder: SessionHolder): void {
    if (!holder.isNoteDue || noted.has(holder)) return;
    noted.add(holder);
    void noteSessionUsed(pool, holder.partnerId, sessionId, life).catch(() => {});
  }

  return {
    forget: sessions.forget,
    async authenticate(cookie, partnerHeader, usage) {
      const presented = cookie === null ? null : parseSession(cookie);
      if (presented === null) return 'UNAUTHENTICATED';
      const holder = await sessions.find(presented, usage).catch((error: unknown) => {
        if (error instanceof LookupsFull) return 'OVERLOADED' as const;
        throw error;
      });
      if (holder === 'OVERLOADED') return holder;
      if (holder === null || !timingSafeEqual(holder.secretHash, presented.secretHash)) return 'UNAUTHENTICATED';
      noteUse(presented.id, holder);
      const { partnerId, partnerUserId, role, apiKeyId } = holder;
      const credentialId = apiKeyId ?? `sub:session ${presented.id}`;
      const viewer = { partnerId, partnerUserId, role, credentialId, sessionId: presented.id };
      return isOwnPartner(viewer, partnerHeader) ? viewer : 'PARTNER_NOT_FOUND';
    },
  };
}
