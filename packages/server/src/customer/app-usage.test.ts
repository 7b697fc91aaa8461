import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { TestData } from '../../testing/test-data.ts';
import { startTestServer, type TestServer } from '../../testing/test-server.ts';
import { addDays } from '../calendar-date.ts';

const today = '2026-11-22';
const apps = ['Ads', 'Content', 'Sales'];
let server: TestServer;
let data: TestData;
let token: string;
let customers: string[];

beforeAll(async () => {
  server = await startTestServer({ businessDate: today });
  data = await TestData.of(server.database.pool, { name: 'Mine', passedThrough: today });
  customers = [await data.customer({ name: 'Acme' }), await data.customer({ name: 'Globex' })];
  token = await server.createToken(data.partnerId, 'VIEWER');
  // 400 days of three apps, the last of them tomorrow; of the second customer, today alone.
  await data.change(async (tx) => {
    await tx.query(
      `insert into app_usage (partner_id, customer_id, app, date, contacts_used)
       select $1, $2, app, $3::date + 1 - day, day from unnest($4::text[]) app, generate_series(0, 399) day`,
      [data.partnerId, customers[0], today, apps],
    );
    await tx.query(`insert into app_usage (partner_id, customer_id, app, date) values ($1, $2, 'Ads', $3)`, [
      data.partnerId,
      customers[1],
      today,
    ]);
  });
});
afterAll(() => server.close());

const document = `query ($id: ID, $first: Int, $after: String, $from: Date, $to: Date) {
  customer(by: { id: $id }) {
    appUsage(first: $first, after: $after, from: $from, to: $to) {
      totalCount edges { cursor node { app date contactsUsed } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    }
  }
}`;

async function ask(variables: Record<string, unknown>, customer = customers[0]) {
  const { body } = await server.query(document, { id: `cus_${customer}`, ...variables }, { token });
  return body.errors ? body.errors[0]!.extensions['code'] : body.data.customer.appUsage;
}

describe('app usage', () => {
  test('has a page of the last 90 days, latest first, then by app', async () => {
    const { totalCount, edges, pageInfo } = await ask({});
    expect([totalCount, edges.length, pageInfo.hasNextPage, pageInfo.hasPreviousPage]).toEqual([270, 25, true, false]);
    expect(edges.slice(0, 4).map(({ node }: { node: object }) => node)).toEqual([
      ...apps.map((app) => ({ app, date: today, contactsUsed: 1 })),
      { app: 'Ads', date: addDays(today, -1), contactsUsed: 2 },
    ]);
    expect(await ask({}, customers[1])).toMatchObject({ totalCount: 1, edges: [{ node: { app: 'Ads', date: today } }] });
  });

  test('is read page by page, each entry once', async () => {
    const found: string[] = [];
    for (let after: string | null = null, more = true; more;) {
      const {
        edges,
        pageInfo,
      }: { edges: { node: { app: string; date: string } }[]; pageInfo: { endCursor: string; hasNextPage: boolean } } = await ask({
        first: 40,
        after,
      });
      found.push(...edges.map(({ node }) => `${node.date} ${node.app}`));
      after = pageInfo.endCursor;
      more = pageInfo.hasNextPage;
    }
    const days = Array.from({ length: 90 }, (_, index) => addDays(today, -index));
    expect(found).toEqual(days.flatMap((day) => apps.map((app) => `${day} ${app}`)));
  });

  test('has other days when asked, the first and the last one included', async () => {
    const first = addDays(today, -370);
    expect(await ask({ from: first, to: addDays(first, 9) })).toMatchObject({ totalCount: 30 });
    expect(await ask({ to: addDays(first, 9) })).toMatchObject({ totalCount: 114 });
    expect(await ask({ from: addDays(today, 1), to: addDays(today, 1) })).toMatchObject({ totalCount: 3 });
    expect(await ask({ from: addDays(today, -365) })).toMatchObject({ totalCount: 366 * 3 });
    expect(await ask({ to: '0001-01-02' })).toMatchObject({ totalCount: 0 });
  });

  test('refuses more than 366 days, none, and pages beyond 100 entries', async () => {
    expect(await ask({ from: addDays(today, -366) })).toBe('BAD_USER_INPUT');
    expect(await ask({ from: today, to: addDays(today, -1) })).toBe('BAD_USER_INPUT');
    expect(await ask({ first: 101 })).toBe('BAD_USER_INPUT');
  });

  test('of several periods at once keeps them apart', async () => {
    const both = `{ customers { nodes { a: appUsage(to: "${addDays(today, -100)}") { totalCount } b: appUsage { totalCount } } } }`;
    const { body } = await server.query(both, {}, { token });
    expect(body.data.customers.nodes).toEqual([
      { a: { totalCount: 270 }, b: { totalCount: 270 } },
      { a: { totalCount: 0 }, b: { totalCount: 1 } },
    ]);
  });

  test('costs what it gives', async () => {
    const list = (first: number) => `{ customers(first: 10) { nodes { appUsage(first: ${first}) { nodes { date } } } } }`;
    expect((await server.query(list(7), {}, { token })).cost?.requested).toBe(20 + 2 + 10 * (1 + 2 + 7 + 15));
    expect((await server.query(list(100), {}, { token })).cost?.requested).toBe(20 + 2 + 10 * (1 + 2 + 100 + 15));
  });
});
