import type { Viewer } from '../access/viewer.ts';
import type { CalendarDate } from '../calendar-date.ts';
import type { PartnerTransaction } from '../database/transaction.ts';
import type { UserError } from '../graphql/user-error.type.ts';

/** What every function that writes is given: one transaction of one partner, for one viewer on one business date. */
export type Write = {
  readonly tx: PartnerTransaction;
  readonly viewer: Viewer;
  /** The viewer's name in the audit trail. */
  readonly actor: string;
  readonly today: CalendarDate;
  readonly requestId: string;
};

/**
 * Result of a write: errors for the user, and the ids of what the payload's fields show. `Outcome<'customer'>` has `customerId`. It is
 * stored with the idempotency key, so it holds JSON alone.
 */
export type Outcome<Field extends string = never> = { userErrors: UserError[] } & { [Id in `${Field}Id`]?: string | null };

export const failed = (...userErrors: UserError[]): { userErrors: UserError[] } => ({ userErrors });
