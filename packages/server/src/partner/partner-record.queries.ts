import type { CalendarDate } from '../calendar-date.ts';
import type { PartnerTransaction } from '../database/transaction.ts';
import { recordAuditEvent, type Author } from '../writing/audit-event.queries.ts';

/** Creates the partner of this transaction, with its days passed through the business date. */
export async function createPartner(tx: PartnerTransaction, name: string, businessDate: CalendarDate): Promise<void> {
  await tx.query('/* createPartner */ insert into partner (id, name, passed_through) values ($1, $2, $3)', [
    tx.partnerId,
    name,
    businessDate,
  ]);
}

/** Gives the partner another name. */
export async function renamePartner(write: Author, name: string): Promise<void> {
  const { tx } = write;
  const { rows } = await tx.query<{ name: string }>('/* renamePartner */ select name from partner where id = $1 for no key update', [
    tx.partnerId,
  ]);
  const before = rows[0];
  if (before === undefined || before.name === name) return;
  await tx.query('/* renamePartner */ update partner set name = $2 where id = $1', [tx.partnerId, name]);
  await recordAuditEvent(write, { action: 'RENAME_PARTNER', before, after: { name } });
}

export async function partnerIsThere(tx: PartnerTransaction): Promise<boolean> {
  return (await tx.query('/* partnerIsThere */ select from partner where id = $1', [tx.partnerId])).rows.length > 0;
}

/** The date through which days have passed; null if a migration forgot it. */
export async function readPassedThrough(tx: PartnerTransaction): Promise<CalendarDate | null> {
  const { rows } = await tx.query<{ passed_through: CalendarDate | null }>(
    '/* readPassedThrough */ select passed_through from partner where id = $1',
    [tx.partnerId],
  );
  return rows[0]?.passed_through ?? null;
}

/** The days of a partner: those that have passed, and those that pass now, contract by contract. */
export type PartnerDays = {
  /** null: a migration forgot it, so all rows are derived again */
  passedThrough: CalendarDate | null;
  /** the date that contracts up to `passingAfter` have reached; null if no passing has begun */
  passingThrough: CalendarDate | null;
  passingAfter: string | null;
};

const partnerDaysSql = `
  select passed_through as "passedThrough", passing_through as "passingThrough", passing_after as "passingAfter" from partner where id = $1`;

/**
 * Locks the partner until the transaction ends, so that its days pass once, and reads them. With `skipLocked` it does not wait: a partner
 * that another transaction holds is answered like one that does not exist.
 */
export async function lockPartnerDays(tx: PartnerTransaction, { skipLocked }: { skipLocked: boolean }): Promise<PartnerDays | undefined> {
  const { rows } = await tx.query<PartnerDays>(
    `/* lockPartnerDays */ ${partnerDaysSql} for no key update${skipLocked ? ' skip locked' : ''}`,
    [tx.partnerId],
  );
  return rows[0];
}

/** Holds off passing days of a partner that are before this date, until the end of the transaction. */
export async function holdOffDays(tx: PartnerTransaction, date: CalendarDate): Promise<void> {
  await tx.query('/* holdOffDays */ select from partner where id = $1 and passed_through < $2 for no key update', [tx.partnerId, date]);
}

/** The same without a lock. */
export async function readPartnerDays(tx: PartnerTransaction): Promise<PartnerDays | undefined> {
  const { rows } = await tx.query<PartnerDays>(`/* readPartnerDays */ ${partnerDaysSql}`, [tx.partnerId]);
  return rows[0];
}

/** Notes how far the days of the partner have passed: contracts up to `after` have reached `through`. */
export async function setPassing(
  tx: PartnerTransaction,
  { through, after }: { through: CalendarDate; after: string | null },
): Promise<void> {
  await tx.query('/* setPassing */ update partner set passing_through = $2, passing_after = $3 where id = $1', [
    tx.partnerId,
    through,
    after,
  ]);
}

export async function setPassedThrough(tx: PartnerTransaction, businessDate: CalendarDate): Promise<void> {
  await tx.query(`/* setPassedThrough */ ${setPassedThroughSql('$1', '$2')}`, [tx.partnerId, businessDate]);
}

/** SQL: the days of the partner have passed through the date. */
export const setPassedThroughSql = (partnerId: string, date: string) =>
  `update partner set passed_through = ${date}, passing_through = null, passing_after = null where id = ${partnerId}`;

/** SQL: the date that the partner's rows are of. While days pass, rows of contracts that are not through yet change once more. */
export const dateOfRowsSql = (partnerId: string) =>
  `(select coalesce(partner.passing_through, partner.passed_through) from partner where partner.id = ${partnerId})`;
