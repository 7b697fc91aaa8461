import type { PartnerTransaction } from '../database/transaction.ts';
import { writeRows, type RowSet } from '../writing/row-set.ts';
import { isWithdrawnSql, type DecisionSource } from './contract-change.rules.ts';

/**
 * Appends to the decision log: rows of contract_change_id, action, decided_on, recorded_by, on_behalf_of_customer, source,
 * recorded_at and position. The position orders decisions on one change on one day.
 */
export async function appendDecisions(tx: PartnerTransaction, decisions: RowSet): Promise<void> {
  await writeRows(
    tx,
    decisions,
    (rows) => `/* appendDecisions */ insert into contract_change_decision
       (partner_id, contract_change_id, sequence, action, decided_on, recorded_by, on_behalf_of_customer, source, recorded_at)
     select $1, appended.contract_change_id,
       coalesce(last.sequence, 0)
         + row_number() over (partition by appended.contract_change_id order by appended.decided_on, appended.position),
       appended.action, appended.decided_on, appended.recorded_by, appended.on_behalf_of_customer, appended.source, appended.recorded_at
     from ${rows} appended
     left join lateral (
       -- In this order only the primary key serves. Without statistics, max() may read the partner's whole index by date for each row.
       select decision.sequence from contract_change_decision decision
       where decision.partner_id = $1 and decision.contract_change_id = appended.contract_change_id
       order by decision.sequence desc limit 1
     ) last on true`,
  );
}

/** Increments the version of existing changes that get a decision: rows of contract_change_id. */
export async function reviseChanges(tx: PartnerTransaction, changes: RowSet): Promise<void> {
  await writeRows(
    tx,
    changes,
    (rows) => `/* reviseChanges */ update contract_change change set version = change.version + 1
     from ${rows} revised where change.partner_id = $1 and change.id = revised.contract_change_id`,
  );
}

/** SQL: whether a change has a cancellation request of this source that is not withdrawn on a day. */
export const hasRequestSql = (change: string, source: DecisionSource, day: string) => `exists (
  select from contract_change_decision decision
  where decision.partner_id = $1 and decision.contract_change_id = ${change}.id and decision.action = 'REQUEST_CANCELLATION'
    and decision.source = '${source}' and not ${isWithdrawnSql(day)})`;
