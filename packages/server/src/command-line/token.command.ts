import { InvalidArgumentError, Option, type Command } from 'commander';
import type { Pool } from 'pg';
import { createApiKey, revokeApiKeyUnscoped } from '../api-key/api-key.queries.ts';
import { listApiKeys, type ApiKeyRow } from '../api-key/partner-keys.queries.ts';
import { readAs } from '../database/reader.ts';
import { lesserRole, viewerRoles, type ViewerRole } from '../access/role.rules.ts';
import { listPartnersUnscoped } from '../partner/partner-directory.queries.ts';
import { findPartnerUserByEmail } from '../partner/partner-user.queries.ts';
import { CommandError } from './command-error.ts';
import { findPartnerByName } from './find-partner.ts';
import { note, print, printTable } from './output.ts';
import { useDatabase } from './use-database.ts';

const actor = 'command line';

type CreateOptions = { partner: string; role: ViewerRole; user?: string; expiresInDays?: number };
type ListOptions = { partner?: string; json?: true };
type ListedKey = ApiKeyRow & { partner: string };

export function addTokenCommand(program: Command): void {
  const token = program.command('token').description('API keys');
  token
    .command('create')
    .description('make an API key; prints it, this once, alone on standard output')
    .requiredOption('--partner <name>', 'the partner it is for')
    .addOption(new Option('--role <role>', 'what it may do').choices(viewerRoles).makeOptionMandatory())
    .option('--user <email>', 'the user of the partner that it belongs to; without, it is the partner’s own')
    .option('--expires-in-days <days>', 'how long it is good for; without, until it is revoked', parseDays)
    .action(createToken);
  token
    .command('list')
    .description('list API keys, without their secrets')
    .option('--partner <name>', 'of one partner only')
    .option('--json', 'as JSON')
    .action(listTokens);
  token
    .command('revoke')
    .argument('<key id>', 'the id that `token list` shows: the part of the key between its underscores')
    .description('end an API key; requests with it are refused within 5 seconds')
    .action(revokeToken);
}

async function createToken({ partner: partnerName, role, user: email, expiresInDays }: CreateOptions): Promise<void> {
  if (email && role === 'OPERATOR')
    throw new CommandError('An operator works for the vendor and is no user of a partner: leave out --user.');
  await useDatabase(async ({ pool }) => {
    const partner = await findPartnerByName(pool, partnerName);
    const user = email ? await findPartnerUserByEmail(readAs(pool, partner.id), email) : null;
    if (email && !user) throw new CommandError(`The partner "${partnerName}" has no user with the address ${email}.`);
    const expiresAt = expiresInDays ? new Date(Date.now() + expiresInDays * 86_400_000) : null;
    const { key, id } = await createApiKey(pool, partner.id, { role, partnerUserId: user?.id ?? null, expiresAt, actor });
    print(key);
    const until = expiresAt ? `until ${expiresAt.toISOString()}` : 'until it is revoked';
    note(`Key ${id} for "${partnerName}", role ${role}${email ? `, of ${email}` : ''}, good ${until}. It is not shown again.`);
    if (user && lesserRole(role, user.role) !== role) note(`It may do only what its user may, who is a ${user.role}.`);
    if (role === 'OPERATOR') note('Each request names its partner in the header X-Partner-Id, by the id that `partner list` shows.');
  });
}

async function listTokens({ partner: partnerName, json }: ListOptions): Promise<void> {
  const keys = await useDatabase(async ({ pool }) => await findKeys(pool, partnerName));
  if (json) return print(JSON.stringify(keys, null, 2));
  printTable(
    ['ID', 'PARTNER', 'ROLE', 'USER', 'CREATED', 'STATE'],
    keys.map((key) => [key.id, key.partner, key.role, key.userEmail ?? '', key.createdAt.toISOString(), stateOf(key)]),
  );
}

async function findKeys(pool: Pool, partnerName: string | undefined): Promise<ListedKey[]> {
  const partners = partnerName === undefined ? await listPartnersUnscoped(pool) : [await findPartnerByName(pool, partnerName)];
  const keys: ListedKey[] = [];
  for (const { id, name } of partners) keys.push(...(await listApiKeys(readAs(pool, id))).map((key) => ({ ...key, partner: name })));
  return keys;
}

async function revokeToken(keyId: string): Promise<void> {
  const outcome = await useDatabase(({ pool }) => revokeApiKeyUnscoped(pool, keyId, actor));
  if (outcome === 'NOT_FOUND')
    throw new CommandError(`There is no key "${keyId}". \`npm run renewals -- token list\` shows those there are.`);
  note(outcome === 'REVOKED' ? `Key ${keyId} is revoked.` : `Key ${keyId} was revoked before.`);
}

function stateOf({ revokedAt, expiresAt }: ApiKeyRow): string {
  if (revokedAt) return `revoked ${revokedAt.toISOString()}`;
  if (!expiresAt) return 'active';
  return expiresAt.getTime() > Date.now() ? `active until ${expiresAt.toISOString()}` : `expired ${expiresAt.toISOString()}`;
}

function parseDays(text: string): number {
  const days = Number(text);
  if (!/^\d+$/.test(text) || days < 1 || days > 3650) throw new InvalidArgumentError('Give a whole number of days from 1 to 3650.');
  return days;
}
