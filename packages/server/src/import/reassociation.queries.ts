import type { PartnerTransaction } from '../database/transaction.ts';
import { changesFile } from './changes.columns.ts';
import { contractsFile } from './contracts.columns.ts';
import { stagingTable } from './import-file.ts';
import type { StagedFile } from './staging.queries.ts';

/**
 * Looks after the ended customers again that good rows of a file name, each from a fresh start: default owner, no contact. Comes before
 * the file's rows are resolved, which then are no longer those of ended customers.
 */
export async function reassociateCustomers(tx: PartnerTransaction, { file, header }: StagedFile): Promise<void> {
  const customers =
    file === changesFile
      ? 'join contract k on k.partner_id = $1 and k.external_id = s.contract_external_id join customer m on m.partner_id = $1 and m.id = k.customer_id'
      : 'join customer m on m.partner_id = $1 and m.hub_id = s.hub_id';
  // Such a row is refused later: the contract cannot move to this customer, who is named in vain.
  const isMove =
    file === contractsFile
      ? 'exists (select from contract k where k.partner_id = $1 and k.external_id = s.external_id and k.customer_id <> m.id)'
      : 'false';
  const { rows } = await tx.query<{ count: number }>(
    `/* reassociateCustomers */ with named as (
       select distinct m.id from ${stagingTable(file)} s ${customers}
       where not exists (select from import_fault f where f.file = $2 and f.line = s.line) and not ${isMove}
     ), resumed as (
       insert into customer_association (partner_id, id, customer_id)
       select $1, gen_random_uuid(), n.id from named n
       where not exists (select from customer_association a where a.partner_id = $1 and a.customer_id = n.id and a.ended_at is null)
       order by n.id
       -- by somebody else, this very moment
       on conflict (partner_id, customer_id) where ended_at is null do nothing
       returning customer_id
     ), touched as (
       insert into import_touched select customer_id from resumed
     ), audited as (
       insert into audit_event (partner_id, id, actor, action, customer_id)
       select $1, gen_random_uuid(), 'import', 'RESUME_ASSOCIATION', customer_id from resumed
     )
     select count(*)::int from resumed`,
    [tx.partnerId, file.name],
  );
  const count = rows[0]?.count ?? 0;
  if (count > 0)
    header?.notes.push(count === 1 ? '1 ended customer is looked after again.' : `${count} ended customers are looked after again.`);
}
