import type { Command } from 'commander';
import { businessDate } from '../calendar-date.ts';
import type { Config } from '../config.ts';
import type { Database } from '../database/database.ts';
import { readAs } from '../database/reader.ts';
import { isSamplePartner, loadSampleData } from '../import/sample-data.ts';
import type { Logger } from '../process/log.ts';
import { listPartnersUnscoped, type PartnerEntry } from '../partner/partner-directory.queries.ts';
import { note } from './output.ts';
import { removePartners } from './partner.command.ts';
import { useDatabase } from './use-database.ts';

export function addSampleCommand(program: Command): void {
  program
    .command('sample')
    .description('load the sample data: two partners, with changes of every type and status')
    .option('--remove', 'remove the sample partners instead, for good')
    .action(async ({ remove }: { remove?: true }) => {
      if (remove) return await removeSample();
      await useDatabase(({ pool }, config) => loadSampleData({ pool, businessDate: today(config) }));
      note('Sample data loaded.');
    });
}

async function removeSample(): Promise<void> {
  await removePartners(async (owner, partners) => {
    const found: PartnerEntry[] = [];
    for (const partner of partners) if (await isSamplePartner(readAs(owner, partner.id))) found.push(partner);
    note(
      found.length === 0
        ? 'There are no sample partners.'
        : 'A server with SAMPLE_DATA=on loads the sample data again when it starts without any partner.',
    );
    return found;
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
