import type { PartnerTransaction } from '../database/transaction.ts';
import { writeRows, type RowSet } from '../writing/row-set.ts';
import { eachTerm } from './contract.terms.ts';

// Only this file writes contracts. Dates are whole months from the anchor.

/** Rows of id, external_id, customer_id, product, the terms, anchor_date, renewal_months, auto_renew, imported_digest. */
export async function createContracts(tx: PartnerTransaction, contracts: RowSet): Promise<void> {
  await writeRows(
    tx,
    contracts,
    (rows) => `/* createContracts */ insert into contract (partner_id, id, external_id, customer_id, product, ${eachTerm((term) => term)},
       anchor_date, term_start_months, renewal_months, auto_renew, imported_term_months, imported_digest)
     select $1, created.id, created.external_id, created.customer_id, created.product, ${eachTerm((term) => `created.${term}`)},
       created.anchor_date, created.renewal_months - created.subscription_term_months, created.renewal_months,
       created.auto_renew, created.subscription_term_months, created.imported_digest
     from ${rows} created`,
  );
}

/**
 * Rows of id, product, the terms, anchor_date, auto_renew (null: as it was), imported_digest, renewal_months. Where those are
 * not null the contract's dates move: it runs again, and its next renewal is that many months from the anchor.
 */
export async function updateContracts(tx: PartnerTransaction, contracts: RowSet): Promise<void> {
  await writeRows(
    tx,
    contracts,
    (rows) => `/* updateContracts */ update contract
     set product = updated.product, ${eachTerm((term) => `${term} = updated.${term}`)}, anchor_date = updated.anchor_date,
       term_start_months = coalesce(updated.renewal_months - updated.subscription_term_months, contract.term_start_months),
       renewal_months = coalesce(updated.renewal_months, contract.renewal_months),
       ended_on = case when updated.renewal_months is null then contract.ended_on end,
       auto_renew = coalesce(updated.auto_renew, contract.auto_renew),
       imported_term_months = updated.subscription_term_months, imported_digest = updated.imported_digest
     from ${rows} updated where contract.partner_id = $1 and contract.id = updated.id`,
  );
}

/**
 * Applies changes that took effect, one a contract: rows of contract_id, the terms (null: as they are), renews (the next term begins,
 * which lasts as long as the terms now say) and ended_on (null: it does not end the contract).
 */
export async function applyTerms(tx: PartnerTransaction, changes: RowSet): Promise<void> {
  await writeRows(
    tx,
    changes,
    (rows) => `/* applyTerms */ update contract
     set ${eachTerm((term) => `${term} = coalesce(applied.${term}, contract.${term})`)},
       term_start_months = case when applied.renews then contract.renewal_months else contract.term_start_months end,
       renewal_months = contract.renewal_months
         + case when applied.renews then coalesce(applied.subscription_term_months, contract.subscription_term_months) else 0 end,
       ended_on = coalesce(applied.ended_on, contract.ended_on)
     from ${rows} applied where contract.partner_id = $1 and contract.id = applied.contract_id`,
  );
}

/** Rows of contract_id, customer_id. Their changes move along; the caller audits, and locks and refreshes both customers. */
export async function moveContracts(tx: PartnerTransaction, contracts: RowSet): Promise<void> {
  await writeRows(
    tx,
    contracts,
    (rows) => `/* moveContracts */ update contract set customer_id = moved.customer_id
     from ${rows} moved where contract.partner_id = $1 and contract.id = moved.contract_id`,
  );
}
