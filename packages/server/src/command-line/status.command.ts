import type { Command } from 'commander';
import { businessDate } from '../calendar-date.ts';
import { version, type Config } from '../config.ts';
import { openDatabase, type Database } from '../database/database.ts';
import { migrationNames } from '../database/migrations.ts';
import { readSizes } from '../database/sizes.queries.ts';
import { readOutboxDepthUnscoped } from '../outbox/outbox-survey.queries.ts';
import { isOutboxHeldUnscoped } from '../outbox/restoration.writers.ts';
import { listPartnersUnscoped, surveyDaysUnscoped } from '../partner/partner-directory.queries.ts';
import { readConfig } from '../config.ts';
import { print, printTable } from './output.ts';
import { useDatabase } from './use-database.ts';

const shownTables = 5;

export function addStatusCommand(program: Command): void {
  program
    .command('status')
    .description('show the state of the database: versions, migrations, days, outbox and sizes')
    .option('--json', 'print JSON')
    .action(async ({ json }: { json?: true }) => {
      // It changes nothing, so it runs no migrations.
      const status = await useDatabase(readStatus, readConfig(), (config, options) => openDatabase(config, { migrate: false, ...options }));
      if (json) print(JSON.stringify(status, null, 2));
      else printTable(['WHAT', 'STATE'], inWords(status));
    });
}

type Status = Awaited<ReturnType<typeof readStatus>>;

async function readStatus({ pool, description, warnings }: Database, config: Config) {
  const today = config.businessDate ?? businessDate(Date.now(), config.businessTimeZone);
  const { behind, ahead } = await surveyDaysUnscoped(pool, today);
  return {
    version,
    database: description,
    warnings,
    // A database with other migrations is refused when it is opened.
    migrations: { count: migrationNames.length, newest: migrationNames.at(-1)! },
    businessDate: today,
    partners: { count: (await listPartnersUnscoped(pool)).length, behind: behind.length, ahead },
    outbox: { ...(await readOutboxDepthUnscoped(pool, new Date())), isHeld: await isOutboxHeldUnscoped(pool) },
    sizes: await readSizes(pool),
  };
}

function inWords({ version: program, database, warnings, migrations, businessDate: today, partners, outbox, sizes }: Status): string[][] {
  const { count, behind, ahead } = partners;
  const days = [behind > 0 ? `not passed yet for ${behind} partners` : 'passed for all partners', ahead > 0 ? `${ahead} are ahead` : ''];
  const since = outbox.oldestDue === null ? '' : `, the oldest since ${outbox.oldestDue.toISOString()}`;
  const held = outbox.isHeld ? '; held after a restore, until `outbox release`' : '';
  return [
    ['Program', program],
    ['Database', database],
    ['Migrations', `all ${migrations.count} have run, the newest is ${migrations.newest}`],
    ['Partners', String(count)],
    [`Days through ${today}`, days.filter(Boolean).join('; ')],
    ['Outbox', `${outbox.due} messages due${since}, ${outbox.later} for later${held}`],
    ['Size', megabytes(sizes.bytes)],
    ...sizes.tables.slice(0, shownTables).map(({ table, bytes }) => [`  ${table}`, megabytes(bytes)]),
    ...warnings.map((warning) => ['Warning', warning]),
  ];
}

const megabytes = (bytes: number) => `${(bytes / 1_000_000).toFixed(1)} MB`;
