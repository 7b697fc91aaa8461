import type { Db } from '../database/transaction.ts';

// A restored database is a copy: the original may go on, or may have sent since the backup what waits here. So a restore holds the outbox
// (`outbox_is_held`), and nothing is claimed until a person releases it. The table belongs to no partner.

/** Notes a restore of a backup of that time, in its transaction. */
export async function recordRestoration(owner: Db, takenAt: string): Promise<void> {
  await owner.query('/* recordRestoration */ insert into restoration (id, taken_at) values (gen_random_uuid(), $1)', [takenAt]);
}

/** Unscoped: the outbox of all partners is held at once. */
export async function isOutboxHeldUnscoped(db: Db): Promise<boolean> {
  const { rows } = await db.query<{ held: boolean }>('/* isOutboxHeldUnscoped */ select outbox_is_held() as held');
  return rows[0]!.held;
}

/** Unscoped: lets all partners' messages leave again. */
export async function releaseOutboxUnscoped(db: Db): Promise<void> {
  await db.query(
    '/* releaseOutboxUnscoped */ update restoration set outbox_released_at = statement_timestamp() where outbox_released_at is null',
  );
}
