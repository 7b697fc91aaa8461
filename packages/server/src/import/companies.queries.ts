import { createAssociations } from '../association/association.writers.ts';
import { createCustomers, updateCustomers } from '../customer/customer.writers.ts';
import type { PartnerTransaction } from '../database/transaction.ts';
import { companiesFile } from './companies.columns.ts';
import { cellSql, createRowTable, goodRowsSql, mergedDigestSql, outcomeSql, touchCustomers } from './rows.queries.ts';
import { refreshStatistics, type StagedFile } from './staging.queries.ts';

export const createCompanyRows = (tx: PartnerTransaction) => createRowTable(tx, companiesFile, 'customer_id uuid not null');

export async function writeCompanies(tx: PartnerTransaction, staged: StagedFile): Promise<void> {
  await resolveCompanies(tx);
  await createCustomers(tx, {
    sql: `select judged.customer_id as id, staged.hub_id, staged.name, staged.website, staged.website_key, staged.search_text,
        staged.digest as imported_digest
      from ${goodRowsSql(companiesFile, 'CREATED')}`,
  });
  await refreshStatistics(tx, staged, ['customer']);
  await createAssociations(tx, { sql: `select judged.customer_id from ${goodRowsSql(companiesFile, 'CREATED')}` });
  await refreshStatistics(tx, staged, ['customer_association']);
  await updateCustomers(tx, { sql: updatedSql(staged) });
  await touchCustomers(tx, companiesFile);
}

/** The searched text of a row without a website is its name alone; with the website that is kept, its line is too. */
const searchTextSql = `staged.search_text || case when customer.website is null then '' else E'\n' || split_part(customer.search_text, E'\n', -1) end`;

function updatedSql(staged: StagedFile): string {
  const cell = (column: string, told: string, kept: string) => cellSql(staged, column, { told, kept });
  return `
    select customer.id, staged.name,
      ${cell('website', 'staged.website', 'customer.website')} as website,
      ${cell('website', 'staged.website_key', 'customer.website_key')} as website_key,
      ${cell('website', 'staged.search_text', searchTextSql)} as search_text,
      ${mergedDigestSql(companiesFile, 'staged.digest', 'customer.imported_digest')} as imported_digest
    from ${goodRowsSql(companiesFile, 'UPDATED', 'join customer on customer.partner_id = $1 and customer.id = judged.customer_id')}`;
}

async function resolveCompanies(tx: PartnerTransaction): Promise<void> {
  const outcome = outcomeSql({
    file: companiesFile,
    codes: `'{}'::text[]`,
    isSkipped: 'customer.id is not null and association.id is null',
    has: 'customer.id is not null',
    digest: 'customer.imported_digest',
  });
  await tx.query(
    `/* resolveCompanies */ insert into import_company_row
     select staged.line, ${outcome}, '{}', coalesce(customer.id, gen_random_uuid())
     from import_company staged
     left join customer on customer.partner_id = $1 and customer.hub_id = staged.hub_id
     left join customer_association association on association.partner_id = $1 and association.customer_id = customer.id
       and association.ended_at is null`,
    [tx.partnerId],
  );
  await tx.query('/* resolveCompanies */ analyze import_company_row');
}
