import type { PartnerReader } from '../database/reader.ts';
import type { ReminderLanguage } from './reminder-kind.ts';

/** How a partner's reminders are sent. */
export type ReminderSettings = {
  /** Days before the deadline, or before the effective date of a change without one; descending. */
  deadlineOffsets: number[];
  customerOffsets: number[];
  deadlineReminders: boolean;
  afterTheFact: boolean;
  weeklyDigest: boolean;
  customerNotices: boolean;
  /** Whether renewals count whose deadline lies before their term. */
  shortTerms: boolean;
  language: ReminderLanguage;
  customerLanguage: ReminderLanguage;
  /** Null is the business time zone. */
  timeZone: string | null;
  sendFromHour: number;
  sendUntilHour: number;
  /** 1 is Monday. */
  digestWeekday: number;
  digestHour: number;
  /** Null is the partner's name. */
  senderName: string | null;
  version: number;
};

/** Each setting: its column, with its default in SQL. A partner without a row has the defaults; so has the table. */
const columns: Record<keyof ReminderSettings, readonly [column: string, usual: string]> = {
  deadlineOffsets: ['deadline_offsets', `'{30,14,7,1}'`],
  customerOffsets: ['customer_offsets', `'{30,14,7,1}'`],
  deadlineReminders: ['deadline_reminders', 'true'],
  afterTheFact: ['after_the_fact', 'true'],
  weeklyDigest: ['weekly_digest', 'true'],
  customerNotices: ['customer_notices', 'false'],
  shortTerms: ['short_terms', 'false'],
  language: ['language', `'en'`],
  customerLanguage: ['customer_language', `'en'`],
  timeZone: ['time_zone', 'null'],
  sendFromHour: ['send_from_hour', '8'],
  sendUntilHour: ['send_until_hour', '18'],
  digestWeekday: ['digest_weekday', '1'],
  digestHour: ['digest_hour', '8'],
  senderName: ['sender_name', 'null'],
  version: ['version', '1'],
};
export const settingNames = Object.keys(columns) as (keyof ReminderSettings)[];
export const columnOf = (name: keyof ReminderSettings): string => columns[name][0];

/** SQL of one row, always there: the settings of a partner, an SQL expression of its ID. Its columns are those of the table. */
export const reminderSettingsSql = (partnerId: string): string =>
  `select ${Object.values(columns)
    .map(([column, usual]) => `coalesce(given.${column}, ${usual}) as ${column}`)
    .join(', ')} from (values (${partnerId})) one(partner_id) left join reminder_settings given on given.partner_id = one.partner_id`;

/** The settings of the reader's partner, in a transaction too: `readAs(tx, tx.partnerId)`. */
export async function readReminderSettings(reader: PartnerReader): Promise<ReminderSettings> {
  const [row] = await reader.select({
    name: 'readReminderSettings',
    select: reminderSettingsSql('scope.partner_id'),
    output: settingNames.map((name) => `found.${columnOf(name)}`).join(', '),
    values: [],
  });
  return Object.fromEntries(settingNames.map((name, index) => [name, row![index]])) as ReminderSettings;
}
