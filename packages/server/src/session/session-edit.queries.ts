import { adminRoles } from '../access/role.rules.ts';
import { notFound } from '../graphql/user-error.ts';
import { recordAuditEvent } from '../writing/audit-event.queries.ts';
import { failed, type Outcome, type Write } from '../writing/write.ts';
import { markSessionEnded } from './session.writers.ts';

/** Ends a session of the viewer, or for an administrator any of the partner. Idempotent. */
export async function endSession(write: Write, sessionId: string | null): Promise<Outcome<'session'>> {
  const { tx, viewer } = write;
  const { rows } = await tx.query<{ partner_user_id: string | null; api_key_id: string | null }>(
    '/* endSession */ select session.partner_user_id, session.api_key_id from user_session session where session.partner_id = $1 and session.id = $2',
    [tx.partnerId, sessionId],
  );
  const [session] = rows;
  const isOwn =
    viewer.partnerUserId === null ? session?.api_key_id === viewer.credentialId : session?.partner_user_id === viewer.partnerUserId;
  if (sessionId === null || session === undefined || !(isOwn || adminRoles.includes(viewer.role)))
    return failed(notFound('session', 'sessionId'));
  const partnerUserId = session.partner_user_id;
  if (await markSessionEnded(tx, sessionId)) await recordAuditEvent(write, { action: 'END_SESSION', after: { sessionId, partnerUserId } });
  return { sessionId, userErrors: [] };
}
