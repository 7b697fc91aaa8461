import type { Pool } from 'pg';
import { listPartnersUnscoped, type PartnerEntry } from '../partner/partner-directory.queries.ts';
import { CommandError } from './command-error.ts';

export async function findPartnerByName(pool: Pool, name: string): Promise<PartnerEntry> {
  const partners = await listPartnersUnscoped(pool);
  const found = partners.find((partner) => partner.name === name);
  if (!found) throw new CommandError(`There is no partner "${name}". \`npm run renewals -- partner list\` lists all partners.`);
  return found;
}
