import { revokeKeysMadeBy, revokeKeysOfUser } from '../api-key/api-key.queries.ts';
import { deleteChosenColumns } from '../dashboard/dashboard-column.queries.ts';
import { deleteDefaultView } from '../dashboard/default-view.queries.ts';
import { handOverViews } from '../dashboard/saved-view-handover.queries.ts';
import { inputError, notFound } from '../graphql/user-error.ts';
import { lastAdminMessage, markUserRemoved } from '../partner/partner-user-edit.queries.ts';
import { recordAuditEvent, type Author } from '../writing/audit-event.queries.ts';
import { failed, type Outcome } from '../writing/write.ts';

/**
 * Bars a user for good: their keys and those they have made for others, sign-on, private views, columns and default view go, and their shared
 * views pass on to the partner. The audit trail stays. To remove a removed user again changes nothing. The caller holds the lock of people.
 */
export async function removePartnerUser(write: Author, userId: string | null): Promise<Outcome<'removedUser'>> {
  const removed = await markUserRemoved(write, userId);
  if (removed === 'NOT_FOUND' || userId === null) return failed(notFound('user', 'userId'));
  if (removed === 'LAST_ADMIN') return failed(inputError('INVALID', lastAdminMessage, 'userId'));
  if (removed === 'ALREADY_REMOVED') return { removedUserId: userId, userErrors: [] };
  await revokeKeysOfUser(write, userId);
  await revokeKeysMadeBy(write, userId, { aboveRole: null });
  await deleteChosenColumns(write.tx, userId);
  await deleteDefaultView(write.tx, userId);
  const { deleted, passedOn } = await handOverViews(write.tx, userId);
  await recordAuditEvent(write, {
    action: 'REMOVE_USER',
    before: { partnerUserId: userId, ...removed },
    after: { deletedSavedViewIds: deleted, passedOnSavedViewIds: passedOn },
  });
  return { removedUserId: userId, userErrors: [] };
}
