import { InvalidArgumentError, type Command } from 'commander';
import type { Pool } from 'pg';
import { createApiKey, revokeApiKeyUnscoped } from '../api-key/api-key.queries.ts';
import { listApiKeys, type ApiKeyRow } from '../api-key/stored-keys.queries.ts';
import { readAs } from '../database/reader.ts';
import { lesserRole, viewerRoles, type ViewerRole } from '../access/role.rules.ts';
import { listPartnersUnscoped, type PartnerEntry } from '../partner/partner-directory.queries.ts';
import { findPartnerUserByEmail } from '../partner/partner-user.queries.ts';
import { CommandError } from './command-error.ts';
import { findPartner } from './find-partner.ts';
import { note, print, printTable } from './output.ts';
import { roleOption } from './role-option.ts';
import { useDatabase } from './use-database.ts';

const actor = 'command line';

type CreateOptions = { partner?: string; role: ViewerRole; user?: string; expiresInDays?: number };
type ListOptions = { partner?: string; json?: true };
/** An operator's key belongs to no partner. */
type ListedKey = ApiKeyRow & { partner: string | null };

export function addKeyCommand(program: Command): void {
  const key = program.command('key').alias('token').description('manage API keys');
  key
    .command('create')
    .description('create an API key, and print it once, alone on standard output')
    .option('--partner <name>', 'the partner of the key, by name or id; an operator has none')
    .addOption(roleOption('the role of the key', viewerRoles))
    .option('--user <email>', 'the user that the key belongs to; by default, it belongs to the partner')
    .option('--expires-in-days <days>', 'the days until it expires; by default, it never expires', parseDays)
    .action(createKey);
  key
    .command('list')
    .description('list API keys, without their secrets')
    .option('--partner <name>', 'only keys of one partner, by name or id')
    .option('--json', 'print JSON')
    .action(listKeys);
  key
    .command('revoke')
    .argument('<key id>', 'the id in `key list`, or the whole key')
    .description('revoke an API key; its writes are refused at once, its reads within 5 seconds')
    .action(revokeKey);
}

async function createKey({ partner: partnerName, role, user: email, expiresInDays }: CreateOptions): Promise<void> {
  const isOperator = role === 'OPERATOR';
  if (email && isOperator) throw new CommandError('An operator works for the vendor and is not a user of a partner: omit --user.');
  if (partnerName === undefined && !isOperator) throw new CommandError('Name the partner of the key: --partner <name>.');
  await useDatabase(async ({ pool }) => {
    const partner = isOperator ? await homeOfOperatorKeys(pool, partnerName) : await findPartner(pool, partnerName!);
    const user = email ? await findPartnerUserByEmail(readAs(pool, partner.id), email) : null;
    if (email && !user) throw new CommandError(`The partner "${partner.name}" has no user with the address ${email}.`);
    const expiresAt = expiresInDays ? new Date(Date.now() + expiresInDays * 86_400_000) : null;
    const { key, id } = await createApiKey(pool, partner.id, { role, partnerUserId: user?.id ?? null, expiresAt, actor });
    print(key);
    const expiry = expiresAt ? `expires ${expiresAt.toISOString()}` : 'never expires';
    const holder = isOperator ? 'of the vendor' : `of "${partner.name}"`;
    note(`API key ${id} ${holder}, role ${role}${email ? `, user ${email}` : ''}, ${expiry}. It is not shown again.`);
    if (user && lesserRole(role, user.role) !== role) note(`The key has only the rights of its user, who is a ${user.role}.`);
    if (isOperator) note('Each request must name a partner in the header X-Partner-Id, by its id from `partner list`.');
  });
}

/** Each key is stored with a partner, for row-level security. An operator's key means nothing there, and moves on if that partner is removed. */
async function homeOfOperatorKeys(pool: Pool, name: string | undefined): Promise<PartnerEntry> {
  if (name !== undefined) return await findPartner(pool, name);
  const [first] = await listPartnersUnscoped(pool);
  if (!first)
    throw new CommandError(
      'An operator acts for partners, and there is none yet. Create one first: npm run renewals -- partner create <name>',
    );
  return first;
}

async function listKeys({ partner: partnerName, json }: ListOptions): Promise<void> {
  const keys = await useDatabase(async ({ pool }) => await findKeys(pool, partnerName));
  if (json) return print(JSON.stringify(keys, null, 2));
  printTable(
    ['ID', 'PARTNER', 'ROLE', 'USER', 'CREATED', 'STATE'],
    keys.map((key) => [key.id, key.partner ?? '', key.role, key.userEmail ?? '', key.createdAt.toISOString(), stateOf(key)]),
  );
}

async function findKeys(pool: Pool, partnerName: string | undefined): Promise<ListedKey[]> {
  const partners = partnerName === undefined ? await listPartnersUnscoped(pool) : [await findPartner(pool, partnerName)];
  const keys: ListedKey[] = [];
  for (const { id, name } of partners) {
    const ofPartner = await listApiKeys(readAs(pool, id));
    keys.push(...ofPartner.map((key) => ({ ...key, partner: key.role === 'OPERATOR' ? null : name })));
  }
  return partnerName === undefined ? keys : keys.filter(({ partner }) => partner !== null);
}

async function revokeKey(text: string): Promise<void> {
  // Whoever has found a key somewhere has it whole, maybe with what stood around it. It is not shown: a log may keep it.
  const keyId = /prk_([0-9A-Za-z]{12})_/.exec(text)?.[1] ?? text;
  if (!/^[0-9A-Za-z]{12}$/.test(keyId))
    throw new CommandError('This is no API key, and no id of one: the 12 characters after prk_. `key list` lists all.');
  const outcome = await useDatabase(({ pool }) => revokeApiKeyUnscoped(pool, keyId, actor));
  if (outcome === 'NOT_FOUND')
    throw new CommandError(`There is no API key "${keyId}". \`npm run renewals -- key list\` lists all API keys.`);
  note(outcome === 'REVOKED' ? `API key ${keyId} is revoked.` : `API key ${keyId} was already revoked.`);
}

function stateOf({ revokedAt, expiresAt }: ApiKeyRow): string {
  if (revokedAt) return `revoked ${revokedAt.toISOString()}`;
  if (!expiresAt) return 'active';
  return expiresAt.getTime() > Date.now() ? `active until ${expiresAt.toISOString()}` : `expired ${expiresAt.toISOString()}`;
}

function parseDays(text: string): number {
  const days = Number(text);
  if (!/^\d+$/.test(text) || days < 1 || days > 3650) throw new InvalidArgumentError('Use a whole number of days from 1 to 3650.');
  return days;
}
