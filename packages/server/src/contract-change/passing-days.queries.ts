import type { Pool } from 'pg';
import type { CalendarDate } from '../calendar-date.ts';
import { eachTerm } from '../contract/contract.terms.ts';
import { applyTerms } from '../contract/contract.writers.ts';
import { lockAssociations } from '../customer/customer-lock.queries.ts';
import { inPartnerTransaction, type PartnerTransaction } from '../database/transaction.ts';
import { lockPartner, setPassedThrough } from '../partner/partner-record.queries.ts';
import { holdOffImport, tryToHoldOffImport } from '../writing/import-turns.queries.ts';
import { decisionStateSql, standingDecisionSql } from './contract-change.rules.ts';
import { refreshDashboardRows } from './dashboard-row.queries.ts';
import { appendDecisions } from './decision-log.queries.ts';
import { openRenewals } from './open-renewals.queries.ts';

// A change is settled the day after its effective date: its terms are applied to the contract, and after a renewal the next one
// opens. The result depends only on the change's own date, not on the day the work runs. So days passed one by one or all at once
// leave the same tables.

/**
 * Passes all days up to the business date for every partner. Unscoped: visits each partner in turn, in that partner's context. It skips
 * partners with a running import.
 * @returns the number of skipped partners
 */
export async function passDaysForAllPartnersUnscoped(pool: Pool, businessDate: CalendarDate): Promise<number> {
  const { rows } = await pool.query<{ id: string }>(
    `/* passDaysForAllPartnersUnscoped */ select id from list_partners() where passed_through is null or passed_through < $1`,
    [businessDate],
  );
  let skipped = 0;
  for (const { id } of rows) if (!(await tryToPassDays(pool, id, businessDate))) skipped += 1;
  return skipped;
}

/** Passes all days up to the business date for one partner, after its running import. Idempotent, also across processes. */
export async function passDays(pool: Pool, partnerId: string, businessDate: CalendarDate): Promise<void> {
  await inPartnerTransaction(pool, partnerId, async (tx) => {
    await holdOffImport(tx);
    await passDaysOf(tx, businessDate);
  });
}

/** The same, or returns false if an import is running. */
async function tryToPassDays(pool: Pool, partnerId: string, businessDate: CalendarDate): Promise<boolean> {
  return await inPartnerTransaction(pool, partnerId, async (tx) => {
    const isFree = await tryToHoldOffImport(tx);
    if (isFree) await passDaysOf(tx, businessDate);
    return isFree;
  });
}

async function passDaysOf(tx: PartnerTransaction, businessDate: CalendarDate): Promise<void> {
  const from = await lockPartner(tx);
  if (from === undefined || (from !== null && from >= businessDate)) return;
  await setPassedThrough(tx, businessDate);
  const customerIds = await settleDueChanges(tx, businessDate);
  const decided = await customersWithDecisionsDated(tx, from, businessDate);
  await refreshDashboardRows(tx, { customerIds: [...new Set([...customerIds, ...decided])] });
}

/** A decision with a future date counts from that date on, so rows derived earlier do not include it. */
async function customersWithDecisionsDated(tx: PartnerTransaction, after: CalendarDate | null, through: CalendarDate): Promise<string[]> {
  const { rows } = await tx.query<{ customer_id: string }>(
    `/* customersWithDecisionsDated */ select distinct change.customer_id
     from contract_change_decision decision
     join contract_change change on change.partner_id = decision.partner_id and change.id = decision.contract_change_id
     where decision.partner_id = $1 and decision.decided_on > $2 and decision.decided_on <= $3`,
    [tx.partnerId, after ?? '-infinity', through],
  );
  return rows.map((row) => row.customer_id);
}

/** Open changes to settle. Announced renewals that have not opened, and changes after the contract's end, are never settled. */
const dueSql = (businessDate: string) => `
  select change.*
  from contract_change change join contract on contract.partner_id = change.partner_id and contract.id = change.contract_id
  where change.partner_id = $1 and change.settled_on is null and change.effective_date < ${businessDate}
    and (change.type <> 'RENEWAL' or change.effective_date = contract.renewal_start_date)
    and (contract.ended_on is null or change.effective_date <= contract.ended_on)`;

/** Settles changes that took effect before the business date. Returns their customers; the caller refreshes the rows. */
export async function settleDueChanges(tx: PartnerTransaction, businessDate: CalendarDate): Promise<string[]> {
  const concerned = await tx.query<{ customer_id: string }>(
    `/* settleDueChanges */ select distinct due.customer_id from (${dueSql('$2')}) due`,
    [tx.partnerId, businessDate],
  );
  const customerIds = concerned.rows.map((row) => row.customer_id);
  if (customerIds.length === 0) return [];
  await lockAssociations(tx, { sql: 'select unnest($2::uuid[])', values: [customerIds] });
  while (await settleRound(tx, businessDate));
  return customerIds;
}

/**
 * Settles the first due change of every contract; a renewal it opens may be due in the next round. The statements run in sequence,
 * since each reads what the previous one wrote: the next renewal date depends on the applied terms.
 * @returns whether a change was settled
 */
async function settleRound(tx: PartnerTransaction, businessDate: CalendarDate): Promise<boolean> {
  const { rows } = await tx.query<{ id: string; has_late_cancellation: boolean }>(settleSql, [tx.partnerId, businessDate]);
  if (rows.length === 0) return false;
  const settled = [rows.map(({ id }) => id)];
  await applyTerms(tx, { sql: appliedSql, values: settled });
  await openRenewals(tx, { sql: nextRenewalsSql, values: settled });
  const late = rows.filter((row) => row.has_late_cancellation).map(({ id }) => id);
  if (late.length > 0) await appendDecisions(tx, { sql: carriedSql, values: [late] });
  return true;
}

const settleSql = `/* settleDueChanges */
  update contract_change change
  set settled_on = change.effective_date + 1,
    is_applied = case when change.type = 'RENEWAL' then not state.is_cancelled else state.is_accepted end,
    ${eachTerm((term) => `from_${term} = contract.${term}`)}
  from (
    -- on one date upgrades come before the renewal
    select distinct on (due.contract_id) due.* from (${dueSql('$2')}) due
    order by due.contract_id, due.effective_date, (due.type = 'RENEWAL'), due.id
  ) first
  join contract on contract.partner_id = first.partner_id and contract.id = first.contract_id
  cross join lateral (${decisionStateSql('first', 'first.effective_date')}) state
  where change.partner_id = $1 and change.id = first.id
  returning change.id, state.has_late_cancellation`;

/** The changes $2, settled in this round. */
const settledSql = 'contract_change change where change.partner_id = $1 and change.id = any ($2::uuid[])';

const appliedSql = `
  select change.contract_id, ${eachTerm((term) => `case when change.is_applied then change.new_${term} end as ${term}`)},
    change.type = 'RENEWAL' and change.is_applied as renews,
    case when not change.is_applied then change.effective_date end as ended_on
  from ${settledSql} and (change.is_applied or change.type = 'RENEWAL')`;

// The id is derived from the predecessor's, so that every process opens the same renewal.
const nextRenewalsSql = `
  select change.contract_id, md5(change.id || ' next')::uuid as id, change.effective_date + 1 as opened_on
  from ${settledSql} and change.type = 'RENEWAL' and change.is_applied`;

/** A cancellation that is too late for its renewal counts for the first later one whose deadline it meets. */
const carriedSql = `
  select next.id as contract_change_id, decision.action, decision.decided_on, decision.recorded_by, decision.on_behalf_of_customer,
    'CARRIED' as source, decision.recorded_at, 1 as position
  from (select change.* from ${settledSql} and change.type = 'RENEWAL') change
  join contract on contract.partner_id = change.partner_id and contract.id = change.contract_id
  join contract_change next on next.partner_id = change.partner_id and next.contract_id = change.contract_id
    and next.type = 'RENEWAL' and next.effective_date = contract.renewal_start_date
  cross join lateral (${standingDecisionSql('change', 'change.effective_date')}) decision`;
