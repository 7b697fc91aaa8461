import { recordAuditEvent } from '../writing/audit-event.queries.ts';
import type { Write } from '../writing/write.ts';
import type { Reader } from '../database/reader.ts';
import type { PartnerTransaction } from '../database/transaction.ts';
import { columns, defaultColumnKeys, type ColumnKey } from '../contract-change/contract-change.columns.ts';

/** The viewer's columns, or the partner's for a key without a user; the default columns until some are chosen. */
export async function findChosenColumns({ select, viewer, partnerId }: Reader): Promise<readonly ColumnKey[]> {
  const rows = await select<[string[]]>({
    name: 'findChosenColumns',
    select:
      'select choice.columns from dashboard_column_choice choice ' +
      'where choice.partner_id = scope.partner_id and choice.principal_id = $2::uuid',
    values: [viewer.partnerUserId ?? partnerId],
  });
  // A column that no longer exists is left out.
  return rows[0]?.[0].filter((key): key is ColumnKey => key in columns) ?? defaultColumnKeys;
}

/** Forgets the choice of a user. */
export async function deleteChosenColumns(tx: PartnerTransaction, userId: string): Promise<void> {
  await tx.query('/* deleteChosenColumns */ delete from dashboard_column_choice where partner_id = $1 and principal_id = $2', [
    tx.partnerId,
    userId,
  ]);
}

/** Stores the viewer's choice. The same choice again changes nothing. */
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
