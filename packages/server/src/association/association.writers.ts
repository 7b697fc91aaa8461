import type { PartnerTransaction } from '../database/transaction.ts';
import { endWaiting } from '../outbox/outbox.writers.ts';
import { recordAuditEvents, type Author } from '../writing/audit-event.queries.ts';
import { writeRows, type RowSet } from '../writing/row-set.ts';

// Only this file writes associations. Callers lock them first, and refresh the dashboard's rows afterwards.

/** SQL: a customer keeps its active association, even one that a concurrent transaction has just created. */
const createSql = (rows: string) => `insert into customer_association (partner_id, id, customer_id)
  select $1, gen_random_uuid(), created.customer_id from ${rows} created
  on conflict (partner_id, customer_id) where ended_at is null do nothing`;

/** Rows of customer_id: each gets a new association, with the default owner and no contact. */
export async function createAssociations(tx: PartnerTransaction, customers: RowSet): Promise<void> {
  await writeRows(tx, customers, (rows) => `/* createAssociations */ ${createSql(rows)}`);
}

export type ResumedAssociation = { id: string; customer_id: string };

/** The same for customers whose association ended, audited. */
export async function resumeAssociations(author: Author, customers: RowSet): Promise<ResumedAssociation[]> {
  const { rows: resumed } = await writeRows<ResumedAssociation>(
    author.tx,
    customers,
    (rows) => `/* resumeAssociations */ ${createSql(rows)} returning id, customer_id`,
  );
  if (resumed.length === 0) return [];
  await recordAuditEvents(
    author,
    { action: 'RESUME_ASSOCIATION' },
    {
      sql: 'select unnest($2::uuid[]) as customer_id, null::jsonb as before, null::jsonb as after',
      values: [resumed.map((association) => association.customer_id)],
    },
  );
  return resumed;
}

type EditedColumn = 'communication_owner' | 'primary_contact_id';

const types: Record<EditedColumn, string> = {
  communication_owner: 'communication_owner',
  primary_contact_id: 'uuid',
};

/** Rows of id and value. */
export async function editAssociations(tx: PartnerTransaction, column: EditedColumn, associations: RowSet): Promise<void> {
  await writeRows(
    tx,
    associations,
    (rows) => `/* editAssociations */ update customer_association association
     set ${column} = edited.value::${types[column]}, version = association.version + 1
     from ${rows} edited where association.partner_id = $1 and association.id = edited.id`,
  );
}

/** Ends associations, and with them the messages about their customers that wait to leave: rows of id and customer_id. */
export async function endAssociations(tx: PartnerTransaction, associations: RowSet): Promise<void> {
  // The messages come first: after the update, the same select may find no rows.
  await endWaiting(
    tx,
    {
      ...associations,
      sql: `select message.id from (${associations.sql}) ended
        join outbox_message message on message.partner_id = $1 and message.customer_id = ended.customer_id and message.state = 'WAITING'`,
    },
    'ASSOCIATION_ENDED',
  );
  await writeRows(
    tx,
    associations,
    (rows) => `/* endAssociations */ update customer_association association set ended_at = now(), version = association.version + 1
     from ${rows} ended where association.partner_id = $1 and association.id = ended.id`,
  );
}

/** Clears the primary contact, audited: rows of id, customer_id, contact_id. */
export async function clearPrimaryContacts(author: Author, associations: RowSet): Promise<void> {
  // The audit events come first: after the update, the same select finds no rows.
  await recordAuditEvents(
    author,
    { action: 'CLEAR_PRIMARY_CONTACT' },
    {
      ...associations,
      sql: `select cleared.customer_id, jsonb_build_object('primaryContactId', cleared.contact_id) as before,
        jsonb_build_object('primaryContactId', null) as after
      from (${associations.sql}) cleared`,
    },
  );
  await editAssociations(author.tx, 'primary_contact_id', {
    ...associations,
    sql: `select cleared.id, null as value from (${associations.sql}) cleared`,
  });
}
