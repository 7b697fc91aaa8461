import type { Command } from 'commander';
import { randomUUID } from 'node:crypto';
import { createInterface } from 'node:readline/promises';
import { systemActor } from '../access/actor.ts';
import { businessDate } from '../calendar-date.ts';
import { inPartnerTransaction, type Db } from '../database/transaction.ts';
import { globalId } from '../graphql/global-id.ts';
import { textFault } from '../graphql/text-faults.ts';
import { escaped } from '../import/escaped-text.ts';
import { createPartner, renamePartner } from '../partner/partner-record.queries.ts';
import { listPartnersUnscoped, type PartnerEntry } from '../partner/partner-directory.queries.ts';
import { removePartner } from '../partner-removal/partner-removal.queries.ts';
import { CommandError, Stopped } from './command-error.ts';
import { findPartner, partnerAmong } from './find-partner.ts';
import { note, print, printTable } from './output.ts';
import { showProgress } from './progress.ts';
import { useDatabase } from './use-database.ts';
import { useOwner } from './use-owner.ts';

const actor = 'command line';

export function addPartnerCommand(program: Command): void {
  const partner = program.command('partner').description('manage partners');
  partner.command('list').description('list all partners').option('--json', 'print JSON').action(listPartners);
  partner
    .command('create')
    .argument('<name>', 'a name that no other partner has')
    .description('create a partner, and print its id')
    .action(create);
  partner
    .command('rename')
    .argument('<name>', 'the name today, or the id')
    .argument('<new name>', 'a name that no other partner has')
    .description('give a partner another name; its id and its keys stay')
    .action(rename);
  partner
    .command('remove')
    .argument('<name>', 'the name of the partner, or its id')
    .option('--yes', 'do not ask for the name once more')
    .description('delete a partner for good, with its customers, users, keys and audit trail')
    .action(remove);
}

async function listPartners({ json }: { json?: true }): Promise<void> {
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
}

async function create(name: string): Promise<void> {
  const id = randomUUID();
  await useDatabase(async ({ pool }, config) => {
    const partners = await listPartnersUnscoped(pool);
    const today = config.businessDate ?? businessDate(Date.now(), config.businessTimeZone);
    await inPartnerTransaction(pool, id, (tx) => createPartner(tx, newName(name, partners), today)).catch(throwIfTaken(name));
  });
  print(globalId('Partner', id));
  note(
    `Created the partner "${name.trim()}". To create its first administrator: npm run renewals -- user create --partner "${name.trim()}" --role ADMIN --name <name> --email <address>`,
  );
}

async function rename(name: string, wanted: string): Promise<void> {
  await useDatabase(async ({ pool }) => {
    const { id } = await findPartner(pool, name);
    const others = (await listPartnersUnscoped(pool)).filter((partner) => partner.id !== id);
    await inPartnerTransaction(pool, id, (tx) =>
      renamePartner({ tx, actor: systemActor(actor), requestId: null }, newName(wanted, others)),
    ).catch(throwIfTaken(wanted));
  });
  note(`The partner "${name}" is now "${wanted.trim()}".`);
}

function newName(name: string, others: readonly PartnerEntry[]): string {
  const fault = textFault(name, { min: 1, max: 200 });
  if (fault !== null) throw new CommandError(`The name "${escaped(name)}" is invalid. ${fault}`);
  if (others.some((other) => other.name === name.trim())) throw new CommandError(taken(name));
  return name.trim();
}

const taken = (name: string) => `There is a partner "${name.trim()}" already.`;

/** Another process may have been faster. */
const throwIfTaken = (name: string) => (error: Error & { code?: string }) => {
  throw error.code === '23505' ? new CommandError(taken(name), { cause: error }) : error;
};

async function remove(name: string, { yes }: { yes?: true }): Promise<void> {
  await removePartners(async (_owner, partners) => {
    const partner = partnerAmong(partners, name);
    if (!yes) await confirm(partner);
    return [partner];
  });
}

async function confirm({ name }: PartnerEntry): Promise<void> {
  const question = `This deletes the partner "${name}" for good, with its customers, users, keys and audit trail.`;
  if (!process.stdin.isTTY) throw new CommandError(`${question} Add --yes if you mean it. Nothing was deleted.`);
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await terminal.question(`${question}\nType its name to go on: `).finally(() => terminal.close());
  if (answer.trim() !== name) throw new CommandError('That is another name. Nothing was deleted.');
}

/** Removes the chosen partners, and tells what of each. A removal in the middle leaves the partner, with what is left of it. */
export async function removePartners(
  choose: (owner: Db, partners: readonly PartnerEntry[]) => Promise<readonly PartnerEntry[]>,
): Promise<void> {
  const progress = showProgress();
  try {
    await useOwner(async (access) => {
      const owner = await access.connect();
      for (const { id, name } of await choose(owner, await listPartnersUnscoped(owner))) {
        const removed = await removePartner(owner, id, (rows) => progress.update(0, 1, `${rows} rows of "${name}" deleted`));
        progress.stop();
        printTable(
          ['TABLE', 'DELETED ROWS'],
          removed.map(({ table, rows }) => [table, String(rows)]),
        );
        note(`Removed the partner "${name}". Its keys and users are refused within 5 seconds.`);
      }
    });
  } catch (error) {
    if (error instanceof Stopped) note('The removal was stopped half-way: remove the partner again to delete the rest.');
    throw error;
  } finally {
    progress.stop();
  }
}
