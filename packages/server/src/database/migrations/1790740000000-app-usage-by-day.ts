import type { MigrationInterface, QueryRunner } from 'typeorm';

export class AppUsageByDay1790740000000 implements MigrationInterface {
  name = 'AppUsageByDay1790740000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- The rows of a customer in the order in which they are listed, so that a page reads only its own.
      create index app_usage_by_day_idx on app_usage (partner_id, customer_id, date desc, app);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index app_usage_by_day_idx');
  }
}
