import { putUsage } from '../customer/customer.writers.ts';
import type { PartnerTransaction } from '../database/transaction.ts';
import { recordReferenceFaults } from './faults.queries.ts';
import { customerCodes, customerFaults, namedCustomerSql } from './named-customer.queries.ts';
import { cellSql, codesSql, createRowTable, goodRowsSql, mergedDigestSql, outcomeSql } from './rows.queries.ts';
import type { StagedFile } from './staging.queries.ts';
import { usageFile } from './usage.columns.ts';

export const createUsageRows = (tx: PartnerTransaction) => createRowTable(tx, usageFile, 'customer_id uuid');

export async function writeUsage(tx: PartnerTransaction, staged: StagedFile): Promise<void> {
  await resolveUsage(tx);
  await recordReferenceFaults(tx, staged, {
    ...customerFaults(usageFile, 'Hub ID'),
    SAME_DAY: {
      header: 'Hub ID',
      value: 'staged.hub_id::text',
      reason: `'This account was merged into another, and another row of this file has that customer''s usage of this day.'`,
    },
  });
  const measured = ['contacts_used', 'emails_sent', 'active_users'].map(
    (column) => `${cellSql(staged, column, { told: `staged.${column}`, kept: `usage.${column}` })} as ${column}`,
  );
  await putUsage(tx, {
    sql: `select judged.customer_id, staged.app, staged.date, ${measured.join(', ')},
        ${mergedDigestSql(usageFile, 'staged.digest', 'usage.imported_digest')} as imported_digest
      from ${goodRowsSql(usageFile, undefined, joinUsage('judged.customer_id'))}`,
  });
}

/** The day that a row tells of, if it is there already. */
const joinUsage = (customerId: string) =>
  `left join app_usage usage on usage.partner_id = $1 and usage.customer_id = ${customerId} and usage.app = staged.app
     and usage.date = staged.date`;

async function resolveUsage(tx: PartnerTransaction): Promise<void> {
  const outcome = outcomeSql({
    file: usageFile,
    codes: 'found.codes',
    isSkipped: 'association.id is null',
    has: 'usage.app is not null',
    digest: 'usage.imported_digest',
  });
  const codes = codesSql({
    ...customerCodes(usageFile),
    SAME_DAY: 'customer.is_merged and staged.digest is not null and counting.line <> staged.line',
  });
  await tx.query(
    `/* resolveUsage */ insert into import_usage_row
     select staged.line, ${outcome}, found.codes, customer.id
     from import_usage staged
     ${namedCustomerSql(usageFile)}
     left join customer_association association on association.partner_id = $1 and association.customer_id = customer.id
       and association.ended_at is null
     ${joinUsage('customer.id')}
     left join (${countingRowsSql}) counting on counting.id = customer.id and counting.app = staged.app and counting.date = staged.date
     cross join lateral (select ${codes} as codes) found`,
    [tx.partnerId],
  );
  await tx.query('/* resolveUsage */ analyze import_usage_row');
}

/** SQL: of the rows that tell the same day of a customer with merged accounts, the one that counts: the customer's own, else the first. */
const countingRowsSql = `
  select distinct on (customer.id, staged.app, staged.date) customer.id, staged.app, staged.date, staged.line
  from import_usage staged ${namedCustomerSql(usageFile)}
  where customer.id in (select merged_into_id from customer merged where merged.partner_id = $1 and merged.merged_into_id is not null)
  order by customer.id, staged.app, staged.date, customer.is_merged, staged.line`;
