import { afterAll, beforeAll, expect, test } from '@jest/globals';
import pg from 'pg';
import { addDays } from '../calendar-date.ts';
import { createPartnerUser } from '../partner/partner-user.queries.ts';
import { TestData } from '../../testing/test-data.ts';
import { startTestServer, type TestServer } from '../../testing/test-server.ts';
import { removePartner } from './partner-removal.queries.ts';

const today = '2026-11-22';
let server: TestServer;
beforeAll(async () => void (server = await startTestServer({ businessDate: today })));
afterAll(() => server.close());

test('a removal that is stopped with its first row has closed the partner, and goes on when it is asked for again', async () => {
  const { pool, superuserPool, directUrl } = server.database;
  const removed = await TestData.of(pool, { name: 'Acme', passedThrough: today });
  const beside = await TestData.of(pool, { name: 'Beside', passedThrough: today });
  for (const data of [removed, beside]) {
    await data.renewal(await data.customer({ name: 'Globex' }), addDays(today, 60));
    await server.createToken(data.partnerId, 'ADMIN');
    await createPartnerUser(pool, data.partnerId, { name: 'Ann', email: `ann@${data.partnerId}.example`, role: 'ADMIN', actor: 'test' });
  }
  const openOf = async ({ partnerId }: TestData) =>
    (
      await superuserPool.query(
        `select (select count(*)::int from api_key where partner_id = $1 and revoked_at is null) as keys,
           (select count(*)::int from partner_user where partner_id = $1 and removed_at is null) as people,
           (select count(*)::int from customer_association where partner_id = $1 and ended_at is null) as customers`,
        [partnerId],
      )
    ).rows[0];
  expect(await openOf(removed)).toEqual({ keys: 1, people: 1, customers: 1 });
  const owner = new pg.Client({ connectionString: directUrl('one session') });
  await owner.connect();
  const stopped = removePartner(owner, removed.partnerId, () => {
    throw new Error('Ctrl-C');
  });
  await expect(stopped).rejects.toThrow('Ctrl-C');
  expect([await openOf(removed), await openOf(beside)]).toEqual([
    { keys: 0, people: 0, customers: 0 },
    { keys: 1, people: 1, customers: 1 },
  ]);
  await removePartner(owner, removed.partnerId, () => {});
  await owner.end();
  expect((await superuserPool.query('select name from partner')).rows).toEqual([{ name: 'Beside' }]);
});
