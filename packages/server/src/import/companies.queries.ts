import type { PartnerTransaction } from '../database/transaction.ts';
import { companiesFile } from './companies.columns.ts';
import { createRowTable, outcomeSql, touchCustomers } from './rows.queries.ts';
import { refreshStatistics, type StagedFile } from './staging.queries.ts';

export const createCompanyRows = (tx: PartnerTransaction) => createRowTable(tx, companiesFile, 'customer_id uuid not null');

export async function writeCompanies(tx: PartnerTransaction, staged: StagedFile): Promise<void> {
  await resolveCompanies(tx);
  await createCustomers(tx);
  await refreshStatistics(tx, staged, ['customer']);
  await createAssociations(tx);
  await refreshStatistics(tx, staged, ['customer_association']);
  await updateCustomers(tx);
  await touchCustomers(tx, companiesFile);
}

async function resolveCompanies(tx: PartnerTransaction): Promise<void> {
  const outcome = outcomeSql({
    file: companiesFile,
    codes: `'{}'::text[]`,
    isSkipped: 'c.id is not null and a.id is null',
    has: 'c.id is not null',
    digest: 'c.imported_digest',
  });
  await tx.query(
    `/* resolveCompanies */ insert into import_company_row
     select s.line, ${outcome}, '{}', coalesce(c.id, gen_random_uuid())
     from import_company s
     left join customer c on c.partner_id = $1 and c.hub_id = s.hub_id
     left join customer_association a on a.partner_id = $1 and a.customer_id = c.id and a.ended_at is null`,
    [tx.partnerId],
  );
  await tx.query('/* resolveCompanies */ analyze import_company_row');
}

async function createCustomers(tx: PartnerTransaction): Promise<void> {
  await tx.query(
    `/* createCustomers */ insert into customer (partner_id, id, hub_id, name, website, website_key, search_text, imported_digest)
     select $1, r.customer_id, s.hub_id, s.name, s.website, s.website_key, s.search_text, s.digest
     from import_company_row r join import_company s using (line) where r.outcome = 'CREATED'`,
    [tx.partnerId],
  );
}

async function createAssociations(tx: PartnerTransaction): Promise<void> {
  await tx.query(
    `/* createAssociations */ insert into customer_association (partner_id, id, customer_id)
     select $1, gen_random_uuid(), customer_id from import_company_row where outcome = 'CREATED'`,
    [tx.partnerId],
  );
}

async function updateCustomers(tx: PartnerTransaction): Promise<void> {
  await tx.query(
    `/* updateCustomers */ update customer c
     set name = s.name, website = s.website, website_key = s.website_key, search_text = s.search_text, imported_digest = s.digest
     from import_company_row r join import_company s using (line)
     where c.partner_id = $1 and c.id = r.customer_id and r.outcome = 'UPDATED'`,
    [tx.partnerId],
  );
}
