import type { MigrationInterface, QueryRunner } from 'typeorm';

export class ToldLate1790600000000 implements MigrationInterface {
  name = 'ToldLate1790600000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- The order of the article; an enum sorts in its declared order. No table stores a status.
      drop type contract_change_status;
      create type contract_change_status as enum ('RENEWED', 'CONFIRMED', 'PENDING', 'CANCELLATION_REQUESTED');
    `);

    await runner.query(`
      alter table contract rename ended_on to cancelled_on;
      alter table contract
        -- a contract without a term goes on until it ends: it has no renewal, and need not have a billing frequency
        alter billing_frequency drop not null,
        alter billing_interval_months drop not null,
        alter subscription_term_months drop not null,
        alter renewal_months drop not null,
        alter renewal_start_date drop not null,
        -- the end that contracts.csv states; cancelled_on is the effective date of a cancelled renewal
        add stated_end date,
        add ended_on date generated always as (least(cancelled_on, stated_end)) stored,
        -- null: the notice period is in days
        add notice_period_months integer check (notice_period_months > 0),
        -- the day on which the content of its imported row last changed: changes before it are history
        add imported_on date,
        -- the day since which its dates follow its anchor and term; days before it are not passed again
        add scheduled_on date;

      create index contract_stated_end_idx on contract (partner_id, stated_end) where stated_end is not null;

      alter table contract_change
        -- its place among the changes that were settled for its contract and date; null for history, whose days do not pass again
        add settled_position integer,
        -- told when its contract's terms were of a later day already, which it does not touch
        add is_history boolean not null default false,
        -- its terms were announced after a later import of the contract: they are shown, but not applied
        add has_late_terms boolean not null default false,
        -- whether it was applied when a decision was told after a later import of the contract: that stays; null = it follows decisions
        add kept_result boolean;
      -- as its owner, the migration sees no rows of a table with forced row-level security
      alter table contract_change no force row level security;
      update contract_change change set settled_position = placed.position
      from (
        select partner_id, id,
          row_number() over (partition by partner_id, contract_id, effective_date order by type = 'RENEWAL', external_id collate "C", id) as position
        from contract_change where settled_on is not null
      ) placed
      where change.partner_id = placed.partner_id and change.id = placed.id;
      alter table contract_change force row level security;
      alter table contract_change add constraint contract_change_only_settled_has_position
        check (settled_position is null or settled_on is not null);

      alter table contract_change_decision drop constraint contract_change_decision_source_is_known;
      -- END_DATE: an end date in contracts.csv that is a renewal's date
      alter table contract_change_decision add constraint contract_change_decision_source_is_known
        check (source in ('MANUAL', 'IMPORT', 'AUTO_RENEW', 'END_DATE', 'CARRIED'));
    `);

    await runner.query(`
      -- The terms and notice period of a contract after an import changed them. When the days before are passed again, they apply on their day.
      create table imported_terms (
        partner_id uuid not null,
        contract_id uuid not null,
        imported_on date not null,
        max_contacts integer,
        email_limit integer,
        billing_frequency billing_frequency,
        billing_interval_months integer,
        subscription_term_months integer,
        mrr numeric not null,
        currency_code currency_code not null,
        notice_period_days integer not null,
        notice_period_months integer,
        -- the columns that the import's file had; the others hold what the contract had then
        told text[] not null,
        -- false while the days from before are passed again
        is_applied boolean not null default true,
        constraint imported_terms_pkey primary key (partner_id, contract_id, imported_on),
        constraint imported_terms_contract_fkey foreign key (partner_id, contract_id) references contract (partner_id, id)
      );
      create index imported_terms_waiting_idx on imported_terms (partner_id, contract_id, imported_on) where not is_applied;
      alter table imported_terms enable row level security;
      alter table imported_terms force row level security;
      create policy imported_terms_isolation on imported_terms
        using (partner_id = (select nullif(current_setting('app.partner_id', true), '')::uuid))
        with check (partner_id = (select nullif(current_setting('app.partner_id', true), '')::uuid));
      grant select, insert, update, delete on imported_terms to renewals_serving;
    `);

    await runner.query(`
      alter table dashboard_row
        alter current_billing_frequency drop not null,
        alter current_billing_interval_months drop not null,
        alter current_subscription_term_months drop not null,
        alter new_billing_frequency drop not null,
        alter new_billing_interval_months drop not null,
        alter new_subscription_term_months drop not null,
        -- how many open changes of the contract take effect before it
        add position integer not null default 0;
      -- Their new terms include earlier changes now. Null: the server derives all rows when it passes days next.
      alter table partner no force row level security;
      update partner set passed_through = null;
      alter table partner force row level security;
    `);
  }

  async down(): Promise<void> {
    throw new Error('Contracts without a term have no place in the schema before: restore a backup instead.');
  }
}
