import type { BenchCluster, BenchDatabase } from './bench-database.ts';
import type { Partner } from './dataset.ts';
import { passAllPartners, passBigPartner, type DayOfAll } from './days.passing.ts';
import { loadDuePartners } from './due-partners.dataset.ts';
import { addDays } from '../../../server/src/calendar-date.ts';

export type DayResults = {
  /** seconds of one partner's day, by number of its customers, each with one contract due */
  ofOne: Record<string, number>;
  ofAll: DayOfAll & { partners: number };
};

/** Lets the day after `today` pass: for one partner of two sizes, and for all partners of the dataset. */
export async function measureDays(
  { cluster, database, partners, today }: { cluster: BenchCluster; database: BenchDatabase; partners: readonly Partner[]; today: string },
  isQuick: boolean,
): Promise<DayResults> {
  const ofOne: Record<string, number> = {};
  for (const customers of isQuick ? [50, 200] : [5000, 20_000]) {
    const due = await cluster.createDatabase(`due_${customers}`);
    const two = await loadDuePartners(due, today, { customers, partners: isQuick ? 20 : 2000 });
    ofOne[customers] = (await passBigPartner(due, two, addDays(today, 1))).seconds;
  }
  const ofAll = await passAllPartners(database, partners, today, isQuick ? 500 : 10_000);
  return { ofOne, ofAll: { ...ofAll, partners: partners.length } };
}
