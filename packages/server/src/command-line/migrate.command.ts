import type { Command } from 'commander';
import { readConfig } from '../config.ts';
import { openDatabase } from '../database/database.ts';
import { note } from './output.ts';
import { useDatabase } from './use-database.ts';

export function addMigrateCommand(program: Command): void {
  program
    .command('migrate')
    .description('run pending migrations')
    .action(async () => {
      await useDatabase(
        async (database) => {
          for (const warning of database.warnings) note(warning);
          note(`All migrations have run: ${database.description}.`);
        },
        readConfig(),
        (config, options) => openDatabase(config, { migrate: true, opens: true, ...options }),
      );
    });
}
