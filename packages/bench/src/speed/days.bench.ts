import 'reflect-metadata';
import { loadavg } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { addDays } from '../../../server/src/calendar-date.ts';
import { databaseOption, Verdict } from '../faults/fault-target.ts';
import { quantile } from '../server-process.ts';
import { startBenchCluster, type BenchDatabase } from './bench-database.ts';
import { loadDataset } from './dataset.ts';
import { behind, passAllPartners, passBigPartner, startOn } from './days.passing.ts';
import { loadDuePartners } from './due-partners.dataset.ts';

// Lets days pass, and watches who waits. First 20,000 contracts of one partner are due on one day, beside 3,000 partners with nothing due:
// of as many customers, of 1,000 and of one. Then 5,000 monthly contracts of one customer pass 35 days, with and without statistics. Last,
// the days of 2,000 partners with 1,000,000 changes pass under a load of pages.
//   cd packages/bench && npm run days -- [--server] [--contracts 20000] [--partners 3000] [--changes 1000000] [--only "one customer"]
// The server starts on the day after: its clock cannot be moved while it runs.

const { values: options } = parseArgs({
  options: {
    ...databaseOption,
    contracts: { type: 'string', default: '20000' },
    only: { type: 'string', default: '' },
    partners: { type: 'string', default: '3000' },
    changes: { type: 'string', default: '1000000' },
  },
});
const contracts = Number(options.contracts);
const partners = Number(options.partners);
const changes = Number(options.changes);

const day = '2026-11-22';
/** What is due of the big partner, and how many days pass. Statistics do not know a partner that has just been imported. */
type Shape = { name: string; customers: number; contractsEach: number; termMonths: number; days: number; hasStatistics: boolean };

const few = Math.round(contracts / 4);
const shapes: Shape[] = [
  { customers: contracts, contractsEach: 1, termMonths: 12, days: 1, hasStatistics: true },
  { customers: contracts, contractsEach: 1, termMonths: 12, days: 1, hasStatistics: false },
  { customers: Math.round(contracts / 20), contractsEach: 20, termMonths: 12, days: 1, hasStatistics: true },
  { customers: 1, contractsEach: contracts, termMonths: 12, days: 1, hasStatistics: true },
  { customers: 1, contractsEach: few, termMonths: 1, days: 35, hasStatistics: true },
  { customers: 1, contractsEach: few, termMonths: 1, days: 35, hasStatistics: false },
].map((shape) => ({ ...shape, name: nameOf(shape) }));

function nameOf({ customers, contractsEach, days, hasStatistics }: Omit<Shape, 'name'>): string {
  const who = customers === 1 ? 'one customer' : `${customers} customers`;
  return `${who} with ${contractsEach} contracts each due, ${days} days, ${hasStatistics ? 'with' : 'without'} statistics`;
}

const verdict = new Verdict();
const cluster = await startBenchCluster({ isServer: options.server });
await verdict.concludeAfter(async () => {
  for (const shape of shapes) if (shape.name.includes(options.only)) await oneBigPartner(shape);
  if (changes > 0 && options.only === '') await allPartners();
}, cluster);

async function oneBigPartner(shape: Shape): Promise<void> {
  const { name, days } = shape;
  const database = await cluster.createDatabase(`days_${shapes.indexOf(shape)}`);
  const { big, other } = await loadDuePartners(database, day, { ...shape, partners });
  if (!shape.hasStatistics) await forgetStatistics(database);
  const { seconds, longestTransactionMs: longest, own, others } = await passBigPartner(database, { big, other }, addDays(day, days));
  console.log(
    `${name}: through in ${seconds.toFixed(1)} s; longest transaction ${Math.round(longest)} ms; its own first request answered ${own.status} after ${Math.round(own.ms)} ms`,
  );
  console.log(
    `another partner meanwhile: first request ${Math.round(others[0]!)} ms, then ${others.length - 1} requests, p50 ${quantile(others, 0.5).toFixed(1)}, p99 ${quantile(others, 0.99).toFixed(1)}, most ${Math.max(...others).toFixed(1)} ms; load ${loadavg()[0]!.toFixed(1)}`,
  );
  verdict.check(`${name}: pass in 10 s`, seconds <= 10);
  verdict.check(`${name}: no transaction takes longer than a second`, longest <= 1_000);
  // One of them is the first of a process that has just started.
  if (others.length < 100) console.log(`        ${others.length} requests of another partner are too few for 99 of 100`);
  else verdict.check(`${name}: 99 of 100 requests of another partner are answered within 100 ms`, quantile(others, 0.99) <= 100);
  if (shape !== shapes[0]) return;
  const idle = await idleSeconds(database);
  console.log(`${partners} partners with nothing due: ${idle.toFixed(2)} s of work`);
  verdict.check(`${partners} partners with nothing due take 1 s of work`, idle <= 1);
}

/** As after a restored backup, before autovacuum has come by: the planner knows no values and no counts. */
async function forgetStatistics({ superuser }: BenchDatabase): Promise<void> {
  await superuser.query('select pg_stat_reset()');
  await superuser.query('delete from pg_statistic');
  await superuser.query(`update pg_class set reltuples = -1, relpages = 0 where relkind in ('r', 'i')`);
}

/** The work of a day on which nothing is due: the time of all transactions, by the server's own metrics, and of its surveys. */
async function idleSeconds(database: BenchDatabase): Promise<number> {
  const before = await database.superuser.query<{ ms: string }>(`select sum(active_time) as ms from pg_stat_database where datname = $1`, [
    database.name,
  ]);
  const server = await startOn(database, addDays(day, 2));
  while ((await behind(database, addDays(day, 2))) > 0) await sleep(20);
  await server.stop();
  // Statistics are written when a connection ends.
  await sleep(1_500);
  const after = await database.superuser.query<{ ms: string }>(`select sum(active_time) as ms from pg_stat_database where datname = $1`, [
    database.name,
  ]);
  return (Number(after.rows[0]!.ms) - Number(before.rows[0]!.ms)) / 1_000;
}

async function allPartners(): Promise<void> {
  const database = await cluster.createDatabase('days_of_all');
  const all = await loadDataset(database, day, changes);
  const { seconds, quiet: unloaded, passing: loaded } = await passAllPartners(database, all, day, 10_000);
  console.log(
    `${changes} changes of ${all.length} partners: a day passes in ${seconds.toFixed(1)} s; pages p50 ${unloaded.p50.toFixed(1)} → ${loaded.p50.toFixed(1)} ms, p99 ${unloaded.p99.toFixed(1)} → ${loaded.p99.toFixed(1)} ms, ${loaded.failures} of ${loaded.count} not answered`,
  );
  verdict.check('p99 of pages while the day passes is at most 3 × that of a quiet server', loaded.p99 <= 3 * unloaded.p99);
  verdict.check('every page is answered while the day passes', loaded.failures === 0);
}
