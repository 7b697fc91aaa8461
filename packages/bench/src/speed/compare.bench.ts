import 'reflect-metadata';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { addDays } from '../../../server/src/calendar-date.ts';
import { businessDate, startProduct, type NodeServer } from '../node-process.ts';
import { startBenchCluster } from './bench-database.ts';
import { productRequests } from './contender.ts';
import { loadDataset, pickPages } from './dataset.ts';
import { startLoad, type HttpRequest } from './load.ts';
import { pickWrites, productWrites } from './mutation.measure.ts';
import { race } from './race.ts';

// Compares this build of the server with another one, by turns on one database: a page, a sorted one, one searched for, one of an earlier date,
// and a mutation. Both builds must have the same migrations.
//   cd packages/bench && npm run compare -- --other FOLDER/packages/server/dist/main.js [--changes 120000] [--clients 16] [--rounds 5] [--only page,mutation]

const { values: options } = parseArgs({
  options: {
    other: { type: 'string' },
    changes: { type: 'string', default: '120000' },
    clients: { type: 'string', default: '16' },
    rounds: { type: 'string', default: '5' },
    only: { type: 'string', default: 'page,sort,search,asOf,mutation' },
  },
});
if (options.other === undefined) throw new Error('--other is missing: the main.js of the other build.');
const today = businessDate();
const row = `nodes { id customer { name } communicationOwner type status renewalDeadline primaryContact { name } } pageInfo { hasNextPage endCursor }`;
const list = (conditions: string) => `query ($after: String) { upcomingContractChanges(first: 50, after: $after${conditions}) { ${row} } }`;
const documents = {
  page: list(''),
  sort: list(', orderBy: [{ field: EMAIL_LIMIT }]'),
  search: list(', query: "vandelay 7"'),
  asOf: list(`, asOf: "${addDays(today, -10)}"`),
};

const cluster = await startBenchCluster();
const load = startLoad();
try {
  const database = await cluster.createDatabase('compare');
  const partners = await loadDataset(database, today, Number(options.changes));
  const variables = { DATABASE_URL: database.variables.DATABASE_URL };
  const one = await startProduct(process.execPath, variables);
  const other = await startProduct(process.execPath, variables, [], resolve(options.other));
  const picks = await pickPages(database, today, 4000);
  const table: Record<string, Record<string, string>> = {};
  const compare = async (kind: string, requestsOf: (server: 0 | 1) => HttpRequest[], isOnce = false) => {
    const entryOf = (name: string, server: NodeServer, part: 0 | 1) => ({ name, servers: [server], requests: requestsOf(part), isOnce });
    const measured = await race(load, [entryOf(`${kind}, this`, one, 0), entryOf(`${kind}, other`, other, 1)], {
      clients: Number(options.clients),
      rounds: Number(options.rounds),
      seconds: 3,
      warmUp: 8000,
      postmasterPid: cluster.postmasterPid,
    });
    const [a, b] = [measured.get(`${kind}, this`)!, measured.get(`${kind}, other`)!];
    table[kind] = {
      'this ÷ other': (a.rate / b.rate).toFixed(2),
      'a second: this, other': `${a.rate.toFixed(0)}, ${b.rate.toFixed(0)}`,
      'CPU of Node, ms': `${a.nodeCpu.toFixed(2)}, ${b.nodeCpu.toFixed(2)}`,
      'CPU of PostgreSQL, ms': `${a.postgresCpu.toFixed(2)}, ${b.postgresCpu.toFixed(2)}`,
    };
    console.table(table);
  };
  const kinds = options.only.split(',');
  for (const [kind, document] of Object.entries(documents).filter(([each]) => kinds.includes(each))) {
    // A cursor belongs to the order of its list.
    const requestOf = productRequests(partners, document);
    const requests = picks.map((pick) => requestOf(kind === 'page' ? pick : { ...pick, after: null }));
    await compare(kind, () => requests);
  }
  if (kinds.includes('mutation')) {
    const writes = await pickWrites(database, 2, 12_000);
    await compare('mutation', (part) => writes[part]!.map(productWrites(partners)), true);
  }
  await Promise.all([one.stop(), other.stop()]);
} catch (error) {
  console.error(error);
  process.exitCode = 1;
} finally {
  load.stop();
  await cluster.stop();
}
process.exit();
