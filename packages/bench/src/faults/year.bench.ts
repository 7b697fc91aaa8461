import 'reflect-metadata';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { addDays } from '../../../server/src/calendar-date.ts';
import { passDays } from '../../../server/src/contract-change/passing-days.queries.ts';
import type { Database } from '../../../server/src/database/database.ts';
import { inPartnerTransaction } from '../../../server/src/database/transaction.ts';
import { manyCustomers, tablesOf } from '../../../server/testing/many-customers.ts';
import { TestData } from '../../../server/testing/test-data.ts';
import { createTarget, databaseOption, startServer, Verdict } from './fault-target.ts';
import { rowDifferences } from '../../../server/testing/row-differences.ts';

// Lets a year of business days pass in steps of 1 to 40 days, each by a server that is started for it. Most servers are killed while they pass
// days, some are stopped. At the end the tables must be those of a database whose days passed one by one.
//   cd packages/bench && npm run year -- [--server] [--days 365] [--customers 300] [--seed 1]

const { values: options } = parseArgs({
  options: {
    ...databaseOption,
    days: { type: 'string', default: '365' },
    customers: { type: 'string', default: '300' },
    seed: { type: 'string', default: '1' },
  },
});
const length = Number(options.days);
const customers = Number(options.customers);
let seed = Number(options.seed);
const random = () => (seed = (seed * 1103515245 + 12345) % 2147483648) / 2147483648;

const start = '2027-11-20';
const end = addDays(start, length);
const verdict = new Verdict();
const [jumping, stepping] = [await createTarget(options.server), await createTarget(options.server)];
try {
  await run();
} finally {
  await Promise.all([jumping.remove(), stepping.remove()]);
}
verdict.conclude();

async function run(): Promise<void> {
  const stepped = await inDatabase(stepping, async (database) => {
    const partnerId = await layOut(database);
    for (let day = start; day < end; day = addDays(day, 1)) await passDays(database.pool, partnerId, addDays(day, 1));
    return await resultOf(database, partnerId);
  });
  const partnerId = await inDatabase(jumping, layOut);
  let [steps, kills, midway] = [0, 0, 0];
  for (let day = start; day < end;) {
    const next = addDays(day, 1 + Math.floor(random() * 40));
    day = next < end ? next : end;
    steps += 1;
    for (let isThrough = false; !isThrough;) {
      const server = await startServer({ ...jumping, variables: { ...jumping.variables, BUSINESS_DATE: day } }, ['--pass-days']);
      const isKilled = random() < 0.7;
      if (isKilled) {
        await sleep(random() * 300);
        kills += 1;
        server.child.kill('SIGKILL');
      } else {
        while (!/renewals_partners_behind 0/.test(await (await fetch(`${server.url}/metrics`)).text())) await sleep(20);
        server.child.kill('SIGTERM');
      }
      await server.ended;
      isThrough = await inDatabase(jumping, async (database) => {
        const days = await daysOf(database, partnerId);
        if (days.through !== null) midway += 1;
        return days.passed === day;
      });
    }
  }
  const jumped = await inDatabase(jumping, async (database) => await resultOf(database, partnerId));
  console.log(
    `${jumping.title}: ${length} days in ${steps} steps, ${kills} kills, ${midway} of them between two pieces; ${stepped.changes} changes`,
  );
  for (const table of Object.keys(stepped.tables))
    verdict.check(
      `the table ${table} is that of days passed one by one`,
      JSON.stringify(jumped.tables[table]) === JSON.stringify(stepped.tables[table]),
    );
  verdict.check('the dashboard has the rows of its definition', jumped.differences === 0 && stepped.differences === 0);
  verdict.check('some kills came between two pieces', midway > 0);
}

async function inDatabase<T>(target: typeof jumping, work: (database: Database) => Promise<T>): Promise<T> {
  const database = await target.open();
  try {
    return await work(database);
  } finally {
    await database.close();
  }
}

/** Customers whose contracts renew each month, each quarter and each year, on the last days of months too. */
async function layOut({ pool }: Database): Promise<string> {
  const data = await TestData.of(pool, { name: 'Acme', passedThrough: start });
  const groups = [
    ['2027-11-30', 1],
    ['2027-12-31', 1],
    ['2027-12-15', 3],
    ['2028-02-29', 12],
    ['2028-05-01', 12],
  ] as const;
  for (const [index, [date, term]] of groups.entries()) await manyCustomers(data, customers, date, term, 1 + index * customers);
  return data.partnerId;
}

async function daysOf({ pool }: Database, partnerId: string): Promise<{ passed: string; through: string | null }> {
  return await inPartnerTransaction(pool, partnerId, async (tx) => {
    const { rows } = await tx.query<{ passed: string; through: string | null }>(
      'select passed_through as passed, passing_through as through from partner where id = $1',
      [partnerId],
    );
    return rows[0]!;
  });
}

async function resultOf({ pool }: Database, partnerId: string) {
  return await inPartnerTransaction(pool, partnerId, async (tx) => {
    const tables = await tablesOf(tx, partnerId);
    const differences = (await rowDifferences(tx, partnerId)).length;
    return { tables, differences, changes: tables['contract_change']!.length };
  });
}
