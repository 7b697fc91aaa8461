import type { Pool } from 'pg';
import type { PartnerTransaction } from '../database/transaction.ts';

/** A message that waits in the outbox, or that is on its way. */
export type OutboxMessage = {
  id: string;
  kind: string;
  /** Unique for the partner and the kind, so the same message is planned once. */
  key: string;
  /** Messages of one bundle leave as one. */
  bundleId: string | null;
  customerId: string | null;
  contractChangeId: string | null;
  recipientKind: 'USER' | 'CONTACT' | 'VENDOR' | null;
  recipientId: string | null;
  /** Facts of the kind. */
  details: Record<string, unknown>;
  /** Attempts so far. */
  attempts: number;
};

/** The message has left, or was kept where nothing may leave. */
export type Delivered = { state: 'SENT' | 'KEPT'; address: string; messageId: string };

/** Result of one delivery. FAILED is final. After RETRY, a later attempt may succeed. */
export type Attempt =
  | Delivered
  | { state: 'FAILED'; reason: string; detail: string; address: string | null }
  | {
      state: 'RETRY';
      detail: string;
      address: string | null;
      /** True if no server was reached: the next message would fail too, so the worker pauses and counts no attempt. */
      isUnreachable?: boolean;
    };

/** How a message ends, also without an attempt. */
export type Outcome = Exclude<Attempt, { state: 'RETRY' }> | { state: 'SKIPPED'; reason: string };

/** What remains of messages that leave as one, right before they leave. */
export type Prepared = {
  skipped: { id: string; reason: string }[];
  /** Null if nothing remains. It runs outside of any transaction, and must end within the limit of the worker. */
  deliver: ((signal: AbortSignal) => Promise<Attempt>) | null;
  /** If nothing may leave now: the time from which it may. No attempt counts. */
  notBefore?: Date;
};

/** What the outbox needs to know about some kinds of messages. */
export type OutboxHandler = {
  kinds: readonly string[];
  /** Checks the messages again, as reads of the partner, right before they leave. */
  prepare(pool: Pool, partnerId: string, messages: readonly OutboxMessage[]): Promise<Prepared>;
  /** In the transaction that ends messages: their audit lines, and what follows from the outcome. It is not called for a retry. */
  ended(tx: PartnerTransaction, messages: readonly OutboxMessage[], outcome: Outcome): Promise<void>;
};
