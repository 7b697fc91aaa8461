import 'reflect-metadata';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { columns } from '../../server/src/contract-change/contract-change.columns.ts';
import { contractChangeFields } from '../../server/src/contract-change/contract-change.fields.ts';
import { orderOf } from '../../server/src/contract-change/contract-change.order.ts';
import { countUpcoming, findUpcoming } from '../../server/src/contract-change/contract-change.queries.ts';
import { summarizeUpcoming } from '../../server/src/contract-change/contract-change-summary.queries.ts';
import type { Db } from '../../server/src/database/partner-scope.ts';
import { encodeCursor } from '../../server/src/graphql/cursor.ts';
import { projectionOf } from '../../server/src/graphql/projection.ts';
import { bigPartnerId, loadDashboardRows } from '../../server/src/testing/dashboard-rows.ts';
import { executions, statementOf } from '../../server/src/testing/statement-plan.ts';
import { startThrowawayCluster } from '../../server/src/testing/throwaway-cluster.ts';
import { asSuperuser, ownerLogin, urlOf } from '../../server/src/testing/test-run.ts';
import { openDatabase } from '../../server/src/database/database.ts';

// What reading costs in the database as the table grows, for a partner with 20,000 customers: medians of executions of prepared
// statements on a serving connection, hot. Ratios matter; times are of this machine.
//   cd packages/bench && npm run growth -- --rows 1000000

const { values: options } = parseArgs({
  options: { rows: { type: 'string', default: '1000000' }, rounds: { type: 'string', default: '21' } },
});
const today = '2026-11-22';
const dates = { asOf: today, today };
const facts = { positions: true, hasBefore: false, hasAfter: true };
const order = orderOf(null);
const all = projectionOf(contractChangeFields, [
  'id',
  'version',
  ...Object.values(columns).flatMap((column) => Object.keys(column.fields)),
]);
const page = { size: 50, cursor: null, isBackward: false };

const cluster = await startThrowawayCluster(mkdtempSync(join(tmpdir(), 'renewals-bench-')), { logStatements: false });
const run = {
  superuserUrl: `postgres://${cluster.superuser.user}@/postgres?host=${encodeURIComponent(cluster.socketFolder)}`,
  log: cluster.log,
  prefix: 'bench',
};
try {
  const sizes = [10_000, Number(options.rows)];
  const measured: Record<string, number>[] = [];
  for (const rowsInAll of sizes) measured.push(await measure(rowsInAll));
  const [small = {}, large = {}] = measured;
  console.log(`\nmilliseconds in the database, median of ${options.rounds} executions`);
  console.table(
    Object.keys(large).map((what) => ({
      what,
      [`${sizes[0]} rows`]: small[what]?.toFixed(2),
      [`${sizes[1]} rows`]: large[what]?.toFixed(2),
      ratio: ((large[what] ?? 0) / (small[what] ?? 1)).toFixed(2),
    })),
  );
  console.log(
    `page after row 5,000 ÷ first page, ${sizes[1]} rows: ${((large['page after row 5,000'] ?? 0) / (large['first page'] ?? 1)).toFixed(2)}`,
  );
} finally {
  await cluster.stop();
}

async function measure(rowsInAll: number): Promise<Record<string, number>> {
  const name = `bench_${rowsInAll}`;
  await asSuperuser(run, async (superuser) => {
    await superuser.query(
      `do $$ begin if not exists (select from pg_roles where rolname = '${ownerLogin.name}') then create role ${ownerLogin.name} login createrole password '${ownerLogin.password}'; end if; end $$`,
    );
    await superuser.query(`create database ${name} owner ${ownerLogin.name}`);
  });
  const database = await openDatabase(
    { databaseUrl: urlOf(run, name, ownerLogin), dataDir: '', environment: 'test', poolSize: 2, statementTimeoutMs: 60_000 },
    { migrate: true },
  );
  const superuserPool = new pg.Pool({ connectionString: urlOf(run, name), max: 1 });
  const started = performance.now();
  // The smaller table is the big partner's 10,000 rows alone.
  await loadDashboardRows(superuserPool, today, { customersOfBigPartner: Math.min(20_000, rowsInAll), rowsInAll });
  console.log(`${rowsInAll} rows laid out in ${((performance.now() - started) / 1000).toFixed(1)} s`);
  const { rows } = await superuserPool.query(
    'select effective_date::text, id from dashboard_row where partner_id = $1 order by effective_date, id offset 5000 limit 1',
    [bigPartnerId],
  );
  const deep = encodeCursor(bigPartnerId, order.name, { keys: [rows[0].effective_date], id: rows[0].id });
  const median = async (query: (db: Db) => Promise<unknown>) => {
    const times = (await executions(database.pool, await statementOf(query), Number(options.rounds))).map((each) => each.milliseconds);
    return times.sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? NaN;
  };
  const find =
    (set: object, by = order, at = page) =>
    (db: Db) =>
      findUpcoming(db, bigPartnerId, all, { ...dates, ...set }, by, at, facts);
  const results = {
    'first page': await median(find({})),
    'page after row 5,000': await median(find({}, order, { ...page, cursor: deep as never })),
    'search that finds one in eight': await median(find({ query: 'vande' })),
    'search that finds a few': await median(find({ query: 'vandelay 777' })),
    'search that finds nothing': await median(find({ query: 'nowhere' })),
    'sort by customer name': await median(find({}, orderOf([{ field: 'CUSTOMER_NAME', direction: 'ASC' }]))),
    'sort by status': await median(find({}, orderOf([{ field: 'STATUS', direction: 'ASC' }]))),
    'sort by current MRR': await median(find({}, orderOf([{ field: 'CURRENT_MRR', direction: 'DESC' }]))),
    'total count': await median((db) => countUpcoming(db, bigPartnerId, dates)),
    summary: await median((db) => summarizeUpcoming(db, bigPartnerId, dates)),
  };
  await superuserPool.end();
  await database.close();
  return results;
}
