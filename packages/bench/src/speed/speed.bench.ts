import 'reflect-metadata';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import { barsOf, type BenchResults } from './bars.ts';
import { startBenchCluster } from './bench-database.ts';
import { loadDataset } from './dataset.ts';
import { measureDays } from './days.measure.ts';
import { measureDatabaseTimes, type DatabaseTimes } from './database-times.measure.ts';
import { measureDetails } from './details.measure.ts';
import { measureImport } from './import.measure.ts';
import { startLoad } from './load.ts';
import { measureMutations } from './mutation.measure.ts';
import { businessDate, installPeers, node22, versionOf } from '../node-process.ts';
import { printResults } from './results.table.ts';
import { measureServing } from './serving.measure.ts';

// Measures the speed of pages, counts, statements, mutations, days and imports, beside servers written by hand and other GraphQL servers.
//   npm run bench -- [--rows 1000000] [--contracts 1000000] [--grown 10000000] [--quick] [--only serving,details,database,mutation,days,import] [--note 'on a busy machine']
// A whole run writes its results to results/. A quick run checks only that all servers return the same, with one statement per page; its times
// mean nothing, and no bar applies to them.

const { values: options } = parseArgs({
  options: {
    rows: { type: 'string' },
    contracts: { type: 'string' },
    grown: { type: 'string' },
    quick: { type: 'boolean', default: false },
    only: { type: 'string' },
    note: { type: 'string' },
  },
});
const isQuick = options.quick;
const rows = Number(options.rows ?? (isQuick ? 20_000 : 1_000_000));
const contracts = Number(options.contracts ?? (isQuick ? 2000 : 1_000_000));
// With --rows, the run measures no larger table unless --grown asks for it.
const grown = Number(options.grown ?? (options.rows === undefined ? 10_000_000 : 0));
const parts = options.only?.split(',') ?? ['serving', 'details', 'database', 'mutation', 'days', 'import'];
const today = businessDate();
const begun = performance.now();
const say = (what: string) => console.log(`${((performance.now() - begun) / 1000).toFixed(1).padStart(6)} s  ${what}`);

await installPeers();
const cluster = await startBenchCluster();
const load = startLoad();
try {
  const results: BenchResults = { date: new Date().toISOString().slice(0, 10), rows, machine: machine(), versions: await versions() };
  if (options.note !== undefined) results.note = options.note;
  const database = await cluster.createDatabase('bench');
  const partners = await loadDataset(database, today, rows);
  const setup = { cluster, database, partners, today };
  say(`${rows} changes of ${partners.length} partners loaded`);
  // Writes after each part, so that a failure late in a long run loses nothing.
  const measured = (part: string) => {
    say(`${part}: done`);
    if (!isQuick && options.only === undefined) write(results);
  };
  if (parts.includes('serving')) {
    results.serving = await measureServing(setup, load, isQuick, say);
    measured('serving');
  }
  if (parts.includes('details')) {
    results.details = await measureDetails(setup, load, isQuick);
    measured('counts, summaries and customers');
  }
  const timesOf = async (size: number) => {
    const other = await cluster.createDatabase(`bench_${size}`);
    await loadDataset(other, today, size);
    say(`${size} changes loaded`);
    return await measureDatabaseTimes(other, today, isQuick);
  };
  if (parts.includes('database')) {
    const bySize: Record<string, DatabaseTimes> = (results.database = {});
    for (const size of sizesBelow(rows)) bySize[size] = await timesOf(size);
    bySize[rows] = await measureDatabaseTimes(database, today, isQuick);
    measured('times in the database');
  }
  if (parts.includes('mutation')) {
    results.mutation = await measureMutations(setup, load, isQuick);
    measured('mutations');
  }
  // After the other parts: it moves the partners to the next day.
  if (parts.includes('days')) {
    results.days = await measureDays(setup, isQuick);
    measured('days');
  }
  if (parts.includes('import')) {
    results.import = await measureImport(cluster, today, contracts, say);
    measured('import');
  }
  // Last, because it takes longest.
  if (results.database && grown > rows && !isQuick) {
    results.database[grown] = await timesOf(grown);
    measured('times in the database, largest table');
  }
  printResults(results, barsOf(results), isQuick);
  const wrong = Object.entries(results.serving?.statements ?? {}).filter(([, count]) => count !== 1);
  if (wrong.length > 0) throw new Error(`A page must be one statement, but these servers use another number: ${JSON.stringify(wrong)}`);
} finally {
  load.stop();
  await cluster.stop();
}

function write(results: BenchResults): void {
  const folder = new URL('../../results/', import.meta.url);
  mkdirSync(folder, { recursive: true });
  writeFileSync(new URL(`${results.date}-${rows}.json`, folder), `${JSON.stringify({ ...results, bars: barsOf(results) }, rounded, 2)}\n`);
}

/** The smaller sizes of the table, each ten times the last. A quick run measures only the smallest. */
function sizesBelow(largest: number): number[] {
  return [10_000, 100_000, 1_000_000].filter((size) => size < largest && (!isQuick || size === 10_000));
}

function machine(): string {
  const release = /PRETTY_NAME="(.*)"/.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? process.platform;
  return `${cpus().length} × ${cpus()[0]?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GB, ${release}`;
}

async function versions(): Promise<Record<string, string>> {
  const manifest = JSON.parse(readFileSync(new URL('../../peers/package.json', import.meta.url), 'utf8')) as {
    dependencies: Record<string, string>;
  };
  const newer = node22();
  return {
    node: newer ? await versionOf(newer) : process.version,
    olderNode: process.version,
    postgresql: cluster.version,
    ...manifest.dependencies,
  };
}

/** Rounds to four digits, the precision of a run. */
function rounded(_: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(4)) : value;
}
