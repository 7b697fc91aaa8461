import { resumeAssociations } from '../association/association.writers.ts';
import type { PartnerTransaction } from '../database/transaction.ts';
import { changesFile } from './changes.columns.ts';
import { stagingTable } from './import-file.ts';
import { importAuthor } from './import.queries.ts';
import { namedCustomerSql } from './named-customer.queries.ts';
import { touchCustomersById } from './rows.queries.ts';
import type { StagedFile } from './staging.queries.ts';

/**
 * Resumes the ended customers that good rows of a file name. Each starts again with the default owner and no contact. This runs before
 * the file's rows are judged, so that they no longer count as rows of ended customers.
 */
export async function reassociateCustomers(tx: PartnerTransaction, { file, header }: StagedFile): Promise<void> {
  const customers =
    file === changesFile
      ? `join contract on contract.partner_id = $1 and contract.external_id = staged.contract_external_id
         join customer on customer.partner_id = $1 and customer.id = contract.customer_id`
      : namedCustomerSql(file);
  const resumed = await resumeAssociations(importAuthor(tx), {
    sql: `select distinct customer.id as customer_id from ${stagingTable(file)} staged ${customers}
      where customer.id is not null and not exists (select from import_fault fault where fault.file = $2 and fault.line = staged.line)
        and not exists (select from customer_association association where association.partner_id = $1
          and association.customer_id = customer.id and association.ended_at is null)
      order by customer.id`,
    values: [file.name],
  });
  if (resumed.length === 0) return;
  await touchCustomersById(
    tx,
    resumed.map((association) => association.customer_id),
  );
  header?.notes.push(
    resumed.length === 1 ? '1 ended customer is looked after again.' : `${resumed.length} ended customers are looked after again.`,
  );
}
