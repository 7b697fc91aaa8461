import { createAssociations } from '../association/association.writers.ts';
import { createCustomers, updateCustomers } from '../customer/customer.writers.ts';
import type { PartnerTransaction } from '../database/transaction.ts';
import { companiesFile } from './companies.columns.ts';
import { recordReferenceFaults } from './faults.queries.ts';
import { createMergeTable, mergeAccounts } from './merged-accounts.queries.ts';
import { customerCodes, namedCustomerSql, twoCustomers } from './named-customer.queries.ts';
import { cellSql, codesSql, createRowTable, goodRowsSql, mergedDigestSql, outcomeSql, touchCustomers } from './rows.queries.ts';
import { refreshStatistics, type StagedFile } from './staging.queries.ts';

export async function createCompanyRows(tx: PartnerTransaction): Promise<void> {
  await createRowTable(tx, companiesFile, 'customer_id uuid not null, is_merged boolean not null');
  await createMergeTable(tx);
}

export async function writeCompanies(tx: PartnerTransaction, staged: StagedFile): Promise<void> {
  await resolveCompanies(tx);
  await noteMergedRows(tx, staged);
  await recordReferenceFaults(tx, staged, {
    ...twoCustomers,
    SAME_CUSTOMER: {
      header: 'Account ID',
      value: 'staged.external_account_id',
      reason: `'Another row of this file has the Hub ID of this account.'`,
    },
  });
  await createCustomers(tx, {
    sql: `select judged.customer_id as id, staged.hub_id, staged.external_account_id as external_id, staged.name, staged.website, staged.website_key, staged.search_text,
        staged.digest as imported_digest
      from ${goodRowsSql(companiesFile, 'CREATED')}`,
  });
  await refreshStatistics(tx, staged, ['customer']);
  await createAssociations(tx, { sql: `select judged.customer_id from ${goodRowsSql(companiesFile, 'CREATED')}` });
  await refreshStatistics(tx, staged, ['customer_association']);
  await updateCustomers(tx, { sql: updatedSql(staged) });
  await touchCustomers(tx, companiesFile);
  await mergeAccounts(tx, staged);
}

/** The searched text of a row with the website that is kept: the name's two lines are the row's, the host's three the record's. */
const searchTextSql = [1, 2, 3, 4, 5]
  .map((line) => `split_part(${line <= 2 ? 'staged' : 'customer'}.search_text, E'\n', ${line})`)
  .join(` || E'\n' || `);

function updatedSql(staged: StagedFile): string {
  const cell = (column: string, told: string, kept: string) => cellSql(staged, column, { told, kept });
  return `
    select customer.id, coalesce(customer.hub_id, staged.hub_id) as hub_id,
      case when other.id is null then coalesce(staged.external_account_id, customer.external_id) else customer.external_id end as external_id,
      staged.name,
      ${cell('website', 'staged.website', 'customer.website')} as website,
      ${cell('website', 'staged.website_key', 'customer.website_key')} as website_key,
      ${cell('website', 'staged.search_text', searchTextSql)} as search_text,
      ${mergedDigestSql(companiesFile, 'staged.digest', 'customer.imported_digest')} as imported_digest
    from ${goodRowsSql(
      companiesFile,
      'UPDATED',
      `join customer on customer.partner_id = $1 and customer.id = judged.customer_id
       -- an account that was merged into this one keeps its id, and is found by it
       left join customer other on other.partner_id = $1 and other.external_id = staged.external_account_id and other.id <> customer.id`,
    )}`;
}

async function resolveCompanies(tx: PartnerTransaction): Promise<void> {
  const outcome = outcomeSql({
    file: companiesFile,
    codes: 'found.codes',
    isSkipped: 'customer.is_merged or (customer.id is not null and association.id is null)',
    has: 'customer.id is not null',
    digest: 'record.imported_digest',
  });
  const codes = codesSql({
    TWO_CUSTOMERS: customerCodes(companiesFile)['TWO_CUSTOMERS']!,
    SAME_CUSTOMER: `staged.hub_id is null and not customer.is_merged and by_account.hub_id is not null
      and exists (select from import_company other where other.hub_id = by_account.hub_id)`,
  });
  await tx.query(
    `/* resolveCompanies */ insert into import_company_row
     select staged.line, ${outcome}, found.codes, coalesce(customer.id, gen_random_uuid()), customer.is_merged
     from import_company staged
     ${namedCustomerSql(companiesFile)}
     left join customer record on record.partner_id = $1 and record.id = customer.id
     left join customer_association association on association.partner_id = $1 and association.customer_id = customer.id
       and association.ended_at is null
     cross join lateral (select ${codes} as codes) found`,
    [tx.partnerId],
  );
  await tx.query('/* resolveCompanies */ analyze import_company_row');
}

/** An older export may still have an account that was merged since; its row must not overwrite the other's. */
async function noteMergedRows(tx: PartnerTransaction, { file, header }: StagedFile): Promise<void> {
  const position = file.columns.findIndex((column) => column.header === 'Record ID');
  await tx.query(
    `/* noteMergedRows */ update import_company staged
     set notes = json_build_array(json_build_object('position', $2::int, 'column', $3::text,
       'value', coalesce(staged.hub_id::text, staged.external_account_id),
       'reason', 'This account was merged into ' || survivor.name || '; the row was left out.'))
     from import_company_row judged join customer survivor on survivor.partner_id = $1 and survivor.id = judged.customer_id
     where judged.line = staged.line and judged.is_merged and judged.outcome = 'SKIPPED' and staged.digest is not null`,
    [tx.partnerId, position, header!.places[position]?.header ?? 'Record ID'],
  );
}
