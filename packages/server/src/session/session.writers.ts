import type { Pool } from 'pg';
import { inPartnerTransaction, type PartnerTransaction } from '../database/transaction.ts';
import { makeSession } from './session-secret.ts';

export type SessionMethod = 'API_KEY' | 'SIGN_ON' | 'SAMPLE';

/** How long a session may last: in all, and without a request. */
export type SessionLife = { seconds: number; idleSeconds: number };

export const sessionLifeOf = (hours: number): SessionLife => ({ seconds: hours * 3_600, idleSeconds: hours * 900 });

type NewSession = {
  partnerUserId: string | null;
  apiKeyId: string | null;
  method: SessionMethod;
  userAgent: string | null;
  life: SessionLife;
};

/** The most live sessions of one user, or of one key without a user. A further one ends the oldest. */
const maxLive = 50;
/** The most sessions that are kept of one user or key, live or not. */
const maxKept = 200;
const keptFor = `interval '90 days'`;

/** Creates a session and returns the value of its cookie, which is stored nowhere. */
export async function createSession(pool: Pool, partnerId: string, session: NewSession): Promise<{ id: string; text: string }> {
  const { partnerUserId, apiKeyId, method, userAgent, life } = session;
  const { id, secretHash, text } = makeSession(partnerId);
  await inPartnerTransaction(pool, partnerId, async (tx) => {
    await tx.query(
      `/* createSession */ insert into user_session
         (partner_id, id, partner_user_id, api_key_id, method, secret_hash, user_agent, active_until, expires_at)
       values ($1, $2, $3, $4, $5, $6, $7, now() + $8 * interval '1 second', now() + $9 * interval '1 second')`,
      [tx.partnerId, id, partnerUserId, apiKeyId, method, secretHash, userAgent, life.idleSeconds, life.seconds],
    );
    await endOldest(tx, session);
    await deleteOld(tx, session);
  });
  return { id, text };
}

/** SQL: whether a session has the same user, or without one the same key. */
const hasHolder = ({ partnerUserId }: NewSession) =>
  partnerUserId === null ? 'session.partner_user_id is null and session.api_key_id = $2' : 'session.partner_user_id = $2';

async function endOldest(tx: PartnerTransaction, session: NewSession): Promise<void> {
  await tx.query(
    `/* endOldestSessions */ update user_session set ended_at = now() where partner_id = $1 and id in (
       select session.id from user_session session
       where session.partner_id = $1 and ${hasHolder(session)} and session.ended_at is null and session.active_until > now()
       order by session.created_at desc, session.id offset ${maxLive})`,
    [tx.partnerId, session.partnerUserId ?? session.apiKeyId],
  );
}

/** Deletes some sessions of the partner that ended long ago, and some of many by the same user. */
async function deleteOld(tx: PartnerTransaction, session: NewSession): Promise<void> {
  await tx.query(
    `/* deleteOldSessions */ delete from user_session where partner_id = $1 and id in (
       (select session.id from user_session session where session.partner_id = $1 and session.expires_at < now() - ${keptFor}
        order by session.expires_at limit 10)
       union all
       (select session.id from user_session session where session.partner_id = $1 and ${hasHolder(session)}
        order by session.created_at desc, session.id offset ${maxKept} limit 10))`,
    [tx.partnerId, session.partnerUserId ?? session.apiKeyId],
  );
}

/** Notes that a session is in use. A session that was ended meanwhile stays ended. */
export async function noteSessionUsed(pool: Pool, partnerId: string, sessionId: string, { idleSeconds }: SessionLife): Promise<void> {
  await inPartnerTransaction(pool, partnerId, (tx) =>
    tx.query(
      `/* noteSessionUsed */ update user_session set last_used_at = now(), active_until = least(expires_at, now() + $3 * interval '1 second')
       where partner_id = $1 and id = $2 and ended_at is null and active_until > now()`,
      [tx.partnerId, sessionId, idleSeconds],
    ),
  );
}

/** Ends a session within a transaction of the caller, who holds the lock of people. Returns whether it was live. */
export async function markSessionEnded(tx: PartnerTransaction, sessionId: string): Promise<boolean> {
  const { rowCount } = await tx.query(
    `/* endSession */ update user_session set ended_at = now() where partner_id = $1 and id = $2 and ended_at is null and active_until > now()`,
    [tx.partnerId, sessionId],
  );
  return rowCount === 1;
}
