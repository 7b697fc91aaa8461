import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { csvFolder } from '../../testing/csv-folder.ts';
import { startTestServer, type TestServer } from '../../testing/test-server.ts';
import { importFolder } from './import-folder.ts';

const businessDate = '2026-11-22';
const hubIds = ['1', '9007199254740993', '9223372036854775806', '9223372036854775807'];
const amounts = ['0.1', '417.00', '99999999999999999999', '0.3000000000000000004', '0', '9007199254740993.25', '00.10'];
const largestCount = 2 ** 31 - 1;

let server: TestServer;
let token: string;
const folder = csvFolder({
  'companies.csv': ['Hub ID,Company name', ...hubIds.map((hubId) => `${hubId},Customer ${hubId}`)],
  'contracts.csv': [
    'Contract ID,Hub ID,Product,Subscription start date,Term,Billing Frequency,Max contacts,Email limit,MRR,Currency',
    ...amounts.map(
      (amount, index) => `K${index},${hubIds[index % 4]},Product ${index},2025-12-15,12,monthly,${largestCount},0,${amount},EUR`,
    ),
  ],
  'changes.csv': [
    'Change ID,Contract ID,Type,Effective date,New max contacts,New MRR,New currency',
    ...amounts.map((amount, index) => `C${index},K${index},contact upgrade,2026-12-10,${largestCount},${amount},EUR`),
  ],
});
beforeAll(async () => {
  server = await startTestServer({ businessDate });
  const partnerId = randomUUID();
  const { pool } = server.database;
  const report = await importFolder({ pool, partnerId, newPartnerName: 'Acme', folder, businessDate });
  expect(report.files.flatMap((file) => file.refused)).toEqual(report.files.map(() => 0));
  token = await server.createToken(partnerId, 'ADMIN');
});
afterAll(() => server.close());

async function ask(document: string, variables = {}) {
  const { body } = await server.query(document, variables, { token });
  if (body.errors) throw new Error(JSON.stringify(body.errors));
  return body.data;
}

test('Hub IDs up to 2^63−1 leave as they came, and are found, searched and ordered by', async () => {
  const { customers } = await ask('{ customers(first: 10) { nodes { hubId } } }');
  expect(customers.nodes.map(({ hubId }: { hubId: string }) => hubId).toSorted()).toEqual(hubIds);
  for (const hubId of hubIds) {
    const document =
      'query ($hubId: HubID!, $query: String) { customer(by: { hubId: $hubId }) { hubId name } customers(query: $query) { nodes { hubId } } }';
    const found = await ask(document, { hubId, query: hubId });
    expect(found).toEqual({ customer: { hubId, name: `Customer ${hubId}` }, customers: { nodes: expect.arrayContaining([{ hubId }]) } });
  }
  // Page by page, so that ids go through cursors too.
  const seen: string[] = [];
  for (let after: string | null = null; ;) {
    const { upcomingContractChanges }: { upcomingContractChanges: Page } = await ask(
      'query ($after: String) { upcomingContractChanges(first: 1, after: $after, orderBy: [{ field: HUB_ID, direction: DESC }]) { nodes { customer { hubId } } pageInfo { hasNextPage endCursor } } }',
      { after },
    );
    seen.push(...upcomingContractChanges.nodes.map((node) => node.customer.hubId));
    after = upcomingContractChanges.pageInfo.endCursor;
    if (!upcomingContractChanges.pageInfo.hasNextPage) break;
  }
  expect([...new Set(seen)]).toEqual(hubIds.toReversed());
  expect(seen).toHaveLength(2 * amounts.length);
});

type Page = { nodes: { customer: { hubId: string } }[]; pageInfo: { hasNextPage: boolean; endCursor: string } };

test('amounts leave with each digit they came with, are compared and subtracted exactly, and limits reach 2^31−1', async () => {
  const terms = 'maxContacts emailLimit mrr { amount currencyCode }';
  const { upcomingContractChanges } = await ask(
    `{ upcomingContractChanges(first: 100, filter: { type: { eq: CONTACT_TIER_UPGRADE } }) { nodes { contract { externalId terms { ${terms} } } currentTerms { ${terms} } newTerms { ${terms} } estimatedMrrChange { amount } } } }`,
  );
  expect(upcomingContractChanges.nodes).toHaveLength(amounts.length);
  for (const [index, amount] of amounts.entries()) {
    // PostgreSQL writes a number: zeros before it are none of its digits.
    const mrr = { amount: amount.replace(/^0+(?=\d)/, ''), currencyCode: 'EUR' };
    const all = { maxContacts: largestCount, emailLimit: 0, mrr };
    const row = upcomingContractChanges.nodes.find(
      (node: { contract: { externalId: string } }) => node.contract.externalId === `K${index}`,
    );
    expect(row).toMatchObject({ contract: { terms: all }, currentTerms: all, newTerms: all });
    expect(Number(row.estimatedMrrChange.amount)).toBe(0);
  }
  const ordered = await ask(
    `{ upcomingContractChanges(first: 100, filter: { type: { eq: CONTACT_TIER_UPGRADE } }, orderBy: [{ field: CURRENT_MRR }]) { nodes { currentTerms { mrr { amount } } } } }`,
  );
  expect(
    ordered.upcomingContractChanges.nodes.map((node: { currentTerms: { mrr: { amount: string } } }) => node.currentTerms.mrr.amount),
  ).toEqual([
    '0',
    expect.stringMatching(/^0\.10?$/),
    expect.stringMatching(/^0\.10?$/),
    '0.3000000000000000004',
    '417.00',
    '9007199254740993.25',
    '99999999999999999999',
  ]);
});

test('a second import of them changes nothing', async () => {
  const { rows } = await server.database.superuserPool.query<{ id: string }>(`select id from partner where name = 'Acme'`);
  const report = await importFolder({ pool: server.database.pool, partnerId: rows[0]!.id, folder, businessDate });
  expect(report.files.map(({ created, updated }) => [created, updated])).toEqual(report.files.map(() => [0, 0]));
});

test('an amount that comes with other zeros, beside a new period of notice, leaves with them', async () => {
  const { rows } = await server.database.superuserPool.query<{ id: string }>(`select id from partner where name = 'Acme'`);
  const again = csvFolder({
    'contracts.csv': [
      'Contract ID,Hub ID,Product,Subscription start date,Term,Billing Frequency,Max contacts,Email limit,MRR,Currency,Notice period (days)',
      `K1,${hubIds[1]},Product 1,2025-12-15,12,monthly,${largestCount},0,417.0,EUR,60`,
    ],
  });
  await importFolder({ pool: server.database.pool, partnerId: rows[0]!.id, folder: again, businessDate });
  const { upcomingContractChanges } = await ask(
    `{ upcomingContractChanges(first: 100, filter: { type: { eq: CONTACT_TIER_UPGRADE } }) {
      nodes { contract { noticePeriodDays terms { mrr { amount } } } currentTerms { mrr { amount } } } } }`,
  );
  expect(upcomingContractChanges.nodes).toContainEqual({
    contract: { noticePeriodDays: 60, terms: { mrr: { amount: '417.0' } } },
    currentTerms: { mrr: { amount: '417.0' } },
  });
});
