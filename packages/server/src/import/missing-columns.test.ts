import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { csvFolder } from '../../testing/csv-folder.ts';
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts';
import { searchText } from '../customer/search-text.ts';
import { importFolder } from './import-folder.ts';

// A file tells only the columns that it has: the others keep their values.

let database: TestDatabase;
let partnerId: string;
let count = 0;
beforeAll(async () => void (database = await createTestDatabase()));
afterAll(() => database.close());
beforeEach(() => {
  partnerId = randomUUID();
  count = 0;
});

const fixture = (path: string) => new URL(`fixtures/field-cases/${path}`, import.meta.url).pathname;
const sql = async (text: string) => (await database.superuserPool.query(text, [partnerId])).rows as Record<string, unknown>[];

/** Imports a folder, and answers for each file how many rows were created, updated, unchanged and refused. */
async function run(folder: string | Record<string, readonly string[]>): Promise<number[][]> {
  const { files } = await importFolder({
    pool: database.pool,
    partnerId,
    newPartnerName: (count += 1) === 1 ? `Partner ${partnerId}` : undefined,
    folder: typeof folder === 'string' ? folder : csvFolder(folder),
    businessDate: '2026-01-15',
  });
  return files.map(({ created, updated, unchanged, refused }) => [created, updated, unchanged, refused]);
}

const customers = () => sql('select name, website, website_key, search_text from customer where partner_id = $1 order by hub_id');
const users = () => sql('select name, email, job_title, is_active from customer_user where partner_id = $1 order by external_id');
const usage = () => sql('select contacts_used, emails_sent, active_users from app_usage where partner_id = $1');

describe('a column that a file lacks', () => {
  test('partial: keeps the website, the job title and who is inactive, and the rows are unchanged', async () => {
    await run(fixture('partial/1'));
    const before = [await customers(), await users()];
    expect(before).toEqual([
      [
        {
          name: 'Alpha',
          website: 'https://alpha.example.com',
          website_key: 'alpha.example.com',
          search_text: searchText('Alpha', 'https://alpha.example.com'),
        },
      ],
      [{ name: 'Ann One', email: 'ann@a.example', job_title: 'CEO', is_active: false }],
    ]);
    const [companies, contacts] = await run(fixture('partial/2'));
    expect([companies, contacts]).toEqual([
      [0, 0, 1, 0],
      [0, 0, 1, 0],
    ]);
    expect([await customers(), await users()]).toEqual(before);
    // The first file again: nothing was forgotten in between.
    expect((await run(fixture('partial/1'))).slice(0, 2)).toEqual([companies, contacts]);
  });

  test('keeps its value while the others change, and the searched text follows both', async () => {
    await run({
      'companies.csv': ['Hub ID,Company name,Domain', '1,Alpha,alpha.example.com', '2,Beta,'],
      'contacts.csv': ['Record ID,First name,Last name,Email,Job title,Hub ID,Active', 'c1,Ann,One,ann@a.example,CEO,1,no'],
      'usage.csv': ['Hub ID,App,Date,Contacts,Emails,Users', '1,CRM,2026-01-01,1,2,3'],
    });
    const changed = {
      'companies.csv': ['Hub ID,Company name', '1,Ärger', '2,Bravo'],
      'contacts.csv': ['Record ID,Email,Hub ID', 'c1,new@a.example,1'],
      'usage.csv': ['Hub ID,App,Date,Emails', '1,CRM,2026-01-01,20'],
    };
    expect(await run(changed)).toEqual([
      [0, 2, 0, 0],
      [0, 1, 0, 0],
      [0, 1, 0, 0],
    ]);
    expect(await customers()).toEqual([
      {
        name: 'Ärger',
        website: 'https://alpha.example.com',
        website_key: 'alpha.example.com',
        search_text: searchText('Ärger', 'https://alpha.example.com'),
      },
      { name: 'Bravo', website: null, website_key: null, search_text: searchText('Bravo', null) },
    ]);
    expect(await users()).toEqual([{ name: 'Ann One', email: 'new@a.example', job_title: 'CEO', is_active: false }]);
    expect(await usage()).toEqual([{ contacts_used: 1, emails_sent: 20, active_users: 3 }]);
    expect(await run(changed)).toEqual([
      [0, 0, 2, 0],
      [0, 0, 1, 0],
      [0, 0, 1, 0],
    ]);
  });

  test('does not end the role of a primary contact', async () => {
    const contacts = ['Record ID,First name,Last name,Email,Hub ID,Active', 'c1,Ann,One,ann@a.example,1,yes'];
    await run({ 'companies.csv': ['Hub ID,Company name', '1,Alpha'], 'contacts.csv': contacts });
    await sql(`update customer_association association set primary_contact_id = member.id
      from customer_user member where association.partner_id = $1 and member.partner_id = $1`);
    await run({ 'contacts.csv': ['Record ID,Email,Hub ID', 'c1,new@a.example,1'] });
    const contact = 'select primary_contact_id is not null as is_set from customer_association where partner_id = $1';
    expect(await sql(contact)).toEqual([{ is_set: true }]);
    await run({ 'contacts.csv': ['Record ID,Email,Hub ID,Active', 'c1,new@a.example,1,no'] });
    expect(await sql(contact)).toEqual([{ is_set: false }]);
  });
});

test('an empty cell of a column that is there clears its value; an empty Active means active', async () => {
  await run(fixture('partial/1'));
  await run({
    'companies.csv': ['Hub ID,Company name,Domain', '1,Alpha,'],
    'contacts.csv': ['Record ID,First name,Last name,Email,Job title,Hub ID,Active', 'c1,Ann,One,ann@a.example,,1,'],
  });
  expect(await customers()).toEqual([{ name: 'Alpha', website: null, website_key: null, search_text: searchText('Alpha', null) }]);
  expect(await users()).toMatchObject([{ job_title: null, is_active: true }]);
});

test('a cell that cannot be read, or is not there, keeps its value, in this row alone', async () => {
  await run({
    'companies.csv': ['Hub ID,Company name,Domain', '1,Alpha,alpha.example.com', '2,Beta,beta.example.com', '3,Gamma,gamma.example.com'],
    'contacts.csv': ['Record ID,First name,Last name,Email,Hub ID,Active', 'c1,Ann,One,ann@a.example,1,no'],
  });
  const again = await run({
    'companies.csv': ['Hub ID,Company name,Domain', '1,Alpha,not a host', '2,Bravo', '3,Gamma,new.example.com'],
    'contacts.csv': ['Record ID,First name,Last name,Email,Hub ID,Active', `c1,${'x'.repeat(200)},Two,ann@a.example,1,maybe`],
  });
  expect(again).toEqual([
    [0, 2, 1, 0],
    [0, 1, 0, 0],
  ]);
  expect(await customers()).toMatchObject([
    { name: 'Alpha', website: 'https://alpha.example.com' },
    { name: 'Bravo', website: 'https://beta.example.com', search_text: searchText('Bravo', 'https://beta.example.com') },
    { name: 'Gamma', website: 'https://new.example.com' },
  ]);
  expect(await users()).toMatchObject([{ name: 'Ann Two', is_active: false }]);
});

test('a digest of an older version counts as different, and is replaced', async () => {
  await run(fixture('partial/1'));
  await sql(`update customer set imported_digest = 'AAAAAAAAAAAAAAAAAAAAAA' where partner_id = $1`);
  expect((await run(fixture('partial/2')))[0]).toEqual([0, 1, 0, 0]);
  expect(await customers()).toMatchObject([{ website: 'https://alpha.example.com' }]);
  const [customer] = await sql('select imported_digest from customer where partner_id = $1');
  expect(customer!['imported_digest']).toMatch(/^[\w-]{6}\.{6}[\w-]{6}\.{12}$/);
  expect((await run(fixture('partial/2')))[0]).toEqual([0, 0, 1, 0]);
  expect((await run(fixture('partial/1')))[0]).toEqual([0, 1, 0, 0]);
});

test('a column that is new in a file and empty says nothing new; with a value it does', async () => {
  const company = (...cells: string[]) => ({ 'companies.csv': ['Hub ID,Company name,Domain', ['1', 'Alpha', ...cells].join(',')] });
  await run({ 'companies.csv': ['Hub ID,Company name', '1,Alpha'] });
  expect(await run(company(''))).toEqual([[0, 0, 1, 0]]);
  expect(await run(company('alpha.example.com'))).toEqual([[0, 1, 0, 0]]);
  expect(await run(company(''))).toEqual([[0, 1, 0, 0]]);
});
