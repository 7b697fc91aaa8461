import 'reflect-metadata';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startBenchCluster } from './bench-database.ts';
import { handRequests, productDocument, productRequests, startByHand, type ColumnSet } from './contender.ts';
import { loadDataset, pickPages } from './dataset.ts';
import { startLoad } from './load.ts';
import { businessDate, installPeers, node22, startProduct } from '../node-process.ts';

// Profiles the product while 16 clients read pages, with V8's profiler: self time by package and by function. With --server hand it profiles the
// server written by hand over the wide table.
//   cd packages/bench && npm run profile -- [--rows 50000] [--seconds 10] [--columns locked] [--server hand]

const { values: options } = parseArgs({
  options: {
    rows: { type: 'string', default: '50000' },
    seconds: { type: 'string', default: '10' },
    columns: { type: 'string', default: 'all' },
    server: { type: 'string', default: 'ours' },
  },
});
const columns = options.columns as ColumnSet;
const seconds = Number(options.seconds);

type Profile = {
  nodes: { id: number; callFrame: { functionName: string; url: string; lineNumber: number } }[];
  samples: number[];
  timeDeltas: number[];
};

const today = businessDate();
await installPeers();
const folder = mkdtempSync(join(tmpdir(), 'renewals-profile-'));
const cluster = await startBenchCluster();
const load = startLoad();
try {
  const database = await cluster.createDatabase('bench');
  const partners = await loadDataset(database, today, Number(options.rows));
  const picks = await pickPages(database, today, 2000);
  const profiling = ['--cpu-prof', `--cpu-prof-dir=${folder}`, '--cpu-prof-interval=500'];
  const node = node22() ?? process.execPath;
  const [server, requestOf] =
    options.server === 'ours'
      ? [
          await startProduct(node, { DATABASE_URL: database.variables.DATABASE_URL }, profiling),
          productRequests(partners, productDocument(columns)),
        ]
      : [await startByHand('by hand', node, 'wide', database, today, profiling), handRequests(columns)];
  await load.prepare('profiled', [server.url], picks.map(requestOf), false);
  await load.run('profiled', 16, 4);
  const { answers, seconds: took } = await load.run('profiled', 16, seconds);
  await server.stop();
  const profile = JSON.parse(readFileSync(join(folder, readdirSync(folder)[0]!), 'utf8')) as Profile;
  print(profile, answers, took);
} finally {
  load.stop();
  await cluster.stop();
  rmSync(folder, { recursive: true, force: true });
}

function print({ nodes, samples, timeDeltas }: Profile, answers: number, took: number): void {
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]));
  const byFunction = new Map<string, number>();
  const byPackage = new Map<string, number>();
  const add = (sums: Map<string, number>, key: string, ms: number) => sums.set(key, (sums.get(key) ?? 0) + ms);
  // The last samples are those of the measured run.
  let left = took * 1e6;
  for (let index = samples.length - 1; index >= 0 && left > 0; index -= 1) {
    const delta = timeDeltas[index] ?? 0;
    left -= delta;
    const { functionName, url, lineNumber } = frames.get(samples[index]!)!;
    const owner = ownerOf(url, functionName);
    const place = url === '' ? '' : ` ${url.slice(url.lastIndexOf('/') + 1)}:${lineNumber + 1}`;
    add(byFunction, `${functionName || '(anonymous)'}${place} [${owner}]`, delta / 1000);
    add(byPackage, owner, delta / 1000);
  }
  console.log(`\n${(answers / took).toFixed(0)} pages a second under the profiler; self time in ms per request`);
  const top = (sums: Map<string, number>, count: number) => {
    for (const [key, ms] of [...sums].sort((a, b) => b[1] - a[1]).slice(0, count))
      console.log(`${(ms / answers).toFixed(3).padStart(8)}  ${key}`);
  };
  top(byPackage, 20);
  console.log('');
  top(byFunction, 45);
}

function ownerOf(url: string, functionName: string): string {
  if (url === '') return functionName.startsWith('(') ? functionName : 'V8';
  if (url.startsWith('node:')) return 'node';
  const name = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1];
  return name ?? `server/${/dist\/([^/]+)/.exec(url)?.[1] ?? ''}`;
}
