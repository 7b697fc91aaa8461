import 'reflect-metadata';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import { barsOf, type BenchResults } from './bars.ts';
import { startBenchCluster } from './bench-database.ts';
import { loadDataset } from './dataset.ts';
import { measureDatabaseTimes, type DatabaseTimes } from './database-times.measure.ts';
import { measureImport } from './import.measure.ts';
import { startLoad } from './load.ts';
import { measureMutations } from './mutation.measure.ts';
import { businessDate, installPeers, node22, versionOf } from '../node-process.ts';
import { printResults } from './results.table.ts';
import { measureServing } from './serving.measure.ts';

// How fast it is, against the same by hand and against what one would pick instead.
//   npm run bench -- [--rows 1000000] [--contracts 1000000] [--grown 10000000] [--quick] [--only serving,database,mutation,import] [--note 'on a busy machine']
// A quick run checks that all servers answer the same, and how many statements that takes; its times are told and judged by nobody.

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
// Who names a size has that one, unless told.
const grown = Number(options.grown ?? (options.rows === undefined ? 10_000_000 : 0));
const parts = options.only?.split(',') ?? ['serving', 'database', 'mutation', 'import'];
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
  const ground = { cluster, database, partners, today };
  say(`${rows} changes of ${partners.length} partners laid out`);
  // What has been measured is kept, whatever happens to the rest of a long run.
  const measured = (part: string) => {
    say(`${part}: done`);
    if (!isQuick && options.only === undefined) write(results);
  };
  if (parts.includes('serving')) {
    results.serving = await measureServing(ground, load, isQuick, say);
    measured('serving');
  }
  const timesOf = async (size: number) => {
    const other = await cluster.createDatabase(`bench_${size}`);
    await loadDataset(other, today, size);
    say(`${size} changes laid out`);
    return await measureDatabaseTimes(other, today, isQuick);
  };
  if (parts.includes('database')) {
    const bySize: Record<string, DatabaseTimes> = (results.database = {});
    for (const size of sizesBelow(rows)) bySize[size] = await timesOf(size);
    bySize[rows] = await measureDatabaseTimes(database, today, isQuick);
    measured('times in the database');
  }
  if (parts.includes('mutation')) {
    results.mutation = await measureMutations(ground, load, isQuick);
    measured('mutations');
  }
  if (parts.includes('import')) {
    results.import = await measureImport(cluster, today, contracts, say);
    measured('import');
  }
  // Last, since it takes longest.
  if (results.database && grown > rows && !isQuick) {
    results.database[grown] = await timesOf(grown);
    measured('times in a table that has grown');
  }
  printResults(results, barsOf(results), isQuick);
  const wrong = Object.entries(results.serving?.statements ?? {}).filter(([, count]) => count !== 1);
  if (wrong.length > 0) throw new Error(`A page is not one statement: ${JSON.stringify(wrong)}`);
} finally {
  load.stop();
  await cluster.stop();
}

function write(results: BenchResults): void {
  const folder = new URL('../../results/', import.meta.url);
  mkdirSync(folder, { recursive: true });
  writeFileSync(new URL(`${results.date}-${rows}.json`, folder), `${JSON.stringify({ ...results, bars: barsOf(results) }, rounded, 2)}\n`);
}

/** The table grows by tens; what is smaller than all is only measured where there is something to compare with. */
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

/** Four digits tell all that a run can. */
function rounded(_: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(4)) : value;
}
