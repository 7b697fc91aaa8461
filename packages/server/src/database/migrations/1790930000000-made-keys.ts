import type { MigrationInterface, QueryRunner } from 'typeorm';

export class MadeKeys1790930000000 implements MigrationInterface {
  name = 'MadeKeys1790930000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- The user who made a key, and the key that it was made with: whoever makes a key knows it. Null: unknown, or not made by them.
      alter table api_key add made_by uuid, add made_with text;
      create index api_key_made_by_idx on api_key (partner_id, made_by) where made_by is not null;
      create index api_key_made_with_idx on api_key (partner_id, made_with) where made_with is not null;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table api_key drop made_by, drop made_with');
  }
}
