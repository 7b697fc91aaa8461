import { clearPrimaryContacts } from '../association/association.writers.ts';
import { createCustomerUsers, updateCustomerUsers } from '../customer/customer.writers.ts';
import type { PartnerTransaction } from '../database/transaction.ts';
import { contactsFile } from './contacts.columns.ts';
import { recordReferenceFaults, unknownCustomer } from './faults.queries.ts';
import { importAuthor } from './import.queries.ts';
import { codesSql, createRowTable, goodRowsSql, outcomeSql, touchCustomers } from './rows.queries.ts';
import { refreshStatistics, type StagedFile } from './staging.queries.ts';

export const createContactRows = (tx: PartnerTransaction) =>
  createRowTable(tx, contactsFile, 'id uuid not null, customer_id uuid, previous_customer_id uuid');

export async function writeContacts(tx: PartnerTransaction, staged: StagedFile): Promise<void> {
  await resolveContacts(tx);
  await recordReferenceFaults(tx, staged, unknownCustomer('Associated Company ID'));
  // A primary contact is an active user of that customer. Users who are deactivated or move away lose that role.
  await clearPrimaryContacts(importAuthor(tx), {
    sql: `select association.id, association.customer_id, judged.id as contact_id
      from customer_association association join (select judged.id, judged.customer_id, staged.is_active
        from ${goodRowsSql(contactsFile, 'UPDATED')}) judged on judged.id = association.primary_contact_id
      where association.partner_id = $1 and (judged.is_active = false or association.customer_id <> judged.customer_id)`,
  });
  await updateCustomerUsers(tx, { sql: `select judged.id, judged.customer_id, ${cells} from ${goodRowsSql(contactsFile, 'UPDATED')}` });
  await createCustomerUsers(tx, {
    sql: `select judged.id, judged.customer_id, staged.external_id, ${cells} from ${goodRowsSql(contactsFile, 'CREATED')}`,
  });
  await refreshStatistics(tx, staged, ['customer_user']);
  await touchCustomers(tx, contactsFile);
  await touchCustomers(tx, contactsFile, 'previous_customer_id');
}

const cells =
  'staged.name, staged.email, staged.job_title, coalesce(staged.is_active, true) as is_active, staged.digest as imported_digest';

async function resolveContacts(tx: PartnerTransaction): Promise<void> {
  const outcome = outcomeSql({
    file: contactsFile,
    codes: 'found.codes',
    isSkipped: 'association.id is null',
    has: 'member.id is not null',
    digest: 'member.imported_digest',
  });
  await tx.query(
    `/* resolveContacts */ insert into import_contact_row
     select staged.line, ${outcome}, found.codes, coalesce(member.id, gen_random_uuid()), customer.id, member.customer_id
     from import_contact staged
     left join customer on customer.partner_id = $1 and customer.hub_id = staged.hub_id
     left join customer_association association on association.partner_id = $1 and association.customer_id = customer.id
       and association.ended_at is null
     left join customer_user member on member.partner_id = $1 and member.external_id = staged.external_id
     cross join lateral (select ${codesSql({ UNKNOWN_CUSTOMER: 'staged.hub_id is not null and customer.id is null' })} as codes) found`,
    [tx.partnerId],
  );
  await tx.query('/* resolveContacts */ analyze import_contact_row');
}
