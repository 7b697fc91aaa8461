import type { Command } from 'commander';
import { globalId } from '../graphql/global-id.ts';
import { listPartnersUnscoped } from '../partner/partner-directory.queries.ts';
import { print, printTable } from './output.ts';
import { useDatabase } from './use-database.ts';

export function addPartnerCommand(program: Command): void {
  program
    .command('partner')
    .description('manage partners')
    .command('list')
    .description('list all partners')
    .option('--json', 'print JSON')
    .action(async ({ json }: { json?: true }) => {
      const partners = (await useDatabase(({ pool }) => listPartnersUnscoped(pool))).map(({ id, ...partner }) => ({
        id: globalId('Partner', id),
        ...partner,
      }));
      if (json) print(JSON.stringify(partners, null, 2));
      else
        printTable(
          ['NAME', 'ID', 'DAYS PASSED THROUGH'],
          partners.map(({ name, id, passedThrough }) => [name, id, passedThrough ?? '']),
        );
    });
}
