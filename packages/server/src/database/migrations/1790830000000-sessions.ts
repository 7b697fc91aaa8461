import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Sessions1790830000000 implements MigrationInterface {
  name = 'Sessions1790830000000';

  async up(runner: QueryRunner): Promise<void> {
    const context = `(select nullif(current_setting('app.partner_id', true), '')::uuid)`;
    await runner.query(`
      create type session_method as enum ('API_KEY', 'SIGN_ON', 'SAMPLE');

      -- A browser that is signed in. It has no role of its own: it acts as its API key or its user does now.
      create table user_session (
        partner_id uuid not null,
        id uuid not null,
        partner_user_id uuid,
        -- null: by the company's sign-on
        api_key_id text,
        method session_method not null,
        -- SHA-256 of the secret in the cookie, which is stored nowhere
        secret_hash bytea not null,
        user_agent text,
        created_at timestamptz not null default statement_timestamp(),
        -- some minutes late: it is not written on each request
        last_used_at timestamptz not null default statement_timestamp(),
        -- when it ends without another request, at most expires_at
        active_until timestamptz not null,
        expires_at timestamptz not null,
        ended_at timestamptz,
        constraint user_session_pkey primary key (partner_id, id),
        constraint user_session_id_key unique (id),
        constraint user_session_user_fkey foreign key (partner_id, partner_user_id) references partner_user (partner_id, id),
        constraint user_session_key_fkey foreign key (partner_id, api_key_id) references api_key (partner_id, id),
        constraint user_session_has_credential check ((method = 'SIGN_ON') = (api_key_id is null)),
        constraint user_session_has_holder check (partner_user_id is not null or api_key_id is not null),
        constraint user_session_expires check (active_until <= expires_at)
      );
      create index user_session_user_idx on user_session (partner_id, partner_user_id, created_at) where partner_user_id is not null;
      create index user_session_key_idx on user_session (partner_id, api_key_id, created_at) where api_key_id is not null;
      create index user_session_expires_idx on user_session (partner_id, expires_at);
      alter table user_session enable row level security;
      alter table user_session force row level security;
      create policy user_session_isolation on user_session using (partner_id = ${context}) with check (partner_id = ${context});
      grant select, insert, update, delete on user_session to renewals_serving;

      -- Live sessions, with the roles of their keys and users now. Their partners are not known before.
      create function find_user_sessions(session_ids uuid[])
        returns table (id uuid, partner_id uuid, partner_user_id uuid, api_key_id text, key_role viewer_role, user_role viewer_role,
          secret_hash bytea, last_used_at timestamptz)
        language sql stable security definer set search_path = public, pg_temp
        as $$
          select session.id, session.partner_id, session.partner_user_id, session.api_key_id, key.role, person.role, session.secret_hash,
            session.last_used_at
          from user_session session
          left join partner_user person
            on person.partner_id = session.partner_id and person.id = session.partner_user_id and person.removed_at is null
          left join api_key key
            on key.partner_id = session.partner_id and key.id = session.api_key_id
            and key.revoked_at is null and (key.expires_at is null or key.expires_at > now())
          where session.id = any (session_ids) and session.ended_at is null and session.active_until > now()
            and (session.partner_user_id is null or person.id is not null) and (session.api_key_id is null or key.id is not null)
        $$;
      revoke all on function find_user_sessions(uuid[]) from public;
      grant execute on function find_user_sessions(uuid[]) to renewals_serving;
      do $$ begin
        execute format('create policy user_session_lookup on user_session for select to %I using (true)', current_user);
      end $$;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop function find_user_sessions(uuid[]); drop table user_session; drop type session_method');
  }
}
