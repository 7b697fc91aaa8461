import type { PartnerTransaction } from '../database/transaction.ts';
import { writeRows, type RowSet } from '../writing/row-set.ts';
import { contractTerms, noticeColumns } from './contract.terms.ts';

// Only this file writes imported_terms: what an import made of a contract's terms on a day. They apply again when that day passes again.

/** The columns that an import tells of a contract, and that apply again. */
export const importedColumns = [...contractTerms, ...noticeColumns];
const each = (item: (column: string) => string) => importedColumns.map(item).join(', ');

/** Rows of contract_id, imported_on, the terms, the notice period and told; imports of one day are put together. */
export async function keepImportedTerms(tx: PartnerTransaction, terms: RowSet): Promise<void> {
  // The notice period before is not known from a change, as the terms before are. So the first time, that of the import before is kept too.
  await writeRows(
    tx,
    terms,
    (rows) => `/* keepImportedTerms */ insert into imported_terms (partner_id, contract_id, imported_on, ${each((column) => column)}, told)
     select $1, contract.id, contract.imported_on, ${each((column) => `contract.${column}`)}, '{}'
     from ${rows} kept join contract on contract.partner_id = $1 and contract.id = kept.contract_id
     where contract.imported_on < kept.imported_on
     on conflict do nothing`,
  );
  await writeRows(
    tx,
    terms,
    (rows) => `/* keepImportedTerms */ insert into imported_terms as terms
       (partner_id, contract_id, imported_on, ${each((column) => column)}, told)
     select $1, kept.contract_id, kept.imported_on, ${each((column) => `kept.${column}`)}, kept.told from ${rows} kept
     on conflict (partner_id, contract_id, imported_on) do update set told = terms.told || excluded.told,
       ${each((column) => `${column} = case when '${column}' = any (excluded.told) then excluded.${column} else terms.${column} end`)}`,
  );
}

/** Forgets the terms of contracts whose dates moved, since the days before do not pass again: rows of contract_id. */
export async function forgetImportedTerms(tx: PartnerTransaction, contracts: RowSet): Promise<void> {
  await writeRows(
    tx,
    contracts,
    (rows) => `/* forgetImportedTerms */ delete from imported_terms terms
     using ${rows} forgotten where terms.partner_id = $1 and terms.contract_id = forgotten.contract_id`,
  );
}

/** Sets apart the terms that were imported after a day: rows of contract_id and day. */
export async function suspendImportedTerms(tx: PartnerTransaction, contracts: RowSet): Promise<void> {
  await writeRows(
    tx,
    contracts,
    (rows) => `/* suspendImportedTerms */ update imported_terms terms set is_applied = false
     from ${rows} suspended
     where terms.partner_id = $1 and terms.contract_id = suspended.contract_id and terms.imported_on > suspended.day`,
  );
}

/** Marks suspended terms as applied: rows of contract_id and imported_on. */
export async function resumeImportedTerms(tx: PartnerTransaction, terms: RowSet): Promise<void> {
  await writeRows(
    tx,
    terms,
    (rows) => `/* resumeImportedTerms */ update imported_terms terms set is_applied = true
     from ${rows} resumed
     where terms.partner_id = $1 and terms.contract_id = resumed.contract_id and terms.imported_on = resumed.imported_on`,
  );
}
