import type { PartnerTransaction } from '../database/transaction.ts';
import { writeRows, type RowSet } from '../writing/row-set.ts';

// Only this file writes customers, their users and their usage. Callers lock the associations first, and refresh the dashboard's
// rows afterwards.

/** Rows of id, hub_id, external_id (one of the two may be null), name, website, website_key, search_text, imported_digest. */
export async function createCustomers(tx: PartnerTransaction, customers: RowSet): Promise<void> {
  await writeRows(
    tx,
    customers,
    (rows) => `/* createCustomers */
     insert into customer (partner_id, id, hub_id, external_id, name, website, website_key, search_text, imported_digest)
     select $1, created.id, created.hub_id, created.external_id, created.name, created.website, created.website_key, created.search_text,
       created.imported_digest
     from ${rows} created`,
  );
}

/** Rows of id, hub_id, external_id, name, website, website_key, search_text, imported_digest. */
export async function updateCustomers(tx: PartnerTransaction, customers: RowSet): Promise<void> {
  await writeRows(
    tx,
    customers,
    (rows) => `/* updateCustomers */ update customer
     set hub_id = updated.hub_id, external_id = updated.external_id, name = updated.name, website = updated.website, website_key = updated.website_key, search_text = updated.search_text,
       imported_digest = updated.imported_digest
     from ${rows} updated where customer.partner_id = $1 and customer.id = updated.id`,
  );
}

/** Rows of id, merged_into_id: the other customer stands for this one, and for those merged into it before. Its association must end. */
export async function mergeCustomers(tx: PartnerTransaction, customers: RowSet): Promise<void> {
  await writeRows(
    tx,
    customers,
    (rows) => `/* mergeCustomers */ update customer set merged_into_id = merged.merged_into_id
     from ${rows} merged where customer.partner_id = $1 and merged.id in (customer.id, customer.merged_into_id)`,
  );
}

/** Rows of id, customer_id, external_id, first_name, last_name, name, email, job_title, is_active, imported_digest. */
export async function createCustomerUsers(tx: PartnerTransaction, users: RowSet): Promise<void> {
  await writeRows(
    tx,
    users,
    (rows) => `/* createCustomerUsers */
     insert into customer_user
       (partner_id, id, customer_id, external_id, first_name, last_name, name, email, job_title, is_active, imported_digest)
     select $1, created.id, created.customer_id, created.external_id, created.first_name, created.last_name, created.name, created.email,
       created.job_title, created.is_active, created.imported_digest
     from ${rows} created`,
  );
}

/**
 * Rows of id, customer_id, first_name, last_name, name, email, job_title, is_active, imported_digest. Users who are deactivated or move
 * to another customer must first stop being primary contacts.
 */
export async function updateCustomerUsers(tx: PartnerTransaction, users: RowSet): Promise<void> {
  await writeRows(
    tx,
    users,
    (rows) => `/* updateCustomerUsers */ update customer_user member
     set customer_id = updated.customer_id, first_name = updated.first_name, last_name = updated.last_name, name = updated.name, email = updated.email, job_title = updated.job_title,
       is_active = updated.is_active, imported_digest = updated.imported_digest
     from ${rows} updated where member.partner_id = $1 and member.id = updated.id`,
  );
}

/** All users of customers: rows of customer_id, new_customer_id. They must first stop being primary contacts. */
export async function moveUsers(tx: PartnerTransaction, customers: RowSet): Promise<void> {
  await writeRows(
    tx,
    customers,
    (rows) => `/* moveUsers */ update customer_user member set customer_id = moved.new_customer_id
     from ${rows} moved where member.partner_id = $1 and member.customer_id = moved.customer_id`,
  );
}

/** Rows of customer_id, app, date, contacts_used, emails_sent, active_users, imported_digest; existing days are replaced. */
export async function putUsage(tx: PartnerTransaction, days: RowSet): Promise<void> {
  await writeRows(
    tx,
    days,
    (rows) => `/* putUsage */
     insert into app_usage (partner_id, customer_id, app, date, contacts_used, emails_sent, active_users, imported_digest)
     select $1, day.customer_id, day.app, day.date, day.contacts_used, day.emails_sent, day.active_users, day.imported_digest
     from ${rows} day
     on conflict (partner_id, customer_id, app, date) do update
     set contacts_used = excluded.contacts_used, emails_sent = excluded.emails_sent, active_users = excluded.active_users,
       imported_digest = excluded.imported_digest`,
  );
}
