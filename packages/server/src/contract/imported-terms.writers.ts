import type { PartnerTransaction } from '../database/transaction.ts';
import { writeRows, type RowSet } from '../writing/row-set.ts';
import { eachTerm } from './contract.terms.ts';

// Only this file writes imported_terms: what an import made of a contract's terms on a day. They apply again when that day passes again.

/** Rows of contract_id, imported_on and the terms; the last import of a day counts. */
export async function keepImportedTerms(tx: PartnerTransaction, terms: RowSet): Promise<void> {
  await writeRows(
    tx,
    terms,
    (rows) => `/* keepImportedTerms */ insert into imported_terms (partner_id, contract_id, imported_on, ${eachTerm((term) => term)})
     select $1, kept.contract_id, kept.imported_on, ${eachTerm((term) => `kept.${term}`)} from ${rows} kept
     on conflict (partner_id, contract_id, imported_on) do update set ${eachTerm((term) => `${term} = excluded.${term}`)}`,
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
