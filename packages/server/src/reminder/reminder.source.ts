import type { Source } from '../reading/source.ts';
import { reminderFields } from './reminder.fields.ts';
import { findRemindersByIds } from './reminder.queries.ts';

export const reminders: Source = { type: 'Reminder', fields: reminderFields, byIds: findRemindersByIds };
