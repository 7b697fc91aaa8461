import type { Pool } from 'pg';
import type { CalendarDate } from '../calendar-date.ts';
import { lockAssociations } from '../customer/customer-lock.queries.ts';
import { inPartnerTransaction, type PartnerTransaction } from '../database/transaction.ts';
import { lockPartner, setPassedThrough } from '../partner/partner-record.queries.ts';
import { holdOffImport, tryToHoldOffImport } from '../writing/import-turns.queries.ts';
import { refreshDashboardRows } from './dashboard-row.queries.ts';
import { concernedCustomersSql, settleRounds } from './settling.queries.ts';

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
    await passDaysWithin(tx, businessDate);
  });
}

/** The same, or returns false if an import is running. */
async function tryToPassDays(pool: Pool, partnerId: string, businessDate: CalendarDate): Promise<boolean> {
  return await inPartnerTransaction(pool, partnerId, async (tx) => {
    const isFree = await tryToHoldOffImport(tx);
    if (isFree) await passDaysWithin(tx, businessDate);
    return isFree;
  });
}

/** Passes days in a transaction of the partner. */
export async function passDaysWithin(tx: PartnerTransaction, businessDate: CalendarDate): Promise<void> {
  const from = await lockPartner(tx);
  if (from === undefined || (from !== null && from >= businessDate)) return;
  // Generic plans of the serving connections expect few customers; with many, some take the square of their number.
  await tx.query(`/* passDaysWithin */ set local plan_cache_mode = 'auto'`);
  await setPassedThrough(tx, businessDate);
  const customerIds = await settleDueChanges(tx, businessDate);
  // A migration that changes what rows hold forgets the day.
  const others = from === null ? await allCustomers(tx) : await customersOfPassedDates(tx, from, businessDate);
  await refreshDashboardRows(tx, { customerIds: [...new Set([...customerIds, ...others])] });
}

/**
 * A decision with a future date counts from that date on, so rows derived earlier do not include it. Rows after a contract's end leave the
 * day after it.
 */
async function customersOfPassedDates(tx: PartnerTransaction, after: CalendarDate, through: CalendarDate): Promise<string[]> {
  const { rows } = await tx.query<{ customer_id: string }>(
    `/* customersOfPassedDates */ select change.customer_id
     from contract_change_decision decision
     join contract_change change on change.partner_id = decision.partner_id and change.id = decision.contract_change_id
     where decision.partner_id = $1 and decision.decided_on > $2 and decision.decided_on <= $3
     union
     select customer_id from contract where partner_id = $1 and stated_end >= $2 and stated_end < $3`,
    [tx.partnerId, after, through],
  );
  return rows.map((row) => row.customer_id);
}

async function allCustomers(tx: PartnerTransaction): Promise<string[]> {
  const { rows } = await tx.query<{ id: string }>('/* allCustomers */ select id from customer where partner_id = $1', [tx.partnerId]);
  return rows.map((row) => row.id);
}

/** Settles changes that took effect before the business date. Returns their customers; the caller refreshes the rows. */
export async function settleDueChanges(tx: PartnerTransaction, businessDate: CalendarDate): Promise<string[]> {
  const concerned = await tx.query<{ customer_id: string }>(concernedCustomersSql, [tx.partnerId, businessDate]);
  const customerIds = concerned.rows.map((row) => row.customer_id);
  if (customerIds.length === 0) return [];
  await lockAssociations(tx, { sql: 'select unnest($2::uuid[])', values: [customerIds] });
  await settleRounds(tx, businessDate);
  return customerIds;
}
