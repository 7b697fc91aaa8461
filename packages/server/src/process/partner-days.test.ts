import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { pino } from 'pino';
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts';
import { TestData } from '../../testing/test-data.ts';
import { createMetrics } from './metrics.ts';
import { PartnerDays } from './partner-days.ts';

const today = '2026-03-01';
let database: TestDatabase;
beforeAll(async () => void (database = await createTestDatabase()));
afterAll(() => database.close());

let count = 0;
/** A partner with a renewal that is due. */
async function partnerBehind(passedThrough = '2026-02-27'): Promise<string> {
  const data = await TestData.of(database.pool, { name: `Partner ${(count += 1)}`, passedThrough });
  await data.renewal(await data.customer({ name: 'Globex' }), '2026-02-28');
  return data.partnerId;
}
const createDays = ({ mostDays = 10, metrics = createMetrics() } = {}) =>
  new PartnerDays({ pool: database.pool, log: pino({ level: 'silent' }), metrics, mostDays });

/** Holds every transaction that brings a partner past March, for half a minute at most. */
async function holdAtMarch() {
  const holder = await database.superuserPool.connect();
  await holder.query(`
    create or replace function hold_at_march() returns trigger language plpgsql as $$ begin
      if new.passed_through > '2026-03-31' then perform set_config('lock_timeout', '30s', true), pg_advisory_xact_lock_shared(3); end if;
      return new; end $$;
    create or replace trigger hold_at_march before update on partner for each row execute function hold_at_march();
    select pg_advisory_lock(3)`);
  const held = `select count(*)::int as n from pg_locks where locktype = 'advisory' and objid = 3 and not granted
    and database = (select oid from pg_database where datname = current_database())`;
  return {
    count: async () => (await database.superuserPool.query<{ n: number }>(held)).rows[0]!.n,
    async release() {
      await holder.query('select pg_advisory_unlock(3)');
      await holder.query('drop trigger hold_at_march on partner');
      holder.release();
    },
  };
}

const reached = async (ids: readonly string[]) => {
  const read = 'select passed_through as day from partner where id = any ($1) order by 1';
  return (await database.superuserPool.query<{ day: string }>(read, [ids])).rows.map(({ day }) => day);
};

async function until(what: () => Promise<boolean>): Promise<void> {
  while (!(await what())) await new Promise((resolve) => setTimeout(resolve, 10));
}

test('requests of one partner that come together share one run', async () => {
  const partnerId = await partnerBehind();
  const days = createDays();
  database.markStatements();
  expect(await Promise.all(Array.from({ length: 5 }, async () => await days.pass(partnerId, today)))).toEqual(Array(5).fill('through'));
  expect(database.statements().filter((text) => text.includes('/* lockPartnerDays */'))).toHaveLength(1);
});

test('a piece whose connection is lost begins anew: what it read under the lock may not hold any more', async () => {
  const partnerId = await partnerBehind();
  await database.superuserPool.query(`
    create sequence ended;
    create function end_connection() returns trigger language plpgsql security definer as
      $$ begin if nextval('ended') = 1 then perform pg_terminate_backend(pg_backend_pid()); end if; return new; end $$;
    create trigger end_connection before update on contract_change for each row execute function end_connection()`);
  database.markStatements();
  expect(await createDays().pass(partnerId, today)).toBe('through');
  expect(database.statements().filter((text) => text.includes('/* concernedContracts */'))).toHaveLength(2);
  await database.superuserPool.query('drop trigger end_connection on contract_change; drop function end_connection; drop sequence ended');
});

test('a partner whose days another process passes is tried again later, not for ever', async () => {
  const partnerId = await partnerBehind();
  const days = createDays();
  const other = await database.superuserPool.connect();
  await other.query('begin');
  await other.query('select from partner where id = $1 for update', [partnerId]);
  expect(await days.pass(partnerId, today)).toBe('later');
  await other.query('commit');
  other.release();
  database.markStatements();
  expect([await days.pass(partnerId, today), days.due(), database.statements()]).toEqual(['later', [], []]);
  while (days.due().length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
  expect(await days.pass(partnerId, today)).toBe('through');
});

test('a run that began before midnight brings nobody through the day after', async () => {
  const partnerId = await partnerBehind('2026-03-30');
  const days = createDays();
  const held = await holdAtMarch();
  const before = days.pass(partnerId, '2026-04-01');
  await until(async () => (await held.count()) > 0);
  days.setBehind([partnerId], '2026-04-02');
  const after = days.pass(partnerId, '2026-04-02');
  await held.release();
  expect([await before, await after, days.has(partnerId)]).toEqual(['through', 'later', true]);
  expect([await days.pass(partnerId, '2026-04-02'), days.has(partnerId)]).toEqual(['through', false]);
});

test('each day that passes counts once, also when months pass in several transactions', async () => {
  const metrics = createMetrics();
  const days = createDays({ mostDays: 100, metrics });
  expect(await days.pass(await partnerBehind(), '2026-05-10')).toBe('through');
  expect((await metrics.passingSeconds.get()).values.find(({ metricName }) => metricName?.endsWith('_count'))!.value).toBeGreaterThan(2);
  expect((await metrics.daysPassed.get()).values).toMatchObject([{ value: 72 }]);
});

test('a partner that is no longer behind is forgotten, and others keep their failures', async () => {
  const days = createDays();
  const tooMany = createDays({ mostDays: 1 });
  const [one, other] = [await partnerBehind(), await partnerBehind()];
  expect([await tooMany.pass(one, today), tooMany.barred]).toEqual(['barred', 1]);
  tooMany.setBehind([one, other], today);
  expect([tooMany.count, tooMany.barred, tooMany.due()]).toEqual([2, 1, [other]]);
  tooMany.setBehind([other], today);
  expect([tooMany.count, tooMany.barred, tooMany.has(one)]).toEqual([1, 0, false]);
  days.stop();
  database.markStatements();
  const begun = performance.now();
  expect([await days.pass(other, today), database.statements()]).toEqual(['later', []]);
  expect(performance.now() - begun).toBeLessThan(5_000);
});

test('the further pieces of big partners take one place, and small partners pass meanwhile', async () => {
  const days = createDays({ mostDays: 100 });
  const big = [await partnerBehind(), await partnerBehind(), await partnerBehind()];
  const small = await partnerBehind();
  const held = await holdAtMarch();
  const passing = Promise.all(big.map((id) => days.pass(id, '2026-05-10')));
  try {
    await until(async () => (await reached(big)).every((day) => day > '2026-02-27') && (await held.count()) > 0);
    expect([await days.pass(small, today), await held.count()]).toEqual(['through', 1]);
  } finally {
    await held.release();
  }
  expect(await passing).toEqual(['through', 'through', 'through']);
}, 60_000);

test('a partner that waits for a place when the process stops is left as it is', async () => {
  const days = createDays({ mostDays: 100 });
  const first = [await partnerBehind('2026-03-20'), await partnerBehind('2026-03-20'), await partnerBehind('2026-03-20')];
  const next = await partnerBehind('2026-03-20');
  const held = await holdAtMarch();
  const passing = Promise.all([...first, next].map((id) => days.pass(id, '2026-04-15')));
  await until(async () => (await held.count()) === first.length);
  days.stop();
  await held.release();
  expect(await passing).toEqual(['through', 'through', 'through', 'later']);
  expect(await reached([next])).toEqual(['2026-03-20']);
}, 60_000);
