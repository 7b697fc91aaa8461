import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { Write } from '../writing/write.ts';
import { addDays } from '../calendar-date.ts';
import { inPartnerTransaction } from '../database/transaction.ts';
import { importFolder } from '../import/import-folder.ts';
import { csvFolder } from '../../testing/csv-folder.ts';
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts';
import { endAssociation, resumeAssociation, setCommunicationOwner, setPrimaryContact } from '../association/association.queries.ts';
import { systemActor } from '../access/actor.ts';
import { recordDecision } from './decision.queries.ts';
import { passDays } from './passing-days.queries.ts';
import { definitionDifferences, rowDifferences } from '../../testing/row-differences.ts';

let database: TestDatabase;
beforeAll(async () => void (database = await createTestDatabase()));
afterAll(() => database.close());

/** Seeded pseudo-random numbers. */
const generator = (seed: number) => () => (seed = (seed * 1103515245 + 12345) % 2147483648) / 2147483648;

/** An export of a few customers with random cells. */
function randomExport(next: () => number, today: string): Record<string, string[]> {
  const below = (limit: number) => Math.floor(next() * limit);
  const pick = <T>(values: readonly T[]) => values[below(values.length)] as T;
  const customers = [1, 2, 3, 4, 5, 6];
  const date = (from: number, to: number) => addDays(today, from + below(to - from));
  return {
    'companies.csv': [
      'Record ID,Company name,Domain',
      ...customers.map((id) => `${id},Customer ${id} ${pick(['', 'Ltd', 'GmbH'])},c${id}.example`),
    ],
    'contacts.csv': [
      'Record ID,Last name,E-mail,Hub ID,Active',
      ...customers.map((id) => `${id},Name ${below(3)},a@c${id}.example,${id},${pick(['yes', 'yes', 'no'])}`),
    ],
    'contracts.csv': [
      'Contract ID,Hub ID,Product,Start date,Term,Billing frequency,MRR,Currency,Auto-renew',
      ...customers.map(
        (id) =>
          `C-${id},${id},Basic,${addDays('2025-01-31', id % 3)},${pick(['P1M', 'P1M', 'P3M', 'P1Y'])},monthly,${pick(['10.00', '12.5'])},EUR,${pick(['yes', 'yes', 'yes', 'no'])}`,
      ),
    ],
    'changes.csv': [
      'Change ID,Contract ID,Type,Effective date,New max contacts,New MRR,Accepted on,Cancellation requested on',
      ...customers.map(
        (id) =>
          `X-${id}-${below(2)},C-${id},contact upgrade,${date(-5, 40)},5000,${pick(['20', '20.0', ''])},${pick(['', '', date(-10, 5)])},${pick(['', '', date(-10, 5)])}`,
      ),
    ],
  };
}

test.each([1, 2, 3, 4])(
  'the table equals its definition after random imports, decisions, ends of associations and days (seed %d)',
  async (seed) => {
    const next = generator(seed * 7919);
    const partnerId = randomUUID();
    let today = '2026-01-20';
    const { pool } = database;
    const folder = () => csvFolder(randomExport(next, today));
    await importFolder({ pool, partnerId, newPartnerName: `Partner ${seed}`, folder: folder(), businessDate: today });

    const ids = async (sql: string) => (await database.superuserPool.query<{ id: string }>(sql, [partnerId])).rows.map((row) => row.id);
    const one = (values: readonly string[]) => values[Math.floor(next() * values.length)] ?? null;
    const write = (work: (write: Write) => Promise<unknown>) =>
      inPartnerTransaction(pool, partnerId, (tx) =>
        work({
          tx,
          viewer: { partnerId, role: 'OPERATOR', partnerUserId: null, credentialId: 'test' },
          actor: systemActor('test'),
          today,
          requestId: 'test',
        }),
      );
    const customers = 'select id from customer where partner_id = $1 order by hub_id';
    const changes = 'select id from dashboard_row where partner_id = $1 order by effective_date, id';
    const acts: (() => Promise<unknown>)[] = [
      () => importFolder({ pool, partnerId, folder: folder(), businessDate: today }),
      () => passDays(pool, partnerId, (today = addDays(today, 1 + Math.floor(next() * 20)))),
      async () => {
        const [contractChangeId, action] = [one(await ids(changes)), one(['ACCEPT', 'REQUEST_CANCELLATION', 'WITHDRAW_CANCELLATION'])];
        await write((w) =>
          recordDecision(w, { contractChangeId, action: action as 'ACCEPT', expectedVersion: null, forNextPossible: next() < 0.5 }),
        );
      },
      async () => {
        const customerId = one(await ids(customers));
        await write((w) => (next() < 0.5 ? endAssociation(w, customerId) : resumeAssociation(w, customerId)));
      },
      async () => {
        const customerId = one(await ids(customers));
        await write((w) => setCommunicationOwner(w, { customerId, expectedVersion: null, owner: next() < 0.5 ? 'PARTNER' : null }));
      },
      async () => {
        const customerId = one(await ids(customers));
        const contact = { id: one(await ids(`select id from customer_user where partner_id = $1 and is_active order by external_id`)) };
        await write((w) => setPrimaryContact(w, { customerId, expectedVersion: null, contact }));
      },
    ];
    for (let step = 0; step < 40; step += 1) {
      await acts[Math.floor(next() * acts.length)]!();
      expect(await rowDifferences(database.superuserPool, partnerId)).toEqual([]);
      expect(await definitionDifferences(database.superuserPool, partnerId)).toEqual([]);
    }
    expect((await ids(`select id from contract_change where partner_id = $1 and settled_on is not null`)).length).toBeGreaterThan(0);
  },
);
