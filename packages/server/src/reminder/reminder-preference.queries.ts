import type { PartnerUserRole } from '../access/role.rules.ts';
import type { PartnerReader } from '../database/reader.ts';
import type { ReminderKind, ReminderLanguage } from './reminder-kind.ts';
import { reminderSettingsSql } from './reminder-settings.queries.ts';

/** The switches of a user and of a partner, by the kinds of messages to users that they stop. */
export const switchOfKind = {
  DEADLINE_REMINDER: 'deadline_reminders',
  AFTER_DEADLINE: 'after_the_fact',
  ON_EFFECTIVE_DATE: 'after_the_fact',
  WEEKLY_DIGEST: 'weekly_digest',
} as const satisfies Partial<Record<ReminderKind, string>>;
export type KindOfUsers = keyof typeof switchOfKind;
export type ReminderSwitch = (typeof switchOfKind)[KindOfUsers];

/** Why a user gets reminders without having chosen them. */
export type UsualReader = 'POINT_OF_CONTACT' | 'ADMIN';

/**
 * SQL: the users of a partner, and what each of them gets. Columns: user_id, name, email, role, usual ({@link UsualReader} or null),
 * the three switches as they are now (deadline_reminders, after_the_fact, weekly_digest), the user's own choices (chosen_… of each, null
 * is the default), only_own_customers, language (that of the user, else of the partner) and chosen_language.
 */
export const reminderReadersSql = (partnerId: string): string => {
  const switches = [...new Set(Object.values(switchOfKind))];
  const usualOf = (name: ReminderSwitch) => (name === 'weekly_digest' ? 'false' : 'usual.reason is not null');
  return `select person.id as user_id, person.name, person.email, person.role, usual.reason as usual,
    ${switches.map((name) => `setting.${name} and coalesce(preference.${name}, ${usualOf(name)}) as ${name}`).join(', ')},
    ${switches.map((name) => `preference.${name} as chosen_${name}`).join(', ')},
    coalesce(preference.only_own_customers, false) as only_own_customers,
    coalesce(preference.language, setting.language) as language, preference.language as chosen_language
  from partner
  join partner_user person on person.partner_id = partner.id and person.removed_at is null
  left join partner_user contact on contact.partner_id = partner.id and contact.id = partner.point_of_contact_id and contact.removed_at is null
  left join reminder_preference preference on preference.partner_id = partner.id and preference.partner_user_id = person.id
  cross join lateral (${reminderSettingsSql('partner.id')}) setting
  cross join lateral (select case when contact.id = person.id then 'POINT_OF_CONTACT'
    when contact.id is null and person.role = 'ADMIN' then 'ADMIN' end as reason) usual
  where partner.id = ${partnerId}`;
};

/** A user of the partner, and what they get. */
export type ReminderReader = {
  userId: string;
  name: string;
  email: string;
  role: PartnerUserRole;
  usual: UsualReader | null;
  deadlineReminders: boolean;
  afterTheFact: boolean;
  weeklyDigest: boolean;
  /** The user's own choice; null is the default. */
  chosen: {
    deadlineReminders: boolean | null;
    afterTheFact: boolean | null;
    weeklyDigest: boolean | null;
    language: ReminderLanguage | null;
  };
  onlyOwnCustomers: boolean;
  language: ReminderLanguage;
};

type Row = Record<ReminderSwitch, boolean> &
  Record<`chosen_${ReminderSwitch}`, boolean | null> & {
    user_id: string;
    name: string;
    email: string;
    role: PartnerUserRole;
    usual: UsualReader | null;
    only_own_customers: boolean;
    language: ReminderLanguage;
    chosen_language: ReminderLanguage | null;
  };

/** The users of the partner by ID: all, or those with these IDs. */
export async function readReminderReaders(reader: PartnerReader, userIds?: readonly string[]): Promise<ReminderReader[]> {
  const rows = await reader.select<[Row]>({
    name: 'readReminderReaders',
    select: reminderReadersSql('scope.partner_id') + (userIds === undefined ? '' : ' and person.id = any ($2::uuid[])'),
    output: 'to_jsonb(found)',
    orderBy: 'found.user_id',
    values: userIds === undefined ? [] : [userIds],
  });
  return rows.map(([row]) => ({
    userId: row.user_id,
    name: row.name,
    email: row.email,
    role: row.role,
    usual: row.usual,
    deadlineReminders: row.deadline_reminders,
    afterTheFact: row.after_the_fact,
    weeklyDigest: row.weekly_digest,
    chosen: {
      deadlineReminders: row.chosen_deadline_reminders,
      afterTheFact: row.chosen_after_the_fact,
      weeklyDigest: row.chosen_weekly_digest,
      language: row.chosen_language,
    },
    onlyOwnCustomers: row.only_own_customers,
    language: row.language,
  }));
}
