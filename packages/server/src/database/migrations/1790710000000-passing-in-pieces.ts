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
      -- Rows after a contract's end are hidden from the day it is told. Null: the server derives all rows when it passes days next.
      alter table partner no force row level security;
      update partner set passed_through = null;
      alter table partner force row level security;

      -- Without statistics, the planner took the index by date to find the decisions of one change, and read all those of the partner.
      -- Only the statement that looks for the decisions of passed days uses this expression.
      drop index contract_change_decision_date_idx;
      create index contract_change_decision_date_idx on contract_change_decision (partner_id, (decided_on + 0));
    `);
  }

  async down(): Promise<void> {
    throw new Error('A partner whose days are half passed has no place in the schema before: restore a backup instead.');
  }
}
