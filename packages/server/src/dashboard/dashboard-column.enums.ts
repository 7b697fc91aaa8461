import { columnKeys, columns, type ColumnKey } from '../contract-change/contract-change.columns.ts';
import { registerEnum } from '../graphql/register-enum.ts';

export const DashboardColumnKeyEnum = registerEnum(
  'DashboardColumnKey',
  'Key of a dashboard column. The query dashboardColumns has the standard order.',
  Object.fromEntries(columnKeys.map((key) => [key, columns[key].description.EN])) as Record<ColumnKey, string>,
);
