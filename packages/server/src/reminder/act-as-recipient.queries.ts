import type { Pool } from 'pg';
import type { ViewerRole } from '../access/role.rules.ts';
import type { Viewer } from '../access/viewer.ts';
import type { CalendarDate } from '../calendar-date.ts';
import { inPartnerTransaction } from '../database/transaction.ts';
import { actorOf, findActing, lockPeopleStatement, roleNow } from '../writing/acting.queries.ts';
import type { Write } from '../writing/write.ts';

/** A user of a partner who opened a link from a mail, in one request. */
export type Recipient = { partnerId: string; userId: string; today: CalendarDate; requestId: string };

/**
 * Runs work in one transaction as the user who got the mail, with the user's role of now; without it if the user was removed, or if the
 * role is not among those allowed. It is the way of a mutation, but for the API key.
 */
export async function actAsRecipient<T>(
  pool: Pool,
  { partnerId, userId, today, requestId }: Recipient,
  allowed: readonly ViewerRole[],
  work: (write: Write) => Promise<T>,
): Promise<T | 'REMOVED' | 'FORBIDDEN'> {
  // As with sign-on, there is no key whose role could be lower.
  const viewer: Viewer = { partnerId, role: 'VIEWER', partnerUserId: userId, credentialId: 'sub:reminder-link' };
  return await inPartnerTransaction(
    pool,
    partnerId,
    async (tx) => {
      const acting = await findActing(tx, viewer);
      const role = roleNow(viewer, acting);
      if (role === null) return 'REMOVED';
      if (!allowed.includes(role)) return 'FORBIDDEN';
      return await work({ tx, viewer: { ...viewer, role }, actor: actorOf(viewer, acting.user?.name ?? null), today, requestId });
    },
    { isRoutine: true, opening: [lockPeopleStatement(viewer, { changesRights: false })] },
  );
}
