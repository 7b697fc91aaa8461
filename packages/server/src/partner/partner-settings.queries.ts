import { recordAuditEvent, type Author } from '../writing/audit-event.queries.ts';
import type { Write } from '../writing/write.ts';
import type { PartnerTransaction } from '../database/transaction.ts';
import { notFound } from '../graphql/user-error.ts';
import type { UserError } from '../graphql/user-error.type.ts';

/** Undefined fields keep their values. */
export type SettingsEdit = { ownsAllTransactionalConversations?: boolean; pointOfContact?: { id: string | null } | null };

type Settings = { ownsAllTransactionalConversations: boolean; pointOfContactId: string | null };

/**
 * Changes the partner's settings for all its customers. No dashboard row is written: the owner is derived on reading, so that
 * one setting applies at once to a hundred thousand rows.
 */
export async function updatePartnerSettings(write: Write, edit: SettingsEdit): Promise<{ userErrors: UserError[] }> {
  const { tx } = write;
  const { rows } = await tx.query<Settings>(
    `/* updatePartnerSettings */ select owns_all_transactional_conversations as "ownsAllTransactionalConversations",
       point_of_contact_id as "pointOfContactId" from partner where id = $1 for no key update`,
    [tx.partnerId],
  );
  const before = rows[0] as Settings;
  const after: Settings = { ...before };
  if (edit.ownsAllTransactionalConversations !== undefined)
    after.ownsAllTransactionalConversations = edit.ownsAllTransactionalConversations;
  if (edit.pointOfContact !== undefined) {
    after.pointOfContactId = edit.pointOfContact?.id ?? null;
    if (edit.pointOfContact !== null && !(await isUser(write, after.pointOfContactId)))
      return { userErrors: [notFound('user', 'pointOfContactId')] };
  }
  const changed = (Object.keys(before) as (keyof Settings)[]).filter((setting) => before[setting] !== after[setting]);
  if (changed.length === 0) return { userErrors: [] };
  await writePartnerSettings(tx, after);
  const only = (settings: Settings) => Object.fromEntries(changed.map((setting) => [setting, settings[setting]]));
  await recordAuditEvent(write, { action: 'UPDATE_PARTNER_SETTINGS', before: only(before), after: only(after) });
  return { userErrors: [] };
}

/** Replaces the settings, unaudited. */
export async function writePartnerSettings(tx: PartnerTransaction, settings: Settings): Promise<void> {
  await tx.query(
    '/* writePartnerSettings */ update partner set owns_all_transactional_conversations = $2, point_of_contact_id = $3 where id = $1',
    [tx.partnerId, settings.ownsAllTransactionalConversations, settings.pointOfContactId],
  );
}

/** Leaves the vendor without a point of contact if it is this user. */
export async function clearPointOfContact(write: Author, userId: string): Promise<void> {
  const { tx } = write;
  const { rowCount } = await tx.query(
    '/* clearPointOfContact */ update partner set point_of_contact_id = null where id = $1 and point_of_contact_id = $2',
    [tx.partnerId, userId],
  );
  if (rowCount === 0) return;
  const [before, after] = [{ pointOfContactId: userId }, { pointOfContactId: null }];
  await recordAuditEvent(write, { action: 'UPDATE_PARTNER_SETTINGS', before, after });
}

async function isUser({ tx }: Write, userId: string | null): Promise<boolean> {
  const { rows } = await tx.query(
    '/* isUser */ select from partner_user person where person.partner_id = $1 and person.id = $2 and person.removed_at is null',
    [tx.partnerId, userId],
  );
  return rows.length > 0;
}
