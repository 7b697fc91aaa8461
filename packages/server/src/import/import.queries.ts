import { lockAssociations } from '../customer/customer-lock.queries.ts';
import type { PartnerTransaction } from '../database/transaction.ts';
import { recordAuditEvent, type Author } from '../writing/audit-event.queries.ts';
import { changesFile } from './changes.columns.ts';
import { companiesFile } from './companies.columns.ts';
import { contactsFile } from './contacts.columns.ts';
import { contractsFile } from './contracts.columns.ts';
import type { ImportReport } from './import-report.ts';
import { namedCustomerSql } from './named-customer.queries.ts';
import { isChangedSql } from './rows.queries.ts';
import { usageFile } from './usage.columns.ts';

/** The actor of imports in the audit trail. */
export const importAuthor = (tx: PartnerTransaction): Author => ({
  tx,
  actor: { kind: 'IMPORT', id: null, name: 'import' },
  requestId: null,
});

/** An import has no time limit. */
export async function prepareConnection(tx: PartnerTransaction): Promise<void> {
  const settings = {
    statement_timeout: '0',
    lock_timeout: '0',
    idle_in_transaction_session_timeout: '0',
    // The data change between statements, so each is planned again. force_custom_plan would also replan every foreign key check.
    plan_cache_mode: 'auto',
    work_mem: '64MB',
  };
  for (const [name, value] of Object.entries(settings)) await tx.query(`/* prepareConnection */ set local ${name} = '${value}'`);
}

/** Locks the active associations of all customers that the staged rows may change, in the order of all writers. */
export async function lockTouchedCustomers(tx: PartnerTransaction): Promise<void> {
  await lockAssociations(tx, {
    sql: `
      select customer.id from import_company staged
      ${namedCustomerSql(companiesFile)}
      left join customer record on record.partner_id = $1 and record.id = customer.id
      where ${isChangedSql(companiesFile, 'staged.digest', 'record.imported_digest')}
      union
      select unnest(array[customer.id, old.id]) from import_company staged
      cross join lateral unnest(staged.merged_hub_ids) merged(hub_id)
      join customer old on old.partner_id = $1 and old.hub_id = merged.hub_id and old.merged_into_id is null
      ${namedCustomerSql(companiesFile)}
      where staged.merged_hub_ids is not null
      union
      select unnest(array[customer.id, member.customer_id]) from import_contact staged
      ${namedCustomerSql(contactsFile)}
      left join customer_user member on member.partner_id = $1 and member.external_id = staged.external_id
      where ${isChangedSql(contactsFile, 'staged.digest', 'member.imported_digest')}
      union
      select unnest(array[customer.id, contract.customer_id]) from import_contract staged
      ${namedCustomerSql(contractsFile)}
      left join contract on contract.partner_id = $1 and contract.external_id = staged.external_id
      where ${isChangedSql(contractsFile, 'staged.digest', 'contract.imported_digest')}
      union
      select contract.customer_id from import_change staged
      join contract on contract.partner_id = $1 and contract.external_id = staged.contract_external_id
      left join contract_change change on change.partner_id = $1 and change.external_id = staged.external_id
      where ${isChangedSql(changesFile, 'staged.digest', 'change.imported_digest')}
      union
      select customer.id from import_usage staged
      ${namedCustomerSql(usageFile)}
      left join app_usage usage on usage.partner_id = $1 and usage.customer_id = customer.id
        and usage.app = staged.app and usage.date = staged.date
      where ${isChangedSql(usageFile, 'staged.digest', 'usage.imported_digest')}`,
  });
}

/** An import without changes is not audited. */
export async function auditImport(tx: PartnerTransaction, report: ImportReport): Promise<void> {
  const counts = report.files.map(({ file, rows, created, updated, unchanged, skipped, refused }) => ({
    ...{ file, rows, created, updated, unchanged, skipped, refused },
  }));
  if (counts.every(({ created, updated }) => created + updated === 0)) return;
  await recordAuditEvent(importAuthor(tx), { action: 'IMPORT', after: { businessDate: report.businessDate, files: counts } });
}
