import type { MigrationInterface, QueryRunner } from 'typeorm';

export class DefaultViews1790840000000 implements MigrationInterface {
  name = 'DefaultViews1790840000000';

  async up(runner: QueryRunner): Promise<void> {
    const context = `(select nullif(current_setting('app.partner_id', true), '')::uuid)`;
    await runner.query(`
      -- The view with which the dashboard opens. A viewer's own choice goes before the one for everyone.
      create table default_view (
        partner_id uuid not null,
        -- a partner user, or the partner itself for keys that belong to no user, and for everyone
        principal_id uuid not null,
        for_everyone boolean not null,
        view_id uuid not null,
        constraint default_view_pkey primary key (partner_id, principal_id, for_everyone),
        constraint default_view_view_fkey foreign key (partner_id, view_id) references saved_view (partner_id, id) on delete cascade,
        constraint default_view_for_everyone check (not for_everyone or principal_id = partner_id)
      );
      create index default_view_view_idx on default_view (partner_id, view_id);
      alter table default_view enable row level security;
      alter table default_view force row level security;
      create policy default_view_isolation on default_view using (partner_id = ${context}) with check (partner_id = ${context});
      grant select, insert, update, delete on default_view to renewals_serving;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table default_view');
  }
}
