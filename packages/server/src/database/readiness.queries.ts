import type { Db } from './transaction.ts';

/** Whether the database refuses changes: it is a standby, or an administrator has set it read-only. */
export async function isReadOnly(db: Db): Promise<boolean> {
  const { rows } = await db.query<{ read_only: boolean }>(
    `/* isReadOnly */ select current_setting('transaction_read_only') = 'on' as read_only`,
  );
  return rows[0]!.read_only;
}
