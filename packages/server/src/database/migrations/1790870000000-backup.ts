import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Backup1790870000000 implements MigrationInterface {
  name = 'Backup1790870000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- Each restore into this database. It belongs to no partner. The outbox is held until somebody releases it: a copy of the data
      -- must not send the mails of the original.
      create table restoration (
        id uuid not null,
        restored_at timestamptz not null default statement_timestamp(),
        -- when the backup was taken
        taken_at timestamptz not null,
        outbox_released_at timestamptz,
        constraint restoration_pkey primary key (id)
      );
      alter table restoration enable row level security;
      alter table restoration force row level security;
      create policy restoration_read on restoration for select using (true);
      create policy restoration_release on restoration for update using (true) with check (true);
      do $$ begin
        execute format('create policy restoration_write on restoration for insert to %I with check (true)', current_user);
      end $$;
      grant select, update (outbox_released_at) on restoration to renewals_serving;
      create function outbox_is_held() returns boolean
        language sql stable set search_path = public, pg_temp
        as $$ select exists (select from restoration where outbox_released_at is null) $$;
      revoke all on function outbox_is_held() from public;
      grant execute on function outbox_is_held() to renewals_serving;

      -- While the outbox is held, no partner has anything due, for any worker.
      alter function due_outbox_partners(timestamptz, text[]) rename to waiting_outbox_partners;
      create function due_outbox_partners(at timestamptz, kinds text[])
        returns table (partner_id uuid, due_since timestamptz)
        language sql stable security definer set search_path = public, pg_temp
        as $$
          select waiting.partner_id, waiting.due_since from waiting_outbox_partners(at, kinds) waiting where not (select outbox_is_held())
          order by waiting.due_since, waiting.partner_id
        $$;
      revoke all on function due_outbox_partners(timestamptz, text[]) from public;
      grant execute on function due_outbox_partners(timestamptz, text[]) to renewals_serving;
      revoke execute on function waiting_outbox_partners(timestamptz, text[]) from renewals_serving;
    `);
    await runner.query(backupPoliciesSql);
  }

  async down(): Promise<void> {
    throw new Error('Migrations cannot be reverted: restore a backup instead.');
  }
}

/**
 * A backup reads all partners in one snapshot. It runs as the owner, to which row-level security applies too. So each table lets the owner
 * read all rows, but only in a session that asks for it: a statement without its partner still finds nothing.
 */
const backupPoliciesSql = `
  do $$
  declare guarded name;
  begin
    for guarded in
      select relname from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and relforcerowsecurity
        and relname <> 'restoration' order by relname
    loop
      execute format('create policy %I on %I for select to %I using (current_setting(''app.reads_all_partners'', true) = ''on'')',
        guarded || '_backup', guarded, current_user);
    end loop;
  end $$`;
