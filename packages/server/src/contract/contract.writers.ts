import type { PartnerTransaction } from '../database/transaction.ts';
import { writeRows, type RowSet } from '../writing/row-set.ts';
import { eachTerm } from './contract.terms.ts';

// Only this file writes contracts. Dates are whole months from the anchor.

/**
 * Rows of id, external_id, customer_id, product, the terms, anchor_date, renewal_months (null: no term), auto_renew, notice_period_days,
 * notice_period_months, stated_end, imported_on, imported_digest.
 */
export async function createContracts(tx: PartnerTransaction, contracts: RowSet): Promise<void> {
  await writeRows(
    tx,
    contracts,
    (rows) => `/* createContracts */ insert into contract (partner_id, id, external_id, customer_id, product, ${eachTerm((term) => term)},
       anchor_date, term_start_months, renewal_months, auto_renew, notice_period_days, notice_period_months, stated_end,
       imported_term_months, imported_on, scheduled_on, imported_digest)
     select $1, created.id, created.external_id, created.customer_id, created.product, ${eachTerm((term) => `created.${term}`)},
       created.anchor_date, coalesce(created.renewal_months - created.subscription_term_months, 0), created.renewal_months,
       created.auto_renew, created.notice_period_days, created.notice_period_months, created.stated_end,
       created.subscription_term_months, created.imported_on, created.imported_on, created.imported_digest
     from ${rows} created`,
  );
}

/**
 * Rows as for {@link createContracts}, without external_id and customer_id, and is_rescheduled: the contract's dates move, and it runs
 * again. Otherwise its renewal_months stay, and a contract that a cancelled renewal ended keeps the terms of its end.
 */
export async function updateContracts(tx: PartnerTransaction, contracts: RowSet): Promise<void> {
  const keepsTerms = 'contract.cancelled_on is not null and not updated.is_rescheduled';
  const ifRescheduled = (value: string, column: string) =>
    `${column} = case when updated.is_rescheduled then ${value} else contract.${column} end`;
  await writeRows(
    tx,
    contracts,
    (rows) => `/* updateContracts */ update contract
     set product = updated.product, ${eachTerm((term) => `${term} = case when ${keepsTerms} then contract.${term} else updated.${term} end`)},
       anchor_date = updated.anchor_date,
       ${ifRescheduled('coalesce(updated.renewal_months - updated.subscription_term_months, 0)', 'term_start_months')},
       ${ifRescheduled('updated.renewal_months', 'renewal_months')},
       ${ifRescheduled('null', 'cancelled_on')},
       ${ifRescheduled('updated.imported_on', 'scheduled_on')},
       auto_renew = updated.auto_renew, notice_period_days = updated.notice_period_days,
       notice_period_months = updated.notice_period_months, stated_end = updated.stated_end,
       imported_term_months = updated.subscription_term_months, imported_on = updated.imported_on,
       imported_digest = updated.imported_digest
     from ${rows} updated where contract.partner_id = $1 and contract.id = updated.id`,
  );
}

/**
 * Applies changes that took effect, one a contract: rows of contract_id, the terms (null: as they are), renews (the next term begins,
 * which lasts as long as the terms now say) and cancelled_on (null: it does not end the contract).
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
       cancelled_on = coalesce(applied.cancelled_on, contract.cancelled_on)
     from ${rows} applied where contract.partner_id = $1 and contract.id = applied.contract_id`,
  );
}

/**
 * Sets contracts to the state of a day, on which none of them had ended: rows of contract_id, the terms, the notice period,
 * term_start_months, renewal_months.
 */
export async function restoreContracts(tx: PartnerTransaction, contracts: RowSet): Promise<void> {
  await writeRows(
    tx,
    contracts,
    (rows) => `/* restoreContracts */ update contract
     set ${eachTerm((term) => `${term} = restored.${term}`)}, cancelled_on = null,
       notice_period_days = restored.notice_period_days, notice_period_months = restored.notice_period_months,
       term_start_months = restored.term_start_months, renewal_months = restored.renewal_months
     from ${rows} restored where contract.partner_id = $1 and contract.id = restored.contract_id`,
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
