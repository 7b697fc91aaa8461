import type { PartnerTransaction } from '../database/transaction.ts';
import { writeRows, type RowSet } from '../writing/row-set.ts';
import { isWithdrawnSql } from './contract-change.rules.ts';
import { appendDecisions } from './decision-log.queries.ts';

// A cancellation that is too late for its renewal counts for the first later one whose deadline it meets: each renewal that settles
// passes its late requests on to the one that is open then.

/** SQL: whether a later line takes back a carried request (alias `decision`) because its renewal passes it on no more. */
const isTakenBackSql = (decision: string) => `exists (
  select from contract_change_decision withdrawal
  where withdrawal.partner_id = $1 and withdrawal.contract_change_id = ${decision}.contract_change_id and withdrawal.source = 'CARRIED'
    and withdrawal.action = 'WITHDRAW_CANCELLATION' and withdrawal.sequence > ${decision}.sequence)`;

/** SQL: the late requests of a renewal (alias `change`) that it passes on: not withdrawn, and followed by no acceptance. */
const lateRequestsSql = (change: string) => `
  select decision.* from contract_change_decision decision
  where decision.partner_id = $1 and decision.contract_change_id = ${change}.id and decision.action = 'REQUEST_CANCELLATION'
    and decision.decided_on > ${change}.renewal_deadline and not ${isWithdrawnSql(`date 'infinity'`)}
    and not exists (
      select from contract_change_decision acceptance
      where acceptance.partner_id = $1 and acceptance.contract_change_id = ${change}.id and acceptance.action = 'ACCEPT'
        and acceptance.decided_on > decision.decided_on)`;

/**
 * SQL: the renewals of the rows, each with the open renewal of its contract. Each is looked up by its key (`offset 0`): without
 * statistics, the planner joined all renewals of a partner with all others.
 */
const pairsSql = (rows: string) => `(
  select change.id, change.contract_id, change.renewal_deadline, next.id as next_id
  from (select settled.id from ${rows} settled offset 0) settled
  cross join lateral (select * from contract_change where partner_id = $1 and id = settled.id offset 0) change
  cross join lateral (select renewal_start_date from contract where partner_id = $1 and id = change.contract_id offset 0) contract
  cross join lateral (
    select id from contract_change where partner_id = $1 and contract_id = change.contract_id
      and type = 'RENEWAL' and effective_date = contract.renewal_start_date and effective_date > change.effective_date offset 0) next) change`;

const isSameSql = (one: string, other: string) =>
  `${one}.decided_on = ${other}.decided_on and ${one}.recorded_at = ${other}.recorded_at and ${one}.recorded_by = ${other}.recorded_by`;

/**
 * SQL: requests that the open renewal got from the one before it (alias `change`), which passes them on no more. Those of history it got
 * directly.
 */
const staleRequestsSql = `
  select decision.contract_change_id, decision.decided_on
  from contract_change_decision decision
  where decision.partner_id = $1 and decision.contract_change_id = change.next_id and decision.source = 'CARRIED'
    and decision.action = 'REQUEST_CANCELLATION' and not ${isTakenBackSql('decision')}
    and not exists (select from (${lateRequestsSql('change')}) late where ${isSameSql('late', 'decision')})
    and not exists (
      select from contract_change history join contract_change_decision late on late.partner_id = $1
        and late.contract_change_id = history.id and late.action = 'REQUEST_CANCELLATION' and ${isSameSql('late', 'decision')}
      where history.partner_id = $1 and history.contract_id = change.contract_id and history.type = 'RENEWAL'
        and history.is_history)`;

/** Passes late requests of settled renewals on to the open renewals after them, and takes back those that they pass on no more: rows of id. */
export async function carryLateRequests(tx: PartnerTransaction, renewals: RowSet): Promise<void> {
  const { rows } = await writeRows<{ is_late: boolean; is_stale: boolean }>(
    tx,
    renewals,
    // One pass: most renewals have no such requests, and finding the pairs is what it costs.
    (ids) => `/* findLateRequests */ select coalesce(bool_or(exists (${lateRequestsSql('change')})), false) as is_late,
       coalesce(bool_or(exists (${staleRequestsSql})), false) as is_stale from ${pairsSql(ids)}`,
  );
  if (rows[0]!.is_stale) {
    await appendDecisions(tx, {
      ...renewals,
      sql: `select stale.contract_change_id, 'WITHDRAW_CANCELLATION'::contract_change_action as action, min(stale.decided_on) as decided_on,
          'import' as recorded_by, false as on_behalf_of_customer, 'CARRIED' as source, now() as recorded_at, 1 as position
        from ${pairsSql(`(${renewals.sql})`)} cross join lateral (${staleRequestsSql}) stale group by stale.contract_change_id`,
    });
  }
  if (rows[0]!.is_late) await passOn(tx, renewals);
}

/** The same for renewals of history, which settle no more: rows of id. */
export async function carryLateRequestsOfHistory(tx: PartnerTransaction, renewals: RowSet): Promise<void> {
  const { rows } = await writeRows<{ is_late: boolean }>(
    tx,
    renewals,
    (ids) =>
      `/* findLateRequests */ select exists (select from ${pairsSql(ids)} cross join lateral (${lateRequestsSql('change')}) late) as is_late`,
  );
  if (rows[0]!.is_late) await passOn(tx, renewals);
}

async function passOn(tx: PartnerTransaction, renewals: RowSet): Promise<void> {
  await appendDecisions(tx, {
    ...renewals,
    sql: `select change.next_id as contract_change_id, late.action, late.decided_on, late.recorded_by, late.on_behalf_of_customer,
        'CARRIED' as source, late.recorded_at, 1 as position
      from ${pairsSql(`(${renewals.sql})`)} cross join lateral (${lateRequestsSql('change')}) late
      where not exists (
        select from contract_change_decision decision where decision.partner_id = $1 and decision.contract_change_id = change.next_id
          and decision.source = 'CARRIED' and decision.action = 'REQUEST_CANCELLATION' and ${isSameSql('late', 'decision')}
          and not ${isTakenBackSql('decision')})`,
  });
}
