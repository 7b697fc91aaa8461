import type { PartnerTransaction } from '../database/transaction.ts';
import { columnOf, settingNames, type ReminderSettings } from './reminder-settings.queries.ts';

/** Keeps two edits of the partner's settings apart until the transaction ends. A partner without a row gets one, with the defaults. */
export async function lockReminderSettings(tx: PartnerTransaction): Promise<void> {
  await tx.query('/* lockReminderSettings */ insert into reminder_settings (partner_id) values ($1) on conflict (partner_id) do nothing', [
    tx.partnerId,
  ]);
  await tx.query('/* lockReminderSettings */ select from reminder_settings where partner_id = $1 for update', [tx.partnerId]);
}

/** Replaces the settings, unaudited; the version is the next one. */
export async function writeReminderSettings(tx: PartnerTransaction, settings: ReminderSettings): Promise<void> {
  const names = settingNames.filter((name) => name !== 'version');
  await tx.query(
    `/* writeReminderSettings */ update reminder_settings
     set ${names.map((name, index) => `${columnOf(name)} = $${index + 2}`).join(', ')}, version = version + 1 where partner_id = $1`,
    [tx.partnerId, ...names.map((name) => settings[name])],
  );
}
