import type { PartnerTransaction } from '../database/transaction.ts';
import { contactsFile } from './contacts.columns.ts';
import { recordReferenceFaults, unknownCustomer } from './faults.queries.ts';
import { codesSql, createRowTable, outcomeSql, touchCustomers } from './rows.queries.ts';
import { refreshStatistics, type StagedFile } from './staging.queries.ts';

export const createContactRows = (tx: PartnerTransaction) =>
  createRowTable(tx, contactsFile, 'id uuid not null, customer_id uuid, previous_customer_id uuid');

export async function writeContacts(tx: PartnerTransaction, staged: StagedFile): Promise<void> {
  await resolveContacts(tx);
  await recordReferenceFaults(tx, staged, unknownCustomer('Associated Company ID'));
  await clearPrimaryContacts(tx);
  await updateCustomerUsers(tx);
  await createCustomerUsers(tx);
  await refreshStatistics(tx, staged, ['customer_user']);
  await touchCustomers(tx, contactsFile);
  await touchCustomers(tx, contactsFile, 'previous_customer_id');
}

async function resolveContacts(tx: PartnerTransaction): Promise<void> {
  const outcome = outcomeSql({
    file: contactsFile,
    codes: 'x.codes',
    isSkipped: 'a.id is null',
    has: 'u.id is not null',
    digest: 'u.imported_digest',
  });
  await tx.query(
    `/* resolveContacts */ insert into import_contact_row
     select s.line, ${outcome}, x.codes, coalesce(u.id, gen_random_uuid()), c.id, u.customer_id
     from import_contact s
     left join customer c on c.partner_id = $1 and c.hub_id = s.hub_id
     left join customer_association a on a.partner_id = $1 and a.customer_id = c.id and a.ended_at is null
     left join customer_user u on u.partner_id = $1 and u.external_id = s.external_id
     cross join lateral (select ${codesSql({ UNKNOWN_CUSTOMER: 's.hub_id is not null and c.id is null' })} as codes) x`,
    [tx.partnerId],
  );
  await tx.query('/* resolveContacts */ analyze import_contact_row');
}

/** A primary contact is an active user of that customer: whoever is deactivated or moved away is none any more. */
async function clearPrimaryContacts(tx: PartnerTransaction): Promise<void> {
  await tx.query(
    `/* clearPrimaryContacts */ with cleared as (
       update customer_association a set primary_contact_id = null, version = a.version + 1
       from import_contact_row r join import_contact s using (line)
       where a.partner_id = $1 and a.primary_contact_id = r.id and r.outcome = 'UPDATED'
         and (s.is_active = false or a.customer_id <> r.customer_id)
       returning a.customer_id, r.id as user_id
     )
     insert into audit_event (partner_id, id, actor, action, customer_id, before, after)
     select $1, gen_random_uuid(), 'import', 'CLEAR_PRIMARY_CONTACT', customer_id,
       jsonb_build_object('primaryContactId', user_id), jsonb_build_object('primaryContactId', null)
     from cleared`,
    [tx.partnerId],
  );
}

async function updateCustomerUsers(tx: PartnerTransaction): Promise<void> {
  await tx.query(
    `/* updateCustomerUsers */ update customer_user u
     set customer_id = r.customer_id, name = s.name, email = s.email, job_title = s.job_title, is_active = coalesce(s.is_active, true),
       imported_digest = s.digest
     from import_contact_row r join import_contact s using (line)
     where u.partner_id = $1 and u.id = r.id and r.outcome = 'UPDATED'`,
    [tx.partnerId],
  );
}

async function createCustomerUsers(tx: PartnerTransaction): Promise<void> {
  await tx.query(
    `/* createCustomerUsers */
     insert into customer_user (partner_id, id, customer_id, external_id, name, email, job_title, is_active, imported_digest)
     select $1, r.id, r.customer_id, s.external_id, s.name, s.email, s.job_title, coalesce(s.is_active, true), s.digest
     from import_contact_row r join import_contact s using (line) where r.outcome = 'CREATED'`,
    [tx.partnerId],
  );
}
