import type { PartnerTransaction } from '../database/transaction.ts';

// An import holds an exclusive lock of its partner while it writes; edits and day passing hold a shared one. These locks exist only in
// memory and end with the transaction. Without them, a writer could not tell an import from another writer of the same row.

const lockOf = (partnerId: string) => `hashtextextended('import of ' || ${partnerId}, 0)`;

/** Waits for the other writers of the partner, then holds off other imports and day passing until the transaction ends. */
export async function waitForImportTurn(tx: PartnerTransaction): Promise<void> {
  await tx.query(`/* waitForImportTurn */ select pg_advisory_xact_lock(${lockOf('$1')})`, [tx.partnerId]);
}

/** Waits for the partner's import, then holds off the next one until the transaction ends. */
export async function holdOffImport(tx: PartnerTransaction): Promise<void> {
  await tx.query(`/* holdOffImport */ select pg_advisory_xact_lock_shared(${lockOf('$1')})`, [tx.partnerId]);
}

/** SQL: holds off imports of the partner until the transaction ends, or is false if one is running. It does not wait. */
export const holdsOffImportSql = (partnerId: string) => `pg_try_advisory_xact_lock_shared(${lockOf(partnerId)})`;

/** With the response, an edit takes at most a second. */
const lockTimeoutDuringImport = '800ms';

/** SQL: whether an import of the partner is running. If so, the transaction waits for its rows only briefly; else it holds imports off. */
export const isImportRunningSql = (partnerId: string) => `(
  select set_config('lock_timeout', case when turn.held then current_setting('lock_timeout') else '${lockTimeoutDuringImport}' end, true) is not null
    and not turn.held
  from (select pg_try_advisory_xact_lock_shared(${lockOf(`${partnerId}::text`)}) as held offset 0) turn)`;
