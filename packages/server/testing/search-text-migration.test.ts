import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { QueryRunner } from 'typeorm';
import { searchText } from '../src/customer/search-text.ts';
import { SearchText1790550000000 } from '../src/database/migrations/1790550000000-search-text.ts';
import { TestData } from './test-data.ts';
import { createTestDatabase, type TestDatabase } from './test-database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());

const customers = [
  { name: 'Müller & Söhne', website: 'www.müller.example' },
  { name: 'O’Neill – Großhandel', website: 'oneill.example' },
  { name: 'Donau\u00addampfschiff  GmbH' },
  { name: 'Acme', website: 'xn--a.example' },
];

test('the migration gives the customers and dashboard rows of every partner their searched text', async () => {
  for (const name of ['One', 'Two']) {
    const data = await TestData.of(database.pool, { name, passedThrough: '2026-01-01' });
    for (const customer of customers) await data.renewal(await data.customer(customer), '2026-03-01');
  }
  await database.superuserPool.query(`update customer set search_text = 'old' || chr(10) || 'text'`);
  await database.superuserPool.query(`update dashboard_row set search_text = 'old' || chr(10) || 'text'`);

  // The owner migrates, and row-level security applies to it.
  const owner = await database.ownerPool.connect();
  const runner = { query: async (sql: string, values?: unknown[]) => (await owner.query(sql, values)).rows as unknown };
  await owner.query('begin');
  await new SearchText1790550000000().up(runner as QueryRunner);
  await owner.query('commit');
  owner.release();

  const { rows } = await database.superuserPool.query<{ name: string; website: string | null; search_text: string; in_row: string }>(
    `select customer.name, customer.website, customer.search_text, row.search_text as in_row
     from customer join dashboard_row row on row.partner_id = customer.partner_id and row.customer_id = customer.id`,
  );
  expect(rows).toHaveLength(2 * customers.length);
  for (const { name, website, search_text: text, in_row: inRow } of rows) {
    expect([text, inRow]).toEqual([searchText(name, website), searchText(name, website)]);
  }
});

test('the longest names with two spellings fit into the index of the search', async () => {
  const data = await TestData.of(database.pool, { name: 'Long', passedThrough: '2026-01-01' });
  // Hangul letters that differ, since an index entry is compressed.
  const syllables = Array.from({ length: 254 }, (_, index) => String.fromCodePoint(0xac00 + ((index * 7919) % 11_172))).join('');
  const host = `${'a'.repeat(63)}.${'b'.repeat(63)}.${'c'.repeat(63)}.example`;
  for (const name of [`ü${syllables}`, `ü${'ﷺ'.repeat(254)}`, `ü${'😀'.repeat(127)}`, 'ü'.repeat(255)]) {
    await data.renewal(await data.customer({ name, website: host }), '2026-03-01');
  }
  const { rows } = await database.superuserPool.query('select from dashboard_row where partner_id = $1', [data.partnerId]);
  expect(rows).toHaveLength(4);
});
