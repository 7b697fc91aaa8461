import type { QueryResult, QueryResultRow } from 'pg';
import type { PartnerTransaction } from '../database/transaction.ts';

/**
 * Rows for a set-writer: a select and its values. In the text $1 is the partner, and the values start at $2. One row is a
 * set of one.
 */
export type RowSet = { readonly sql: string; readonly values?: readonly unknown[] };

/** Runs a statement over a set of rows. `own` are the writer's own values; the text gets their placeholders. */
export async function writeRows<R extends QueryResultRow>(
  tx: PartnerTransaction,
  { sql, values = [] }: RowSet,
  text: (rows: string, ...own: string[]) => string,
  ...own: readonly unknown[]
): Promise<QueryResult<R>> {
  const placeholders = own.map((_, index) => `$${values.length + 2 + index}`);
  return await tx.query<R>(text(`(${sql})`, ...placeholders), [tx.partnerId, ...values, ...own]);
}
