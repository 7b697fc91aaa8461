import { columnKeys, columns, type ColumnKey, type Translated } from '../contract-change/contract-change.columns.ts';
import { registerEnum } from '../graphql/register-enum.ts';

export const DashboardColumnKeyEnum = registerEnum(
  'DashboardColumnKey',
  'Key of a dashboard column. The query dashboardColumns has the standard order.',
  Object.fromEntries(columnKeys.map((key) => [key, columns[key].description.EN])) as Record<ColumnKey, string>,
);

export const LocaleEnum = registerEnum<keyof Translated>('Locale', 'Language of labels, descriptions and reminders.', {
  EN: 'English.',
  DE: 'German.',
});
