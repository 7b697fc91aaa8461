import { editAssociations, endAssociations, resumeAssociations } from './association.writers.ts';
import type { CustomerAction } from '../writing/audit-action.ts';
import { recordAuditEvent, recordAuditEvents } from '../writing/audit-event.queries.ts';
import { failed, type Outcome, type Write } from '../writing/write.ts';
import type { CommunicationOwner } from '../customer/communication-owner.rules.ts';
import { inOrder } from '../database/in-order.ts';
import type { PartnerTransaction } from '../database/transaction.ts';
import { lockAssociation, type LockedAssociation } from '../customer/customer-lock.queries.ts';
import { conflict, inputError, notFound } from '../graphql/user-error.ts';
import type { UserError } from '../graphql/user-error.type.ts';
import { refreshDashboardRows } from '../contract-change/dashboard-row.queries.ts';

export type AssociationOutcome = Outcome<'association' | 'customer'>;

type Edit = { customerId: string | null; expectedVersion: number | null };

/** The lock that the edits of an association begin with, so that it can be sent ahead. */
export const lockForEdit = (tx: PartnerTransaction, customerId: string | null): Promise<LockedAssociation | null> =>
  customerId === null ? Promise.resolve(null) : lockAssociation(tx, customerId);

/** Sets the owner by hand; null restores the default. Setting the same owner again changes nothing. */
export async function setCommunicationOwner(
  write: Write,
  { customerId, expectedVersion, owner }: Edit & { owner: CommunicationOwner | null },
  locking = lockForEdit(write.tx, customerId),
) {
  return await editAssociation(write, { customerId, expectedVersion }, locking, 'SET_COMMUNICATION_OWNER', async (association) =>
    association.owner === owner
      ? null
      : {
          column: 'communication_owner',
          value: owner,
          before: { communicationOwner: association.owner },
          after: { communicationOwner: owner },
        },
  );
}

/** Sets the primary contact: an active user of that account, or null. */
export async function setPrimaryContact(
  write: Write,
  { customerId, expectedVersion, contact }: Edit & { contact: { id: string | null } | null },
  locking = lockForEdit(write.tx, customerId),
) {
  return await editAssociation(write, { customerId, expectedVersion }, locking, 'SET_PRIMARY_CONTACT', async (association) => {
    const contactId = contact?.id ?? null;
    if (contact !== null && !(await isActiveUser(write.tx, customerId as string, contactId))) {
      return inputError('CONTACT_NOT_IN_ACCOUNT', "Choose an active user of this customer's account.", 'contactId');
    }
    if (association.contactId === contactId) return null;
    return {
      column: 'primary_contact_id',
      value: contactId,
      before: { primaryContactId: association.contactId },
      after: { primaryContactId: contactId },
    };
  });
}

async function isActiveUser(tx: PartnerTransaction, customerId: string, userId: string | null): Promise<boolean> {
  const { rows } = await tx.query(
    `/* isActiveUser */ select from customer_user member
     where member.partner_id = $1 and member.customer_id = $2 and member.id = $3 and member.is_active for share`,
    [tx.partnerId, customerId, userId],
  );
  return rows.length > 0;
}

type Change = {
  column: 'communication_owner' | 'primary_contact_id';
  value: string | null;
  before: Record<string, unknown>;
  after: Record<string, unknown>;
};

/** Awaits the lock of the association, compares versions, and applies the result of `decide`: a change, an error, or null for no change. */
async function editAssociation(
  write: Write,
  { customerId, expectedVersion }: Edit,
  locking: Promise<LockedAssociation | null>,
  action: CustomerAction,
  decide: (association: LockedAssociation) => Promise<Change | UserError | null>,
): Promise<AssociationOutcome> {
  const { tx } = write;
  const association = await locking;
  if (association === null || customerId === null) return failed(notFound('customer', 'customerId'));
  if (expectedVersion !== null && expectedVersion !== association.version) return failed(conflict(association.version));
  const decided = await decide(association);
  if (decided !== null && 'code' in decided) return failed(decided);
  if (decided !== null) {
    tx.leaveToCommit(
      editAssociations(tx, decided.column, { sql: 'select $2::uuid as id, $3 as value', values: [association.id, decided.value] }),
      recordAuditEvent(write, { action, customerId, before: decided.before, after: decided.after }),
      refreshDashboardRows(tx, { customerIds: [customerId] }),
    );
  }
  return { associationId: association.id, customerId, userErrors: [] };
}

/** Sets one owner for many customers. Each missing customer gets its own error. */
export async function bulkSetCommunicationOwner(write: Write, customerIds: readonly (string | null)[], owner: CommunicationOwner | null) {
  const { tx } = write;
  const wanted = [...new Set(customerIds.filter((id) => id !== null))];
  const { rows } = await tx.query<{ id: string; customer_id: string; owner: CommunicationOwner | null }>(
    `/* bulkSetCommunicationOwner */ select id, customer_id, communication_owner as owner from customer_association
     where partner_id = $1 and customer_id = any ($2::uuid[]) and ended_at is null order by id for update`,
    [tx.partnerId, wanted],
  );
  const others = rows.filter((association) => association.owner !== owner);
  if (others.length > 0) {
    await inOrder(
      editAssociations(tx, 'communication_owner', {
        sql: 'select unnest($2::uuid[]) as id, $3 as value',
        values: [others.map(({ id }) => id), owner],
      }),
      recordAuditEvents(
        write,
        { action: 'SET_COMMUNICATION_OWNER' },
        {
          sql: `select edited.customer_id, jsonb_build_object('communicationOwner', edited.owner) as before,
          jsonb_build_object('communicationOwner', $4::text) as after
        from unnest($2::uuid[], $3::text[]) edited(customer_id, owner)`,
          values: [others.map((each) => each.customer_id), others.map((each) => each.owner), owner],
        },
      ),
      refreshDashboardRows(tx, { customerIds: others.map((each) => each.customer_id) }),
    );
  }
  const found = new Set(rows.map((row) => row.customer_id));
  return {
    results: customerIds.map((id, index) => ({
      customerId: id !== null && found.has(id) ? id : null,
      userErrors: id !== null && found.has(id) ? [] : [notFound('customer', 'customerIds', String(index))],
    })),
    userErrors: [] as UserError[],
  };
}

/** `removedChangeIds` has the upcoming changes that are no longer found. */
export type EndOutcome = Outcome<'association'> & { removedChangeIds?: readonly string[] };

/** The most changes that an end names. No known customer has more. */
export const maxRemoved = 1_000;

/** Ends the association; from now on the customer is not found. Idempotent. */
export async function endAssociation(write: Write, customerId: string | null): Promise<EndOutcome> {
  const { tx } = write;
  if (customerId === null) return failed(notFound('customer', 'customerId'));
  const association = await lockAssociation(tx, customerId);
  if (association === null) {
    const { rows } = await tx.query<{ id: string }>(
      `/* endAssociation */ select id from customer_association where partner_id = $1 and customer_id = $2 order by ended_at desc limit 1`,
      [tx.partnerId, customerId],
    );
    return rows[0] === undefined ? failed(notFound('customer', 'customerId')) : { associationId: rows[0].id, userErrors: [] };
  }
  const removedChangeIds = await upcomingIdsOf(write, customerId);
  await endAssociations(tx, { sql: 'select $2::uuid as id, $3::uuid as customer_id', values: [association.id, customerId] });
  tx.leaveToCommit(
    recordAuditEvent(write, {
      action: 'END_ASSOCIATION',
      customerId,
      before: { communicationOwner: association.owner, primaryContactId: association.contactId },
    }),
    refreshDashboardRows(tx, { customerIds: [customerId] }),
  );
  return { associationId: association.id, removedChangeIds, userErrors: [] };
}

async function upcomingIdsOf({ tx, today }: Write, customerId: string): Promise<string[]> {
  const { rows } = await tx.query<{ id: string }>(
    `/* upcomingIdsOf */ select row.id from dashboard_row row where row.partner_id = $1 and row.customer_id = $2 and row.effective_date >= $3
     order by row.effective_date, row.id limit ${maxRemoved}`,
    [tx.partnerId, customerId, today],
  );
  return rows.map(({ id }) => id);
}

/** Resumes an ended customer, with the default owner and no contact. Idempotent. */
export async function resumeAssociation(write: Write, customerId: string | null): Promise<AssociationOutcome> {
  const { tx } = write;
  if (customerId === null) return failed(notFound('customer', 'customerId'));
  // Of two concurrent calls, the second waits here and finds the association of the first.
  const { rows } = await tx.query(
    '/* resumeAssociation */ select from customer where partner_id = $1 and id = $2 and merged_into_id is null for update',
    [tx.partnerId, customerId],
  );
  if (rows.length === 0) return failed(notFound('customer', 'customerId'));
  const active = await lockAssociation(tx, customerId);
  if (active !== null) return { associationId: active.id, customerId, userErrors: [] };
  const [resumed] = await resumeAssociations(write, { sql: 'select $2::uuid as customer_id', values: [customerId] });
  await refreshDashboardRows(tx, { customerIds: [customerId] });
  return { associationId: resumed!.id, customerId, userErrors: [] };
}
