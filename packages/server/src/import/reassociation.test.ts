import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { csvFolder } from '../../testing/csv-folder.ts';
import { startTestServer, type TestServer } from '../../testing/test-server.ts';
import { importFolder } from './import-folder.ts';
import { rowDifferences } from '../../testing/row-differences.ts';

const businessDate = '2026-11-22';

const folder = csvFolder({
  'companies.csv': ['Record ID,Company name', '1,Anna', '2,Bert', '3,Carl'],
  'contracts.csv': [
    'Contract ID,Hub ID,Product,Subscription start date,Term,Billing frequency,MRR,Currency',
    ...['1', '2', '3'].map((id) => `K${id},${id},Basic,2026-01-10,12,monthly,100,EUR`),
  ],
});

let server: TestServer;
let partnerId: string;
let token: string;
let count = 0;
beforeAll(async () => void (server = await startTestServer({ businessDate })));
afterAll(() => server.close());
beforeEach(async () => {
  partnerId = randomUUID();
  await importFolder({ pool: server.database.pool, partnerId, newPartnerName: `Partner ${(count += 1)}`, folder, businessDate });
  token = await server.createToken(partnerId, 'ADMIN');
});

async function ask(document: string, variables: Record<string, unknown> = {}) {
  const { body } = await server.query(document, variables, { token });
  if (body.errors) throw new Error(JSON.stringify(body.errors));
  return body.data;
}

const names = async () => {
  const { customers, upcomingContractChanges } = await ask(
    '{ customers { nodes { name } } upcomingContractChanges { nodes { customer { name } } } }',
  );
  const found = customers.nodes.map((node: { name: string }) => node.name);
  const changed = upcomingContractChanges.nodes.map((node: { customer: { name: string } }) => node.customer.name);
  expect(new Set(changed)).toEqual(new Set(found));
  return found;
};

async function end(hubId: string): Promise<string> {
  const { customer } = await ask('query ($hubId: HubID!) { customer(by: { hubId: $hubId }) { id } }', { hubId });
  await ask(
    `mutation ($id: ID!) { setCommunicationOwner(input: { customerId: $id, owner: PARTNER }) { userErrors { code } } endAssociation(input: { customerId: $id }) { userErrors { code } } }`,
    { id: customer.id },
  );
  return customer.id;
}

const again = (files = folder, options: { isReassociating?: boolean; isDryRun?: boolean } = { isReassociating: true }) =>
  importFolder({ pool: server.database.pool, partnerId, folder: files, businessDate, ...options });

const resumedBy = async () =>
  (
    await server.database.superuserPool.query<{ actor: string }>(
      `select actor from audit_event where partner_id = $1 and action = 'RESUME_ASSOCIATION'`,
      [partnerId],
    )
  ).rows.map(({ actor }) => actor);

describe('ended customers in an import', () => {
  test('are skipped unless it is told to look after them again', async () => {
    await end('2');
    const report = await again(folder, {});
    expect(report.files.map(({ unchanged, skipped }) => [unchanged, skipped])).toEqual([
      [2, 1],
      [2, 1],
    ]);
    expect(await names()).toEqual(['Anna', 'Carl']);
    expect(await resumedBy()).toEqual([]);
  });

  test('come back for a contract that moves to them', async () => {
    await end('2');
    const moved = csvFolder({
      'contracts.csv': [
        'Contract ID,Hub ID,Product,Subscription start date,Term,Billing frequency,MRR,Currency',
        'K1,2,Basic,2026-01-10,12,monthly,100,EUR',
      ],
    });
    const report = await again(moved);
    expect(report.files.map(({ refused, notes }) => [refused, notes])).toEqual([[0, ['1 ended customer is looked after again.']]]);
    expect(await resumedBy()).toHaveLength(1);
  });

  test('come back from a fresh start, audited, even if their rows are unchanged; a second time nothing happens', async () => {
    const id = await end('2');
    const report = await again();
    expect(report.files.map(({ unchanged, skipped, notes }) => [unchanged, skipped, notes])).toEqual([
      [3, 0, ['1 ended customer is looked after again.']],
      [3, 0, []],
    ]);
    expect(await names()).toEqual(['Anna', 'Bert', 'Carl']);
    expect(await resumedBy()).toEqual(['import']);
    const { customer, endedCustomers } = await ask(
      `query ($id: ID!) { endedCustomers { totalCount } customer(by: { id: $id }) { association { version communicationOwnerSource } timeline { nodes { action actor { kind name } } } } }`,
      { id },
    );
    expect(endedCustomers.totalCount).toBe(0);
    expect(customer.association).toEqual({ version: 1, communicationOwnerSource: 'VENDOR_DEFAULT' });
    expect(customer.timeline.nodes[0]).toEqual({ action: 'RESUME_ASSOCIATION', actor: { kind: 'IMPORT', name: 'import' } });
    expect(await rowDifferences(server.database.superuserPool, partnerId)).toEqual([]);
    await again();
    expect(await resumedBy()).toEqual(['import']);
  });

  test('come back by any file that names them in a good row, and those alone', async () => {
    for (const hubId of ['1', '2', '3']) await end(hubId);
    const changes = csvFolder({
      'changes.csv': [
        'Change ID,Contract ID,Type,Effective date,New max contacts',
        'C1,K1,Contact upgrade,2027-01-05,2000',
        'C2,K2,nonsense,2027-01-05,2000',
      ],
    });
    const report = await again(changes);
    expect(report.files.map(({ created, refused, notes }) => [created, refused, notes.length])).toEqual([[1, 1, 1]]);
    const { customers } = await ask('{ customers { nodes { name } } }');
    expect(customers.nodes).toEqual([{ name: 'Anna' }]);
    await again(csvFolder({ 'companies.csv': ['Record ID,Company name', '2,', '3,Carla'] }));
    expect(await names()).toEqual(['Anna', 'Carla']);
    expect((await ask('{ endedCustomers { nodes { name } } }')).endedCustomers.nodes).toEqual([{ name: 'Bert' }]);
  });

  test('stay ended in a dry run, and with another partner', async () => {
    await end('2');
    const other = { partnerId, token };
    partnerId = randomUUID();
    await importFolder({ pool: server.database.pool, partnerId, newPartnerName: `Partner ${(count += 1)}`, folder, businessDate });
    await again();
    ({ partnerId, token } = other);
    const report = await again(folder, { isReassociating: true, isDryRun: true });
    expect(report.files.map(({ skipped }) => skipped)).toEqual([0, 0]);
    expect(await names()).toEqual(['Anna', 'Carl']);
    expect(await resumedBy()).toEqual([]);
  });
});
