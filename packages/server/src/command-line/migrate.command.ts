import type { Command } from 'commander';
import { readConfig } from '../config.ts';
import { openDatabase } from '../database/database.ts';
import { note } from './output.ts';

export function addMigrateCommand(program: Command): void {
  program
    .command('migrate')
    .description('run pending migrations')
    .action(async () => {
      const database = await openDatabase(readConfig(), { migrate: true });
      for (const warning of database.warnings) note(warning);
      note(`All migrations have run: ${database.description}.`);
      await database.close();
    });
}
