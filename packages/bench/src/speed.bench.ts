import 'reflect-metadata';
import { parseArgs } from 'node:util';
import { startBenchCluster } from './bench-database.ts';
import { loadDataset } from './dataset.ts';
import { startLoad } from './load.ts';
import { businessDate, installPeers } from './node-process.ts';
import { measureServing } from './serving.measure.ts';

// How fast it is, against the same by hand and against what one would pick instead.
//   npm run bench -- [--rows 1000000] [--quick]

const { values: options } = parseArgs({ options: { rows: { type: 'string' }, quick: { type: 'boolean', default: false } } });
const rows = Number(options.rows ?? (options.quick ? 20_000 : 1_000_000));
const today = businessDate();
const begun = performance.now();
const say = (what: string) => console.log(`${((performance.now() - begun) / 1000).toFixed(1).padStart(6)} s  ${what}`);

await installPeers();
const cluster = await startBenchCluster();
const load = startLoad();
try {
  const database = await cluster.createDatabase('bench');
  const partners = await loadDataset(database, today, rows);
  say(`${rows} changes of ${partners.length} partners laid out`);
  const serving = await measureServing({ cluster, database, partners, today }, load, options.quick, say);
  console.table(serving.loaded);
  console.table(serving.unloaded);
  console.table(serving.locked);
  console.table(serving.processes);
} finally {
  load.stop();
  await cluster.stop();
}
