import { buildSchema, graphql } from 'graphql';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundle, gzipBytes } from '../../../sdk/check/bundle.mjs';
import { installTools, modules, node } from '../../../sdk/check/tools.mjs';
import { check } from '../../../sdk/test/compiler.ts';
import { fiftyChoices } from '../../../sdk/test/consumers.ts';
import { preparePeers, type SdkPeer } from './sdk-peers.ts';

// Compares the SDK with other GraphQL clients for TypeScript, on the same programs: bundle size, cost of the types, mistakes that compile,
// and number of requests. Writes results/sdk.json.
//   cd packages/bench && npm run sdk

await installTools();
const folder = mkdtempSync(join(tmpdir(), 'renewals-sdk-'));
try {
  const peers = await preparePeers(folder);
  const measured = [];
  for (const peer of peers) measured.push(await measure(peer));
  console.table(measured.map(({ name, ...figures }) => ({ '': name, ...figures })));
  const results = join(import.meta.dirname, '../../results');
  mkdirSync(results, { recursive: true });
  const versions = Object.fromEntries(
    ['@genql/cli', 'graphql-zeus', 'gql.tada', 'graphql-request', 'esbuild'].map((name) => [name, manifestOf(name).version]),
  );
  const written = { date: new Date().toISOString().slice(0, 10), node: process.versions.node, typescript: '6.0.3', versions, measured };
  writeFileSync(join(results, 'sdk.json'), `${JSON.stringify(written, null, 2)}\n`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function measure(peer: SdkPeer) {
  const fifty = check(folder, fiftyCalls(peer), { bundled: true });
  if (fifty.errors.length > 0) throw new Error(`${peer.name}: ${JSON.stringify(fifty.errors.slice(0, 3), null, 2)}`);
  return {
    name: peer.name,
    'one list, gzip bytes': gzipBytes(bundle(oneList(peer), folder)),
    '50 calls, instantiations': fifty.instantiations,
    '50 calls, types': fifty.types,
    'shipped bytes': bytesOf(peer.shipped),
    'dependencies and peers': peer.package === null ? 0 : dependenciesOf(peer.package),
    'unknown field': outcome(errorsOf(peer, `export const page = ${peer.list(['nope'], 'first: 3')};`)),
    'maybe selected, read as certain': maybe(peer),
    'requests for 7 rows by 3': await requests(peer),
  };
}

function oneList(peer: SdkPeer): string {
  return `${peer.begin}
const page = ${peer.list(['website', 'currentMrr'], 'first: 50')};
for (const row of ${peer.rows('page')}) console.log(${peer.read('row', 'customerName')}, ${peer.read('row', 'website')});`;
}

function fiftyCalls(peer: SdkPeer): string {
  const calls = fiftyChoices.map((choice, index) => {
    const row = `${peer.rows(`page${index}`)}[0]`;
    return `const page${index} = ${peer.list(choice, 'first: 50')};
export const read${index} = [${peer.read(row, 'customerName')}, ${peer.read(row, choice[0]!)}];`;
  });
  return `${peer.begin}\n${calls.join('\n')}`;
}

function errorsOf(peer: SdkPeer, program: string): readonly string[] {
  const { errors } = check(folder, `${peer.begin}\ndeclare const wide: boolean;\n${program}`, { bundled: true });
  return errors.map(({ at, text }) => `${at}: ${text}`);
}

/** Whether a value that may be missing compiles where a certain value is needed. */
function maybe(peer: SdkPeer): string {
  if (peer.maybe === null) return 'unchecked';
  const read = peer.read(`${peer.rows('page')}[0]!`, 'billingFrequency').replaceAll('?.', '.');
  const found = errorsOf(peer, `const page = ${peer.maybe}; export const value = ${read};`);
  if (found.length > 0) throw new Error(`${peer.name}, with a flag: ${found.join('\n')}`);
  return outcome(errorsOf(peer, `const page = ${peer.maybe}; export const value: string = ${read};`));
}

function outcome(found: readonly string[]): 'compiles' | 'error' {
  return found.length === 0 ? 'compiles' : 'error';
}

/** Requests of a program that reads 7 rows with 3 per page. The SDK iterates; for the others the program has a loop. */
async function requests(peer: SdkPeer): Promise<number> {
  const loop = peer.shipped.endsWith('ours')
    ? `let count = 0; for await (const _ of renewals.list({ columns: ['website'], first: 3 })) count += 1; console.log(count);`
    : `let after: string | null | undefined; let count = 0;
do {
  const page = ${peer.list(['website'], 'first: 3, after')};
  count += ${peer.rows('page')}.length;
  after = ${peer.pageInfo('page')}.hasNextPage ? ${peer.pageInfo('page')}.endCursor : null;
} while (after);
console.log(count);`;
  const server = await startPages(7);
  try {
    const program = join(folder, 'loop.mjs');
    writeFileSync(program, bundle(`${peer.begin.replace('http://localhost', server.url)}\n${loop}`, folder, { platform: 'node' }));
    const { stdout } = await node([program]);
    if (stdout !== '7\n') throw new Error(`${peer.name} read ${stdout} of 7 rows.`);
    return server.requests();
  } finally {
    server.close();
  }
}

/** Starts a server with a list of `count` rows. It counts its requests. */
async function startPages(count: number) {
  const schema = buildSchema(readFileSync(join(folder, 'schema.graphql'), 'utf8'));
  const term = { mrr: { amount: '1.00', currencyCode: 'EUR' } };
  const customer = { id: 'c', name: 'Acme', website: 'https://acme.example', hubId: '1', association: { version: 1 } };
  const row = { id: 'r', customer, communicationOwner: 'VENDOR', type: 'RENEWAL', status: 'PENDING', currentTerms: term, newTerms: term };
  const rootValue = {
    upcomingContractChanges({ first, after }: { first: number; after?: string | null }) {
      const begin = Number(after ?? 0);
      const nodes = Array.from({ length: Math.min(first, count - begin) }, () => row);
      const end = begin + nodes.length;
      const pageInfo = { hasNextPage: end < count, hasPreviousPage: false, startCursor: null, endCursor: String(end) };
      return { businessDate: '2026-11-22', totalCount: count, pageInfo, nodes };
    },
  };
  let requestCount = 0;
  const server = createServer(async (request, response) => {
    requestCount += 1;
    let body = '';
    for await (const chunk of request.setEncoding('utf8')) body += chunk as string;
    const { query, variables } = JSON.parse(body) as { query: string; variables?: Record<string, unknown> };
    const answer = await graphql({ schema, source: query, variableValues: variables ?? null, rootValue });
    response.setHeader('content-type', 'application/json').end(JSON.stringify(answer));
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, requests: () => requestCount, close: () => server.close() };
}

function manifestOf(name: string) {
  return JSON.parse(readFileSync(join(modules, name, 'package.json'), 'utf8')) as {
    version: string;
    dependencies?: object;
    peerDependencies?: object;
  };
}

function dependenciesOf(name: string): number {
  const { dependencies, peerDependencies } = manifestOf(name);
  return Object.keys({ ...dependencies, ...peerDependencies }).length;
}

function bytesOf(path: string): number {
  const files = readdirSync(path, { recursive: true, withFileTypes: true }).filter((each) => each.isFile());
  return files
    .filter((file) => !file.parentPath.slice(path.length).includes('node_modules'))
    .reduce((bytes, file) => bytes + readFileSync(join(file.parentPath, file.name)).length, 0);
}
