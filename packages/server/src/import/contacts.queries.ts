import { clearPrimaryContacts } from '../association/association.writers.ts';
import { createCustomerUsers, updateCustomerUsers } from '../customer/customer.writers.ts';
import type { PartnerTransaction } from '../database/transaction.ts';
import { contactsFile } from './contacts.columns.ts';
import { recordReferenceFaults, unknownCustomer } from './faults.queries.ts';
import { importAuthor } from './import.queries.ts';
import { cellSql, codesSql, createRowTable, goodRowsSql, mergedDigestSql, outcomeSql, touchCustomers } from './rows.queries.ts';
import { refreshStatistics, type StagedFile } from './staging.queries.ts';

export const createContactRows = (tx: PartnerTransaction) =>
  createRowTable(tx, contactsFile, 'id uuid not null, customer_id uuid, previous_customer_id uuid');

export async function writeContacts(tx: PartnerTransaction, staged: StagedFile): Promise<void> {
  await resolveContacts(tx);
  await recordReferenceFaults(tx, staged, unknownCustomer('Associated Company ID'));
  // A primary contact is an active user of that customer. Users who are deactivated or move away lose that role.
  await clearPrimaryContacts(importAuthor(tx), {
    sql: `select association.id, association.customer_id, updated.id as contact_id
      from customer_association association join (${updatedSql(staged)}) updated on updated.id = association.primary_contact_id
      where association.partner_id = $1 and (not updated.is_active or association.customer_id <> updated.customer_id)`,
  });
  await updateCustomerUsers(tx, { sql: updatedSql(staged) });
  await createCustomerUsers(tx, {
    sql: `select judged.id, judged.customer_id, staged.external_id, staged.name, staged.email, staged.job_title,
        ${isActiveSql} as is_active, staged.digest as imported_digest
      from ${goodRowsSql(contactsFile, 'CREATED')}`,
  });
  await refreshStatistics(tx, staged, ['customer_user']);
  await touchCustomers(tx, contactsFile);
  await touchCustomers(tx, contactsFile, 'previous_customer_id');
}

const isActiveSql = 'coalesce(staged.is_active, true)';

function updatedSql(staged: StagedFile): string {
  const cell = (column: string, told: string) => cellSql(staged, column, { told, kept: `member.${column}` });
  return `
    select member.id, judged.customer_id, ${nameSql(staged)} as name, staged.email,
      ${cell('job_title', 'staged.job_title')} as job_title, ${cell('is_active', isActiveSql)} as is_active,
      ${mergedDigestSql(contactsFile, 'staged.digest', 'member.imported_digest')} as imported_digest
    from ${goodRowsSql(contactsFile, 'UPDATED', 'join customer_user member on member.partner_id = $1 and member.id = judged.id')}`;
}

/** A name has two columns; a file with neither keeps it, and so does a row of which one cannot be read. */
function nameSql({ header }: StagedFile): string {
  const names = ['first_name', 'last_name'];
  if (!names.some((name) => header!.staged.has(name))) return 'member.name';
  return `case when staged.unread && '{${names.join(',')}}' then member.name else staged.name end`;
}

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
