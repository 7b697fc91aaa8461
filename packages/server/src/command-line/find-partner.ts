import type { Pool } from 'pg';
import { globalId, uuidOf } from '../graphql/global-id.ts';
import { listPartnersUnscoped, type PartnerEntry } from '../partner/partner-directory.queries.ts';
import { CommandError } from './command-error.ts';

export async function findPartner(pool: Pool, nameOrId: string): Promise<PartnerEntry> {
  return partnerAmong(await listPartnersUnscoped(pool), nameOrId);
}

/** An id of no partner is never a name: a script that names a removed partner must fail. */
export async function mayBeNewName(pool: Pool, nameOrId: string): Promise<boolean> {
  return uuidOf('Partner', nameOrId) === null && (await listPartnersUnscoped(pool)).every(({ name }) => name !== nameOrId);
}

/** Names may change, so scripts can name a partner by its id; a partner that has this text as its name comes first. */
export function partnerAmong(partners: readonly PartnerEntry[], nameOrId: string): PartnerEntry {
  const found = partners.find(({ name }) => name === nameOrId) ?? partners.find(({ id }) => globalId('Partner', id) === nameOrId);
  if (!found) throw new CommandError(`There is no partner "${nameOrId}". \`npm run renewals -- partner list\` lists all partners.`);
  return found;
}
