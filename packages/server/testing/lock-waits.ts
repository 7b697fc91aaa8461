import type { Pool } from 'pg';

/**
 * How many statements in the pool's database wait for locks.
 * It asks outside of a transaction, since one sees only the connections that were there when it first asked.
 */
export async function awaitedLocks(pool: Pool): Promise<number> {
  const waiting = `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
  return (await pool.query(waiting)).rowCount ?? 0;
}

/** Resolves when that many statements in the pool's database wait for locks. */
export async function untilLocksAreAwaited(pool: Pool, count = 1): Promise<void> {
  while ((await awaitedLocks(pool)) < count);
}
