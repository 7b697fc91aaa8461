import type { Pool } from 'pg';
import type { CalendarDate } from '../calendar-date.ts';
import { lockAssociations } from '../customer/customer-lock.queries.ts';
import { inPartnerTransaction } from '../database/transaction.ts';
import { dateOfRowsSql } from '../partner/partner-record.queries.ts';
import { maxAsOfDistanceDays } from './contract-change.rules.ts';

// Changes that took effect longer ago than `asOf` reaches leave `dashboard_row`, so the dashboard and its indexes do not grow with the years.
// What reads a customer's history, or a change by its ID, derives their rows from `contract_change`. Removal needs no order and no record:
// each passing removes what is too old by then, so what a stop leaves goes on the next day.

/** So many rows are removed in one transaction, which holds the locks of their customers. */
const mostAtOnce = 500;

const isOldSql = (date: string) => `old.effective_date < ${date} - ${maxAsOfDistanceDays}`;

/** SQL: the rows of a partner that are too old on a date. */
export const oldRowsSql = (partnerId: string, date: string) => `
  select old.id, old.customer_id, old.effective_date from dashboard_row old where old.partner_id = ${partnerId} and ${isOldSql(date)}`;

/** The last row of a piece. The next piece begins after it: an index keeps removed entries for a while. */
export type OldRowsPlace = { effectiveDate: CalendarDate; id: string };

/** Removes all rows of a partner that are too old. */
export async function removeAllOldRows(pool: Pool, partnerId: string): Promise<void> {
  for (let place: OldRowsPlace | null = firstPlace; place !== null;) place = await removeOldRows(pool, partnerId, place);
}

export const firstPlace: OldRowsPlace = { effectiveDate: '-infinity', id: '00000000-0000-0000-0000-000000000000' };

/**
 * Removes the next rows that are too old. It waits a second at most for an edit of a customer, which may derive rows of the day before.
 * @returns where the next piece begins; null if none is left
 */
export async function removeOldRows(pool: Pool, partnerId: string, after: OldRowsPlace): Promise<OldRowsPlace | null> {
  return await inPartnerTransaction(
    pool,
    partnerId,
    async (tx) => {
      await tx.query(`/* removeOldRows */ select set_config('lock_timeout', '1s', true), set_config('enable_seqscan', 'off', true)`);
      const { rows } = await tx.query<{ id: string; customer_id: string; effective_date: CalendarDate }>(
        `/* removeOldRows */ ${oldRowsSql('$1', dateOfRowsSql('$1'))} and (old.effective_date, old.id) > ($2, $3)
         order by old.effective_date, old.id limit ${mostAtOnce}`,
        [partnerId, after.effectiveDate, after.id],
      );
      const last = rows.at(-1);
      if (last === undefined) return null;
      await lockAssociations(tx, {
        sql: 'select customer_id from unnest($2::uuid[]) old(customer_id)',
        values: [rows.map((row) => row.customer_id)],
      });
      // Meanwhile an import may have given a change another date.
      await tx.query(
        `/* removeOldRows */ delete from dashboard_row old where old.partner_id = $1 and old.id = any ($2::uuid[])
           and ${isOldSql(dateOfRowsSql('$1'))}`,
        [partnerId, rows.map((row) => row.id)],
      );
      return rows.length < mostAtOnce ? null : { effectiveDate: last.effective_date, id: last.id };
    },
    { isRoutine: true },
  );
}
