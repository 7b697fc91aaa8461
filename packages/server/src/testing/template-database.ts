import pg from 'pg';
import { InitialSchema1790000000000 } from '../database/migrations/1790000000000-initial-schema.ts';

export async function migrateTemplate(ownerUrl: string): Promise<void> {
  const owner = new pg.Client({ connectionString: ownerUrl });
  await owner.connect();
  await owner.query(`do $$ begin
    if not exists (select from pg_roles where rolname = 'renewals_serving') then create role renewals_serving; end if;
  end $$`);
  await owner.query('grant renewals_serving to current_user').catch(() => {});
  await new InitialSchema1790000000000().up({ query: (sql: string) => owner.query(sql) } as never);
  await owner.end();
}
