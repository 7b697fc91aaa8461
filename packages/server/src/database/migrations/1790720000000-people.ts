import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Columns of an audit event that the server writes. The database sets the time. */
const writtenColumns =
  'partner_id, id, actor_kind, actor_id, actor, on_behalf_of_customer, action, customer_id, contract_change_id, before, after, request_id';

/** SQL: gives older events kind and id of their actor. What a person can imitate, by choosing a name, stays unknown. */
export const actorsOfOldEventsSql = `
  update audit_event event set actor_kind = told.kind::actor_kind, actor_id = told.id
  from (
    select each.partner_id, each.id as event_id, named.*
    from audit_event each
    left join lateral (
      select count(*) as people, min(person.id::text) as id from partner_user person
      where person.partner_id = each.partner_id and person.name = each.actor
    ) same_name on true
    cross join lateral (
      select 'OPERATOR' as kind, substr(each.actor, 17) as id where each.action = 'OPERATOR_ACCESS'
      union all
      select 'IMPORT', null where each.request_id is null and each.action <> 'OPERATOR_ACCESS' and each.actor = 'import'
      union all
      select 'SYSTEM', null where each.request_id is null and each.action <> 'OPERATOR_ACCESS' and each.actor <> 'import'
      union all
      select 'USER', case same_name.people when 1 then same_name.id end
      where each.request_id is not null and each.action <> 'OPERATOR_ACCESS' and same_name.people > 0
        and each.actor !~ '^(vendor operator|API key|user) '
      union all
      select case split_part(each.actor, ' ', 1) when 'vendor' then 'OPERATOR' when 'API' then 'API_KEY' else 'USER' end,
        regexp_replace(each.actor, '^(vendor operator|API key|user) ', '')
      where each.request_id is not null and each.action <> 'OPERATOR_ACCESS' and same_name.people = 0
        and each.actor ~ '^(vendor operator|API key|user) '
    ) named
  ) told
  where event.partner_id = told.partner_id and event.id = told.event_id`;

export class People1790720000000 implements MigrationInterface {
  name = 'People1790720000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- A removed user stays for the audit trail and the list of API keys. The e-mail address is free for a new user.
      alter table partner_user add removed_at timestamptz;
      drop index partner_user_email_key;
      create unique index partner_user_email_key on partner_user (partner_id, lower(email)) where removed_at is null;
      create index api_key_partner_user_idx on api_key (partner_id, partner_user_id) where partner_user_id is not null;

      create or replace function find_api_keys(key_ids text[])
        returns table (id text, partner_id uuid, partner_user_id uuid, role viewer_role, user_role viewer_role, secret_hash bytea,
          expires_at timestamptz, revoked_at timestamptz)
        language sql stable security definer set search_path = public, pg_temp
        as $$
          select k.id, k.partner_id, k.partner_user_id, k.role, u.role, k.secret_hash, k.expires_at, k.revoked_at
          from api_key k left join partner_user u
            on u.partner_id = k.partner_id and u.id = k.partner_user_id and u.removed_at is null
          where k.id = any (key_ids)
        $$;

      -- The role of a live key of an operator, whose row is locked until the transaction ends. The key is stored with one partner and acts for
      -- others, so row-level security hides it from the server. The first lock is that of writing/people-lock.queries.ts.
      create function lock_operator_key(key_id text) returns viewer_role
        language sql volatile security definer set search_path = public, pg_temp
        as $$
          select pg_advisory_xact_lock_shared(hashtextextended('people of ' || k.partner_id, 0))
          from api_key k where k.id = key_id and k.role = 'OPERATOR';
          select k.role from api_key k
          where k.id = key_id and k.role = 'OPERATOR' and k.revoked_at is null and (k.expires_at is null or k.expires_at > now())
          for share
        $$;
      revoke all on function lock_operator_key(text) from public;
      grant execute on function lock_operator_key(text) to renewals_serving;
      -- To lock a row takes the right to update it. The isolation policy still checks what an update writes.
      do $$ begin
        execute format('create policy api_key_lock on api_key for update to %I using (role = ''OPERATOR'') with check (false)', current_user);
      end $$;
    `);

    await runner.query(`
      -- SYSTEM: the program itself, or the command line
      create type actor_kind as enum ('USER', 'API_KEY', 'OPERATOR', 'IMPORT', 'SYSTEM');
      alter table audit_event
        -- from the credential; null if it is not known for an event from before this column
        add actor_kind actor_kind,
        -- of a user, or of a credential without a user
        add actor_id text,
        -- A transaction may stay open for long; a statement may not.
        alter occurred_at set default statement_timestamp();
      comment on column audit_event.actor is 'the name at that time';

      -- as its owner, the migration sees no rows of a table with forced row-level security
      alter table audit_event no force row level security;
      ${actorsOfOldEventsSql};
      alter table audit_event force row level security;

      revoke insert on audit_event from renewals_serving;
      grant insert (${writtenColumns}) on audit_event to renewals_serving;
    `);

    await runner.query(`
      -- Of all holders of a contract's external ID, only those whose customer has the same Hub ID: external IDs agree by chance.
      create function partners_holding_contract(contract_external_id text, customer_hub_id bigint) returns table (partner_id uuid)
        language sql stable security definer set search_path = public, pg_temp
        as $$
          select k.partner_id from contract k join customer c on c.partner_id = k.partner_id and c.id = k.customer_id
          where k.external_id = contract_external_id and c.hub_id = customer_hub_id order by k.partner_id
        $$;
      revoke all on function partners_holding_contract(text, bigint) from public;
      grant execute on function partners_holding_contract(text, bigint) to renewals_serving;
      drop function partners_holding_contract(text);
      do $$ begin
        execute format('create policy customer_lookup on customer for select to %I using (true)', current_user);
      end $$;
    `);
  }

  async down(): Promise<void> {
    throw new Error('Removed users have no place in the schema before: restore a backup instead.');
  }
}
