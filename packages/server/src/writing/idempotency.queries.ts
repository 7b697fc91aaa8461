import { createHash } from 'node:crypto';
import { inOrder } from '../database/in-order.ts';
import type { PartnerTransaction } from '../database/transaction.ts';
import { isLockTimeout } from '../database/unavailable.ts';

/** A key is unique per principal and mutation. */
export type IdempotencyKey = { principal: string; field: string; key: string; input: unknown };

export type Claim = { state: 'ours' } | { state: 'done'; outcome: unknown } | { state: 'mismatch' | 'busy' };

const keptHours = 24;
const keptFor = `interval '${keptHours} hours'`;

/**
 * Claims the key first in the mutation's own transaction. If another transaction holds the key, this waits for its end. It then
 * returns that transaction's outcome; if it failed, the key is free again. If the wait times out, the claim is busy, and PostgreSQL
 * has ended this transaction.
 */
export async function claimIdempotencyKey(tx: PartnerTransaction, { principal, field, key, input }: IdempotencyKey): Promise<Claim> {
  const digest = createHash('sha256').update(JSON.stringify(input)).digest('base64url');
  // Engines with shards refuse now() and intervals in `on conflict`.
  const expired = new Date(Date.now() - keptHours * 3_600_000);
  const claiming = tx.query(
    `/* claimIdempotencyKey */ insert into idempotency_key (partner_id, principal, field, key, input_digest)
     values ($1, $2, $3, $4, $5)
     on conflict (partner_id, principal, field, key) do update
       set input_digest = excluded.input_digest, outcome = null, created_at = excluded.created_at
       where idempotency_key.created_at < $6
     returning key`,
    [tx.partnerId, principal, field, key, digest, expired],
  );
  const claimed = await claiming.catch((error: unknown) => {
    if (isWaitForKey(error)) return null;
    throw error;
  });
  if (claimed === null) return { state: 'busy' };
  if (claimed.rows.length > 0) return { state: 'ours' };
  const { rows } = await tx.query<{ input_digest: string; outcome: unknown }>(
    '/* claimIdempotencyKey */ select input_digest, outcome from idempotency_key where partner_id = $1 and principal = $2 and field = $3 and key = $4',
    [tx.partnerId, principal, field, key],
  );
  return rows[0]?.input_digest === digest ? { state: 'done', outcome: rows[0].outcome } : { state: 'mismatch' };
}

/**
 * Whether the first request with the key holds its row. PostgreSQL names the row's table in the context; a lock of the whole table, or of
 * the partner that the row refers to, has another context.
 */
const isWaitForKey = (error: unknown): boolean =>
  isLockTimeout(error) && /tuple \(\d+,\d+\).*"idempotency_key"/.test((error as { where?: string }).where ?? '');

/** Stores the outcome, and deletes some expired keys. */
export async function keepOutcome(tx: PartnerTransaction, { principal, field, key }: IdempotencyKey, outcome: unknown): Promise<void> {
  await inOrder(
    tx.query(
      `/* keepOutcome */ update idempotency_key set outcome = $5 where partner_id = $1 and principal = $2 and field = $3 and key = $4`,
      [tx.partnerId, principal, field, key, JSON.stringify(outcome)],
    ),
    tx.query(
      `/* keepOutcome */ delete from idempotency_key where partner_id = $1 and (principal, field, key) in (
       select principal, field, key from idempotency_key
       where partner_id = $1 and created_at < now() - ${keptFor} order by created_at limit 10 for update skip locked)`,
      [tx.partnerId],
    ),
  );
}
