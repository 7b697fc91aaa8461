import { randomUUID } from 'node:crypto';
import type { CalendarDate } from '../calendar-date.ts';
import type { PartnerTransaction } from '../database/transaction.ts';
import type { ImportReport } from './import-report.ts';

/** An import takes as long as it takes. */
export async function prepareConnection(tx: PartnerTransaction): Promise<void> {
  const settings = {
    statement_timeout: '0',
    lock_timeout: '0',
    idle_in_transaction_session_timeout: '0',
    // Each statement meets other data and is planned for it; force_custom_plan would plan the foreign keys' checks row by row too.
    plan_cache_mode: 'auto',
    work_mem: '64MB',
  };
  for (const [name, value] of Object.entries(settings)) await tx.query(`/* prepareConnection */ set local ${name} = '${value}'`);
}

export async function createPartner(tx: PartnerTransaction, name: string, businessDate: CalendarDate): Promise<void> {
  await tx.query(`/* createPartner */ insert into partner (id, name, passed_through) values ($1, $2, $3)`, [
    tx.partnerId,
    name,
    businessDate,
  ]);
}
/** Imports and passing days of one partner take turns. */
export async function lockPartner(tx: PartnerTransaction): Promise<void> {
  await tx.query('/* lockPartner */ select from partner where id = $1 for no key update', [tx.partnerId]);
}

/** The active associations of all customers that the staged rows may change, in the order in which every writer takes them. */
export async function lockTouchedCustomers(tx: PartnerTransaction): Promise<void> {
  await tx.query(
    `/* lockTouchedCustomers */ with touched as (
       select m.id from import_company s join customer m on m.partner_id = $1 and m.hub_id = s.hub_id
       where m.imported_digest is distinct from s.digest
       union
       select unnest(array[m.id, u.customer_id]) from import_contact s
       left join customer m on m.partner_id = $1 and m.hub_id = s.hub_id
       left join customer_user u on u.partner_id = $1 and u.external_id = s.external_id
       where u.imported_digest is distinct from s.digest
       union
       select m.id from import_contract s join customer m on m.partner_id = $1 and m.hub_id = s.hub_id
       left join contract c on c.partner_id = $1 and c.external_id = s.external_id
       where c.imported_digest is distinct from s.digest
       union
       select k.customer_id from import_change s join contract k on k.partner_id = $1 and k.external_id = s.contract_external_id
       left join contract_change c on c.partner_id = $1 and c.external_id = s.external_id
       where c.imported_digest is distinct from s.digest
       union
       select m.id from import_usage s join customer m on m.partner_id = $1 and m.hub_id = s.hub_id
       left join app_usage u on u.partner_id = $1 and u.customer_id = m.id and u.app = s.app and u.date = s.date
       where u.imported_digest is distinct from s.digest
     ), locked as materialized (
       select a.id from customer_association a
       where a.partner_id = $1 and a.ended_at is null and a.customer_id in (select id from touched)
       order by a.id for update
     )
     select count(*) from locked`,
    [tx.partnerId],
  );
}

/** An import that changed nothing leaves no trace. */
export async function auditImport(tx: PartnerTransaction, report: ImportReport): Promise<void> {
  const counts = report.files.map(({ file, rows, created, updated, unchanged, skipped, refused }) => ({
    ...{ file, rows, created, updated, unchanged, skipped, refused },
  }));
  if (counts.every(({ created, updated }) => created + updated === 0)) return;
  await tx.query(
    `/* auditImport */ insert into audit_event (partner_id, id, actor, action, after) values ($1, $2, 'import', 'IMPORT', $3)`,
    [tx.partnerId, randomUUID(), JSON.stringify({ businessDate: report.businessDate, files: counts })],
  );
}
