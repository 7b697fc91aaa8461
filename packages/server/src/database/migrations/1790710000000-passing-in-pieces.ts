import type { MigrationInterface, QueryRunner } from 'typeorm';

export class PassingInPieces1790710000000 implements MigrationInterface {
  name = 'PassingInPieces1790710000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- Days of a partner with many customers pass in several transactions.
      alter table partner
        -- the date that its customers up to passing_after have reached; null while no passing is under way
        add passing_through date,
        add passing_after uuid,
        add constraint partner_passing_after_needs_its_date check (passing_after is null or passing_through is not null);
    `);
  }

  async down(): Promise<void> {
    throw new Error('A partner whose days are half passed has no place in the schema before: restore a backup instead.');
  }
}
