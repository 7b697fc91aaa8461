import type { PartnerTransaction } from '../database/transaction.ts';
import { recordReferenceFaults, unknownCustomer } from './faults.queries.ts';
import { codesSql, createRowTable, outcomeSql } from './rows.queries.ts';
import type { StagedFile } from './staging.queries.ts';
import { usageFile } from './usage.columns.ts';

export const createUsageRows = (tx: PartnerTransaction) => createRowTable(tx, usageFile, 'customer_id uuid');

export async function writeUsage(tx: PartnerTransaction, staged: StagedFile): Promise<void> {
  await resolveUsage(tx);
  await recordReferenceFaults(tx, staged, unknownCustomer('Hub ID'));
  await tx.query(
    `/* writeUsage */ insert into app_usage as u (partner_id, customer_id, app, date, contacts_used, emails_sent, active_users, imported_digest)
     select $1, r.customer_id, s.app, s.date, s.contacts_used, s.emails_sent, s.active_users, s.digest
     from import_usage_row r join import_usage s using (line) where r.outcome in ('CREATED', 'UPDATED')
     on conflict (partner_id, customer_id, app, date) do update
     set contacts_used = excluded.contacts_used, emails_sent = excluded.emails_sent, active_users = excluded.active_users,
       imported_digest = excluded.imported_digest`,
    [tx.partnerId],
  );
}

async function resolveUsage(tx: PartnerTransaction): Promise<void> {
  const outcome = outcomeSql({
    file: usageFile,
    codes: 'x.codes',
    isSkipped: 'a.id is null',
    has: 'u.app is not null',
    digest: 'u.imported_digest',
  });
  await tx.query(
    `/* resolveUsage */ insert into import_usage_row
     select s.line, ${outcome}, x.codes, c.id
     from import_usage s
     left join customer c on c.partner_id = $1 and c.hub_id = s.hub_id
     left join customer_association a on a.partner_id = $1 and a.customer_id = c.id and a.ended_at is null
     left join app_usage u on u.partner_id = $1 and u.customer_id = c.id and u.app = s.app and u.date = s.date
     cross join lateral (select ${codesSql({ UNKNOWN_CUSTOMER: 's.hub_id is not null and c.id is null' })} as codes) x`,
    [tx.partnerId],
  );
  await tx.query('/* resolveUsage */ analyze import_usage_row');
}
