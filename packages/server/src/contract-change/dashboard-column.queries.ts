import { queryAsPartner, type Db } from '../database/partner-scope.ts';
import { columns, defaultColumnKeys, type ColumnKey } from './contract-change.columns.ts';

/** The columns a user, or the partner itself for keys that belong to no user, has chosen; the default ones until then. */
export async function findChosenColumns(db: Db, partnerId: string, principalId: string): Promise<readonly ColumnKey[]> {
  const rows = await queryAsPartner<[string[]]>(db, partnerId, {
    name: 'findChosenColumns',
    select: 'select h.columns from dashboard_column_choice h where h.partner_id = s.partner_id and h.principal_id = $2::uuid',
    values: [principalId],
  });
  // A column that has been abolished since is left out.
  return rows[0]?.[0].filter((key): key is ColumnKey => key in columns) ?? defaultColumnKeys;
}
