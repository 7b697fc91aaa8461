import { clearPrimaryContacts } from '../association/association.writers.ts';
import { createCustomerUsers, updateCustomerUsers } from '../customer/customer.writers.ts';
import type { PartnerTransaction } from '../database/transaction.ts';
import { contactsFile } from './contacts.columns.ts';
import { recordReferenceFaults } from './faults.queries.ts';
import { importAuthor } from './import.queries.ts';
import { customerCodes, customerFaults, namedCustomerSql } from './named-customer.queries.ts';
import { cellSql, codesSql, createRowTable, goodRowsSql, mergedDigestSql, outcomeSql, touchCustomers } from './rows.queries.ts';
import { refreshStatistics, type StagedFile } from './staging.queries.ts';

export const createContactRows = (tx: PartnerTransaction) =>
  createRowTable(tx, contactsFile, 'id uuid not null, customer_id uuid, previous_customer_id uuid');

export async function writeContacts(tx: PartnerTransaction, staged: StagedFile): Promise<void> {
  await resolveContacts(tx);
  await recordReferenceFaults(tx, staged, customerFaults(contactsFile, 'Associated Company ID'));
  // A primary contact is an active user of that customer. Users who are deactivated or move away lose that role.
  await clearPrimaryContacts(importAuthor(tx), {
    sql: `select association.id, association.customer_id, updated.id as contact_id
      from customer_association association join (${updatedSql(staged)}) updated on updated.id = association.primary_contact_id
      where association.partner_id = $1 and (not updated.is_active or association.customer_id <> updated.customer_id)`,
  });
  await updateCustomerUsers(tx, { sql: updatedSql(staged) });
  await createCustomerUsers(tx, {
    sql: `select judged.id, judged.customer_id, staged.external_id, staged.first_name, staged.last_name, staged.name, staged.email, staged.job_title,
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
    select member.id, judged.customer_id, parts.first_name, parts.last_name, ${nameSql(staged)} as name, staged.email,
      ${cell('job_title', 'staged.job_title')} as job_title, ${cell('is_active', isActiveSql)} as is_active,
      ${mergedDigestSql(contactsFile, 'staged.digest', 'member.imported_digest')} as imported_digest
    from ${goodRowsSql(
      contactsFile,
      'UPDATED',
      `join customer_user member on member.partner_id = $1 and member.id = judged.id
       cross join lateral (select ${cell('first_name', 'staged.first_name')} as first_name,
         ${cell('last_name', 'staged.last_name')} as last_name) parts`,
    )}`;
}

/** A name has two columns, each of which may be kept. A file with neither keeps the name, also of a user who was never imported. */
function nameSql({ header }: StagedFile): string {
  if (!header!.staged.has('first_name') && !header!.staged.has('last_name')) return 'member.name';
  return `coalesce(nullif(concat_ws(' ', parts.first_name, parts.last_name), ''), staged.email)`;
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
     ${namedCustomerSql(contactsFile)}
     left join customer_association association on association.partner_id = $1 and association.customer_id = customer.id
       and association.ended_at is null
     left join customer_user member on member.partner_id = $1 and member.external_id = staged.external_id
     cross join lateral (select ${codesSql(customerCodes(contactsFile))} as codes) found`,
    [tx.partnerId],
  );
  await tx.query('/* resolveContacts */ analyze import_contact_row');
}
