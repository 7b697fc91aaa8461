import type { MigrationInterface, QueryRunner } from 'typeorm';

export class PassingByContract1790770000000 implements MigrationInterface {
  name = 'PassingByContract1790770000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- passing_after was a customer and is a contract now: a passing on its way begins again. What has passed does not pass twice.
      alter table partner no force row level security;
      update partner set passing_after = null where passing_after is not null;
      alter table partner force row level security;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await this.up(runner);
  }
}
