import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { actorsOfOldEventsSql } from '../src/database/migrations/1790720000000-people.ts';
import { createTestDatabase, type TestDatabase } from './test-database.ts';

let database: TestDatabase;
beforeAll(async () => void (database = await createTestDatabase()));
afterAll(() => database.close());

test('the migration gives older events their actors, except where a name could imitate another actor', async () => {
  const partners = [randomUUID(), randomUUID()];
  const [ann, impostor] = [randomUUID(), randomUUID()];
  const request = 'request';
  const events: [actor: string, action: string, requestId: string | null, kind: string | null, id: string | null][] = [
    ['Ann', 'ACCEPT', request, 'USER', ann],
    // Two users of this name.
    ['Bob', 'ACCEPT', request, 'USER', null],
    ['vendor operator K1', 'ACCEPT', request, 'OPERATOR', 'K1'],
    ['vendor operator sub:ann|1', 'OPERATOR_ACCESS', request, 'OPERATOR', 'sub:ann|1'],
    ['API key K2', 'ACCEPT', request, 'API_KEY', 'K2'],
    [`user ${ann}`, 'ACCEPT', request, 'USER', ann],
    // The name of a user.
    ['vendor operator K3', 'ACCEPT', request, null, null],
    ['import', 'IMPORT', null, 'IMPORT', null],
    ['import', 'ACCEPT', request, null, null],
    ['command line', 'CREATE_USER', null, 'SYSTEM', null],
    ['somebody', 'ACCEPT', request, null, null],
  ];
  for (const partnerId of partners) {
    await database.superuserPool.query('insert into partner (id, name) values ($1::uuid, $1::text)', [partnerId]);
    const people = [
      [ann, 'Ann'],
      [randomUUID(), 'Bob'],
      [randomUUID(), 'Bob'],
      [impostor, 'vendor operator K3'],
    ] as const;
    for (const [id, name] of people) {
      await database.superuserPool.query(
        `insert into partner_user (partner_id, id, name, email, role) values ($1, $2::uuid, $3, $2::text || '@acme.example', 'VIEWER')`,
        [partnerId, id, name],
      );
    }
    for (const [actor, action, requestId] of events) {
      await database.superuserPool.query(
        'insert into audit_event (partner_id, id, actor, action, request_id) values ($1, gen_random_uuid(), $2, $3, $4)',
        [partnerId, actor, action, requestId],
      );
    }
  }
  // The owner migrates, and row-level security applies to it.
  await database.ownerPool.query(
    `alter table audit_event no force row level security; ${actorsOfOldEventsSql}; alter table audit_event force row level security`,
  );
  const key = (row: unknown[]) => JSON.stringify(row);
  for (const partnerId of partners) {
    const { rows } = await database.superuserPool.query<unknown[]>({
      text: 'select actor, action, request_id, actor_kind, actor_id from audit_event where partner_id = $1',
      values: [partnerId],
      rowMode: 'array',
    });
    expect(rows.map(key).toSorted()).toEqual(events.map(key).toSorted());
  }
});
