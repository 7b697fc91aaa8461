import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts';
import { openDatabase, type Database, type DatabaseConfig } from './database.ts';
import { readAs } from './reader.ts';
import { inPartnerTransaction } from './transaction.ts';

let database: TestDatabase;
const [acme, globex] = [randomUUID(), randomUUID()];

beforeAll(async () => {
  database = await createTestDatabase({ direct: 'start-up options' });
  await database.superuserPool.query(`alter database "${database.name}" set datestyle to 'German'`);
  await database.superuserPool.query(`insert into partner (id, name) values ($1, 'Acme'), ($2, 'Globex')`, [acme, globex]);
});
afterAll(() => database.close());

const open = (config: Partial<DatabaseConfig> = {}): Promise<Database> =>
  openDatabase(
    { databaseUrl: database.url, dataDir: '', environment: 'test', poolSize: 3, statementTimeoutMs: 10_000, ...config },
    { migrate: false },
  );

test.each([
  [true, 'force_generic_plan'],
  [false, 'force_custom_plan'],
])('with GENERIC_PLANS %s, a read finds the rows of its partner from its first execution on, and no others', async (genericPlans, mode) => {
  const { pool, close } = await open({ genericPlans, poolSize: 1 });
  expect((await pool.query(`select current_setting('plan_cache_mode') as mode`)).rows).toEqual([{ mode }]);
  const select = `select partner.id, (select count(*)::int from partner other where other.id = partner.id) as others
    from partner where partner.id = scope.partner_id`;
  for (let time = 0; time < 8; time += 1)
    for (const id of [acme, globex]) expect(await readAs(pool, id).select({ name: 'test', select, values: [] })).toEqual([[id, 1]]);
  await close();
});

test('with PREPARED_STATEMENTS=off, no statement is prepared', async () => {
  const preparedStatements = async (config: Partial<DatabaseConfig>) => {
    const { pool, close } = await open({ ...config, poolSize: 1 });
    const select = 'select partner.id from partner where partner.id = scope.partner_id';
    // A statement gets its name at its second use.
    for (let time = 0; time < 2; time += 1) await readAs(pool, acme).select({ name: 'test', select, values: [] });
    const { rows } = await pool.query('select name from pg_prepared_statements');
    await close();
    return rows.length;
  };
  expect(await preparedStatements({})).toBe(1);
  expect(await preparedStatements({ preparedStatements: false })).toBe(0);
});

describe('a serving connection', () => {
  let pool: pg.Pool;
  let close: () => Promise<void>;
  beforeAll(async () => void ({ pool, close } = await open()));
  afterAll(() => close());

  const namesSeenBy = (partnerId: string) =>
    readAs(pool, partnerId).select({ name: 'namesSeenBy', select: 'select p.name from partner p', values: [] });

  test('sees no row without a partner, also where a default of the database or the login names one', async () => {
    await database.superuserPool.query(`alter database "${database.name}" set app.partner_id to '${acme}'`);
    const other = await open({ poolSize: 1 });
    await database.superuserPool.query(`alter database "${database.name}" reset app.partner_id`);
    expect((await other.pool.query('select * from partner')).rows).toEqual([]);
    await other.close();
  });

  test('sees no row without a partner, and only the partner’s own rows with one', async () => {
    expect((await pool.query('select * from partner')).rows).toEqual([]);
    expect(await namesSeenBy(acme)).toEqual([['Acme']]);
    expect(await namesSeenBy(globex)).toEqual([['Globex']]);
    expect((await pool.query('select * from partner')).rows).toEqual([]);
  });

  test('cannot write rows of another partner, nor update rows that it cannot see', async () => {
    const insertCustomer = (partnerId: string) =>
      inPartnerTransaction(pool, acme, (tx) =>
        tx.query(`insert into customer (partner_id, id, hub_id, name, search_text) values ($1, $2, 1, 'Initech', 'initech')`, [
          partnerId,
          randomUUID(),
        ]),
      );
    await expect(insertCustomer(globex)).rejects.toThrow('row-level security');
    expect((await insertCustomer(acme)).rowCount).toBe(1);
    const renamed = await inPartnerTransaction(pool, acme, (tx) => tx.query(`update partner set name = 'Taken' where id = $1`, [globex]));
    expect(renamed.rowCount).toBe(0);
    await expect(pool.query('alter table customer disable row level security')).rejects.toThrow('must be owner');
  });

  test('returns dates, 64-bit integers and decimals as the text from PostgreSQL', async () => {
    const { rows } = await pool.query(
      `select date '2028-02-29' as day, 9223372036854775807 as hub_id, 10.10::numeric as mrr,
         array[date '2028-02-29'] as days, array[9223372036854775807] as hub_ids, array[10.10::numeric, null] as mrrs`,
    );
    expect(rows).toEqual([
      {
        day: '2028-02-29',
        hub_id: '9223372036854775807',
        mrr: '10.10',
        days: ['2028-02-29'],
        hub_ids: ['9223372036854775807'],
        mrrs: ['10.10', null],
      },
    ]);
  });

  test('uses generic plans, and has timeouts', async () => {
    const settings = ['plan_cache_mode', 'statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout', 'application_name'];
    const { rows } = await pool.query('select current_setting(s) as value from unnest($1::text[]) with ordinality as t (s, n) order by n', [
      settings,
    ]);
    expect(rows.map((row) => row.value)).toEqual(['force_generic_plan', '10s', '5s', '1min', 'partner-renewals']);
  });

  test('that is lost does not crash the process, and the next query gets another', async () => {
    await pool.query('select 1');
    await database.superuserPool.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where datname = $1 and application_name = 'partner-renewals'`,
      [database.name],
    );
    await pool.query('select 1').catch(() => {});
    expect((await pool.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
  });
});
