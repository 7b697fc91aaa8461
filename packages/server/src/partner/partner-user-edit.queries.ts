import { keysMadeBySql } from '../writing/made-keys.sql.ts';
import { recordAuditEvent, type Author } from '../writing/audit-event.queries.ts';
import { failed, type Outcome, type Write } from '../writing/write.ts';
import { isAtMost, type PartnerUserRole } from '../access/role.rules.ts';
import { inputError, notFound } from '../graphql/user-error.ts';
import { clearPointOfContact } from './partner-settings.queries.ts';
import { insertPartnerUser, type NewUser } from './partner-user.queries.ts';

type PartnerUserOutcome = Outcome<'user'>;

const maxUsers = 1_000;
// Removed ones stay in the trail.
const maxUsersEver = 10_000;

/** Creates a user of the partner, with at most the viewer's own role. */
export async function addPartnerUser(write: Write, user: NewUser): Promise<PartnerUserOutcome> {
  const name = user.name.trim();
  const email = user.email.trim();
  if (!isAtMost(user.role, write.viewer.role)) return failed(inputError('INVALID', beyondOwnRole, 'role'));
  const { rows } = await write.tx.query<{ users: number; usersEver: number }>(
    '/* addPartnerUser */ select count(*) filter (where removed_at is null)::int as users, count(*)::int as "usersEver" from partner_user where partner_id = $1',
    [write.tx.partnerId],
  );
  const { users, usersEver } = rows[0]!;
  if (users >= maxUsers) return failed(inputError('INVALID', `A partner can have at most ${maxUsers} users.`));
  if (usersEver >= maxUsersEver)
    return failed(inputError('INVALID', `A partner can have at most ${maxUsersEver} users, with those that were removed.`));
  const id = await insertPartnerUser(write, { name, email, role: user.role });
  return id === null
    ? failed(inputError('TAKEN', 'A user with this e-mail address already exists.', 'email'))
    : { userId: id, userErrors: [] };
}

export const beyondOwnRole = 'You cannot grant a role above your own.';

/**
 * SQL: whether a user is the last administrator. The partner must keep one: a user who is an ADMIN, or a live ADMIN key of the partner
 * itself that the user has not made. The lock of people makes changes of rights run one after another, so two administrators cannot remove each other.
 */
const isLastAdminSql = `(person.role = 'ADMIN'
  and not exists (select from partner_user other
    where other.partner_id = $1 and other.id <> person.id and other.role = 'ADMIN' and other.removed_at is null)
  and not exists (select from api_key key where key.partner_id = $1 and key.partner_user_id is null and key.role = 'ADMIN'
    and key.revoked_at is null and (key.expires_at is null or key.expires_at > now()) and key.id not in ${keysMadeBySql('person.id')}))`;

export const lastAdminMessage = 'This is the last administrator. Make another user an administrator first.';

/** Changes a user's role. The same role again changes nothing. */
export async function setPartnerUserRole(write: Write, userId: string | null, role: PartnerUserRole): Promise<PartnerUserOutcome> {
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
  await recordAuditEvent(write, {
    action: 'SET_USER_ROLE',
    before: { partnerUserId: userId, role: user.role },
    after: { partnerUserId: userId, role },
  });
  return { userId, userErrors: [] };
}

export type RemovedUser = { name: string; email: string; role: PartnerUserRole };

/** Marks a user as removed, so that their key and sign-on no longer work. The vendor then has no point of contact, if it was this user. */
export async function markUserRemoved(
  write: Author,
  userId: string | null,
): Promise<RemovedUser | 'NOT_FOUND' | 'LAST_ADMIN' | 'ALREADY_REMOVED'> {
  const { tx } = write;
  const { rows } = await tx.query<RemovedUser & { is_removed: boolean; is_last: boolean }>(
    `/* markUserRemoved */ select person.name, person.email, person.role, person.removed_at is not null as is_removed, ${isLastAdminSql} as is_last
     from partner_user person where person.partner_id = $1 and person.id = $2 for update`,
    [tx.partnerId, userId],
  );
  const [user] = rows;
  if (user === undefined || userId === null) return 'NOT_FOUND';
  if (user.is_removed) return 'ALREADY_REMOVED';
  if (user.is_last) return 'LAST_ADMIN';
  await tx.query('/* markUserRemoved */ update partner_user set removed_at = now() where partner_id = $1 and id = $2', [
    tx.partnerId,
    userId,
  ]);
  await clearPointOfContact(write, userId);
  return { name: user.name, email: user.email, role: user.role };
}
