import type { CalendarDate } from '../calendar-date.ts';
import { eachTerm, monthsSinceAnchorSql, noticeDaysSql } from '../contract/contract.terms.ts';
import type { PartnerTransaction } from '../database/transaction.ts';
import { writeRows, type RowSet } from '../writing/row-set.ts';
import { decisionStateSql } from './contract-change.rules.ts';

// Writes changes that the vendor reports: upgrades, overages, and new terms announced for renewals. open-renewals.queries.ts opens
// renewals; passing-days.queries.ts settles changes.

/** Rows of id, contract_id, external_id, type, effective_date, the new terms, imported_digest. */
export async function createChanges(tx: PartnerTransaction, changes: RowSet): Promise<void> {
  await writeRows(
    tx,
    changes,
    (rows) => `/* createChanges */ insert into contract_change (partner_id, id, contract_id, customer_id, external_id, type, effective_date,
       notice_period_days, ${eachTerm((term) => `new_${term}`)}, imported_digest)
     select $1, created.id, contract.id, contract.customer_id, created.external_id, created.type, created.effective_date,
       ${noticeDaysSql('created.effective_date')}, ${eachTerm((term) => `created.new_${term}`)}, created.imported_digest
     from ${rows} created join contract on contract.partner_id = $1 and contract.id = created.contract_id`,
  );
}

/**
 * Rows as for {@link createChanges}. A change that stayed settled keeps its result, unless it now takes effect on the day of the contract's
 * last import or later: then it is open again.
 */
export async function updateChanges(tx: PartnerTransaction, changes: RowSet, businessDate: CalendarDate): Promise<void> {
  await writeRows(
    tx,
    changes,
    (rows, today) => {
      const isOpenAgain = `change.type <> 'RENEWAL' and updated.effective_date >= coalesce(contract.imported_on, ${today}::date)`;
      const unlessOpenAgain = (column: string) => `${column} = case when ${isOpenAgain} then null else change.${column} end`;
      return `/* updateChanges */ update contract_change change
     set external_id = updated.external_id, type = updated.type, effective_date = updated.effective_date,
       has_late_terms = not (${isOpenAgain}) and (change.has_late_terms or (coalesce(updated.effective_date < contract.imported_on, false)
         and row(${eachTerm((term) => `change.new_${term}`)}) is distinct from row(${eachTerm((term) => `updated.new_${term}`)}))),
       ${unlessOpenAgain('kept_result')},
       ${eachTerm((term) => `new_${term} = updated.new_${term}`)},
       settled_on = case when change.settled_on is not null and not (${isOpenAgain}) then updated.effective_date + 1 end,
       ${unlessOpenAgain('settled_position')}, is_history = change.is_history and not (${isOpenAgain}), ${unlessOpenAgain('is_applied')}, ${eachTerm((term) => unlessOpenAgain(`from_${term}`))},
       version = change.version + 1, imported_digest = updated.imported_digest
     from ${rows} updated join contract on contract.partner_id = $1 and contract.id = updated.contract_id
     where change.partner_id = $1 and change.id = updated.id`;
    },
    businessDate,
  );
}

/**
 * Keeps whether changes from before their contract's last import are applied, whatever decisions say from now on: rows of id. A change that
 * waits after the contract's end has no result yet; its decisions so far tell it.
 */
export async function keepResults(tx: PartnerTransaction, changes: RowSet): Promise<void> {
  await writeRows(
    tx,
    changes,
    (
      rows,
    ) => `/* keepResults */ update contract_change change set kept_result = coalesce(change.kept_result, change.is_applied, state.is_accepted)
     from ${rows} past join contract_change before on before.partner_id = $1 and before.id = past.id
     cross join lateral (${decisionStateSql('before', 'before.effective_date')}) state
     where change.partner_id = $1 and change.id = past.id`,
  );
}

/**
 * Settles changes from before their contract's last import: its terms are of a later day already, so they stay. Rows of id. A renewal of
 * history opened one term before, with the first notice period that we know of.
 */
export async function settleAsHistory(tx: PartnerTransaction, changes: RowSet): Promise<void> {
  const termBefore = `(contract.anchor_date
    + make_interval(months => ${monthsSinceAnchorSql('change.effective_date')} - contract.subscription_term_months))::date`;
  // A contract may be older than the start that it has now.
  const dayBefore = `case when change.effective_date > contract.anchor_date then greatest(contract.anchor_date, ${termBefore}) else ${termBefore} end`;
  await writeRows(
    tx,
    changes,
    (rows) => `/* settleAsHistory */ update contract_change change
     set settled_on = change.effective_date + 1, is_history = true, is_applied = true,
       ${eachTerm((term) => `from_${term} = contract.${term}`)},
       opened_on = case when change.opened_on is null and change.type = 'RENEWAL' then ${dayBefore} + 1 else change.opened_on end,
       notice_period_days = coalesce((
         select ${noticeDaysSql('change.effective_date', 'terms')} from imported_terms terms
         where terms.partner_id = $1 and terms.contract_id = change.contract_id order by terms.imported_on limit 1), change.notice_period_days)
     from ${rows} past cross join contract
     where change.partner_id = $1 and change.id = past.id and contract.partner_id = $1 and contract.id = change.contract_id
       and change.settled_on is null`,
  );
}

/** Removes an announcement from the renewal it named: rows of id and is_over. A renewal that is over keeps its terms. */
export async function detachAnnouncements(tx: PartnerTransaction, renewals: RowSet): Promise<void> {
  await writeRows(
    tx,
    renewals,
    (rows) => `/* detachAnnouncements */ update contract_change change
     set external_id = null, imported_digest = null,
       ${eachTerm((term) => `new_${term} = case when detached.is_over then change.new_${term} end`)}, version = change.version + 1
     from ${rows} detached where change.partner_id = $1 and change.id = detached.id`,
  );
}
