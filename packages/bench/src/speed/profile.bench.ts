import 'reflect-metadata';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startBenchCluster } from './bench-database.ts';
import { handRequests, productDocument, productRequests, startByHand, type ColumnSet } from './contender.ts';
import { loadDataset, pickPages } from './dataset.ts';
import type { DetailKind } from '../../peers/details.reader.ts';
import { businessDate, installPeers, node22, startProduct, type NodeServer } from '../node-process.ts';
import { detailKinds, detailRequests, pickCustomers } from './details.measure.ts';
import { startLoad, type HttpRequest } from './load.ts';
import { cpuOf, cpuOfPostgres } from './process-usage.ts';

// Profiles the product while 16 clients read, with V8's profiler: self time by package and by function, and the CPU of PostgreSQL. They read pages, or
// with --kind one of the reads beside the list. With --server hand it profiles the server written by hand over the wide table.
//   cd packages/bench && npm run profile -- [--rows 50000] [--seconds 10] [--columns locked] [--kind totalCount|summary|customer] [--server hand]

const { values: options } = parseArgs({
  options: {
    rows: { type: 'string', default: '50000' },
    seconds: { type: 'string', default: '10' },
    columns: { type: 'string', default: 'all' },
    kind: { type: 'string', default: 'page' },
    server: { type: 'string', default: 'ours' },
  },
});
const columns = options.columns as ColumnSet;
if (options.kind !== 'page' && !detailKinds.includes(options.kind as DetailKind))
  throw new Error(`--kind is page or ${detailKinds.join(', ')}.`);
const seconds = Number(options.seconds);
// V8 compiles the code of a page step by step, the last part after some 10,000 pages.
const answersToWarmUp = 12_000;

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
  const profiling = ['--cpu-prof', `--cpu-prof-dir=${folder}`, '--cpu-prof-interval=500'];
  const startProfiled = async (node: string): Promise<[NodeServer, HttpRequest[]]> => {
    const pages = await pickPages(database, today, 2000);
    if (options.server === 'hand')
      return [await startByHand('by hand', node, 'wide', database, today, profiling), pages.map(handRequests(columns))];
    const server = await startProduct(node, { DATABASE_URL: database.variables.DATABASE_URL }, profiling);
    if (options.kind === 'page') return [server, pages.map(productRequests(partners, productDocument(columns)))];
    return [server, (await pickCustomers(database, today, 2000)).map(detailRequests(partners, options.kind as DetailKind))];
  };
  const [server, requests] = await startProfiled(node22() ?? process.execPath);
  await load.prepare('profiled', [server.url], requests, false);
  for (let answered = 0; answered < answersToWarmUp;) answered += (await load.run('profiled', 16, 2)).answers;
  const cpu = () => ({ node: cpuOf(server.pid), postgres: cpuOfPostgres(cluster.postmasterPid) });
  const before = cpu();
  const { answers, seconds: took } = await load.run('profiled', 16, seconds);
  const after = cpu();
  await server.stop();
  const profile = JSON.parse(readFileSync(join(folder, readdirSync(folder)[0]!), 'utf8')) as Profile;
  print(profile, answers, took);
  const each = (ms: number) => (ms / answers).toFixed(3);
  console.log(`\nCPU a request: ${each(after.node - before.node)} ms here, ${each(after.postgres - before.postgres)} ms of PostgreSQL`);
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
