import type { MigrationInterface, QueryRunner } from 'typeorm';

export class TableStatistics1790200000000 implements MigrationInterface {
  name = 'TableStatistics1790200000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- Only the owner can analyze a table, but an import needs it: until then the planner has no statistics of the rows that the
      -- transaction wrote. If it takes a big table for an empty one, each foreign key check reads all rows of a partner.
      create function refresh_statistics(table_name text) returns void
        language plpgsql security definer set search_path = public, pg_temp
        as $$ begin
          if table_name not in ('customer', 'customer_association', 'customer_user', 'contract', 'contract_change', 'contract_change_decision') then
            raise exception 'no statistics are refreshed of %', table_name;
          end if;
          execute format('analyze public.%I', table_name);
        end $$;
      revoke all on function refresh_statistics(text) from public;
      grant execute on function refresh_statistics(text) to renewals_serving;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop function refresh_statistics(text)');
  }
}
