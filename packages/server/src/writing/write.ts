import type { Actor } from '../access/actor.ts';
import type { Viewer } from '../access/viewer.ts';
import type { CalendarDate } from '../calendar-date.ts';
import type { PartnerTransaction } from '../database/transaction.ts';
import type { UserError } from '../graphql/user-error.type.ts';

/** Handle of every function that writes: one transaction of one partner, for one viewer on one business date. */
export type Write = {
  readonly tx: PartnerTransaction;
  /** With its role of now, read in this transaction. */
  readonly viewer: Viewer;
  /** The viewer in the audit trail. */
  readonly actor: Actor;
  readonly today: CalendarDate;
  readonly requestId: string;
};

/**
 * Result of a write: errors for the user, and the IDs of the payload's objects. `Outcome<'customer'>` has `customerId`. It is stored with
 * the idempotency key, so it holds only JSON.
 */
export type Outcome<Field extends string = never> = { userErrors: UserError[] } & { [Id in `${Field}Id`]?: string | null };

export const failed = (...userErrors: UserError[]): { userErrors: UserError[] } => ({ userErrors });
