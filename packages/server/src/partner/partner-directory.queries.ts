import type { CalendarDate } from '../calendar-date.ts';
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

/** How the partners stand to a business date. */
export type DaysSurvey = {
  /** partners whose days have not passed through the date; null: all of a partner's rows have to be derived again */
  behind: { id: string; passedThrough: CalendarDate | null }[];
  /** how many partners' days have passed beyond the date, and through which one at most */
  ahead: number;
  latest: CalendarDate | null;
};

/** Unscoped: finds the partners whose days have to pass. */
export async function surveyDaysUnscoped(db: Db, businessDate: CalendarDate): Promise<DaysSurvey> {
  const { rows } = await db.query<DaysSurvey>(
    `/* surveyDaysUnscoped */
     select coalesce(json_agg(json_build_object('id', id, 'passedThrough', passed_through) order by id)
         filter (where passed_through is null or passed_through < $1), '[]') as behind,
       count(*) filter (where passed_through > $1)::integer as ahead, max(passed_through) as latest
     from list_partners()`,
    [businessDate],
  );
  return rows[0]!;
}

export async function partnerExists(reader: PartnerReader): Promise<boolean> {
  const rows = await reader.select({
    name: 'partnerExists',
    select: 'select partner.id from partner where partner.id = scope.partner_id',
    values: [],
  });
  return rows.length > 0;
}
