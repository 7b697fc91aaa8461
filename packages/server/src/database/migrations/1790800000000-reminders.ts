import type { MigrationInterface, QueryRunner } from 'typeorm';

const tables = ['outbox_message', 'reminder_settings', 'reminder_preference', 'reminder_mute', 'mail_suppression'];

export class Reminders1790800000000 implements MigrationInterface {
  name = 'Reminders1790800000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create type outbox_state as enum ('WAITING', 'SENT', 'KEPT', 'SKIPPED', 'FAILED');

      -- What is to leave, and the proof of what left, or why it did not. Rows are never deleted.
      create table outbox_message (
        partner_id uuid not null,
        id uuid not null,
        kind text not null,
        -- names what must happen only once
        key text not null,
        -- messages of one bundle leave as one
        bundle_id uuid,
        customer_id uuid,
        -- not a foreign key: an import can take a change back, and the proof stays
        contract_change_id uuid,
        recipient_kind text,
        recipient_id uuid,
        -- the address at the time of the end
        address text,
        details jsonb not null default '{}',
        planned_at timestamptz not null default statement_timestamp(),
        not_before timestamptz not null,
        state outbox_state not null default 'WAITING',
        reason text,
        ended_at timestamptz,
        message_id text,
        attempts integer not null default 0,
        last_error text,
        claimed_by uuid,
        claimed_until timestamptz,
        constraint outbox_message_pkey primary key (partner_id, id),
        constraint outbox_message_key unique (partner_id, kind, key),
        constraint outbox_message_partner_fkey foreign key (partner_id) references partner (id),
        constraint outbox_message_customer_fkey foreign key (partner_id, customer_id) references customer (partner_id, id),
        constraint outbox_message_recipient_is_known check (recipient_kind in ('USER', 'CONTACT', 'VENDOR')),
        constraint outbox_message_ends_once check ((state = 'WAITING') = (ended_at is null)),
        constraint outbox_message_says_why check ((state in ('SKIPPED', 'FAILED')) = (reason is not null)),
        constraint outbox_message_claim_is_whole check ((claimed_by is null) = (claimed_until is null))
      );
      create index outbox_message_waiting_idx on outbox_message (partner_id, not_before, id) where state = 'WAITING';
      create index outbox_message_planned_idx on outbox_message (partner_id, planned_at, id);
      create index outbox_message_change_idx on outbox_message (partner_id, contract_change_id, planned_at) where contract_change_id is not null;
      create index outbox_message_customer_idx on outbox_message (partner_id, customer_id, planned_at) where customer_id is not null;
      create index outbox_message_bundle_idx on outbox_message (partner_id, bundle_id) where bundle_id is not null;

      -- A partner without a row has the defaults.
      create table reminder_settings (
        partner_id uuid not null,
        -- days before the deadline, or before the effective date of a change without one
        deadline_offsets integer[] not null default '{30,14,7,1}',
        customer_offsets integer[] not null default '{30,14,7,1}',
        deadline_reminders boolean not null default true,
        after_the_fact boolean not null default true,
        weekly_digest boolean not null default true,
        customer_notices boolean not null default false,
        -- whether renewals count whose deadline lies before their term
        short_terms boolean not null default false,
        language text not null default 'en',
        customer_language text not null default 'en',
        -- null = the business time zone
        time_zone text,
        -- hours of the day in that zone; the window ends before send_until_hour
        send_from_hour integer not null default 8,
        send_until_hour integer not null default 18,
        -- 1 = Monday
        digest_weekday integer not null default 1,
        digest_hour integer not null default 8,
        -- null = the partner's name
        sender_name text,
        version integer not null default 1,
        constraint reminder_settings_pkey primary key (partner_id),
        constraint reminder_settings_partner_fkey foreign key (partner_id) references partner (id),
        constraint reminder_settings_languages_are_known check (language in ('en', 'de') and customer_language in ('en', 'de')),
        constraint reminder_settings_offsets_are_days check (
          0 <= all (deadline_offsets) and 120 >= all (deadline_offsets) and cardinality(deadline_offsets) <= 10
          and 0 <= all (customer_offsets) and 120 >= all (customer_offsets) and cardinality(customer_offsets) <= 10),
        constraint reminder_settings_times_are_sane check (
          send_from_hour >= 0 and send_until_hour <= 24 and send_from_hour < send_until_hour
          and digest_weekday between 1 and 7 and digest_hour between 0 and 23)
      );

      -- What a user wants; null = the default. A user without a row has the defaults.
      create table reminder_preference (
        partner_id uuid not null,
        partner_user_id uuid not null,
        deadline_reminders boolean,
        after_the_fact boolean,
        weekly_digest boolean,
        -- only customers to whom the partner communicates
        only_own_customers boolean not null default false,
        language text,
        constraint reminder_preference_pkey primary key (partner_id, partner_user_id),
        constraint reminder_preference_user_fkey foreign key (partner_id, partner_user_id) references partner_user (partner_id, id),
        constraint reminder_preference_language_is_known check (language in ('en', 'de'))
      );

      create table reminder_mute (
        partner_id uuid not null,
        id uuid not null,
        -- null = everyone
        partner_user_id uuid,
        customer_id uuid,
        contract_change_id uuid,
        -- a snooze is followed by one reminder
        is_snooze boolean not null default false,
        -- the first day without it; null = until it is ended
        until date,
        created_at timestamptz not null default statement_timestamp(),
        created_by text not null,
        ended_at timestamptz,
        ended_by text,
        constraint reminder_mute_pkey primary key (partner_id, id),
        constraint reminder_mute_user_fkey foreign key (partner_id, partner_user_id) references partner_user (partner_id, id),
        constraint reminder_mute_customer_fkey foreign key (partner_id, customer_id) references customer (partner_id, id),
        constraint reminder_mute_is_of_one_thing check ((customer_id is null) <> (contract_change_id is null)),
        constraint reminder_mute_snoozes_end check (not is_snooze or until is not null),
        constraint reminder_mute_end_is_whole check ((ended_at is null) = (ended_by is null))
      );
      create index reminder_mute_customer_idx on reminder_mute (partner_id, customer_id) where ended_at is null and customer_id is not null;
      create index reminder_mute_change_idx on reminder_mute (partner_id, contract_change_id)
        where ended_at is null and contract_change_id is not null;

      create table mail_suppression (
        partner_id uuid not null,
        id uuid not null,
        -- in lower case
        address text not null,
        reason text not null,
        -- null = mail of every kind
        kind text,
        detail text,
        outbox_message_id uuid,
        suppressed_at timestamptz not null default statement_timestamp(),
        lifted_at timestamptz,
        lifted_by text,
        constraint mail_suppression_pkey primary key (partner_id, id),
        constraint mail_suppression_partner_fkey foreign key (partner_id) references partner (id),
        constraint mail_suppression_message_fkey foreign key (partner_id, outbox_message_id) references outbox_message (partner_id, id),
        constraint mail_suppression_reason_is_known check (reason in ('BOUNCED', 'UNSUBSCRIBED')),
        constraint mail_suppression_address_is_folded check (address = lower(address)),
        constraint mail_suppression_end_is_whole check ((lifted_at is null) = (lifted_by is null))
      );
      create unique index mail_suppression_active_key on mail_suppression (partner_id, address, coalesce(kind, '')) where lifted_at is null;
    `);

    const context = `(select nullif(current_setting('app.partner_id', true), '')::uuid)`;
    for (const table of tables) {
      await runner.query(`
        alter table ${table} enable row level security;
        alter table ${table} force row level security;
        create policy ${table}_isolation on ${table} using (partner_id = ${context}) with check (partner_id = ${context});
        grant select, insert, update on ${table} to renewals_serving;
      `);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop table ${tables.toReversed().join(', ')}; drop type outbox_state`);
  }
}
