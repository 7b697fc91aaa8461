import type { Pool } from 'pg';
import { passIdlePartnersUnscoped } from '../src/contract-change/idle-partners.queries.ts';
import { passDays } from '../src/contract-change/passing-days.queries.ts';
import { surveyDaysUnscoped } from '../src/partner/partner-directory.queries.ts';

/** Passes the days of all partners, one after another. */
export async function passAllDays(pool: Pool, businessDate: string): Promise<void> {
  await passIdlePartnersUnscoped(pool, businessDate);
  const { behind } = await surveyDaysUnscoped(pool, businessDate);
  for (const { id } of behind) await passDays(pool, id, businessDate);
}
