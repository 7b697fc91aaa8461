import type { Db } from '../database/transaction.ts';

export type DuePartner = { partnerId: string; dueSince: Date };

/** Unscoped: the partners that have messages to claim, those with the oldest first. Each message is then claimed as its partner. */
export async function findDuePartnersUnscoped(db: Db, at: Date, kinds: readonly string[]): Promise<DuePartner[]> {
  const { rows } = await db.query<DuePartner>(
    `/* findDuePartnersUnscoped */ select partner_id as "partnerId", due_since as "dueSince" from due_outbox_partners($1, $2)`,
    [at, kinds],
  );
  return rows;
}

export type OutboxDepth = { due: number; later: number; oldestDue: Date | null };

/** Unscoped: how many messages wait in all, and since when the oldest could have left; the metrics show it. */
export async function readOutboxDepthUnscoped(db: Db, at: Date): Promise<OutboxDepth> {
  const { rows } = await db.query<OutboxDepth>(
    `/* readOutboxDepthUnscoped */ select due::float8 as due, later::float8 as later, oldest_due as "oldestDue" from outbox_depth($1)`,
    [at],
  );
  return rows[0]!;
}
