import pg, { type Pool, type QueryResult } from 'pg';
import type { CalendarDate } from '../calendar-date.ts';
import { inPartnerTransaction } from '../database/transaction.ts';
import { setPassedThroughSql } from '../partner/partner-record.queries.ts';
import { holdsOffImportSql } from '../writing/import-turns.queries.ts';
import { contractsOfDatesSql, hasContracts } from './due-contracts.queries.ts';
import { oldRowsSql } from './old-rows.queries.ts';
import { areContractsConcernedSql } from './settling.queries.ts';

// Each transaction plans its statements once. It lasts an eighth of a second, and three with a partner that has millions of rows: then it fails.
const visitsAtOnce = 500;
const noPartner = '00000000-0000-0000-0000-000000000000';

/**
 * Passes the days of all partners with nothing to do, some in each transaction. Unscoped: it visits each partner in that partner's context.
 * It skips partners with a running import, and those that another process holds. Returns the days that it has passed, summed over partners.
 */
export async function passIdlePartnersUnscoped(pool: Pool, businessDate: CalendarDate, mostDays = Infinity): Promise<number> {
  const through = `date ${pg.escapeLiteral(businessDate)}`;
  const isFarBehind = mostDays === Infinity ? 'false' : `passed < ${through} - ${Math.trunc(mostDays)}`;
  let daysPassed = 0;
  for (let after: string | null = noPartner; after !== null;) {
    const results: unknown = await pool.query(`/* passIdlePartnersUnscoped */ begin; set local statement_timeout = '3s'; do $idle$
      declare
        visited uuid;
        passed date;
        visits integer := 0;
        days integer := 0;
        is_last boolean := true;
      begin
        -- An index, also where one partner has nearly all rows: most of the visited have none.
        perform set_config('enable_seqscan', 'off', true), set_config('enable_bitmapscan', 'off', true),
          set_config('random_page_cost', '1', true);
        for visited, passed in select id, passed_through from list_partners()
          where passed_through < ${through} and id > ${pg.escapeLiteral(after)} order by id limit ${visitsAtOnce}
        loop
          perform set_config('app.partner_id', visited::text, true);
          perform from partner where id = visited and passed_through = passed and passing_through is null for no key update skip locked;
          if found
            and ${holdsOffImportSql('visited')}
            and not ${areContractsConcernedSql('visited', through)}
            and not exists (${contractsOfDatesSql('visited', 'passed', through)})
            and not exists (${oldRowsSql('visited', through)})
            and not (${isFarBehind} and exists (select from contract where partner_id = visited))
          then
            ${setPassedThroughSql('visited', through)};
            days := days + (${through} - passed);
          end if;
          visits := visits + 1;
          -- The partners visited so far are locked until the end.
          is_last := visits < ${visitsAtOnce} and clock_timestamp() < statement_timestamp() + interval '500 ms';
          exit when not is_last;
        end loop;
        perform set_config('app.is_last', is_last::text, true), set_config('app.days', days::text, true);
      end $idle$;
      select current_setting('app.partner_id', true) as last, current_setting('app.is_last')::boolean as "isLast", current_setting('app.days')::int as days;
      commit`);
    const { last, isLast, days } = (results as QueryResult<{ last: string; isLast: boolean; days: number }>[]).at(-2)!.rows[0]!;
    daysPassed += days;
    after = isLast ? null : last;
  }
  return daysPassed;
}

/** Unscoped: visits each partner in turn, in that partner's context, until one has a contract. */
export async function anyHasContractsUnscoped(pool: Pool, partnerIds: readonly string[]): Promise<boolean> {
  for (const id of partnerIds) if (await inPartnerTransaction(pool, id, hasContracts)) return true;
  return false;
}
