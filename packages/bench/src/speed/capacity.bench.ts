import 'reflect-metadata';
import { availableParallelism, cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { addDays } from '../../../server/src/calendar-date.ts';
import { businessDate } from '../node-process.ts';
import { startBenchCluster, type BenchDatabase } from './bench-database.ts';
import { startProductContender } from './contender.ts';
import { loadDataset, pickPages } from './dataset.ts';
import { passBigPartner } from './days.passing.ts';
import { loadDuePartners } from './due-partners.dataset.ts';
import { measureImport } from './import.measure.ts';
import { startLoad } from './load.ts';
import { race } from './race.ts';

// Measures what one machine carries, for the section of that name in packages/server/OPERATING.md: bytes a row, pages a second, the CPU of a
// page, an import, and a day.
//   cd packages/bench && npm run capacity -- [--changes 1000000] [--contracts 200000] [--due 20000]

const { values: options } = parseArgs({
  options: {
    changes: { type: 'string', default: '1000000' },
    contracts: { type: 'string', default: '200000' },
    due: { type: 'string', default: '20000' },
  },
});
const changes = Number(options.changes);
const today = businessDate();

const cluster = await startBenchCluster();
const load = startLoad();
try {
  console.log(
    `${availableParallelism()} × ${cpus()[0]!.model}, Node ${process.versions.node}, PostgreSQL ${cluster.version}, ${changes} changes`,
  );
  const database = await cluster.createDatabase('capacity');
  const partners = await loadDataset(database, today, changes);
  await showSizes(database);

  const picks = await pickPages(database, today, 4000);
  const server = await startProductContender('ours', process.execPath, database, partners);
  const entry = { name: 'ours', servers: [server], requests: picks.map(server.requestOf) };
  const loaded = await race(load, [entry], {
    ...{ clients: 16, rounds: 5, seconds: 4, warmUp: 12_000, postmasterPid: cluster.postmasterPid },
  });
  const { rate, p50, p99, nodeCpu, postgresCpu, bytes, resident } = loaded.get('ours')!;
  console.log(
    `a page of 50 × 15: ${rate.toFixed(0)} a second by one process and PostgreSQL; p50 ${p50.toFixed(1)}, p99 ${p99.toFixed(1)} ms; CPU ms: Node ${nodeCpu.toFixed(2)}, PostgreSQL ${postgresCpu.toFixed(2)}; ${(bytes / 1024).toFixed(1)} kB; ${resident.toFixed(0)} MB of memory`,
  );
  await server.stop();

  const imported = await measureImport(cluster, today, Number(options.contracts), () => {});
  console.log(
    `import: ${(imported.contracts / imported.importSeconds).toFixed(0)} contracts a second (${imported.contracts} in ${imported.importSeconds.toFixed(1)} s)`,
  );

  const due = Number(options.due);
  const day = await cluster.createDatabase('day');
  const passed = await passBigPartner(day, await loadDuePartners(day, today, { customers: due, partners: 100 }), addDays(today, 1));
  console.log(
    `a day with ${due} contracts of one partner due: ${passed.seconds.toFixed(1)} s, ${(due / passed.seconds).toFixed(0)} a second; longest transaction ${passed.longestTransactionMs.toFixed(0)} ms`,
  );
} catch (error) {
  console.error(error);
  process.exitCode = 1;
} finally {
  load.stop();
  await cluster.stop();
}
process.exit();

/** Bytes of each table with rows: a row of the table, and its entries in all indexes. */
async function showSizes({ superuser }: BenchDatabase): Promise<void> {
  // Made for comparisons; the product has no such index.
  await superuser.query('drop index contract_change_page_idx');
  const { rows } = await superuser.query<{ name: string; count: number; heap: number; indexes: number }>(
    `select relname as name, reltuples::float8 as count, pg_table_size(oid)::float8 as heap, pg_indexes_size(oid)::float8 as indexes
     from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r' and reltuples > 10000 order by pg_total_relation_size(oid) desc`,
  );
  const total = rows.reduce((sum, { heap, indexes }) => sum + heap + indexes, 0);
  for (const { name, count, heap, indexes } of rows)
    console.log(
      `${name}: ${Math.round(count)} rows; bytes a row: ${(heap / count).toFixed(0)} + ${(indexes / count).toFixed(0)} of indexes`,
    );
  console.log(`together: ${(total / changes).toFixed(0)} bytes a change, ${(total / 1024 ** 3).toFixed(2)} GB`);
}
