import { recordAuditEvent } from '../writing/audit-event.queries.ts';
import type { Write } from '../writing/write.ts';
import { readAs } from '../database/reader.ts';
import type { Db } from '../database/transaction.ts';
import { columns, defaultColumnKeys, type ColumnKey } from '../contract-change/contract-change.columns.ts';

/** The columns a user, or the partner itself for keys that belong to no user, has chosen; the default ones until then. */
export async function findChosenColumns(db: Db, partnerId: string, principalId: string): Promise<readonly ColumnKey[]> {
  const rows = await readAs(db, partnerId).select<[string[]]>({
    name: 'findChosenColumns',
    select: 'select h.columns from dashboard_column_choice h where h.partner_id = s.partner_id and h.principal_id = $2::uuid',
    values: [principalId],
  });
  // A column that has been abolished since is left out.
  return rows[0]?.[0].filter((key): key is ColumnKey => key in columns) ?? defaultColumnKeys;
}

/** Keeps the choice of the one who asks. The same choice again changes nothing. */
export async function chooseColumns(write: Write, chosen: readonly ColumnKey[]): Promise<void> {
  const { tx, viewer } = write;
  const principalId = viewer.partnerUserId ?? tx.partnerId;
  const before = await tx.query<{ columns: string[] }>(
    '/* chooseColumns */ select columns from dashboard_column_choice where partner_id = $1 and principal_id = $2 for update',
    [tx.partnerId, principalId],
  );
  const changed = await tx.query(
    `/* chooseColumns */ insert into dashboard_column_choice as choice (partner_id, principal_id, columns) values ($1, $2, $3)
     on conflict (partner_id, principal_id) do update set columns = excluded.columns where choice.columns <> excluded.columns returning columns`,
    [tx.partnerId, principalId, chosen],
  );
  if (changed.rows.length === 0) return;
  await recordAuditEvent(write, {
    action: 'UPDATE_DASHBOARD_COLUMNS',
    before: { columns: before.rows[0]?.columns ?? null },
    after: { columns: chosen },
  });
}
