import { expect, test } from '@jest/globals';
import { TestData } from '../../testing/test-data.ts';
import { startTestServer } from '../../testing/test-server.ts';
import { addDays } from '../calendar-date.ts';

const today = '2026-11-22';

test('the line of each request that waits for the days of its partner counts their statements', async () => {
  // Two requests of a partner may wait.
  const server = await startTestServer({ businessDate: today, config: { maxRequestsWaiting: 4 } });
  const data = await TestData.of(server.database.pool, { name: 'Acme', passedThrough: today });
  await data.renewal(await data.customer({ name: 'Globex' }), today);
  const token = await server.createToken(data.partnerId, 'VIEWER');
  const ask = async (id: string) =>
    await server.query('{ upcomingContractChanges { totalCount } }', {}, { token, headers: { 'x-request-id': id } });
  await ask('before');
  const locker = await server.database.superuserPool.connect();
  await locker.query('begin; lock table contract in access exclusive mode');
  server.setBusinessDate(addDays(today, 1));
  const asked = ['a', 'b', 'c'].map(async (id) => ({ id, status: (await ask(id)).status }));
  // When the third one is refused, the others wait.
  expect(await Promise.race(asked)).toMatchObject({ status: 503 });
  await locker.query('commit');
  locker.release();
  const answered = (await Promise.all(asked)).filter(({ status }) => status === 200);
  expect(answered).toHaveLength(2);
  await ask('after');
  const lineOf = (id: string) => server.log.find(({ requestId, msg }) => requestId === id && msg === 'request');
  while (!lineOf('after')) await new Promise((resolve) => setImmediate(resolve));
  expect(lineOf('after')).toMatchObject({ statements: 1 });
  for (const { id } of answered) {
    expect(lineOf(id)!['statements']).toBeGreaterThan(5);
    expect(lineOf(id)!['databaseMs']).toBeGreaterThan(lineOf('after')!['databaseMs'] as number);
  }
  await server.close();
});
