export const reminderKinds = [
  'DEADLINE_REMINDER',
  'CUSTOMER_NOTICE',
  'AFTER_DEADLINE',
  'ON_EFFECTIVE_DATE',
  'WEEKLY_DIGEST',
  'TEST',
] as const;
export type ReminderKind = (typeof reminderKinds)[number];

export const reminderLanguages = ['en', 'de'] as const;
export type ReminderLanguage = (typeof reminderLanguages)[number];
