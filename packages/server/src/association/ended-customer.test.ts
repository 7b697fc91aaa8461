import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { addDays } from '../calendar-date.ts';
import { TestData } from '../../testing/test-data.ts';
import { startTestServer, type TestServer } from '../../testing/test-server.ts';

const today = '2026-11-22';

let server: TestServer;
let data: TestData;
let token: string;
let count = 0;
beforeAll(async () => void (server = await startTestServer({ businessDate: today })));
afterAll(() => server.close());
beforeEach(async () => {
  data = await TestData.of(server.database.pool, { name: `Partner ${(count += 1)}`, passedThrough: today });
  token = await server.createToken(data.partnerId, 'ADMIN');
});

async function ask(document: string, variables: Record<string, unknown> = {}, as = token) {
  const { body } = await server.query(document, variables, { token: as });
  if (body.errors) throw new Error(JSON.stringify(body.errors));
  return body.data;
}

const change = async (field: 'endAssociation' | 'resumeAssociation', customerId: string) => {
  const document = `mutation ($id: ID!) { ${field}(input: { customerId: $id }) { association { startedAt endedAt } userErrors { message } } }`;
  const payload = (await ask(document, { id: customerId }))[field];
  expect(payload.userErrors).toEqual([]);
  return payload.association;
};

const ended = async (args = '', as = token) =>
  (await ask(`{ endedCustomers${args} { totalCount nodes { customerId name endedAt } } }`, {}, as)).endedCustomers;

const names = async (args = '') => (await ended(args)).nodes.map((node: { name: string }) => node.name);

/** A customer whose association ended at that instant. */
async function lay(name: string, endedAt: string, hubId?: string): Promise<string> {
  const customerId = await data.customer({ name, ...(hubId && { hubId }) });
  await data.change((tx) =>
    tx.query('update customer_association set ended_at = $3 where partner_id = $1 and customer_id = $2', [
      data.partnerId,
      customerId,
      endedAt,
    ]),
  );
  return customerId;
}

describe('ended customers', () => {
  test('are listed with the end of their association, and resumed by the listed ID', async () => {
    const customerId = await data.customer({ name: 'A' });
    await data.renewal(customerId, addDays(today, 60));
    await data.customer({ name: 'Stays' });
    expect(await ended()).toEqual({ totalCount: 0, nodes: [] });
    const { endedAt } = await change('endAssociation', `cus_${customerId}`);
    const first = await ended();
    expect(first).toEqual({ totalCount: 1, nodes: [{ customerId: `cus_${customerId}`, name: 'A', endedAt }] });
    await change('resumeAssociation', first.nodes[0].customerId);
    expect(await ended()).toEqual({ totalCount: 0, nodes: [] });
    // After a second end it is listed once, with the last end.
    const again = await change('endAssociation', `cus_${customerId}`);
    expect(again.endedAt > endedAt).toBe(true);
    expect(await ended()).toEqual({ totalCount: 1, nodes: [{ customerId: `cus_${customerId}`, name: 'A', endedAt: again.endedAt }] });
  });

  test('are ordered by name, for equal names the latest end first, in pages', async () => {
    await lay('Zoo', '2026-11-01T10:00:00Z');
    await lay('Äpfel', '2026-11-01T10:00:00.000001Z');
    await lay('Twin', '2026-11-01T10:00:00.000001Z');
    await lay('Twin', '2026-11-01T10:00:00.000002Z');
    const all = (await ended()).nodes;
    expect(all.map((node: { name: string }) => node.name)).toEqual(['Äpfel', 'Twin', 'Twin', 'Zoo']);
    const { rows } = await server.database.superuserPool.query<{ id: string }>(
      `select customer_id as id from customer_association where partner_id = $1 and ended_at = '2026-11-01T10:00:00.000002Z'`,
      [data.partnerId],
    );
    expect(all[1].customerId).toBe(`cus_${rows[0]?.id}`);
    const paged: unknown[] = [];
    let after: string | null = null;
    do {
      const { endedCustomers } = await ask(
        'query ($after: String) { endedCustomers(first: 1, after: $after) { nodes { customerId name endedAt } pageInfo { hasNextPage endCursor } } }',
        { after },
      );
      paged.push(...endedCustomers.nodes);
      after = endedCustomers.pageInfo.hasNextPage ? endedCustomers.pageInfo.endCursor : null;
    } while (after !== null && paged.length < 10);
    expect(paged).toEqual(all);
  });

  test('are searched as customers are', async () => {
    await lay('Müller & Söhne', '2026-11-01Z', '4711');
    await lay('Meier', '2026-11-02Z', '4712');
    expect(await names('(query: "muller")')).toEqual(['Müller & Söhne']);
    expect(await names('(query: "4712")')).toEqual(['Meier']);
    expect((await ended('(query: "soehne%")')).totalCount).toBe(0);
    expect((await ended('(query: "m")')).totalCount).toBe(2);
  });

  test('are visible only to ADMIN of that partner', async () => {
    await lay('CANARY', '2026-11-01Z');
    for (const role of ['VIEWER', 'MANAGER', 'OPERATOR'] as const) {
      const { body, text } = await server.query(
        '{ endedCustomers { totalCount nodes { name } } }',
        {},
        { token: await server.createToken(data.partnerId, role), headers: { 'x-partner-id': data.globalId } },
      );
      expect(body.errors?.[0]).toMatchObject({ message: 'Your role does not allow endedCustomers.', extensions: { code: 'FORBIDDEN' } });
      expect(text).not.toContain('CANARY');
    }
    const stranger = await server.createToken(await server.createPartner(`Other ${count}`), 'ADMIN');
    expect(await ended('', stranger)).toEqual({ totalCount: 0, nodes: [] });
    expect(await names()).toEqual(['CANARY']);
  });

  test('are read in one statement and counted in another, for any number of them', async () => {
    const statements = async () => {
      server.database.markStatements();
      await ended();
      return server.database.statements().filter((text) => /EndedCustomers/.test(text)).length;
    };
    await lay('A', '2026-11-01Z');
    expect(await statements()).toBe(2);
    await lay('B', '2026-11-01Z');
    await lay('C', '2026-11-01Z');
    expect(await statements()).toBe(2);
  });
});
