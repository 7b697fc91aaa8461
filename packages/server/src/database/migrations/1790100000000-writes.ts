import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Writes1790100000000 implements MigrationInterface {
  name = 'Writes1790100000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table idempotency_key (
        partner_id uuid not null,
        -- a key counts only for one viewer and one mutation
        principal text not null,
        field text not null,
        key text not null,
        input_digest text not null,
        -- the result of the mutation; null only inside the transaction that executes it
        outcome jsonb,
        created_at timestamptz not null default now(),
        constraint idempotency_key_pkey primary key (partner_id, principal, field, key),
        constraint idempotency_key_partner_fkey foreign key (partner_id) references partner (id)
      );
      create index idempotency_key_created_idx on idempotency_key (partner_id, created_at);

      create table saved_view (
        partner_id uuid not null,
        id uuid not null,
        -- a partner user, or the partner itself for keys that belong to no user
        principal_id uuid not null,
        name text not null,
        is_shared boolean not null default false,
        columns text[] not null,
        query text,
        filter jsonb,
        order_by jsonb,
        version integer not null default 1,
        created_at timestamptz not null default now(),
        constraint saved_view_pkey primary key (partner_id, id),
        constraint saved_view_partner_fkey foreign key (partner_id) references partner (id)
      );
      create unique index saved_view_name_key on saved_view (partner_id, principal_id, lower(name));

      create index audit_event_contract_change_idx on audit_event (partner_id, contract_change_id, occurred_at);

      -- An operator's decision applies to every partner that holds the contract; row-level security hides those partners from each other.
      create function partners_holding_contract(contract_external_id text) returns table (partner_id uuid)
        language sql stable security definer set search_path = public, pg_temp
        as $$ select k.partner_id from contract k where k.external_id = contract_external_id order by k.partner_id $$;
      revoke all on function partners_holding_contract(text) from public;
      grant execute on function partners_holding_contract(text) to renewals_serving;
      create index contract_external_id_idx on contract (external_id);
      do $$ begin
        execute format('create policy contract_lookup on contract for select to %I using (true)', current_user);
      end $$;
    `);
    // A subquery is evaluated once per statement, not once per row.
    const context = `(select nullif(current_setting('app.partner_id', true), '')::uuid)`;
    for (const table of ['idempotency_key', 'saved_view']) {
      await runner.query(`
        alter table ${table} enable row level security;
        alter table ${table} force row level security;
        create policy ${table}_isolation on ${table} using (partner_id = ${context}) with check (partner_id = ${context});
        grant select, insert, update, delete on ${table} to renewals_serving;
      `);
    }
  }

  async down(): Promise<void> {
    throw new Error('Migrations cannot be reverted: restore a backup instead.');
  }
}
