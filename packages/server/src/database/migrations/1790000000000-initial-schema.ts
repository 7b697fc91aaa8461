// Over 250 lines: a migration is one unit, and the whole schema is easiest to review in one file.
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Tables with rows of partners: partner_id is the first column of every key, and row-level security is forced on each. */
const tenantTables = [
  'partner_user',
  'api_key',
  'dashboard_column_choice',
  'customer',
  'customer_user',
  'customer_association',
  'app_usage',
  'contract',
  'contract_change',
  'contract_change_decision',
  'dashboard_row',
  'audit_event',
];

/** Logs: the serving role can read and insert rows, but not update or delete them. */
const appendOnlyTables = new Set(['contract_change_decision', 'audit_event']);

export class InitialSchema1790000000000 implements MigrationInterface {
  name = 'InitialSchema1790000000000';

  async up(runner: QueryRunner): Promise<void> {
    // The declared order of each enum is its sort order on the dashboard.
    await runner.query(`
      create type contract_change_type as enum ('RENEWAL', 'CONTACT_TIER_UPGRADE', 'EMAIL_OVERAGE');
      create type contract_change_status as enum ('PENDING', 'CONFIRMED', 'RENEWED', 'CANCELLATION_REQUESTED');
      create type contract_change_action as enum ('ACCEPT', 'REQUEST_CANCELLATION', 'WITHDRAW_CANCELLATION');
      create type communication_owner as enum ('VENDOR', 'PARTNER');
      create type billing_frequency as enum ('MONTHLY', 'QUARTERLY', 'SEMI_ANNUALLY', 'ANNUALLY', 'OTHER');
      create type viewer_role as enum ('VIEWER', 'MANAGER', 'ADMIN', 'OPERATOR');
      create domain currency_code as text check (value ~ '^[A-Z]{3}$');
    `);

    await runner.query(`
      create table partner (
        id uuid not null,
        name text not null,
        owns_all_transactional_conversations boolean not null default false,
        point_of_contact_id uuid,
        -- the business date up to which days have been passed for this partner's contracts
        passed_through date,
        created_at timestamptz not null default now(),
        constraint partner_pkey primary key (id),
        constraint partner_name_key unique (name)
      );

      create table partner_user (
        partner_id uuid not null,
        id uuid not null,
        name text not null,
        email text not null,
        role viewer_role not null,
        created_at timestamptz not null default now(),
        constraint partner_user_pkey primary key (partner_id, id),
        constraint partner_user_partner_fkey foreign key (partner_id) references partner (id),
        constraint partner_user_is_no_operator check (role <> 'OPERATOR')
      );
      create unique index partner_user_email_key on partner_user (partner_id, lower(email));
      alter table partner add constraint partner_point_of_contact_fkey
        foreign key (id, point_of_contact_id) references partner_user (partner_id, id);

      create table api_key (
        partner_id uuid not null,
        id text not null,
        partner_user_id uuid,
        role viewer_role not null,
        -- SHA-256 of the secret part; the key itself is shown once and never stored
        secret_hash bytea not null,
        created_at timestamptz not null default now(),
        expires_at timestamptz,
        revoked_at timestamptz,
        constraint api_key_pkey primary key (partner_id, id),
        constraint api_key_id_key unique (id),
        constraint api_key_partner_fkey foreign key (partner_id) references partner (id),
        constraint api_key_partner_user_fkey foreign key (partner_id, partner_user_id) references partner_user (partner_id, id)
      );

      create table dashboard_column_choice (
        partner_id uuid not null,
        -- a partner user, or the partner itself for keys that belong to no user
        principal_id uuid not null,
        columns text[] not null,
        constraint dashboard_column_choice_pkey primary key (partner_id, principal_id),
        constraint dashboard_column_choice_partner_fkey foreign key (partner_id) references partner (id)
      );
    `);

    await runner.query(`
      create table customer (
        partner_id uuid not null,
        id uuid not null,
        hub_id bigint not null,
        name text not null,
        website text,
        -- the host without "www.", for look-ups by website
        website_key text,
        -- name and host, case-folded, for the search
        search_text text not null,
        -- digest of the last imported row, so that an identical row changes nothing
        imported_digest text,
        constraint customer_pkey primary key (partner_id, id),
        constraint customer_hub_id_key unique (partner_id, hub_id),
        constraint customer_partner_fkey foreign key (partner_id) references partner (id),
        constraint customer_hub_id_is_positive check (hub_id > 0)
      );
      create index customer_name_idx on customer (partner_id, name collate "und-x-icu", id);
      create index customer_website_key_idx on customer (partner_id, website_key);

      create table customer_user (
        partner_id uuid not null,
        id uuid not null,
        customer_id uuid not null,
        external_id text,
        name text not null,
        email text not null,
        job_title text,
        is_active boolean not null,
        imported_digest text,
        constraint customer_user_pkey primary key (partner_id, id),
        constraint customer_user_external_id_key unique (partner_id, external_id),
        constraint customer_user_active_key unique (partner_id, customer_id, id, is_active),
        constraint customer_user_customer_fkey foreign key (partner_id, customer_id) references customer (partner_id, id)
      );
      create index customer_user_name_idx on customer_user (partner_id, customer_id, name collate "und-x-icu", id);

      create table customer_association (
        partner_id uuid not null,
        id uuid not null,
        customer_id uuid not null,
        started_at timestamptz not null default now(),
        ended_at timestamptz,
        -- the owner set by a user; null = the default applies
        communication_owner communication_owner,
        primary_contact_id uuid,
        primary_contact_is_active boolean generated always as (case when primary_contact_id is null then null else true end) stored,
        version integer not null default 1,
        constraint customer_association_pkey primary key (partner_id, id),
        constraint customer_association_customer_fkey foreign key (partner_id, customer_id) references customer (partner_id, id),
        -- a primary contact is an active user of the same customer; deferred, so that one transaction can deactivate and clear it
        constraint customer_association_primary_contact_fkey
          foreign key (partner_id, customer_id, primary_contact_id, primary_contact_is_active)
          references customer_user (partner_id, customer_id, id, is_active) deferrable initially deferred
      );
      create unique index customer_association_active_key on customer_association (partner_id, customer_id) where ended_at is null;
      create index customer_association_customer_idx on customer_association (partner_id, customer_id);
      create index customer_association_primary_contact_idx on customer_association (partner_id, primary_contact_id)
        where primary_contact_id is not null;

      create table app_usage (
        partner_id uuid not null,
        customer_id uuid not null,
        app text not null,
        date date not null,
        contacts_used integer,
        emails_sent integer,
        active_users integer,
        imported_digest text,
        constraint app_usage_pkey primary key (partner_id, customer_id, app, date),
        constraint app_usage_customer_fkey foreign key (partner_id, customer_id) references customer (partner_id, id)
      );
    `);

    await runner.query(`
      create table contract (
        partner_id uuid not null,
        id uuid not null,
        external_id text not null,
        customer_id uuid not null,
        product text not null,
        max_contacts integer,
        email_limit integer,
        billing_frequency billing_frequency not null,
        billing_interval_months integer not null,
        subscription_term_months integer not null,
        mrr numeric not null,
        currency_code currency_code not null,
        anchor_date date not null,
        -- whole months from the anchor: a date is never computed from a clamped one (31 Jan, 28 Feb, 31 Mar)
        term_start_months integer not null,
        renewal_months integer not null,
        term_start date not null generated always as ((anchor_date + make_interval(months => term_start_months))::date) stored,
        renewal_start_date date not null generated always as ((anchor_date + make_interval(months => renewal_months))::date) stored,
        notice_period_days integer not null default 45,
        -- the value in the last import; null = it had none
        auto_renew boolean,
        -- the effective date of the cancelled renewal that ended the contract
        ended_on date,
        imported_digest text,
        -- the term in the last imported row; applied changes update subscription_term_months only
        imported_term_months integer,
        constraint contract_pkey primary key (partner_id, id),
        constraint contract_external_id_key unique (partner_id, external_id),
        constraint contract_customer_key unique (partner_id, customer_id, id),
        constraint contract_customer_fkey foreign key (partner_id, customer_id) references customer (partner_id, id),
        constraint contract_terms_are_sane check (
          max_contacts >= 0 and email_limit >= 0 and billing_interval_months > 0 and subscription_term_months > 0
          and mrr >= 0 and notice_period_days >= 0 and renewal_months > term_start_months and term_start_months >= 0),
        constraint contract_billing_interval_fits check (
          billing_frequency = 'OTHER' or billing_interval_months =
          case billing_frequency when 'MONTHLY' then 1 when 'QUARTERLY' then 3 when 'SEMI_ANNUALLY' then 6 else 12 end)
      );

      create table contract_change (
        partner_id uuid not null,
        id uuid not null,
        contract_id uuid not null,
        customer_id uuid not null,
        external_id text,
        type contract_change_type not null,
        effective_date date not null,
        notice_period_days integer not null default 45,
        renewal_deadline date generated always as (
          case when type = 'RENEWAL' then effective_date - notice_period_days end) stored,
        -- a renewal opens on the day after its predecessor's date; null = open since its creation
        opened_on date,
        -- announced terms; null = unchanged
        new_max_contacts integer,
        new_email_limit integer,
        new_billing_frequency billing_frequency,
        new_billing_interval_months integer,
        new_subscription_term_months integer,
        new_mrr numeric,
        new_currency_code currency_code,
        -- the day after the effective date, set when that day has passed; and whether the terms were applied
        settled_on date,
        is_applied boolean,
        -- the terms before the change, stored when it is settled, so that the past stays visible
        from_max_contacts integer,
        from_email_limit integer,
        from_billing_frequency billing_frequency,
        from_billing_interval_months integer,
        from_subscription_term_months integer,
        from_mrr numeric,
        from_currency_code currency_code,
        version integer not null default 1,
        imported_digest text,
        constraint contract_change_pkey primary key (partner_id, id),
        constraint contract_change_external_id_key unique (partner_id, external_id),
        constraint contract_change_contract_fkey
          foreign key (partner_id, customer_id, contract_id) references contract (partner_id, customer_id, id),
        constraint contract_change_terms_are_sane check (
          new_max_contacts >= 0 and new_email_limit >= 0 and new_billing_interval_months > 0
          and new_subscription_term_months > 0 and new_mrr >= 0 and notice_period_days >= 0),
        constraint contract_change_new_billing_is_whole check (
          (new_billing_frequency is null) = (new_billing_interval_months is null)),
        constraint contract_change_settled_keeps_its_terms check (
          (settled_on is null) = (from_mrr is null) and (settled_on is null) = (is_applied is null))
      );
      create unique index contract_change_renewal_key on contract_change (partner_id, contract_id, effective_date) where type = 'RENEWAL';
      create index contract_change_contract_idx on contract_change (partner_id, contract_id, effective_date);
      create index contract_change_customer_idx on contract_change (partner_id, customer_id);
      create index contract_change_open_idx on contract_change (partner_id, effective_date) where settled_on is null;

      create table contract_change_decision (
        partner_id uuid not null,
        contract_change_id uuid not null,
        -- the order in which decisions were recorded, 1, 2, 3 …
        sequence integer not null,
        action contract_change_action not null,
        decided_on date not null,
        recorded_by text not null,
        on_behalf_of_customer boolean not null,
        -- MANUAL: recorded by a user; IMPORT: a decision cell; AUTO_RENEW: the import's auto-renew flag;
        -- CARRIED: a late cancellation carried over from the previous renewal
        source text not null,
        recorded_at timestamptz not null default now(),
        constraint contract_change_decision_pkey primary key (partner_id, contract_change_id, sequence),
        constraint contract_change_decision_change_fkey
          foreign key (partner_id, contract_change_id) references contract_change (partner_id, id),
        constraint contract_change_decision_source_is_known check (source in ('MANUAL', 'IMPORT', 'AUTO_RENEW', 'CARRIED'))
      );
      create index contract_change_decision_date_idx on contract_change_decision (partner_id, decided_on);
    `);

    await runner.query(`
      -- The rows of the dashboard: one for each visible change, with the data of its 15 columns. Derived from the tables above
      -- in the transaction that changes them (decisions/003), equal to dashboardRowsSql at the partner's passed_through.
      create table dashboard_row (
        -- fixed-width columns come first: PostgreSQL then finds search_text at a fixed offset when it scans many rows
        partner_id uuid not null,
        id uuid not null,
        customer_id uuid not null,
        contract_id uuid not null,
        hub_id bigint not null,
        type contract_change_type not null,
        effective_date date not null,
        notice_period_days integer not null,
        association_version integer not null,
        version integer not null,
        is_accepted boolean not null,
        is_cancelled boolean not null,
        has_late_cancellation boolean not null,
        search_text text not null,
        customer_name text not null,
        current_currency_code text not null,
        current_mrr numeric not null,
        new_currency_code text not null,
        new_mrr numeric not null,
        current_billing_frequency billing_frequency not null,
        current_billing_interval_months integer not null,
        current_subscription_term_months integer not null,
        new_billing_frequency billing_frequency not null,
        new_billing_interval_months integer not null,
        new_subscription_term_months integer not null,
        renewal_deadline date,
        manual_owner communication_owner,
        website text,
        primary_contact_id uuid,
        primary_contact_name text,
        primary_contact_email text,
        current_max_contacts integer,
        current_email_limit integer,
        new_max_contacts integer,
        new_email_limit integer,
        constraint dashboard_row_pkey primary key (partner_id, id),
        constraint dashboard_row_change_fkey foreign key (partner_id, id) references contract_change (partner_id, id)
      );
      -- the default order of the dashboard, with the columns of its search
      create index dashboard_row_effective_date_idx on dashboard_row (partner_id, effective_date, id) include (search_text, hub_id);
      create index dashboard_row_customer_idx on dashboard_row (partner_id, customer_id);
      create index dashboard_row_contract_idx on dashboard_row (partner_id, contract_id);

      create table audit_event (
        partner_id uuid not null,
        id uuid not null,
        occurred_at timestamptz not null default now(),
        actor text not null,
        on_behalf_of_customer boolean not null default false,
        action text not null,
        customer_id uuid,
        contract_change_id uuid,
        before jsonb,
        after jsonb,
        request_id text,
        constraint audit_event_pkey primary key (partner_id, id),
        constraint audit_event_partner_fkey foreign key (partner_id) references partner (id)
      );
      create index audit_event_customer_idx on audit_event (partner_id, customer_id, occurred_at);
    `);

    await runner.query(`
      -- These queries run before a partner is known: authentication looks up an API key; the command line and day passing list partners.
      -- They run as the owner, and the policies below let the owner read these two tables only.
      create function find_api_key(key_id text)
        returns table (partner_id uuid, partner_user_id uuid, role viewer_role, secret_hash bytea, expires_at timestamptz, revoked_at timestamptz)
        language sql stable security definer set search_path = public, pg_temp
        as $$ select k.partner_id, k.partner_user_id, k.role, k.secret_hash, k.expires_at, k.revoked_at from api_key k where k.id = key_id $$;
      create function list_partners()
        returns table (id uuid, name text, passed_through date)
        language sql stable security definer set search_path = public, pg_temp
        as $$ select p.id, p.name, p.passed_through from partner p order by p.id $$;
      revoke all on function find_api_key(text), list_partners() from public;
      grant execute on function find_api_key(text), list_partners() to renewals_serving;
    `);

    // A subquery is evaluated once per statement, not once per row.
    const context = `(select nullif(current_setting('app.partner_id', true), '')::uuid)`;
    for (const table of ['partner', ...tenantTables]) {
      const key = table === 'partner' ? 'id' : 'partner_id';
      await runner.query(`
        alter table ${table} enable row level security;
        alter table ${table} force row level security;
        create policy ${table}_isolation on ${table} using (${key} = ${context}) with check (${key} = ${context});
        grant select, insert${appendOnlyTables.has(table) ? '' : ', update, delete'} on ${table} to renewals_serving;
      `);
    }
    await runner.query(`
      do $$ begin
        execute format('create policy partner_lookup on partner for select to %I using (true)', current_user);
        execute format('create policy api_key_lookup on api_key for select to %I using (true)', current_user);
      end $$;
    `);
  }

  async down(): Promise<void> {
    throw new Error('The initial schema cannot be reverted: drop the database instead.');
  }
}
