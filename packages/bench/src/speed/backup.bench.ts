import 'reflect-metadata';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream, createWriteStream, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import { bigPartnerId } from '../../../server/testing/dashboard-rows.ts';
import { Verdict } from '../faults/fault-target.ts';
import { businessDate, businessTimeZone, optionsOfCommands, productMain, startProduct, variablesOfCommands } from '../node-process.ts';
import { startBenchCluster, type BenchDatabase } from './bench-database.ts';
import { loadDataset } from './dataset.ts';
import { memoryOf } from './process-usage.ts';
import { showSizes } from './table-sizes.ts';

// Backs up and restores partners of every size, beside a bare COPY of the same tables in both directions. Then every table must be equal,
// and keys must work.
//   cd packages/bench && npm run backup -- [--changes 1000000] [--server]
// With --server, the source is the PostgreSQL of the operating system's packages, and the target the embedded one of a newer version.

const { values: options } = parseArgs({
  options: { changes: { type: 'string', default: '1000000' }, server: { type: 'boolean', default: false } },
});
const mostTimes = 2;
const mostMegabytes = 100;

const verdict = new Verdict();
const folder = mkdtempSync(join(tmpdir(), 'renewals-backup-'));
const from = await startBenchCluster({ isServer: options.server });
const to = options.server ? await startBenchCluster() : from;
try {
  console.log(`from PostgreSQL ${from.version} to PostgreSQL ${to.version}, ${options.changes} changes`);
  const source = await from.createDatabase('source');
  const partners = await loadDataset(source, businessDate(), Number(options.changes));
  const tables = await tablesOf(source);
  await showSizes(source, Number(options.changes));

  // The first reading of what was just loaded is slower, and the backup is not the first.
  await copyTables(source, tables, 'out');
  const bareOut = await timed(() => copyTables(source, tables, 'out'));
  const file = join(folder, 'backup.gz');
  const backup = await runRenewals(['backup', file], source);
  report('backup', backup, bareOut, `${megabytes(statSync(file).size)} MB`);

  const bare = await to.createDatabase('bare');
  const bareIn = await timed(() => copyTables(bare, tables, 'in'));
  for (const table of tables) rmSync(fileOf(table));
  const target = await to.createEmptyDatabase('target');
  const restored = await runRenewals(['restore', file], target);
  report('restore', restored, bareIn, 'with indexes, references and statistics');

  const [before, after] = [await contentsOf(source, tables), await contentsOf(target, tables)];
  const different = tables.filter((table) => before.get(table) !== after.get(table));
  verdict.check(`all ${tables.length} tables have equal contents; different: ${different.join(', ') || 'none'}`, different.length === 0);
  const server = await startProduct(process.execPath, target.variables);
  const answers = await Promise.all(partners.slice(0, 50).map(({ key }) => answerOf(server.url, key)));
  await server.stop();
  verdict.check(
    `50 of ${partners.length} keys work`,
    answers.every((status) => status === 200),
  );
  const removal = await runRenewals(['partner', 'remove', 'Partner 0', '--yes'], target);
  const left = await target.superuser.query('select from contract_change where partner_id = $1', [bigPartnerId]);
  console.log(`partner remove: ${removal.seconds.toFixed(1)} s for the biggest partner, ${removal.peak.toFixed(0)} MB of memory`);
  verdict.check('nothing is left of the removed partner', left.rowCount === 0);
} catch (error) {
  console.error(error);
  process.exitCode = 1;
} finally {
  await from.stop();
  if (to !== from) await to.stop();
  rmSync(folder, { recursive: true });
}
if (process.exitCode === undefined) verdict.conclude();
process.exit();

type Run = { seconds: number; peak: number };

function report(name: string, { seconds, peak }: Run, bareSeconds: number, note: string): void {
  const times = seconds / bareSeconds;
  console.log(`${name}: ${seconds.toFixed(1)} s, bare COPY ${bareSeconds.toFixed(1)} s, ${peak.toFixed(0)} MB of memory; ${note}`);
  verdict.check(`${name} takes less than ${mostTimes} times a bare COPY: ${times.toFixed(2)} times`, times < mostTimes);
  verdict.check(`${name} needs less than ${mostMegabytes} MB`, peak < mostMegabytes);
}

async function runRenewals(words: readonly string[], { variables }: BenchDatabase): Promise<Run> {
  const { PATH, HOME } = process.env;
  const begun = performance.now();
  const child = spawn(process.execPath, [...optionsOfCommands, productMain, ...words], {
    env: {
      ...(PATH && { PATH }),
      ...(HOME && { HOME }),
      ...variablesOfCommands,
      NODE_ENV: 'production',
      BUSINESS_TIME_ZONE: businessTimeZone,
      ...variables,
    },
    stdio: ['ignore', 'inherit', 'pipe'],
  });
  let [peak, told] = [0, ''];
  child.stderr.setEncoding('utf8').on('data', (text: string) => (told += text));
  const timer = setInterval(() => {
    try {
      const { peak: now } = memoryOf(child.pid!);
      if (now > peak) peak = now;
    } catch {
      // The process has ended.
    }
  }, 20);
  await once(child, 'close');
  clearInterval(timer);
  console.log(told.trim());
  if (child.exitCode !== 0) throw new Error(`renewals ${words.join(' ')} ended with ${child.exitCode}.`);
  // The check of dashboard rows comes after the load, and no COPY does the like.
  const checked = Number(/dashboard rows too, in ([\d.]+) s/.exec(told)?.[1] ?? 0);
  return { seconds: (performance.now() - begun) / 1000 - checked, peak };
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  return (performance.now() - begun) / 1000;
}

/** As plain as possible: text files, no checks of references, no compression. */
async function copyTables({ superuserUrl }: BenchDatabase, tables: readonly string[], direction: 'in' | 'out'): Promise<void> {
  const client = new pg.Client({ connectionString: superuserUrl });
  await client.connect();
  await client.query('set session_replication_role = replica');
  await client.query('begin');
  for (const table of tables) {
    if (direction === 'out') await pipeline(client.query(copyTo(`copy ${table} to stdout`)), createWriteStream(fileOf(table)));
    else await pipeline(createReadStream(fileOf(table)), client.query(copyFrom(`copy ${table} from stdin`)));
  }
  await client.query('commit');
  await client.end();
}

function fileOf(table: string): string {
  return join(folder, `${table}.txt`);
}

function megabytes(bytes: number): string {
  return (bytes / 1024 / 1024).toFixed(0);
}

async function tablesOf({ superuser }: BenchDatabase): Promise<string[]> {
  const { rows } = await superuser.query<{ name: string }>(
    `select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r'
       and relname not in ('migrations', 'restoration', 'user_session') order by 1`,
  );
  return rows.map(({ name }) => name);
}

async function contentsOf({ superuser }: BenchDatabase, tables: readonly string[]): Promise<Map<string, string>> {
  const contents = new Map<string, string>();
  for (const table of tables) {
    const { rows } = await superuser.query<{ all: string }>(
      `select count(*) || ' ' || coalesce(sum(hashtextextended(line::text, 0)::numeric), 0) as all from ${table} line`,
    );
    contents.set(table, rows[0]!.all);
  }
  return contents;
}

async function answerOf(url: string, key: string): Promise<number> {
  const body = JSON.stringify({ query: '{ upcomingContractChanges(first: 1) { totalCount } }' });
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
  return (await fetch(`${url}/graphql`, { method: 'POST', headers, body })).status;
}
