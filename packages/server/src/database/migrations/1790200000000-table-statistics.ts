import type { MigrationInterface, QueryRunner } from 'typeorm';

export class TableStatistics1790200000000 implements MigrationInterface {
  name = 'TableStatistics1790200000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- Only the owner may analyze a table, and an import must: what a transaction has written is unknown to the planner until
      -- then, and where it takes a big table for an empty one, each check of a foreign key reads all of a partner's rows.
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
