import type { Command } from 'commander';
import { businessDate } from '../calendar-date.ts';
import type { Config } from '../config.ts';
import type { Database } from '../database/database.ts';
import { loadSampleData } from '../import/sample-data.ts';
import type { Logger } from '../process/log.ts';
import { listPartnersUnscoped } from '../partner/partner-directory.queries.ts';
import { note } from './output.ts';
import { useDatabase } from './use-database.ts';

export function addSampleCommand(program: Command): void {
  program
    .command('sample')
    .description('load the sample data: two partners, with changes of every type and status')
    .action(async () => {
      await useDatabase(({ pool }, config) => loadSampleData({ pool, businessDate: today(config) }));
      note('Sample data loaded.');
    });
}

/** Loads the sample data only into a database without partners, so that they never mix with real data. */
export async function loadSampleOnFirstStart({ pool }: Pick<Database, 'pool'>, config: Config, log: Logger): Promise<void> {
  const isEmpty = async () => (await listPartnersUnscoped(pool)).length === 0;
  if (!config.sampleData || !(await isEmpty())) return;
  log.info('loading sample data');
  try {
    await loadSampleData({ pool, businessDate: today(config) });
    log.info('sample data loaded');
  } catch (error) {
    // Another process that started at the same time may have loaded them first.
    if (await isEmpty()) throw error;
  }
}

function today(config: Config): string {
  return config.businessDate ?? businessDate(Date.now(), config.businessTimeZone);
}
