import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { csvFolder } from '../../testing/csv-folder.ts';
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts';
import { importFolder } from './import-folder.ts';

let database: TestDatabase;
let partnerId: string;
beforeAll(async () => void (database = await createTestDatabase()));
afterAll(() => database.close());
beforeEach(async () => {
  partnerId = randomUUID();
  await run({ 'companies.csv': ['Record ID,Company name', '5,There'] }, `Partner ${partnerId}`);
});

async function run(files: Record<string, readonly string[]>, newPartnerName?: string): Promise<string[]> {
  const folder = csvFolder(files);
  const report = await importFolder({ pool: database.pool, partnerId, newPartnerName, folder, businessDate: '2026-11-22' });
  return report.files.flatMap((file) => file.faults.map((fault) => `${fault.file}:${fault.line} ${fault.column}: ${fault.reason}`));
}

const companies = ['Record ID,Company name', '1,', '1,Again', '2,Good', '5,'];
const contracts = ['Contract ID,Hub ID,Product,Subscription start date,Term,Billing Frequency,MRR,Currency'];
const contract = (id: string, hubId: string, mrr = '1') => `${id},${hubId},P,2025-12-31,12,annually,${mrr},EUR`;

test('a row whose company was refused in the same import names its line; one whose company nobody names does not', async () => {
  const faults = await run({
    'companies.csv': companies,
    'contacts.csv': ['Record ID,E-mail,Hub ID', '1,a@b.example,1', '2,a@b.example,9', '3,a@b.example,5'],
    'contracts.csv': [...contracts, contract('C-1', '1'), contract('C-2', '9'), contract('C-5', '5')],
    'usage.csv': ['Hub ID,App,Date', '1,App,2026-01-01', '2,App,2026-01-01', '9,App,2026-01-01'],
  });
  expect(faults.filter((fault) => !fault.startsWith('companies.csv'))).toEqual([
    'contacts.csv:2 Hub ID: The company was refused on line 2 of companies.csv.',
    'contacts.csv:3 Hub ID: No customer has this Hub ID.',
    'contracts.csv:2 Hub ID: The company was refused on line 2 of companies.csv.',
    'contracts.csv:3 Hub ID: No customer has this Hub ID.',
    'usage.csv:2 Hub ID: The company was refused on line 2 of companies.csv.',
    'usage.csv:4 Hub ID: No customer has this Hub ID.',
  ]);
});

test('a change whose contract was refused in the same import names its line, also when the company was the cause', async () => {
  const faults = await run({
    'companies.csv': companies,
    'contracts.csv': [...contracts, contract('C-2', '2'), contract('C-3', '2', 'x'), contract('C-1', '1')],
    'changes.csv': [
      'Change ID,Contract ID,Type,Effective date,New max contacts',
      ...['C-1', 'C-2', 'C-3', 'C-4'].map((id) => `X-${id},${id},contact upgrade,2026-12-20,10`),
    ],
  });
  expect(faults.filter((fault) => fault.startsWith('changes.csv'))).toEqual([
    'changes.csv:2 Contract ID: The contract was refused on line 4 of contracts.csv.',
    'changes.csv:4 Contract ID: The contract was refused on line 3 of contracts.csv.',
    'changes.csv:5 Contract ID: There is no contract with this ID.',
  ]);
});
