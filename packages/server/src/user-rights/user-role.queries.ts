import { isAtMost, type PartnerUserRole } from '../access/role.rules.ts';
import { revokeKeysMadeBy } from '../api-key/api-key.queries.ts';
import { inputError, notFound } from '../graphql/user-error.ts';
import { beyondOwnRole, isLastAdminSql, lastAdminMessage } from '../partner/partner-user-edit.queries.ts';
import { recordAuditEvent } from '../writing/audit-event.queries.ts';
import { failed, type Outcome, type Write } from '../writing/write.ts';

/** Changes a user's role. Keys above it that the user has made for others go, since the user knows them. The same role again changes nothing. */
export async function setPartnerUserRole(write: Write, userId: string | null, role: PartnerUserRole): Promise<Outcome<'user'>> {
  const { tx, viewer } = write;
  const { rows } = await tx.query<{ role: PartnerUserRole; is_last: boolean }>(
    `/* setPartnerUserRole */ select person.role, ${isLastAdminSql} as is_last
     from partner_user person where person.partner_id = $1 and person.id = $2 and person.removed_at is null`,
    [tx.partnerId, userId],
  );
  const user = rows[0];
  if (user === undefined || userId === null) return failed(notFound('user', 'userId'));
  if (!isAtMost(role, viewer.role)) return failed(inputError('INVALID', beyondOwnRole, 'role'));
  if (user.role === role) return { userId, userErrors: [] };
  if (user.is_last) return failed(inputError('INVALID', lastAdminMessage, 'role'));
  await tx.query('/* setPartnerUserRole */ update partner_user set role = $3 where partner_id = $1 and id = $2', [
    tx.partnerId,
    userId,
    role,
  ]);
  await revokeKeysMadeBy(write, userId, { aboveRole: role });
  await recordAuditEvent(write, {
    action: 'SET_USER_ROLE',
    before: { partnerUserId: userId, role: user.role },
    after: { partnerUserId: userId, role },
  });
  return { userId, userErrors: [] };
}
