import type { PartnerReader } from '../database/reader.ts';
import type { Db } from '../database/transaction.ts';

export type PartnerEntry = { id: string; name: string; passedThrough: string | null };

/** All partners by name; the command line finds a partner by its name. */
export async function listPartnersUnscoped(db: Db): Promise<PartnerEntry[]> {
  const { rows } = await db.query<PartnerEntry>(
    `/* listPartnersUnscoped */ select id, name, passed_through as "passedThrough" from list_partners() order by name collate "und-x-icu", id`,
  );
  return rows;
}

export async function partnerExists(reader: PartnerReader): Promise<boolean> {
  const rows = await reader.select({
    name: 'partnerExists',
    select: 'select partner.id from partner where partner.id = scope.partner_id',
    values: [],
  });
  return rows.length > 0;
}
