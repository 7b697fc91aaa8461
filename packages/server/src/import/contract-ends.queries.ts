import type { PartnerTransaction } from '../database/transaction.ts';
import { recordAuditEvents } from '../writing/audit-event.queries.ts';
import type { RowSet } from '../writing/row-set.ts';
import { importAuthor } from './import.queries.ts';

// What an import tells can end a contract on a day that has passed, or let it go on after all. People look for the reason, so it is audited.

export async function createEndTable(tx: PartnerTransaction): Promise<void> {
  await tx.query(`/* createEndTable */ create temporary table import_contract_end (
    contract_id uuid primary key, ended_on date) on commit drop`);
}

/** Remembers when contracts ended before the import: rows of contract_id. */
export async function rememberEnds(tx: PartnerTransaction, { sql, values = [] }: RowSet): Promise<void> {
  await tx.query(
    `/* rememberEnds */ insert into import_contract_end
     select contract.id, contract.ended_on from contract
     where contract.partner_id = $1 and contract.id in (select told.contract_id from (${sql}) told)
     on conflict do nothing`,
    [tx.partnerId, ...values],
  );
}

/** Audits the contracts whose end is another one after the import. */
export async function auditEnds(tx: PartnerTransaction): Promise<void> {
  for (const [action, end] of [
    ['END_CONTRACT', 'is not null'],
    ['RESUME_CONTRACT', 'is null'],
  ] as const) {
    await recordAuditEvents(
      importAuthor(tx),
      { action },
      {
        sql: `select contract.customer_id,
            jsonb_build_object('contract', contract.external_id, 'endedOn', before.ended_on) as before,
            jsonb_build_object('contract', contract.external_id, 'endedOn', contract.ended_on) as after
          from import_contract_end before join contract on contract.partner_id = $1 and contract.id = before.contract_id
          where contract.ended_on is distinct from before.ended_on and contract.ended_on ${end}`,
      },
    );
  }
}
