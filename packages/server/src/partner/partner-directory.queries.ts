import { readAs } from '../database/reader.ts';
import type { Db } from '../database/transaction.ts';

export type PartnerEntry = { id: string; name: string; passedThrough: string | null };

/** All partners by name: for the command line, which is told a name and has to find the partner. */
export async function listPartnersUnscoped(db: Db): Promise<PartnerEntry[]> {
  const { rows } = await db.query<PartnerEntry>(
    `/* listPartnersUnscoped */ select id, name, passed_through as "passedThrough" from list_partners() order by name collate "und-x-icu", id`,
  );
  return rows;
}

export async function partnerExists(db: Db, partnerId: string): Promise<boolean> {
  const rows = await readAs(db, partnerId).select({
    name: 'partnerExists',
    select: 'select p.id from partner p where p.id = s.partner_id',
    values: [],
  });
  return rows.length > 0;
}
