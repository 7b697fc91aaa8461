// Long: partners with many contracts, and each way in which their pieces are torn.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { manyCustomers, tablesOf } from '../../testing/many-customers.ts';
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts';
import { TestData } from '../../testing/test-data.ts';
import { inPartnerTransaction } from '../database/transaction.ts';
import { surveyDaysUnscoped } from '../partner/partner-directory.queries.ts';
import { waitForImportTurn } from '../writing/import-turns.queries.ts';
import { rowDifferences } from '../../testing/row-differences.ts';
import { passIdlePartnersUnscoped } from './idle-partners.queries.ts';
import type { Passing } from './concerned-contracts.queries.ts';
import { passDays, passPiece, TooManyDays } from './passing-days.queries.ts';

let database: TestDatabase;
beforeAll(async () => void (database = await createTestDatabase()));
afterAll(() => database.close());

let count = 0;
const partnerOn = (date: string) => TestData.of(database.pool, { name: `Partner ${(count += 1)}`, passedThrough: date });
const rows = async (sql: string, values: unknown[]) => (await database.superuserPool.query(sql, values)).rows as Record<string, unknown>[];
const daysOf = async (data: TestData) =>
  (
    await rows(
      `select passed_through as "passedThrough", passing_through as "passingThrough", passing_after is not null as "isOnTheWay" from partner where id = $1`,
      [data.partnerId],
    )
  )[0];
const settled = async (data: TestData) =>
  (await rows('select count(*)::int as n from contract_change where partner_id = $1 and settled_on is not null', [data.partnerId]))[0]![
    'n'
  ];

const settledIds = 'select id from contract_change where partner_id = $1 and settled_on is not null';

const passingOf = (data: TestData, date: string): Passing => ({
  partnerId: data.partnerId,
  businessDate: date,
  mostDays: Infinity,
  daysPassed: 0,
});

/** Many contracts are read in a transaction of their own, and so is what the planner has to learn of them, before the first piece. */
async function passFirstPiece(data: TestData, passing: Passing): Promise<void> {
  const before = await settled(data);
  for (let turn = 1; turn <= 3 && (await settled(data)) === before; turn += 1) await passPartly(passing);
}

const passPartly = async (passing: Passing) => expect(await passPiece(database.pool, passing, { isWaiting: false })).toBe('partly');

const tables = async (data: TestData) => await tablesOf(database.superuserPool, data.partnerId);

/** Holds the customer of the partner's last contract, as an edit does. Returns what lets it go. */
async function lockLastCustomer(data: TestData): Promise<() => Promise<void>> {
  const client = await database.superuserPool.connect();
  await client.query('begin');
  await client.query(
    `select from customer_association where partner_id = $1
       and customer_id = (select customer_id from contract where partner_id = $1 order by id desc limit 1) for update`,
    [data.partnerId],
  );
  return async () => {
    await client.query('rollback');
    client.release();
  };
}

/** The last contract, of a customer of its own. Nothing of it is due: only a decision counts from the date on. */
async function decidedLastContract(data: TestData, date: string): Promise<void> {
  const columns = `product, billing_frequency, billing_interval_months, subscription_term_months, mrr, currency_code, anchor_date,
    term_start_months, renewal_months`;
  const id = 'ffffffff-ffff-4fff-bfff-ffffffffffff';
  const customerId = await data.customer({ name: 'Last', hubId: '99999' });
  await data.change(async (tx) => {
    await tx.query(
      `insert into contract (partner_id, id, external_id, customer_id, ${columns}) select partner_id, '${id}', 'LAST', $2, ${columns}
       from contract where partner_id = $1 limit 1`,
      [tx.partnerId, customerId],
    );
    await tx.query(
      `insert into contract_change (partner_id, id, contract_id, customer_id, type, effective_date, new_mrr)
       select partner_id, '${id}', id, customer_id, 'CONTACT_TIER_UPGRADE', '2026-06-01', 120 from contract where partner_id = $1 and id = '${id}'`,
      [tx.partnerId],
    );
    await tx.query(
      `insert into contract_change_decision (partner_id, contract_change_id, sequence, action, decided_on, recorded_by, on_behalf_of_customer, source)
       values ($1, '${id}', 1, 'ACCEPT', $2, 'test', false, 'MANUAL')`,
      [tx.partnerId, date],
    );
  });
}

const differences = async ({ partnerId }: TestData) => await rowDifferences(database.superuserPool, partnerId);

describe('the days of a partner with many customers', () => {
  test('pass in pieces; after a stop between two, a later process goes on, and the tables are those of days passed one by one', async () => {
    const [slow, torn] = [await partnerOn('2026-02-27'), await partnerOn('2026-02-27')];
    for (const data of [slow, torn]) await manyCustomers(data, 1500, '2026-02-28', 1);
    for (const day of ['2026-02-28', '2026-03-01', '2026-03-15', '2026-03-28', '2026-03-29', '2026-04-10'])
      await passDays(database.pool, slow.partnerId, day);

    await passFirstPiece(torn, passingOf(torn, '2026-03-01'));
    expect(await daysOf(torn)).toEqual({ passedThrough: '2026-02-27', passingThrough: '2026-03-01', isOnTheWay: true });
    const first = (await settled(torn)) as number;
    expect([first > 100, first < 1_600]).toEqual([true, true]);
    // Nothing is left before the place that is noted, and the rows of each contract that is through are whole.
    const halfway = await rows(
      `select count(*)::int as n from contract_change change join partner on partner.id = $1 where change.partner_id = $1
         and change.settled_on is null and change.contract_id <= partner.passing_after and change.effective_date = '2026-02-28'`,
      [torn.partnerId],
    );
    expect(halfway).toEqual([{ n: 0 }]);
    const through = new Set((await rows(settledIds, [torn.partnerId])).map(({ id }) => id));
    expect((await differences(torn)).filter(({ id }) => through.has(id))).toEqual([]);
    // The later process knows nothing of the earlier one, and its date is a later one.
    await passFirstPiece(torn, passingOf(torn, '2026-04-10'));
    expect((await daysOf(torn))!['passingThrough']).toBe('2026-03-01');
    await passDays(database.pool, torn.partnerId, '2026-04-10');
    expect(await daysOf(torn)).toEqual({ passedThrough: '2026-04-10', passingThrough: null, isOnTheWay: false });
    expect(await tables(torn)).toEqual(await tables(slow));
    expect([await differences(torn), await differences(slow)]).toEqual([[], []]);
  }, 60_000);

  test('pass in pieces also when all contracts are of one customer', async () => {
    const [slow, torn] = [await partnerOn('2026-02-27'), await partnerOn('2026-02-27')];
    for (const data of [slow, torn]) {
      await manyCustomers(data, 900, '2026-02-28', 1);
      const first = '(select id from customer where partner_id = $1 order by hub_id limit 1)';
      await data.change((tx) => tx.query(`update contract set customer_id = ${first} where partner_id = $1`, [tx.partnerId]));
    }
    for (const day of ['2026-02-28', '2026-03-01', '2026-03-28', '2026-03-29']) await passDays(database.pool, slow.partnerId, day);

    await passFirstPiece(torn, passingOf(torn, '2026-03-29'));
    const first = (await settled(torn)) as number;
    expect([first > 100, first < 1_000]).toEqual([true, true]);
    await passDays(database.pool, torn.partnerId, '2026-03-29');
    expect(await tables(torn)).toEqual(await tables(slow));
    expect(await differences(torn)).toEqual([]);
  }, 60_000);

  test('pass in pieces also when very many changes are of one contract', async () => {
    const [slow, torn] = [await partnerOn('2026-02-01'), await partnerOn('2026-02-01')];
    for (const data of [slow, torn]) {
      const { contractId } = await data.renewal(await data.customer({ name: 'A' }), '2026-02-20', { external_id: 'C-1' });
      const changes = `select $1::uuid, md5(n || partner_id::text)::uuid, id, customer_id, 'EMAIL_OVERAGE', date '2026-02-02' + n % 20, n, 'U-' || n
        from contract, generate_series(1, 150) n where partner_id = $1::uuid and id = $2`;
      const columns = 'partner_id, id, contract_id, customer_id, type, effective_date, new_mrr, external_id';
      await data.change((tx) => tx.query(`insert into contract_change (${columns}) ${changes}`, [tx.partnerId, contractId]));
    }
    for (let day = 2; day <= 23; day += 1) await passDays(database.pool, slow.partnerId, `2026-02-${String(day).padStart(2, '0')}`);

    const passing = passingOf(torn, '2026-02-23');
    expect(await passPiece(database.pool, passing, { isWaiting: false })).toBe('partly');
    expect(await daysOf(torn)).toEqual({ passedThrough: '2026-02-01', passingThrough: '2026-02-23', isOnTheWay: false });
    const first = (await settled(torn)) as number;
    expect([first > 10, first < 100]).toEqual([true, true]);
    // Another process goes on.
    await passDays(database.pool, torn.partnerId, '2026-02-23');
    expect(await settled(torn)).toBe(151);
    expect(await tables(torn)).toEqual(await tables(slow));
    expect(await differences(torn)).toEqual([]);
  }, 60_000);

  test('bring the planner’s statistics up to date first, if those know far fewer rows', async () => {
    // Otherwise autovacuum might do it meanwhile.
    await rows('alter table contract_change set (autovacuum_enabled = off)', []);
    const data = await partnerOn('2026-02-28');
    await rows('analyze', []);
    await manyCustomers(data, 900, '2026-02-28', 1);
    const refreshed = () => database.statements().filter((text) => text.includes('select refresh_statistics')).length;
    database.markStatements();
    // Neither reading the contracts nor the statistics lengthens the locks of the first piece.
    const passing = passingOf(data, '2026-03-01');
    for (const _ of ['contracts', 'statistics']) await passPartly(passing);
    expect([refreshed(), await settled(data)]).toEqual([4, 0]);
    await passDays(database.pool, data.partnerId, '2026-03-01');
    database.markStatements();
    await passDays(database.pool, data.partnerId, '2026-03-29');
    expect(refreshed()).toBe(0);
    expect(await differences(data)).toEqual([]);
  }, 60_000);

  test('pass once when several processes share them', async () => {
    const data = await partnerOn('2026-02-28');
    await manyCustomers(data, 1500, '2026-02-28');
    await Promise.all(Array.from({ length: 4 }, () => passDays(database.pool, data.partnerId, '2026-03-01')));
    expect(await settled(data)).toBe(1800);
    expect(await differences(data)).toEqual([]);
  }, 60_000);

  test('pass two pieces at the same time, of different customers; what cannot pass then passes in its turn', async () => {
    const [slow, quick, hindered] = [await partnerOn('2026-02-28'), await partnerOn('2026-02-28'), await partnerOn('2026-02-28')];
    for (const data of [slow, quick, hindered]) {
      await manyCustomers(data, 1_200, '2026-02-28');
      await decidedLastContract(data, '2026-03-01');
    }
    await passDays(database.pool, slow.partnerId, '2026-03-01');
    for (const data of [quick, hindered]) {
      const passing = passingOf(data, '2026-03-01');
      // The contracts are read, and the statistics, before the first piece.
      while ((await daysOf(data))!['isOnTheWay'] === false && (await settled(data)) === 0) {
        const edit = data === hindered ? await lockLastCustomer(data) : () => undefined;
        await passPartly(passing);
        await edit();
      }
      const first = (await settled(data)) as number;
      expect(data === quick ? first > 800 : first <= 800).toBe(true);
      while ((await passPiece(database.pool, passing, { isWaiting: false })) !== 'through');
      expect(await tables(data)).toEqual(await tables(slow));
      expect(await differences(data)).toEqual([]);
    }
  }, 60_000);

  test('of very many contracts, those to pass are read before the partner is locked', async () => {
    const data = await partnerOn('2026-02-28');
    await manyCustomers(data, 1, '2026-02-28');
    await data.change((tx) =>
      tx.query(
        `insert into contract (partner_id, id, external_id, customer_id, product, billing_frequency, billing_interval_months,
           subscription_term_months, mrr, currency_code, anchor_date, term_start_months, renewal_months)
         select partner_id, md5(n || partner_id::text)::uuid, 'D-' || n, customer_id, product, billing_frequency, billing_interval_months,
           subscription_term_months, mrr, currency_code, anchor_date, term_start_months, renewal_months
         from contract, generate_series(1, 10000) n where partner_id = $1`,
        [tx.partnerId],
      ),
    );
    const passing = passingOf(data, '2026-03-01');
    database.markStatements();
    await passPartly(passing);
    const [lock, read] = ['lockPartnerDays', 'concernedContracts'].map((name) =>
      database.statements().findIndex((text) => text.includes(`/* ${name} */`)),
    ) as [number, number];
    expect([lock >= 0, database.statements().slice(lock, read)]).toEqual([true, expect.arrayContaining(['commit'])]);
    // What became due since is not forgotten.
    const [contract] = await rows(`select customer_id, id from contract where partner_id = $1 and external_id = 'D-1'`, [data.partnerId]);
    const due = { type: 'EMAIL_OVERAGE', effective_date: '2026-02-28', new_mrr: '150' } as const;
    await data.changeOf(contract!['customer_id'] as string, contract!['id'] as string, due);
    while ((await passPiece(database.pool, passing, { isWaiting: false })) !== 'through');
    expect(await settled(data)).toBe(2);
    expect(await differences(data)).toEqual([]);
  }, 60_000);

  test('include a change that comes between two pieces, for a customer that was through', async () => {
    const data = await partnerOn('2026-02-28');
    await manyCustomers(data, 900, '2026-02-28');
    const passing = passingOf(data, '2026-03-01');
    await passFirstPiece(data, passing);
    const [earliest] = await rows('select customer_id, id from contract where partner_id = $1 order by id limit 1', [data.partnerId]);
    const late = await data.changeOf(earliest!['customer_id'] as string, earliest!['id'] as string, {
      type: 'EMAIL_OVERAGE',
      effective_date: '2026-02-28',
      new_mrr: '150',
    });
    while ((await passPiece(database.pool, passing, { isWaiting: false })) !== 'through');
    expect(await rows('select settled_on from contract_change where id = $1', [late])).toEqual([{ settled_on: '2026-03-01' }]);
    expect(await differences(data)).toEqual([]);
  }, 60_000);

  test('are those of all customers if a migration forgot the day', async () => {
    const data = await partnerOn('2026-02-01');
    await manyCustomers(data, 900, '2026-06-01');
    await database.superuserPool.query('update dashboard_row set position = 9 where partner_id = $1', [data.partnerId]);
    await database.superuserPool.query('update partner set passed_through = null where id = $1', [data.partnerId]);
    expect(await passPiece(database.pool, passingOf(data, '2026-02-01'), { isWaiting: false })).toBe('partly');
    await passDays(database.pool, data.partnerId, '2026-02-01');
    expect(await differences(data)).toEqual([]);
  }, 60_000);
});

describe('partners with nothing due', () => {
  test('pass in one statement; those with something to do, or with a running import, stay', async () => {
    const idle = await partnerOn('2026-01-01');
    await idle.renewal(await idle.customer({ name: 'A' }), '2026-06-01');
    const due = await partnerOn('2026-01-01');
    await due.renewal(await due.customer({ name: 'A' }), '2026-01-05');
    const decided = await partnerOn('2026-01-01');
    const { id } = await decided.renewal(await decided.customer({ name: 'A' }), '2026-06-01');
    await decided.decide(id, 'ACCEPT', '2026-01-08');
    const ended = await partnerOn('2026-01-01');
    await ended.renewal(await ended.customer({ name: 'A' }), '2026-06-01', { stated_end: '2026-01-08' });
    const halfway = await partnerOn('2026-01-01');
    await database.superuserPool.query(`update partner set passing_through = '2026-01-10' where id = $1`, [halfway.partnerId]);
    const importing = await partnerOn('2026-01-01');
    const names = new Map(Object.entries({ idle, due, decided, ended, halfway, importing }).map(([name, data]) => [data.partnerId, name]));
    await inPartnerTransaction(database.pool, importing.partnerId, async (tx) => {
      await waitForImportTurn(tx);
      database.markStatements();
      await passIdlePartnersUnscoped(database.pool, '2026-01-10');
      expect(database.statements()).toHaveLength(1);
    });
    const { behind } = await surveyDaysUnscoped(database.pool, '2026-01-10');
    expect(behind.flatMap((each) => names.get(each.id) ?? []).toSorted()).toEqual(['decided', 'due', 'halfway', 'importing']);
  });

  test('stay if they have contracts and too many days would pass', async () => {
    const [full, empty] = [await partnerOn('2026-01-01'), await partnerOn('2026-01-01')];
    await full.renewal(await full.customer({ name: 'A' }), '2026-12-01');
    const total = async () =>
      (await rows("select sum(passed_through - '2000-01-01'::date)::int as days from list_partners()", []))[0]!['days'];
    const before = Number(await total());
    const passed = await passIdlePartnersUnscoped(database.pool, '2026-02-06', 35);
    // Metrics show it. Other partners of this file are behind too.
    expect([passed, passed >= 36]).toEqual([Number(await total()) - before, true]);
    expect([(await daysOf(full))!['passedThrough'], (await daysOf(empty))!['passedThrough']]).toEqual(['2026-01-01', '2026-02-06']);
    await passIdlePartnersUnscoped(database.pool, '2026-02-05', 35);
    expect((await daysOf(full))!['passedThrough']).toBe('2026-02-05');
  });
});

test('more days at once than allowed are refused for a partner with contracts', async () => {
  const [full, empty] = [await partnerOn('2026-01-01'), await partnerOn('2026-01-01')];
  await full.renewal(await full.customer({ name: 'A' }), '2026-01-20');
  await expect(passDays(database.pool, full.partnerId, '2026-02-06', 35)).rejects.toThrow(new TooManyDays('2026-01-01', '2026-02-06'));
  expect(await settled(full)).toBe(0);
  await passDays(database.pool, empty.partnerId, '2026-02-06', 35);
  await passDays(database.pool, full.partnerId, '2026-02-05', 35);
  expect([(await daysOf(full))!['passedThrough'], (await daysOf(empty))!['passedThrough'], await settled(full)]).toEqual([
    '2026-02-05',
    '2026-02-06',
    1,
  ]);
  await expect(passDays(database.pool, randomUUID(), '2026-02-06')).resolves.toBeUndefined();
});
