import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import type { BenchCluster, BenchDatabase } from './bench-database.ts';
import { businessTimeZone, node22, optionsOfCommands, productMain, variablesOfCommands } from '../node-process.ts';
import { memoryOf } from './process-usage.ts';

export type ImportResults = {
  contracts: number;
  importSeconds: number;
  /** into the same tables and indexes, without checks of foreign keys */
  bareCopySeconds: number;
  /** rows written to each table, the same for both */
  written: Record<string, number>;
  /** maximum megabytes of the process, and of a process that imports three rows */
  peak: number;
  idlePeak: number;
};

const tables = ['contract', 'contract_change', 'dashboard_row'];

/** Imports contracts of existing customers from a file with the command line. Then writes the resulting rows again with COPY. */
export async function measureImport(
  cluster: BenchCluster,
  today: string,
  contracts: number,
  say: (what: string) => void,
): Promise<ImportResults> {
  const database = await cluster.createDatabase('import');
  const folder = mkdtempSync(join(tmpdir(), 'renewals-import-'));
  try {
    const customers = Math.ceil(contracts / 4);
    await writeCompanies(join(folder, 'companies'), customers);
    await writeContracts(join(folder, 'contracts'), today, contracts, customers);
    await writeContracts(join(folder, 'few'), today, 3, customers);
    await runImport(join(folder, 'companies'), database, ['--create-partner']);
    await database.superuser.query('vacuum analyze');
    const idle = await runImport(join(folder, 'few'), database);
    const imported = await runImport(join(folder, 'contracts'), database);
    say(`${contracts} contracts imported in ${imported.seconds.toFixed(1)} s`);
    const written = Object.fromEntries(await Promise.all(tables.map(async (table) => [table, await countRows(database, table)] as const)));
    const bareCopySeconds = await copyAgain(database);
    say(`the same rows copied in ${bareCopySeconds.toFixed(1)} s`);
    return { contracts, importSeconds: imported.seconds, bareCopySeconds, written, peak: imported.peak, idlePeak: idle.peak };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function countRows({ superuser }: BenchDatabase, table: string): Promise<number> {
  return (await superuser.query<{ count: number }>(`select count(*)::int as count from ${table}`)).rows[0]!.count;
}

/** Copies the rows to files, empties the tables, and copies the rows back with the same indexes. Returns seconds of the last step. */
async function copyAgain({ superuser }: BenchDatabase): Promise<number> {
  const client = await superuser.connect();
  try {
    const copies: string[] = [];
    for (const table of tables) {
      const { rows } = await client.query<{ columns: string; file: string }>(
        `select string_agg(attname, ', ' order by attnum) as columns, current_setting('data_directory') || '/bench_' || $1 as file
         from pg_attribute where attrelid = $1::regclass and attnum > 0 and not attisdropped and attgenerated = ''`,
        [table],
      );
      const { columns, file } = rows[0]!;
      await client.query(`copy ${table} (${columns}) to '${file}'`);
      copies.push(`copy ${table} (${columns}) from '${file}'`);
    }
    await client.query(`truncate ${tables.join(', ')}, contract_change_decision, imported_terms`);
    await client.query('checkpoint');
    await client.query('set session_replication_role = replica');
    const started = performance.now();
    for (const copy of copies) await client.query(copy);
    return (performance.now() - started) / 1000;
  } finally {
    client.release(true);
  }
}

/** Runs `renewals import` as a process. Returns its duration and its maximum memory. */
async function runImport(folder: string, { variables }: BenchDatabase, words: string[] = []): Promise<{ seconds: number; peak: number }> {
  const started = performance.now();
  const child = spawn(
    node22() ?? process.execPath,
    [...optionsOfCommands, productMain, 'import', folder, '--partner', 'Importer', ...words],
    {
      env: {
        ...process.env,
        ...variablesOfCommands,
        NODE_ENV: 'production',
        BUSINESS_TIME_ZONE: businessTimeZone,
        LOG_LEVEL: 'warn',
        ...variables,
      },
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  );
  let log = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (log = (log + text).slice(-2000)));
  let peak = 0;
  const watch = setInterval(() => {
    try {
      peak = Math.max(peak, memoryOf(child.pid!).peak || 0);
    } catch {
      // The process has just ended.
    }
  }, 20);
  const [code] = (await once(child, 'close')) as [number | null];
  clearInterval(watch);
  if (code !== 0) throw new Error(`The import ended with ${code}:\n${log}`);
  return { seconds: (performance.now() - started) / 1000, peak };
}

async function writeFile(folder: string, name: string, lines: Iterable<string>): Promise<void> {
  mkdirSync(folder);
  const file = createWriteStream(join(folder, name));
  for (const line of lines) if (!file.write(`${line}\n`)) await once(file, 'drain');
  file.end();
  await finished(file);
}

function writeCompanies(folder: string, count: number): Promise<void> {
  return writeFile(
    folder,
    'companies.csv',
    (function* () {
      yield 'Record ID,Company name,Company Domain Name';
      for (let n = 1; n <= count; n += 1) yield `${n},Customer ${n},www.customer${n}.example`;
    })(),
  );
}

/** Contracts with a term of a year, so that renewals spread over the next year. */
function writeContracts(folder: string, today: string, count: number, customers: number): Promise<void> {
  const day = 86_400_000;
  return writeFile(
    folder,
    'contracts.csv',
    (function* () {
      yield 'Contract ID,Hub ID,Product,Subscription start date,Term,Billing frequency,Max contacts,Email limit,MRR,Currency,Auto-renew';
      for (let n = 1; n <= count; n += 1) {
        const start = new Date(Date.parse(today) - (n % 360) * day).toISOString().slice(0, 10);
        const id = count < 10 ? `F-${n}` : `C-${n}`;
        yield `${id},${1 + (n % customers)},Marketing Hub,${start},P12M,monthly,${1000 * (n % 50)},${5000 * (n % 40)},${n % 9000}.25,EUR,yes`;
      }
    })(),
  );
}
