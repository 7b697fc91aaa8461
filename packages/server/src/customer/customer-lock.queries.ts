import type { PartnerTransaction } from '../database/transaction.ts';
import { writeRows, type RowSet } from '../writing/row-set.ts';
import type { CommunicationOwner } from './communication-owner.rules.ts';

// Every writer that changes a customer's dashboard rows first locks the customer's active association.

export type LockedAssociation = { id: string; owner: CommunicationOwner | null; contactId: string | null; version: number };

/** Locks the active association of a customer until the transaction ends; null if there is none. */
export async function lockAssociation(tx: PartnerTransaction, customerId: string): Promise<LockedAssociation | null> {
  const { rows } = await tx.query<LockedAssociation>(
    `/* lockAssociation */ select id, communication_owner as owner, primary_contact_id as "contactId", version
     from customer_association where partner_id = $1 and customer_id = $2 and ended_at is null for update`,
    [tx.partnerId, customerId],
  );
  return rows[0] ?? null;
}

/** The same for many customers (rows of customer_id), in the order that every writer uses. */
export async function lockAssociations(tx: PartnerTransaction, customers: RowSet): Promise<void> {
  await writeRows(
    tx,
    customers,
    (rows) => `/* lockAssociations */ with locked as materialized (
       select association.id from customer_association association
       where association.partner_id = $1 and association.ended_at is null
         -- an array: without statistics, the planner compared each of the partner's associations with all rows
         and association.customer_id = any (array${rows})
       order by association.id for update
     )
     select count(*) from locked`,
  );
}

/**
 * Holds off the resumption of customers (rows of customer_id): an ended one has no association to lock. As in resumeAssociation, customers
 * are locked before associations.
 */
export async function holdOffResuming(tx: PartnerTransaction, customers: RowSet): Promise<void> {
  await writeRows(
    tx,
    customers,
    (rows) => `/* holdOffResuming */ with locked as materialized (
       select customer.id from customer where customer.partner_id = $1 and customer.id = any (array${rows}) order by customer.id for key share
     )
     select count(*) from locked`,
  );
}
