import { Option, type Command } from 'commander';
import { partnerUserRoles, type PartnerUserRole } from '../access/role.rules.ts';
import { globalId } from '../graphql/global-id.ts';
import { createPartnerUser } from '../partner/partner-user.queries.ts';
import { CommandError } from './command-error.ts';
import { findPartnerByName } from './find-partner.ts';
import { note, print } from './output.ts';
import { isEmailAddress } from '../graphql/input-limits.ts';
import { useDatabase } from './use-database.ts';

type CreateOptions = { partner: string; name: string; email: string; role: PartnerUserRole };

export function addUserCommand(program: Command): void {
  program
    .command('user')
    .description('people at a partner')
    .command('create')
    .description('add a user to a partner; prints the id')
    .requiredOption('--partner <name>', 'the partner')
    .requiredOption('--name <name>', 'the name of the user')
    .requiredOption('--email <address>', 'the e-mail address, one user each')
    .addOption(new Option('--role <role>', 'what the user may do').choices(partnerUserRoles).makeOptionMandatory())
    .action(async ({ partner: partnerName, ...user }: CreateOptions) => {
      if (!isEmailAddress(user.email)) throw new CommandError(`"${user.email}" is no e-mail address.`);
      const id = await useDatabase(async ({ pool }) => {
        const partner = await findPartnerByName(pool, partnerName);
        return await createPartnerUser(pool, partner.id, { ...user, actor: 'command line' });
      });
      if (!id) throw new CommandError(`The partner "${partnerName}" has a user with the address ${user.email} already.`);
      print(globalId('PartnerUser', id));
      note(
        `${user.name} is a ${user.role} of "${partnerName}" now. For a key: npm run renewals -- token create --partner "${partnerName}" --role ${user.role} --user ${user.email}`,
      );
    });
}
