import type { MigrationInterface, QueryRunner } from 'typeorm';

export class KeysInUse1790300000000 implements MigrationInterface {
  name = 'KeysInUse1790300000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- Reads all keys in use at once, each with the role of its user: a busy server refreshes them every few seconds.
      do $$ begin
        execute format('create policy partner_user_lookup on partner_user for select to %I using (true)', current_user);
      end $$;
      create function find_api_keys(key_ids text[])
        returns table (id text, partner_id uuid, partner_user_id uuid, role viewer_role, user_role viewer_role, secret_hash bytea,
          expires_at timestamptz, revoked_at timestamptz)
        language sql stable security definer set search_path = public, pg_temp
        as $$
          select k.id, k.partner_id, k.partner_user_id, k.role, u.role, k.secret_hash, k.expires_at, k.revoked_at
          from api_key k left join partner_user u on u.partner_id = k.partner_id and u.id = k.partner_user_id
          where k.id = any (key_ids)
        $$;
      revoke all on function find_api_keys(text[]) from public;
      grant execute on function find_api_keys(text[]) to renewals_serving;
      drop function find_api_key(text);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop function find_api_keys(text[]);
      drop policy partner_user_lookup on partner_user;
      create function find_api_key(key_id text)
        returns table (partner_id uuid, partner_user_id uuid, role viewer_role, secret_hash bytea, expires_at timestamptz, revoked_at timestamptz)
        language sql stable security definer set search_path = public, pg_temp
        as $$ select k.partner_id, k.partner_user_id, k.role, k.secret_hash, k.expires_at, k.revoked_at from api_key k where k.id = key_id $$;
      revoke all on function find_api_key(text) from public;
      grant execute on function find_api_key(text) to renewals_serving;
    `);
  }
}
