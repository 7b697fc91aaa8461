import { randomUUID } from 'node:crypto';
import { recordAuditEvent } from '../writing/audit-event.queries.ts';
import { failed, type Outcome, type Write } from '../writing/write.ts';
import type { CommunicationOwner } from '../customer/communication-owner.rules.ts';
import type { PartnerTransaction } from '../database/transaction.ts';
import { lockAssociation, type LockedAssociation } from '../customer/customer-lock.queries.ts';
import { conflict, inputError, notFound, type UserError } from '../graphql/user-error.type.ts';
import { refreshDashboardRows } from '../contract-change/dashboard-row.queries.ts';

type AssociationOutcome = Outcome<'association' | 'customer'>;

type Edit = { customerId: string | null; expectedVersion: number | null };

/** Sets the owner by hand; null goes back to the default. The same owner again changes nothing. */
export async function setCommunicationOwner(
  write: Write,
  { customerId, expectedVersion, owner }: Edit & { owner: CommunicationOwner | null },
) {
  return await editAssociation(write, { customerId, expectedVersion }, 'SET_COMMUNICATION_OWNER', async (association) =>
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

/** Sets who at the customer is told: an active user of that account, or nobody. */
export async function setPrimaryContact(
  write: Write,
  { customerId, expectedVersion, contact }: Edit & { contact: { id: string | null } | null },
) {
  return await editAssociation(write, { customerId, expectedVersion }, 'SET_PRIMARY_CONTACT', async (association) => {
    const contactId = contact?.id ?? null;
    if (contact !== null && !(await isActiveUser(write.tx, customerId as string, contactId))) {
      return inputError('CONTACT_NOT_IN_ACCOUNT', "Choose somebody who is an active user of this customer's account.", 'contactId');
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
    `/* isActiveUser */ select from customer_user where partner_id = $1 and customer_id = $2 and id = $3 and is_active for share`,
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

/** Locks, compares versions, and applies what `decide` answers: a change, an error, or null for nothing to do. */
async function editAssociation(
  write: Write,
  { customerId, expectedVersion }: Edit,
  action: string,
  decide: (association: LockedAssociation) => Promise<Change | UserError | null>,
): Promise<AssociationOutcome> {
  const { tx } = write;
  const association = customerId === null ? null : await lockAssociation(tx, customerId);
  if (association === null || customerId === null) return failed(notFound('customer', 'customerId'));
  if (expectedVersion !== null && expectedVersion !== association.version) return failed(conflict(association.version));
  const decided = await decide(association);
  if (decided !== null && 'code' in decided) return failed(decided);
  if (decided !== null) {
    await tx.query(
      `/* editAssociation */ update customer_association set ${decided.column} = $3, version = version + 1
       where partner_id = $1 and id = $2 and version = $4 returning version`,
      [tx.partnerId, association.id, decided.value, association.version],
    );
    await recordAuditEvent(write, { action, customerId, before: decided.before, after: decided.after });
    await refreshDashboardRows(tx, { customerIds: [customerId] });
  }
  return { associationId: association.id, customerId, userErrors: [] };
}

/** Sets one owner for many customers, in one statement; a customer that is not there gets an error of its own. */
export async function bulkSetCommunicationOwner(write: Write, customerIds: readonly (string | null)[], owner: CommunicationOwner | null) {
  const { tx } = write;
  const wanted = [...new Set(customerIds.filter((id) => id !== null))];
  const { rows } = await tx.query<{ customer_id: string }>(
    `/* bulkSetCommunicationOwner */ with locked as (
       select id, customer_id, communication_owner from customer_association
       where partner_id = $1 and customer_id = any ($2::uuid[]) and ended_at is null order by id for update
     ), changed as (
       update customer_association a set communication_owner = $3, version = a.version + 1 from locked l
       where a.partner_id = $1 and a.id = l.id and l.communication_owner is distinct from $3 returning a.customer_id
     ), audited as (
       insert into audit_event (partner_id, id, actor, action, customer_id, before, after, request_id)
       select $1, gen_random_uuid(), $4, 'SET_COMMUNICATION_OWNER', c.customer_id,
         jsonb_build_object('communicationOwner', l.communication_owner), jsonb_build_object('communicationOwner', $3::communication_owner), $5
       from changed c join locked l using (customer_id)
     )
     select customer_id from locked`,
    [tx.partnerId, wanted, owner, write.actor, write.requestId],
  );
  const found = new Set(rows.map((row) => row.customer_id));
  await refreshDashboardRows(tx, { customerIds: [...found] });
  return {
    results: customerIds.map((id, index) => ({
      customerId: id !== null && found.has(id) ? id : null,
      userErrors: id !== null && found.has(id) ? [] : [notFound('customer', 'customerIds', String(index))],
    })),
    userErrors: [] as UserError[],
  };
}

/** Ends the association: from now on nothing of the customer is there. Again: the same answer, nothing done. */
export async function endAssociation(write: Write, customerId: string | null): Promise<AssociationOutcome> {
  const { tx } = write;
  if (customerId === null) return failed(notFound('customer', 'customerId'));
  const association = await lockAssociation(tx, customerId);
  if (association === null) {
    const { rows } = await tx.query<{ id: string }>(
      `/* endAssociation */ select id from customer_association where partner_id = $1 and customer_id = $2 order by ended_at desc limit 1`,
      [tx.partnerId, customerId],
    );
    return rows[0] === undefined
      ? failed(notFound('customer', 'customerId'))
      : { associationId: rows[0].id, customerId: null, userErrors: [] };
  }
  await tx.query(
    `/* endAssociation */ update customer_association set ended_at = now(), version = version + 1 where partner_id = $1 and id = $2`,
    [tx.partnerId, association.id],
  );
  await recordAuditEvent(write, {
    action: 'END_ASSOCIATION',
    customerId,
    before: { communicationOwner: association.owner, primaryContactId: association.contactId },
  });
  await refreshDashboardRows(tx, { customerIds: [customerId] });
  return { associationId: association.id, customerId: null, userErrors: [] };
}

/** Looks after an ended customer again, from a fresh start: default owner, no contact. Again: no-op. */
export async function resumeAssociation(write: Write, customerId: string | null): Promise<AssociationOutcome> {
  const { tx } = write;
  if (customerId === null) return failed(notFound('customer', 'customerId'));
  // Two at once: the second waits here, and finds the first one's association.
  const { rows } = await tx.query(`/* resumeAssociation */ select from customer where partner_id = $1 and id = $2 for update`, [
    tx.partnerId,
    customerId,
  ]);
  if (rows.length === 0) return failed(notFound('customer', 'customerId'));
  const active = await lockAssociation(tx, customerId);
  if (active !== null) return { associationId: active.id, customerId, userErrors: [] };
  const id = randomUUID();
  await tx.query(`/* resumeAssociation */ insert into customer_association (partner_id, id, customer_id) values ($1, $2, $3)`, [
    tx.partnerId,
    id,
    customerId,
  ]);
  await recordAuditEvent(write, { action: 'RESUME_ASSOCIATION', customerId });
  await refreshDashboardRows(tx, { customerIds: [customerId] });
  return { associationId: id, customerId, userErrors: [] };
}
