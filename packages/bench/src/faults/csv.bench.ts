import 'reflect-metadata';
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { memoryOf } from '../speed/process-usage.ts';
import { createTarget, databaseOption, startProcess, Verdict, type FaultTarget } from './fault-target.ts';

// Imports hostile CSV files of 50 MB. Each must be answered with faults that name line and column, within limited memory, and a second
// import must change nothing.
//   cd packages/bench && npm run csv -- [--server] [--megabytes 50]

const { values: options } = parseArgs({ options: { ...databaseOption, megabytes: { type: 'string', default: '50' } } });
const bytes = Number(options.megabytes) * 1_000_000;
const mostOverIdle = 100;
const verdict = new Verdict();

const header = 'Hub ID,Company name,Website,Notes\n';
const filler = 'x'.repeat(900);
/** Every tenth row has a fault, or a cell that a spreadsheet would execute. */
const oddRows = [
  (id: number) => `${id},=HYPERLINK("http://evil.example"),c${id}.example,${filler}\n`,
  (id: number) => `-${id},Negative,c${id}.example,${filler}\n`,
  (id: number) => `9223372036854775808,Too large,c${id}.example,${filler}\n`,
  (id: number) => `${id},"Nul\0l",c${id}.example,${filler}\n`,
  (id: number) => `${id},"'; drop table customer; --",not a website,${filler}\n`,
];
const row = (id: number) => (id % 10 === 0 ? oddRows[(id / 10) % oddRows.length]!(id) : `${id},Company ${id},c${id}.example,${filler}\n`);

/** The files: their bytes in pieces, and whether a part of the rows goes in. */
const files: Record<string, { pieces: () => Generator<string | Buffer>; isTaken: boolean }> = {
  'rows with faults': { pieces: rowsWithFaults, isTaken: true },
  'one huge cell': { pieces: () => huge('1,"', '",a.example,\n'), isTaken: false },
  'an unclosed quote': { pieces: () => huge('1,Acme,a.example,\n2,"', '\n'), isTaken: true },
  'one huge header': { pieces: () => huge('', '\n1,Acme,a.example,\n'), isTaken: false },
  'NUL bytes': { pieces: () => huge('1,Acme,a.example,\n', '\n', '\0'), isTaken: false },
  // An empty row takes the parser half as long as a full one.
  'line ends alone': { pieces: () => huge('1,Acme,a.example,\n', '', '\n', bytes / 10), isTaken: true },
  'commas alone': { pieces: () => huge('1,Acme,a.example,\n', '\n', ','), isTaken: true },
  'UTF-16': { pieces: utf16, isTaken: true },
};

function* rowsWithFaults(): Generator<string> {
  yield header;
  for (let [id, written] = [1, 0]; written < bytes; id += 1) {
    const text = row(id);
    written += text.length;
    yield text;
  }
}

function* huge(before: string, after: string, part = 'x', length = bytes): Generator<string> {
  yield header.repeat(before === '' ? 0 : 1) + before;
  for (let written = 0; written < length; written += 1_000_000) yield part.repeat(1_000_000);
  yield after;
}

function* utf16(): Generator<Buffer> {
  yield Buffer.from('\ufeff', 'utf16le');
  for (const text of rowsWithFaults()) yield Buffer.from(text, 'utf16le');
}

const target = await createTarget(options.server);
const folder = mkdtempSync(join(tmpdir(), 'renewals-fault-csv-'));
try {
  await run();
} finally {
  await target.remove();
  rmSync(folder, { recursive: true, force: true });
}
verdict.conclude();

type Report = { files: { faults: { line: number; column: string | null; reason: string }[] }[] };
type Import = { code: number | null; text: string; log: string; peak: number };

async function run(): Promise<void> {
  write(['Hub ID,Company name,Website\n1,Acme,a.example\n']);
  await importFolder('Idle');
  const idle = (await importFolder('Idle')).peak;
  console.log(`${target.title}: a small import has ${idle.toFixed(0)} MB at most`);
  for (const [name, { pieces, isTaken }] of Object.entries(files)) {
    write(pieces());
    const first = await importFolder(name);
    const before = await contents(target);
    const second = await importFolder(name);
    const report = reportOf(first);
    const [fault] = report?.files[0]?.faults ?? [];
    const told = fault ? `line ${fault.line}, ${fault.column}: ${fault.reason}` : first.log.trim().split('\n').at(-1);
    const over = Math.max(first.peak, second.peak) - idle;
    verdict.check(
      `${name}: exit code ${first.code}, ${over.toFixed(0)} MB over idle; ${told?.slice(0, 160)}`,
      over < mostOverIdle &&
        (isTaken ? first.code === 0 || first.code === 2 : first.code === 1 || first.code === 2) &&
        !/\bat \S+ \(/.test(first.log),
    );
    if (first.code === 2)
      verdict.check(
        `${name}: each of the faults told names its line`,
        report!.files[0]!.faults.every(({ line }) => line > 0),
      );
    verdict.check(
      `${name}: a second import has exit code ${second.code}, and changes nothing`,
      second.code === first.code && (await contents(target)) === before,
    );
  }
}

function reportOf({ text }: Import): Report | null {
  return text.startsWith('{') ? (JSON.parse(text) as Report) : null;
}

function write(pieces: Iterable<string | Buffer>): void {
  const file = openSync(join(folder, 'companies.csv'), 'w');
  for (const piece of pieces) writeSync(file, piece as string);
  closeSync(file);
}

async function importFolder(partner: string): Promise<Import> {
  const { child, output, log, ended } = startProcess(['import', folder, '--partner', partner, '--create-partner', '--json'], target);
  const over = new AbortController();
  let peak = 0;
  const watching = (async () => {
    while (!over.signal.aborted) {
      try {
        // An ended process has none.
        peak = Math.max(peak, memoryOf(child.pid!).peak || 0);
      } catch {
        // It has just ended.
      }
      await sleep(10);
    }
  })();
  const code = await ended;
  over.abort();
  await watching;
  return { code, text: output(), log: log(), peak };
}

/** A digest of all customers, associations and audit events. */
async function contents({ open, postgres }: FaultTarget): Promise<string> {
  const database = await open();
  try {
    const { host } = database.pool.options;
    const digest = (table: string) => `(select md5(string_agg(md5(t::text), '' order by md5(t::text))) from ${table} t)`;
    const tables = ['customer', 'customer_association', 'audit_event', 'partner'].map(digest);
    const { Client } = (await import('pg')).default;
    const client = new Client(
      postgres ? postgres.superuserUrl.replace(/postgres$/, 'renewals') : { host, user: 'postgres', database: 'renewals' },
    );
    await client.connect();
    const { rows } = await client.query({ text: `select ${tables.join(' || ')}`, rowMode: 'array' });
    await client.end();
    return String(rows[0]);
  } finally {
    await database.close();
  }
}
