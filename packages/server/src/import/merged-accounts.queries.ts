import { clearPrimaryContacts, endAssociations } from '../association/association.writers.ts';
import { moveContracts } from '../contract/contract.writers.ts';
import { mergeCustomers, moveUsers } from '../customer/customer.writers.ts';
import type { PartnerTransaction } from '../database/transaction.ts';
import { recordAuditEvents } from '../writing/audit-event.queries.ts';
import { importAuthor } from './import.queries.ts';
import type { StagedFile } from './staging.queries.ts';

export async function createMergeTable(tx: PartnerTransaction): Promise<void> {
  await tx.query(
    '/* createMergeTable */ create temporary table import_merge (old_id uuid primary key, customer_id uuid not null) on commit drop',
  );
}

/**
 * Merges the active customers whose Hub IDs a good row lists into the row's customer: contracts and users move, and the old association
 * ends. Later files that name an old Hub ID mean the surviving customer.
 */
export async function mergeAccounts(tx: PartnerTransaction, { header }: StagedFile): Promise<void> {
  const count = await findMerges(tx);
  if (count === 0) return;
  await clearPrimaryContacts(importAuthor(tx), {
    sql: `select association.id, association.customer_id, association.primary_contact_id as contact_id ${oldAssociationsSql}
      and association.primary_contact_id is not null`,
  });
  await recordAuditEvents(importAuthor(tx), { action: 'MERGE_ACCOUNTS' }, { sql: eventsSql });
  await endAssociations(tx, { sql: `select association.id, association.customer_id ${oldAssociationsSql}` });
  await moveUsers(tx, { sql: 'select old_id as customer_id, customer_id as new_customer_id from import_merge where $1::uuid is not null' });
  await moveContracts(tx, {
    sql: `select contract.id as contract_id, merge.customer_id from import_merge merge
      join contract on contract.partner_id = $1 and contract.customer_id = merge.old_id`,
  });
  await mergeCustomers(tx, { sql: 'select old_id as id, customer_id as merged_into_id from import_merge where $1::uuid is not null' });
  await tx.query(
    '/* mergeAccounts */ insert into import_touched select old_id from import_merge union all select customer_id from import_merge',
  );
  header?.notes.push(count === 1 ? '1 account was merged into another.' : `${count} accounts were merged into others.`);
}

/** A customer that this file merges itself survives no other one: exports list all merged accounts at the one that remains. */
async function findMerges(tx: PartnerTransaction): Promise<number> {
  await tx.query(
    `/* findMerges */ insert into import_merge
     select distinct on (old.id) old.id, judged.customer_id
     from import_company staged join import_company_row judged using (line)
     cross join lateral unnest(staged.merged_hub_ids) merged(hub_id)
     join customer old on old.partner_id = $1 and old.hub_id = merged.hub_id and old.id <> judged.customer_id
     join customer_association association on association.partner_id = $1 and association.customer_id = old.id
       and association.ended_at is null
     where judged.outcome in ('CREATED', 'UPDATED', 'UNCHANGED') and staged.merged_hub_ids is not null
     order by old.id, staged.line`,
    [tx.partnerId],
  );
  await tx.query('/* findMerges */ delete from import_merge where customer_id in (select old_id from import_merge)');
  const { rows } = await tx.query<{ count: number }>('/* findMerges */ select count(*)::int as count from import_merge');
  return rows[0]!.count;
}

const oldAssociationsSql = `from import_merge merge join customer_association association
  on association.partner_id = $1 and association.customer_id = merge.old_id and association.ended_at is null`;

/** One event for each of the two customers. */
const eventsSql = `
  select side.customer_id, null::jsonb as before, side.after
  from import_merge merge
  join customer old on old.partner_id = $1 and old.id = merge.old_id
  join customer survivor on survivor.partner_id = $1 and survivor.id = merge.customer_id
  cross join lateral (values
    (survivor.id, jsonb_build_object('mergedHubId', old.hub_id::text, 'mergedName', old.name)),
    (old.id, jsonb_build_object('survivingHubId', survivor.hub_id::text, 'survivingName', survivor.name))) side(customer_id, after)`;
