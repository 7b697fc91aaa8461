import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Pool } from 'pg';
import type { AuthenticateSession } from '../../authentication/authenticate-session.ts';
import { payerPool } from '../../database/payer-pool.ts';
import { inPartnerTransaction } from '../../database/transaction.ts';
import { createSession, markSessionEnded, sessionLifeOf, type SessionMethod } from '../../session/session.writers.ts';
import { lockPeople } from '../../writing/people-lock.queries.ts';
import { clearCookie, readCookie, setCookie, type CookieConfig } from './session-cookie.ts';

/** What every way to sign in needs. */
export type SignInScope = { config: CookieConfig; pool: Pool; sessions: AuthenticateSession };

/** Who signed in, and how. */
export type SignedIn = { partnerId: string; partnerUserId: string | null; apiKeyId: string | null; method: SessionMethod };

/** Gives the browser a new session. It never takes over the one of a cookie that came with the request: that one ends. */
export async function signIn(request: FastifyRequest, reply: FastifyReply, signedIn: SignedIn, scope: SignInScope): Promise<void> {
  const { config, pool } = scope;
  const { partnerId, ...holder } = signedIn;
  const life = sessionLifeOf(config.sessionHours);
  await endOwnSession(request, scope);
  const { text } = await createSession(payerPool(pool, partnerId), partnerId, { ...holder, userAgent: userAgentOf(request), life });
  setCookie(reply, 'renewals_session', { value: text, seconds: life.seconds }, config);
  if (readCookie(request, 'renewals_signed_out', config) !== null) clearCookie(reply, 'renewals_signed_out', config);
}

/** Ends the session of the request's cookie, if it has one, for this process at once. Returns false if the server has no time to look it up. */
export async function endOwnSession(request: FastifyRequest, { config, pool, sessions }: SignInScope): Promise<boolean> {
  const viewer = await sessions.authenticate(readCookie(request, 'renewals_session', config), undefined);
  if (typeof viewer === 'string') return viewer !== 'OVERLOADED';
  const { partnerId, sessionId } = viewer;
  await inPartnerTransaction(payerPool(pool, partnerId), partnerId, async (tx) => {
    await lockPeople(tx);
    await markSessionEnded(tx, sessionId!);
  });
  sessions.forget({ id: sessionId!, partnerId });
  return true;
}

/** Shown in the list of sessions. Control characters, and those that change the direction of text, are left out. */
function userAgentOf({ headers }: FastifyRequest): string | null {
  const text = (headers['user-agent'] ?? '').replace(/[^\x20-\x7e]/g, '').trim();
  return text === '' ? null : text.slice(0, 200);
}
