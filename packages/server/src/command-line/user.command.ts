import type { Command } from 'commander';
import { systemActor } from '../access/actor.ts';
import { partnerUserRoles, type PartnerUserRole } from '../access/role.rules.ts';
import { readAs } from '../database/reader.ts';
import { inPartnerTransaction } from '../database/transaction.ts';
import { escaped } from '../import/escaped-text.ts';
import { globalId } from '../graphql/global-id.ts';
import { createPartnerUser, findPartnerUserByEmail, listPartnerUsers, type PartnerUserEntry } from '../partner/partner-user.queries.ts';
import { listPartnersUnscoped } from '../partner/partner-directory.queries.ts';
import { removePartnerUser } from '../user-rights/user-removal.queries.ts';
import { lockPeople } from '../writing/people-lock.queries.ts';
import { CommandError } from './command-error.ts';
import { findPartner } from './find-partner.ts';
import { note, print, printTable } from './output.ts';
import { roleOption } from './role-option.ts';
import { addressFault, textFault } from '../graphql/text-faults.ts';
import { useDatabase } from './use-database.ts';

const actor = 'command line';

type CreateOptions = { partner: string; name: string; email: string; role: PartnerUserRole };
type RemoveOptions = Pick<CreateOptions, 'partner' | 'email'>;

export function addUserCommand(program: Command): void {
  const user = program.command('user').description('manage users of partners');
  user
    .command('create')
    .description('create a user of a partner, and print the id')
    .requiredOption('--partner <name>', 'the partner, by name or id')
    .requiredOption('--name <name>', 'the name of the user')
    .requiredOption('--email <address>', 'the e-mail address, unique for the partner')
    .addOption(roleOption('the role of the user', partnerUserRoles))
    .action(createUser);
  user
    .command('list')
    .description('list the users of partners')
    .option('--partner <name>', 'only users of one partner, by name or id')
    .option('--json', 'print JSON')
    .action(listUsers);
  user
    .command('remove')
    .description('remove a user for good, with their API keys, sign-on and private views; shared views pass on to the partner')
    .requiredOption('--partner <name>', 'the partner, by name or id')
    .requiredOption('--email <address>', 'the e-mail address of the user')
    .action(removeUser);
}

async function createUser({ partner: partnerName, ...user }: CreateOptions): Promise<void> {
  if (addressFault(user.email) !== null) throw new CommandError(`"${escaped(user.email)}" is not an e-mail address.`);
  const nameFault = textFault(user.name, { min: 1, max: 200 });
  if (nameFault !== null) throw new CommandError(`The name "${escaped(user.name)}" is invalid. ${nameFault}`);
  const id = await useDatabase(async ({ pool }) => {
    const partner = await findPartner(pool, partnerName);
    return await createPartnerUser(pool, partner.id, { ...user, name: user.name.trim(), email: user.email.trim(), actor });
  });
  if (!id) throw new CommandError(`The partner "${partnerName}" already has a user with the address ${user.email}.`);
  print(globalId('PartnerUser', id));
  note(
    `Created the user ${user.name} of "${partnerName}" with the role ${user.role}. ` +
      `To create an API key: npm run renewals -- key create --partner "${partnerName}" --role ${user.role} --user ${user.email}`,
  );
}

async function listUsers({ partner: partnerName, json }: { partner?: string; json?: true }): Promise<void> {
  const users = await useDatabase(async ({ pool }) => {
    const partners = partnerName === undefined ? await listPartnersUnscoped(pool) : [await findPartner(pool, partnerName)];
    const all: (PartnerUserEntry & { partner: string })[] = [];
    for (const { id, name } of partners)
      all.push(
        ...(await listPartnerUsers(readAs(pool, id))).map((user) => ({ ...user, id: globalId('PartnerUser', user.id), partner: name })),
      );
    return all;
  });
  if (json) return print(JSON.stringify(users, null, 2));
  printTable(
    ['PARTNER', 'NAME', 'E-MAIL', 'ROLE', 'ID'],
    users.map(({ partner, name, email, role, id }) => [partner, name, email, role, id]),
  );
}

async function removeUser({ partner: partnerName, email }: RemoveOptions): Promise<void> {
  await useDatabase(async ({ pool }) => {
    const partner = await findPartner(pool, partnerName);
    const user = await findPartnerUserByEmail(readAs(pool, partner.id), email);
    if (!user) throw new CommandError(`The partner "${partnerName}" has no user with the address ${email}.`);
    const { userErrors } = await inPartnerTransaction(pool, partner.id, async (tx) => {
      await lockPeople(tx);
      return await removePartnerUser({ tx, actor: systemActor(actor), requestId: null }, user.id);
    });
    if (userErrors[0]) throw new CommandError(userErrors[0].message);
  });
  note(`Removed the user ${email} of "${partnerName}". Their writes stop at once, and their reads within 5 seconds.`);
}
