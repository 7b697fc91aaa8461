import { expect, test } from '@jest/globals';
import { addDays } from '../calendar-date.ts';
import { buildApiSchema } from '../api/schema.ts';
import { faultOfAnswer, generateRequests } from '../../testing/generated-requests.ts';
import { TestData } from '../../testing/test-data.ts';
import { startTestServer } from '../../testing/test-server.ts';

// The bench packages/bench/src/faults/fuzz.bench.ts runs the same with 20,000 requests.
const seed = 20261122;

test('every generated request gets a response in GraphQL’s shape, with a known code and no internals', async () => {
  const today = '2026-11-22';
  const server = await startTestServer({ businessDate: today });
  const data = await TestData.of(server.database.pool, { name: 'Acme', passedThrough: today });
  for (const name of ['Globex', 'Initech']) await data.renewal(await data.customer({ name }), addDays(today, 60));
  const token = await server.createToken(data.partnerId, 'ADMIN');
  const next = generateRequests(buildApiSchema(), seed);
  const statuses = new Set<number>();
  for (let number = 0; number < 300; number += 1) {
    const { kind, document, headers, body } = next();
    const response = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { ...headers, authorization: `Bearer ${token}` },
      body,
    });
    const text = await response.text();
    statuses.add(response.status);
    expect({ number, kind, document, fault: faultOfAnswer(response.status, text), text }).toMatchObject({ fault: null });
  }
  expect([...statuses]).toEqual(expect.arrayContaining([200, 400]));
  expect((await server.query('{ viewer { partner { name } } }', {}, { token })).body.errors).toBeUndefined();
  await server.close();
});
