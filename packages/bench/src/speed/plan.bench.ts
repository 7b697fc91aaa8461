import 'reflect-metadata';
import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import type { Pool } from 'pg';
import { addDays } from '../../../server/src/calendar-date.ts';
import { openDatabase } from '../../../server/src/database/database.ts';
import { createPlanner } from '../../../server/src/reminder/planner.queries.ts';
import { bigPartnerId } from '../../../server/testing/dashboard-rows.ts';
import { databaseOption, Verdict } from '../faults/fault-target.ts';
import { startBenchCluster, type BenchDatabase } from './bench-database.ts';
import { loadDataset } from './dataset.ts';
import { loadDuePartners } from './due-partners.dataset.ts';
import { watchTransactions } from './transactions.watch.ts';

// Plans the reminders of 2,000 partners with 1,000,000 changes: for the first time, again an hour later when nothing is new, and on the
// next day. Then those of one partner whose 20,000 renewals all have the same deadline.
//   cd packages/bench && npm run plan -- [--changes 1000000] [--customers 20000] [--server]

const { values: options } = parseArgs({
  options: { ...databaseOption, changes: { type: 'string', default: '1000000' }, customers: { type: 'string', default: '20000' } },
});
const day = '2026-11-22';
const verdict = new Verdict();
const cluster = await startBenchCluster({ isServer: options.server });
await verdict.concludeAfter(async () => {
  await allPartners(Number(options.changes));
  await oneDeadline(Number(options.customers));
}, cluster);

async function allPartners(changes: number): Promise<void> {
  const database = await cluster.createDatabase('plan_of_all');
  const ids = (await loadDataset(database, day, changes)).map(({ id }) => id);
  await addUsers(database);
  const pool = await open(database);
  const first = await plan(database, pool, ids, day);
  report(`${changes} changes of ${ids.length} partners, for the first time`, first);
  const again = await plan(database, pool, ids, day);
  report('again, with nothing new', again);
  await database.superuser.query('vacuum analyze');
  await goTo(database, addDays(day, 1));
  const next = await plan(database, pool, ids, addDays(day, 1));
  report('on the next day', next);
  for (const [name, { seconds, longest }] of Object.entries({ first, again, next })) {
    verdict.check(`${name}: at most 10 s`, seconds <= 10);
    verdict.check(`${name}: no transaction takes longer than a second`, longest <= 1_000);
  }
  verdict.check('nothing is planned twice', again.planned === 0);
  const start = performance.now();
  await createPlanner({ businessTimeZone: 'UTC', vendorAddress: null })(pool, bigPartnerId, {
    today: addDays(day, 1),
    now: at(addDays(day, 1)),
  });
  console.log(`the big partner again: ${Math.round(performance.now() - start)} ms`);
  await pool.end();
}

async function oneDeadline(customers: number): Promise<void> {
  const database = await cluster.createDatabase('plan_of_one');
  const { big } = await loadDuePartners(database, day, { customers, partners: 0 });
  await addUsers(database);
  const pool = await open(database);
  const date = addDays(day, -47);
  await goTo(database, date);
  const result = await plan(database, pool, [big.id], date);
  report(`${customers} renewals of one partner with one deadline`, result);
  verdict.check('one deadline: no transaction takes longer than a second', result.longest <= 1_000);
  await pool.end();
}

/** Two administrators; one of them wants the digest, too. */
async function addUsers({ superuser }: BenchDatabase): Promise<void> {
  await superuser.query(`
    insert into partner_user (partner_id, id, name, email, role)
    select partner.id, md5(partner.id || who)::uuid, who, who || '@partner.example', 'ADMIN' from partner, unnest(array['ada', 'bo']) who;
    insert into reminder_preference (partner_id, partner_user_id, weekly_digest) select partner_id, id, true from partner_user where name = 'bo'`);
  await superuser.query('vacuum analyze');
}

async function goTo({ superuser }: BenchDatabase, date: string): Promise<void> {
  await superuser.query('update partner set passed_through = $1', [date]);
}

async function open({ variables }: BenchDatabase): Promise<Pool> {
  const config = {
    databaseUrl: variables.DATABASE_URL,
    dataDir: '',
    environment: 'production',
    poolSize: 4,
    statementTimeoutMs: 30_000,
  } as const;
  return (await openDatabase(config, { migrate: false })).pool;
}

function at(date: string): Date {
  return new Date(`${date}T12:00:00Z`);
}

type Result = { seconds: number; longest: number; planned: number };

/** Two partners at a time. */
async function plan(database: BenchDatabase, pool: Pool, ids: readonly string[], today: string): Promise<Result> {
  const planner = createPlanner({ businessTimeZone: 'UTC', vendorAddress: 'renewals@vendor.example' });
  const watch = watchTransactions(database);
  const start = performance.now();
  const left = [...ids];
  let planned = 0;
  const work = async () => {
    for (let id = left.pop(); id !== undefined; id = left.pop()) planned += (await planner(pool, id, { today, now: at(today) })).planned;
  };
  await Promise.all([work(), work()]);
  const seconds = (performance.now() - start) / 1_000;
  return { seconds, planned, longest: await watch.stop() };
}

function report(what: string, { seconds, planned, longest }: Result): void {
  console.log(
    `${what}: ${planned} messages in ${seconds.toFixed(1)} s; longest transaction ${Math.round(longest)} ms; load ${loadavg()[0]!.toFixed(1)}`,
  );
}
