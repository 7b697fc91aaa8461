import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { addDays } from '../../server/src/calendar-date.ts';
import { TestData } from '../../server/testing/test-data.ts';
import { startTestServer, type TestServer } from '../../server/testing/test-server.ts';
import { withApolloClient } from '../examples/apollo-client.example.ts';
import { runReadme } from '../examples/readme.example.ts';
import { withTanStackQuery } from '../examples/tanstack-query.example.ts';
import { withUrql } from '../examples/urql.example.ts';

const today = '2026-11-22';
let server: TestServer;
let url: string;
let token: string;
beforeAll(async () => {
  server = await startTestServer({ businessDate: today });
  url = `${server.url}/graphql`;
});
afterAll(() => server.close());
let partners = 0;
beforeEach(async () => {
  const data = await TestData.of(server.database.pool, { name: `Partner of examples ${(partners += 1)}`, passedThrough: today });
  token = await server.createToken(data.partnerId, 'ADMIN');
  for (const index of [1, 2, 3]) {
    const customerId = await data.customer({ name: `Customer ${index}`, website: `https://customer-${index}.example` });
    await data.renewal(customerId, addDays(today, 60 + index));
  }
});

test('Apollo Client sends the same documents and gets typed rows', async () => {
  const seen = await withApolloClient(url, token);
  expect(seen).toEqual({ website: 'https://customer-1.example', amount: expect.any(String), version: 1 });
});

test('urql sends the same documents and gets typed rows', async () => {
  expect(await withUrql(url, token)).toEqual({ website: 'https://customer-1.example', role: 'ADMIN', owner: 'PARTNER' });
});

test('TanStack Query pages through the client', async () => {
  const seen = await withTanStackQuery(url, token, ['website']);
  expect(seen).toEqual({
    names: ['Customer 1', 'Customer 2', 'Customer 3'],
    totalCount: 3,
    isDone: true,
    website: 'https://customer-1.example',
  });
});

test('the samples of the README and the guide are the tested ones', () => {
  const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8');
  const text = read('../README.md') + read('../guide.md');
  const samples = [...text.matchAll(/```ts\n(.*?)```/gs)].map(([, sample]) => sample!);
  const body = read('../examples/readme.example.ts').replaceAll(/^ {2}/gm, '');
  expect(samples.length).toBeGreaterThan(11);
  for (const sample of samples) expect(body).toContain(sample);
});

test('the samples of the README and the guide run as described', async () => {
  const printed: unknown[][] = [];
  const print = (...words: unknown[]) => void printed.push(words);
  const seen = await runReadme(url, token, '["WEBSITE","gone"]', { log: print, warn: print, error: print });
  expect(printed).toContainEqual(['Unknown columns: gone']);
  expect(printed).toContainEqual(['Customer 1', 'https://customer-1.example', expect.any(String), addDays(today, 16)]);
  expect(printed).toContainEqual([2]);
  expect(seen).toMatchObject({
    firstHundred: [],
    chosen: { rows: [{ website: 'https://customer-1.example' }, {}, {}] },
    customer: { name: 'Customer 1', users: { nodes: [] } },
    viewer: { role: 'ADMIN', savedViews: { nodes: [] } },
    answer: { viewer: { businessDate: today } },
    acme: { customerName: 'Acme', website: 'https://acme.example' },
  });
  expect(seen.heading('currentMrr')).toBe('Aktueller MRR');
});
