import type { MigrationInterface, QueryRunner } from 'typeorm';

export class ReminderPlanning1790820000000 implements MigrationInterface {
  name = 'ReminderPlanning1790820000000';

  async up(runner: QueryRunner): Promise<void> {
    const context = `(select nullif(current_setting('app.partner_id', true), '')::uuid)`;
    await runner.query(`
      -- How far the reminders of a partner are planned. What happened before the first planning is no news, and a later planning that comes
      -- days after the last one tells what it missed.
      create table reminder_planning (
        partner_id uuid not null,
        planned_through date not null,
        constraint reminder_planning_pkey primary key (partner_id),
        constraint reminder_planning_partner_fkey foreign key (partner_id) references partner (id)
      );
      alter table reminder_planning enable row level security;
      alter table reminder_planning force row level security;
      create policy reminder_planning_isolation on reminder_planning using (partner_id = ${context}) with check (partner_id = ${context});
      grant select, insert, update on reminder_planning to renewals_serving;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table reminder_planning');
  }
}
