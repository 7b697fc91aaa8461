import type { ReminderSettings, Selected, Selection } from '@partner-renewals/sdk';

export const reminderSettingsSelection = {
  ...{ afterTheFact: true, customerLanguage: true, customerNotices: true, customerOffsets: true },
  ...{ deadlineOffsets: true, deadlineReminders: true, digestHour: true, digestWeekday: true, language: true },
  ...{ sendFromHour: true, sendUntilHour: true, senderName: true, shortTerms: true, timeZone: true, version: true, weeklyDigest: true },
} as const satisfies Selection<ReminderSettings>;

export type Settings = Selected<ReminderSettings, typeof reminderSettingsSelection>;

/** The settings as the form has them: lists of days are texts, so that they can be typed. */
export type Values = Omit<Settings, 'version' | 'deadlineOffsets' | 'customerOffsets'> & {
  readonly deadlineOffsets: string;
  readonly customerOffsets: string;
};

export function valuesOf({ version: _version, deadlineOffsets, customerOffsets, ...rest }: Settings): Values {
  return { ...rest, deadlineOffsets: deadlineOffsets.join(', '), customerOffsets: customerOffsets.join(', ') };
}

/** The numbers of a typed list; null if it has something else. */
export function offsetsOf(typed: string): number[] | null {
  const parts = typed.split(/[\s,;]+/).filter(Boolean);
  return parts.every((part) => /^\d{1,4}$/.test(part)) ? parts.map(Number) : null;
}
