import 'reflect-metadata';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { addDays } from '../../../server/src/calendar-date.ts';
import { columns } from '../../../server/src/contract-change/contract-change.columns.ts';
import { contractChangeFields } from '../../../server/src/contract-change/contract-change.fields.ts';
import { findHistoryOfCustomers } from '../../../server/src/contract-change/contract-change.queries.ts';
import { dashboardRowsSql } from '../../../server/src/contract-change/dashboard-row.queries.ts';
import { orderOf } from '../../../server/src/dashboard/dashboard.order.ts';
import { countUpcoming, findUpcoming } from '../../../server/src/dashboard/dashboard.queries.ts';
import { openDatabase } from '../../../server/src/database/database.ts';
import type { Reader } from '../../../server/src/database/reader.ts';
import { projectionOf } from '../../../server/src/reading/projection.ts';
import { bigPartnerId } from '../../../server/testing/dashboard-rows.ts';
import { executions, statementOf, wantedPage } from '../../../server/testing/statement-plan.ts';
import { databaseOption, Verdict } from '../faults/fault-target.ts';
import { quantile } from '../server-process.ts';
import { startBenchCluster, type BenchDatabase } from './bench-database.ts';
import { loadDataset, type Partner } from './dataset.ts';
import { clientOf, startOn } from './days.passing.ts';
import { median } from './race.ts';
import { watchTransactions } from './transactions.watch.ts';
import { contractTerms } from '../../../server/src/contract/contract.terms.ts';

// Lets history leave the dashboard's table. Of 1,000,000 changes, 80 % took effect about two years ago, and their rows are still in the
// table, as an older version left them. The server starts on the day after: it passes the day, then it removes them under a load of pages.
//   cd packages/bench && npm run history -- [--server] [--changes 1000000]

const { values: options } = parseArgs({ options: { ...databaseOption, changes: { type: 'string', default: '1000000' } } });
const changes = Number(options.changes);
const oldOfEach = 4;
const today = '2026-11-22';
const tomorrow = addDays(today, 1);

const verdict = new Verdict();
const cluster = await startBenchCluster({ isServer: options.server });
await verdict.concludeAfter(async () => {
  const database = await cluster.createDatabase('history');
  const partners = await loadDataset(database, today, changes / (1 + oldOfEach));
  await show('without history', database);
  await addHistory(database);
  await show(`with ${oldOfEach} old changes for each other one, all in the table`, database);
  await removeUnderLoad(database, partners);
  await database.superuser.query('vacuum analyze');
  await show('after they left, and after vacuum', database);
  await database.superuser.query('reindex table concurrently dashboard_row');
  await show('after reindex table concurrently', database);
}, cluster);

/** Adds settled renewals to each contract, and rows of the dashboard for them. */
async function addHistory({ superuser }: BenchDatabase): Promise<void> {
  const client = await superuser.connect();
  try {
    await client.query('set session_replication_role = replica');
    await client.query(
      `insert into contract_change (partner_id, id, contract_id, customer_id, type, effective_date, settled_on, is_applied, ${contractTerms.map((term) => `from_${term}`).join(', ')})
       select partner_id, gen_random_uuid(), id, customer_id, 'RENEWAL', day, day + 1, true, ${contractTerms.join(', ')}
       from contract cross join generate_series(1, $2) year cross join lateral (select $1::date - 640 - 30 * year + (hashtext(id::text) % 15) as day) old
       order by partner_id, md5(id::text || year)`,
      [today, oldOfEach],
    );
    await client.query('analyze contract_change');
    const { rows } = await client.query<{ names: string }>(
      `select string_agg(attname, ', ') as names from pg_attribute where attrelid = 'dashboard_row'::regclass and attnum > 0 and not attisdropped and attgenerated = ''`,
    );
    const old = { where: (change: string) => `${change}.effective_date < '${today}'::date - 366` };
    const defined = dashboardRowsSql({ partnerId: 'change.partner_id', asOf: `'${today}'::date`, direction: 'present', only: old });
    await client.query(`insert into dashboard_row (${rows[0]!.names}) select ${rows[0]!.names} from (${defined}) defined`);
  } finally {
    client.release(true);
  }
  await superuser.query('vacuum analyze');
}

/** Starts the server on the day after, and waits until the old rows have left. Clients of all partners ask for pages meanwhile. */
async function removeUnderLoad(database: BenchDatabase, partners: readonly Partner[]): Promise<void> {
  const left = async () => {
    const { rows } = await database.superuser.query<{ count: number }>(
      `select count(*)::int as count from dashboard_row where effective_date < $1::date - 366`,
      [tomorrow],
    );
    return rows[0]!.count;
  };
  const before = await left();
  const watch = watchTransactions(database);
  const server = await startOn(database, tomorrow);
  const start = performance.now();
  const clients = Array.from({ length: 60 }, (_, index) => clientOf(server.url, partners[Math.floor((index * partners.length) / 60)]!.key));
  for (const client of clients) await client.connect(1);
  const state = { isOver: false };
  const times: number[] = [];
  let failures = 0;
  const sending = (async () => {
    for (let index = 0; !state.isOver; index += 1) {
      const { status, ms } = await clients[index % clients.length]!.send();
      times.push(ms);
      if (status !== 200) failures += 1;
      await sleep(8);
    }
  })();
  while ((await left()) > 0) await sleep(500);
  const seconds = (performance.now() - start) / 1_000;
  state.isOver = true;
  await sending;
  const longest = await watch.stop();
  for (const client of clients) client.close();
  await server.stop();
  console.log(
    `${before} old rows leave in ${seconds.toFixed(1)} s, a day of all partners included; ${times.length} pages meanwhile, p50 ${quantile(times, 0.5).toFixed(1)}, p99 ${quantile(times, 0.99).toFixed(1)}, most ${Math.max(...times).toFixed(0)} ms`,
  );
  verdict.check(`no transaction takes longer than a second: ${Math.round(longest)} ms`, longest <= 1_000);
  verdict.check(`every page is answered meanwhile: ${failures} were not`, failures === 0);
}

async function show(when: string, database: BenchDatabase): Promise<void> {
  const { rows } = await database.superuser.query<{ name: string; count: number; heap: number; indexes: number }>(
    `select name, (xpath('/row/c/text()', query_to_xml('select count(*) as c from ' || name, false, true, '')))[1]::text::int as count,
       pg_table_size(name::regclass)::float8 as heap, pg_indexes_size(name::regclass)::float8 as indexes
     from unnest(array['dashboard_row', 'contract_change']) name`,
  );
  const megabytes = (bytes: number) => (bytes / 1024 / 1024).toFixed(0);
  console.log(`\n${when}:`);
  for (const { name, count, heap, indexes } of rows)
    console.log(`  ${name}: ${count} rows, table ${megabytes(heap)} MB, indexes ${megabytes(indexes)} MB`);
  for (const [what, { ms, blocks }] of Object.entries(await pages(database)))
    console.log(`  ${what}: ${ms.toFixed(2)} ms in the database, ${blocks} blocks`);
}

type Cost = { ms: number; blocks: number };

/** Median milliseconds of the product's statements with a warm cache, for the partner with the most customers. */
async function pages(database: BenchDatabase): Promise<Record<string, Cost>> {
  const served = await openDatabase(
    { databaseUrl: database.variables.DATABASE_URL, dataDir: '', environment: 'production', poolSize: 2, statementTimeoutMs: 60_000 },
    { migrate: false },
  );
  const { rows } = await database.superuser.query<{ id: string }>('select id from customer where partner_id = $1 order by id limit 1', [
    bigPartnerId,
  ]);
  const customerIds = [rows[0]!.id];
  const dates = { asOf: today, today };
  const all = projectionOf(contractChangeFields, ['id', ...Object.values(columns).flatMap((column) => Object.keys(column.fields))]);
  const list =
    (set: object, order = orderOf(null)) =>
    (reader: Reader) =>
      findUpcoming(reader, wantedPage(all), { set: { ...dates, ...set }, order });
  const queries: Record<string, (reader: Reader) => Promise<unknown>> = {
    'first page': list({}),
    'page by name': list({}, orderOf([{ field: 'CUSTOMER_NAME', direction: 'ASC' }])),
    count: (reader) => countUpcoming(reader, dates),
    'page of 300 days ago': list({ asOf: addDays(today, -300) }),
    "page of a customer's changes": (reader) => findHistoryOfCustomers(reader, wantedPage(all), customerIds),
  };
  const found: Record<string, Cost> = {};
  for (const [name, query] of Object.entries(queries)) {
    const seen = await executions(served.pool, await statementOf({ partnerId: bigPartnerId, today }, query), 11);
    found[name] = { ms: median(seen.map(({ milliseconds }) => milliseconds)), blocks: seen.at(-1)!.plan['Shared Hit Blocks'] ?? 0 };
  }
  await served.close();
  return found;
}
