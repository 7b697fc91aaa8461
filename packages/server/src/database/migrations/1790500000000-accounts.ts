import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Accounts1790500000000 implements MigrationInterface {
  name = 'Accounts1790500000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table customer
        alter hub_id drop not null,
        -- the account's ID in the system it was imported from
        add external_id text,
        -- the customer that this one's account was merged into; files that name this account mean that customer
        add merged_into_id uuid,
        add constraint customer_external_id_key unique (partner_id, external_id),
        add constraint customer_has_an_account check (hub_id is not null or external_id is not null),
        add constraint customer_merged_into_fkey foreign key (partner_id, merged_into_id) references customer (partner_id, id),
        add constraint customer_is_not_merged_into_itself check (merged_into_id <> id);
      create index customer_merged_into_idx on customer (partner_id, merged_into_id) where merged_into_id is not null;

      alter table dashboard_row alter hub_id drop not null;

      -- A contract that moves to another customer takes its changes along.
      alter table contract_change
        drop constraint contract_change_contract_fkey,
        add constraint contract_change_contract_fkey foreign key (partner_id, customer_id, contract_id)
          references contract (partner_id, customer_id, id) on update cascade;

      -- The two columns of a name, so that a file with one of them keeps the other. Null if the user was not imported since.
      alter table customer_user add first_name text, add last_name text;
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations cannot be reverted: restore a backup instead.');
  }
}
