import type { MigrationInterface, QueryRunner } from 'typeorm';
import { servingRole } from '../roles.ts';

// The server never deletes from these: it ends associations, revokes keys and marks people. Partners are removed by the owner of the tables.
const kept = [
  ...['partner', 'partner_user', 'api_key', 'customer', 'customer_user', 'customer_association'],
  ...['app_usage', 'contract', 'contract_change'],
].join(', ');

export class FewerRights1790940000000 implements MigrationInterface {
  name = 'FewerRights1790940000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`revoke delete on ${kept} from ${servingRole}`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`grant delete on ${kept} to ${servingRole}`);
  }
}
