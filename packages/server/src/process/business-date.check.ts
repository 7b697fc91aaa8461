import type { Pool } from 'pg';
import { addDays, businessDate, daysBetween } from '../calendar-date.ts';
import type { Config } from '../config.ts';
import { anyHasContractsUnscoped } from '../contract-change/idle-partners.queries.ts';
import { surveyDaysUnscoped } from '../partner/partner-directory.queries.ts';

/** Why the server does not start on its business date: one sentence or two for the operator. */
export class BusinessDateRefused extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'BusinessDateRefused';
  }
}

/** More days at once than this have to be told: the clock is probably wrong. */
export const mostDaysUntold = 35;

export const passDaysAdvice = 'Passed days cannot be undone. If the date is right, give the option --pass-days.';

/**
 * Refuses a business date that is probably wrong: one that the database's clock contradicts, or one that is far from the days that have
 * passed for all partners. BUSINESS_DATE replaces the clock on purpose, so only the second applies to it.
 */
export async function refuseWrongBusinessDate(
  pool: Pool,
  config: Pick<Config, 'businessDate' | 'businessTimeZone'>,
  now: () => number,
): Promise<void> {
  const date = config.businessDate ?? businessDate(now(), config.businessTimeZone);
  await refuseWrongClock(pool, config, now);
  const { behind, latest } = await surveyDaysUnscoped(pool, date);
  // If days have passed for some partners, the date is right, and only those far behind are barred.
  if (latest === null || latest >= addDays(date, -mostDaysUntold)) return;
  const ids = behind.flatMap(({ id, passedThrough }) => (passedThrough === null ? [] : [id]));
  if (await anyHasContractsUnscoped(pool, ids))
    throw new BusinessDateRefused(`${daysBetween(latest, date)} days (${latest} to ${date}) would pass at once. ${passDaysAdvice}`);
}

/** Refuses a clock that the database's contradicts. */
export async function refuseWrongClock(
  pool: Pool,
  { businessDate: given, businessTimeZone }: Pick<Config, 'businessDate' | 'businessTimeZone'>,
  now: () => number,
): Promise<void> {
  if (given !== undefined) return;
  const date = businessDate(now(), businessTimeZone);
  const { rows } = await pool.query<{ ms: number }>(
    '/* refuseWrongClock */ select (extract(epoch from clock_timestamp()) * 1000)::float8 as ms',
  );
  const other = businessDate(Math.floor(rows[0]!.ms), businessTimeZone);
  if (Math.abs(daysBetween(date, other)) > 1)
    throw new BusinessDateRefused(`The clock says ${date}, and the database's clock says ${other}. ${passDaysAdvice}`);
}
