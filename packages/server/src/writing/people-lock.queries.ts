import type { PartnerTransaction } from '../database/transaction.ts';

// A change of rights is a role that changes, a user who is removed or a key that is revoked. It holds an exclusive lock of its partner, and
// every mutation holds a shared one. Row locks alone would not do: with overlapping writes, a stolen key could hold off its revocation, since
// shared row locks overtake a waiting update. These locks queue.

/** SQL that locks the people of a partner, an SQL expression of its id, until the transaction ends. */
export const peopleLockSql = (partnerId: string, mode: 'shared' | 'exclusive') =>
  `pg_advisory_xact_lock${mode === 'shared' ? '_shared' : ''}(hashtextextended('people of ' || ${partnerId}, 0))`;

/** Waits for the partner's mutations, then holds off others until the transaction ends: for the command line. */
export async function lockPeople(tx: PartnerTransaction): Promise<void> {
  await tx.query(`/* lockPeople */ select ${peopleLockSql('$1', 'exclusive')}`, [tx.partnerId]);
}
