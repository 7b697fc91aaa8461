import { Option, type Command } from 'commander';
import { partnerUserRoles, type PartnerUserRole } from '../access/role.rules.ts';
import { escaped } from '../import/escaped-text.ts';
import { globalId } from '../graphql/global-id.ts';
import { createPartnerUser } from '../partner/partner-user.queries.ts';
import { CommandError } from './command-error.ts';
import { findPartnerByName } from './find-partner.ts';
import { note, print } from './output.ts';
import { addressFault, textFault } from '../graphql/input-limits.ts';
import { useDatabase } from './use-database.ts';

type CreateOptions = { partner: string; name: string; email: string; role: PartnerUserRole };

export function addUserCommand(program: Command): void {
  program
    .command('user')
    .description('manage users of partners')
    .command('create')
    .description('create a user of a partner, and print the id')
    .requiredOption('--partner <name>', 'the partner')
    .requiredOption('--name <name>', 'the name of the user')
    .requiredOption('--email <address>', 'the e-mail address, unique for the partner')
    .addOption(new Option('--role <role>', 'the role of the user').choices(partnerUserRoles).makeOptionMandatory())
    .action(async ({ partner: partnerName, ...user }: CreateOptions) => {
      if (addressFault(user.email) !== null) throw new CommandError(`"${escaped(user.email)}" is not an e-mail address.`);
      const nameFault = textFault(user.name, { min: 1, max: 200 });
      if (nameFault !== null) throw new CommandError(`The name "${escaped(user.name)}" is invalid. ${nameFault}`);
      const id = await useDatabase(async ({ pool }) => {
        const partner = await findPartnerByName(pool, partnerName);
        return await createPartnerUser(pool, partner.id, {
          ...user,
          name: user.name.trim(),
          email: user.email.trim(),
          actor: 'command line',
        });
      });
      if (!id) throw new CommandError(`The partner "${partnerName}" already has a user with the address ${user.email}.`);
      print(globalId('PartnerUser', id));
      note(
        `Created the user ${user.name} of "${partnerName}" with the role ${user.role}. ` +
          `To create an API key: npm run renewals -- key create --partner "${partnerName}" --role ${user.role} --user ${user.email}`,
      );
    });
}
