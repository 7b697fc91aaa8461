import type { Command } from 'commander';
import { rolesSql, type RoleNames } from '../database/roles.sql.ts';
import { note, print } from './output.ts';

export function addRolesCommand(program: Command): void {
  program
    .command('roles')
    .description('print the SQL that makes the database and its two logins on a PostgreSQL server')
    .option('--database <name>', 'the database', 'renewals')
    .option('--owner <name>', 'the login that owns the tables and migrates', 'renewals_owner')
    .option('--login <name>', 'the login that serves', 'renewals_server')
    .addHelpText(
      'after',
      `\nOn the machine of the database:\n  export OWNER_PASSWORD=… SERVER_PASSWORD=…
  renewals roles | runuser -u postgres -- psql`,
    )
    .action((names: RoleNames) => {
      print(rolesSql(names).trimEnd());
      const url = (role: string) => `postgres://${encodeURIComponent(role)}:<password>@<host>:5432/${encodeURIComponent(names.database)}`;
      note(
        `Then set DATABASE_URL=${url(names.login)} for the server,\n` +
          `and also MIGRATION_DATABASE_URL=${url(names.owner)} for migrate, backup, restore and partner remove.`,
      );
    });
}
