import type { CalendarDate } from '../calendar-date.ts';
import type { PartnerTransaction } from '../database/transaction.ts';

/** Creates the partner of this transaction, with its days passed through the business date. */
export async function createPartner(tx: PartnerTransaction, name: string, businessDate: CalendarDate): Promise<void> {
  await tx.query('/* createPartner */ insert into partner (id, name, passed_through) values ($1, $2, $3)', [
    tx.partnerId,
    name,
    businessDate,
  ]);
}

/**
 * Locks the partner until the transaction ends, so that passing days and changes of roles run one after another.
 * @returns the date through which days have passed; undefined if there is no such partner
 */
export async function lockPartner(tx: PartnerTransaction): Promise<CalendarDate | null | undefined> {
  const { rows } = await tx.query<{ passed_through: CalendarDate | null }>(
    '/* lockPartner */ select passed_through from partner where id = $1 for no key update',
    [tx.partnerId],
  );
  return rows[0]?.passed_through;
}

export async function setPassedThrough(tx: PartnerTransaction, businessDate: CalendarDate): Promise<void> {
  await tx.query('/* setPassedThrough */ update partner set passed_through = $2 where id = $1', [tx.partnerId, businessDate]);
}
