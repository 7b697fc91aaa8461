import type { PartnerTransaction } from '../database/transaction.ts';
import { writeRows, type RowSet } from '../writing/row-set.ts';
import type { OutboxMessage, Outcome } from './outbox.types.ts';

// The only writer of outbox_message. A message is planned once, claimed with a lease, and ended once; rows are never deleted.

export type Enqueued = { planned: number; skipped: Readonly<Record<string, number>> };

/**
 * Plans messages: rows of kind, key, bundle_id, customer_id, contract_change_id, recipient_kind, recipient_id, details, not_before, and
 * skip_reason. With a reason, a message is skipped at once. A message whose key exists is left as it is. The messages of a bundle are
 * due at the same moment.
 * @returns how many are new, and how many of those were skipped, by reason
 */
export async function enqueue(tx: PartnerTransaction, messages: RowSet): Promise<Enqueued> {
  const { rows: enqueued } = await writeRows<{ reason: string | null }>(
    tx,
    messages,
    (rows) => `/* enqueue */ insert into outbox_message
       (partner_id, id, kind, key, bundle_id, customer_id, contract_change_id, recipient_kind, recipient_id, details, not_before,
        state, reason, ended_at)
     select $1, gen_random_uuid(), planned.kind, planned.key, planned.bundle_id, planned.customer_id, planned.contract_change_id,
       planned.recipient_kind, planned.recipient_id, planned.details, planned.not_before,
       (case when planned.skip_reason is null then 'WAITING' else 'SKIPPED' end)::outbox_state, planned.skip_reason,
       case when planned.skip_reason is not null then statement_timestamp() end
     from ${rows} planned on conflict (partner_id, kind, key) do nothing returning reason`,
  );
  const skipped: Record<string, number> = {};
  for (const { reason } of enqueued) if (reason !== null) skipped[reason] = (skipped[reason] ?? 0) + 1;
  return { planned: enqueued.length, skipped };
}

/**
 * Skips messages that wait: rows of id. One that is being delivered keeps its claim, because it may have left already: then its end says so.
 * @returns how many were waiting
 */
export async function endWaiting(tx: PartnerTransaction, messages: RowSet, reason: string): Promise<number> {
  const { rowCount } = await writeRows(
    tx,
    messages,
    (rows, why) => `/* endWaiting */ update outbox_message message set state = 'SKIPPED', reason = ${why}, ended_at = statement_timestamp()
     from (
       select waiting.id from outbox_message waiting join ${rows} dropped on dropped.id = waiting.id
       where waiting.partner_id = $1 and waiting.state = 'WAITING' order by waiting.id for update of waiting) dropped
     where message.partner_id = $1 and message.id = dropped.id and message.state = 'WAITING'`,
    reason,
  );
  return rowCount ?? 0;
}

type Claiming = {
  /** Names this claim; nobody else can end its messages while the lease lasts. */
  claim: string;
  kinds: readonly string[];
  /** Messages that are due by then. */
  dueAt: Date;
  /** At most so many deliveries; a bundle is one. */
  most: number;
  leaseMs: number;
  /** Messages that are left alone. */
  except?: readonly string[];
};

/** Statistics of a queue are often out of date, so the plan is kept on the index of waiting messages. */
export const claimSettings = ['set local enable_seqscan = off', 'set local enable_bitmapscan = off'] as const;

/**
 * Claims the messages that have been due for longest, without waiting for other workers. A bundle is claimed as a whole: its first waiting
 * message stands for it. A lease that has expired belonged to a process that died, so it counts as an attempt.
 */
export async function claimMessages(tx: PartnerTransaction, claiming: Claiming): Promise<OutboxMessage[]> {
  const { claim, kinds, dueAt, most, leaseMs, except = [] } = claiming;
  const isFree = (message: string) =>
    `(${message}.claimed_until is null or ${message}.claimed_until < statement_timestamp()) and ${message}.id <> all ($7::uuid[])`;
  const { rows } = await tx.query<OutboxMessage>(
    `/* claimMessages */ with lead as (
       select lead.id, lead.bundle_id from outbox_message lead
       where lead.partner_id = $1 and lead.state = 'WAITING' and lead.not_before <= $2::timestamptz and lead.kind = any ($3::text[])
         and ${isFree('lead')}
         and (lead.bundle_id is null or not exists (
           select from outbox_message other
           where other.partner_id = $1 and other.bundle_id = lead.bundle_id and other.state = 'WAITING' and other.id < lead.id))
       order by lead.not_before, lead.id limit $4::integer for update skip locked),
     bundled as (
       select bundled.id from outbox_message bundled
       where bundled.partner_id = $1 and bundled.bundle_id in (select lead.bundle_id from lead) and bundled.state = 'WAITING'
         and ${isFree('bundled')}
       for update skip locked)
     update outbox_message message
     set claimed_by = $5::uuid, claimed_until = statement_timestamp() + make_interval(secs => $6::float8 / 1000),
       attempts = message.attempts + (message.claimed_until is not null)::integer
     from (select lead.id from lead union select bundled.id from bundled) chosen
     where message.partner_id = $1 and message.id = chosen.id
     returning message.id, message.kind, message.key, message.bundle_id as "bundleId", message.customer_id as "customerId",
       message.contract_change_id as "contractChangeId", message.recipient_kind as "recipientKind", message.recipient_id as "recipientId",
       message.details, message.attempts`,
    [tx.partnerId, dueAt, kinds, most, claim, leaseMs, except],
  );
  return rows;
}

/** Some messages of one claim. */
export type Claimed = { claim: string; ids: readonly string[] };

/**
 * Ends messages, unless the lease has passed to another worker. One that left is SENT also where it was to be dropped meanwhile.
 * @returns the ids of those that ended
 */
export async function endMessages(tx: PartnerTransaction, { claim, ids }: Claimed, outcome: Outcome): Promise<Set<string>> {
  const hasLeft = outcome.state === 'SENT' || outcome.state === 'KEPT';
  const { rows } = await tx.query<{ id: string }>(
    `/* endMessages */ update outbox_message message
     set state = $4::outbox_state, reason = $5, address = coalesce($6, message.address), message_id = $7,
       last_error = coalesce($8, message.last_error), ended_at = statement_timestamp(),
       attempts = message.attempts + $9::integer, claimed_by = null, claimed_until = null
     where message.partner_id = $1 and message.id = any ($2::uuid[]) and message.claimed_by = $3::uuid
       and (message.state = 'WAITING' or ($10::boolean and message.state = 'SKIPPED'))
     returning message.id`,
    [
      tx.partnerId,
      ids,
      claim,
      outcome.state,
      'reason' in outcome ? outcome.reason : null,
      'address' in outcome ? plain(outcome.address) : null,
      'messageId' in outcome ? plain(outcome.messageId) : null,
      'detail' in outcome ? plain(outcome.detail) : null,
      outcome.state === 'SKIPPED' ? 0 : 1,
      hasLeft,
    ],
  );
  return new Set(rows.map(({ id }) => id));
}

/** Gives messages back after a failed attempt, for a later one. */
export async function retryLater(
  tx: PartnerTransaction,
  { claim, ids }: Claimed,
  { notBefore, detail, address }: { notBefore: Date; detail: string; address: string | null },
): Promise<void> {
  await tx.query(
    `/* retryLater */ update outbox_message message
     set not_before = $4::timestamptz, last_error = $5, address = coalesce($6, message.address), attempts = message.attempts + 1,
       claimed_by = null, claimed_until = null
     where message.partner_id = $1 and message.id = any ($2::uuid[]) and message.claimed_by = $3::uuid and message.state = 'WAITING'`,
    [tx.partnerId, ids, claim, notBefore, plain(detail), plain(address)],
  );
}

/** Gives messages back that nobody tried to deliver; they may wait for a later time. */
export async function releaseMessages(tx: PartnerTransaction, { claim, ids }: Claimed, notBefore: Date | null = null): Promise<void> {
  await tx.query(
    `/* releaseMessages */ update outbox_message message
     set claimed_by = null, claimed_until = null, not_before = coalesce($4::timestamptz, message.not_before)
     where message.partner_id = $1 and message.id = any ($2::uuid[]) and message.claimed_by = $3::uuid and message.state = 'WAITING'`,
    [tx.partnerId, ids, claim, notBefore],
  );
}

const longestText = 1_000;

/** What a server answered, cut to a length and without the one character that a text of PostgreSQL cannot hold. */
const plain = (text: string | null) => text?.slice(0, longestText).replaceAll('\0', '') ?? null;
