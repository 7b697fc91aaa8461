import { conflict, inputError } from '../graphql/user-error.ts';
import { readAs } from '../database/reader.ts';
import { recordAuditEvent } from '../writing/audit-event.queries.ts';
import { failed, type Outcome, type Write } from '../writing/write.ts';
import { readReminderSettings, settingNames, type ReminderSettings } from './reminder-settings.queries.ts';
import { lockReminderSettings, writeReminderSettings } from './reminder-settings.writers.ts';
import { editPreference, type Preference } from './reminder-preference.writers.ts';

/** Changes the given settings of the partner. The same input again changes nothing. */
export async function updateReminderSettings(
  write: Write,
  edit: Partial<ReminderSettings>,
  expectedVersion: number | null,
): Promise<Outcome<'partner'>> {
  const { tx } = write;
  await lockReminderSettings(tx);
  const before = await readReminderSettings(readAs(tx, tx.partnerId));
  if (expectedVersion !== null && expectedVersion !== before.version) return failed(conflict(before.version));
  const after: ReminderSettings = { ...before, ...edit };
  if (after.sendFromHour >= after.sendUntilHour) {
    const field = edit.sendUntilHour === undefined ? 'sendFromHour' : 'sendUntilHour';
    const message = `The send window must end after it begins, not from ${after.sendFromHour} to ${after.sendUntilHour}.`;
    return failed(inputError('INVALID', message, field));
  }
  const changed = settingNames.filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]));
  if (changed.length > 0) {
    await writeReminderSettings(tx, after);
    const only = (settings: ReminderSettings) => Object.fromEntries(changed.map((name) => [name, settings[name]]));
    await recordAuditEvent(write, { action: 'UPDATE_REMINDER_SETTINGS', before: only(before), after: only(after) });
  }
  return { partnerId: tx.partnerId, userErrors: [] };
}

/** Only users of the partner get reminders. */
export const noUserError = inputError('INVALID', 'Reminders go to users, and this API key has none. Use a key of a user, or sign on.');

/** Changes what the viewer's user has chosen. The same input again changes nothing. */
export async function updateOwnReminderSettings(write: Write, edit: Partial<Preference>): Promise<Outcome<'user'>> {
  const userId = write.viewer.partnerUserId;
  if (userId === null) return failed(noUserError);
  const { before, after } = await editPreference(write.tx, userId, edit);
  const changed = (Object.keys(before) as (keyof Preference)[]).filter((name) => before[name] !== after[name]);
  if (changed.length > 0) {
    const only = (preference: Preference) => Object.fromEntries(changed.map((name) => [name, preference[name]]));
    await recordAuditEvent(write, { action: 'UPDATE_OWN_REMINDER_SETTINGS', before: only(before), after: only(after) });
  }
  return { userId, userErrors: [] };
}
