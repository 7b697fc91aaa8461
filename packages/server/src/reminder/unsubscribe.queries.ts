import { recordAuditEvent, type Author } from '../writing/audit-event.queries.ts';
import { switchOfKind, type KindOfUsers } from './reminder-preference.queries.ts';
import { editPreference } from './reminder-preference.writers.ts';
import { suppress } from './suppression.writers.ts';

/** The reader of a message who wants no more of its kind: a user of the partner, or the address that it went to. */
export type Unsubscriber = { userId: string } | { address: string; messageId: string };

/**
 * Stops a kind of reminders: for a user it is switched off in the user's settings, for another address it is suppressed. To do it again
 * changes nothing. Without a switch for the kind, as for a test, nothing stops.
 */
export async function unsubscribe(author: Author, kind: string, from: Unsubscriber): Promise<void> {
  if ('userId' in from) return await setSwitch(author, kind, from.userId, false);
  const added = await suppress(author.tx, {
    sql: `select $2::text as address, 'UNSUBSCRIBED' as reason, $3::text as kind, null::text as detail, $4::uuid as outbox_message_id`,
    values: [from.address, kind, from.messageId],
  });
  if (added > 0) await recordAuditEvent(author, { action: 'UNSUBSCRIBE', after: { kind, messageId: from.messageId } });
}

/** The way back for a user: switches the kind on in the user's settings. */
export async function resubscribe(author: Author, kind: string, userId: string): Promise<void> {
  await setSwitch(author, kind, userId, true);
}

async function setSwitch(author: Author, kind: string, userId: string, isOn: boolean): Promise<void> {
  const name = Object.hasOwn(switchOfKind, kind) ? switchOfKind[kind as KindOfUsers] : null;
  if (name === null) return;
  const { before } = await editPreference(author.tx, userId, { [name]: isOn });
  if (before[name] === isOn) return;
  await recordAuditEvent(author, {
    action: 'UPDATE_OWN_REMINDER_SETTINGS',
    before: { partnerUserId: userId, [name]: before[name] },
    after: { partnerUserId: userId, [name]: isOn },
  });
}
