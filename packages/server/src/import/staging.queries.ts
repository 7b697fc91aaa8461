import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { from as copyFrom } from 'pg-copy-streams';
import type { PartnerTransaction } from '../database/transaction.ts';
import { BrokenRow, UnreadableFile } from './csv.guard.ts';
import { readCsv, type CsvRow } from './csv.reader.ts';
import { matchHeader, type ColumnMap, type Header } from './header.rules.ts';
import { stagingTable, type ImportFile, type Row } from './import-file.ts';
import type { ImportFault } from './import-report.ts';
import { rowReader, type RowFault } from './row.rules.ts';
import { statisticsLock } from '../writing/statistics.queries.ts';

/** A file whose rows are in its temporary table. */
export type StagedFile = {
  file: ImportFile;
  header: Header | undefined;
  /** Faults of the whole file; none of its rows were staged. */
  faults: ImportFault[];
  rows: number;
};

/** The columns that every staging table has before those of its file. */
const ownColumns = { line: 'integer not null', faults: 'json', digest: 'text' };

export async function createStagingTable(tx: PartnerTransaction, file: ImportFile): Promise<void> {
  const columns = Object.entries({ ...ownColumns, ...stagedColumns(file) }).map(([name, type]) => `${name} ${type}`);
  await tx.query(`/* createStagingTable */ create temporary table ${stagingTable(file)} (${columns.join(', ')}) on commit drop`);
}

function stagedColumns(file: ImportFile): Record<string, string> {
  const derived = Object.entries(file.derived ?? {}).map(([name, { type }]) => [name, type]);
  return Object.assign({}, ...file.columns.map((column) => column.into), Object.fromEntries(derived)) as Record<string, string>;
}

/** Streams a file into its staging table: good rows, and the readable cells of refused rows with their faults. */
export async function stageFile(
  tx: PartnerTransaction,
  file: ImportFile,
  path: string,
  map: ColumnMap,
  onBytes: (bytes: number) => void,
): Promise<StagedFile> {
  const staged: StagedFile = { file, header: undefined, faults: [], rows: 0 };
  const columns = Object.keys(stagedColumns(file));
  const copy = copyFrom(`/* stageFile */ copy ${stagingTable(file)} (${[...Object.keys(ownColumns), ...columns].join(', ')}) from stdin`);
  const stream = tx.query(copy);
  await pipeline(Readable.from(copyLines(staged, columns, readCsv(path, onBytes), map)), stream);
  staged.rows = stream.rowCount;
  if (staged.faults.length > 0) await tx.query(`/* stageFile */ truncate ${stagingTable(file)}`);
  await tx.query(`/* stageFile */ analyze ${stagingTable(file)}`);
  return staged;
}

async function* copyLines(
  staged: StagedFile,
  columns: readonly string[],
  batches: AsyncGenerator<CsvRow[]>,
  map: ColumnMap,
): AsyncGenerator<Buffer> {
  const { file } = staged;
  let read: ReturnType<typeof rowReader> | undefined;
  try {
    for await (const batch of batches) {
      let lines = '';
      for (const { line, cells } of batch) {
        if (read) {
          const { row, digest, faults } = read(cells);
          lines += copyLine(columns, line, faults, digest, row);
          continue;
        }
        staged.header = matchHeader(file, cells, map);
        staged.faults = staged.header.faults;
        if (staged.faults.length > 0) return;
        read = rowReader(file, staged.header);
      }
      if (lines !== '') yield Buffer.from(lines);
    }
    if (!read) throw new UnreadableFile(1, 'The file has no header.');
  } catch (error) {
    if (error instanceof UnreadableFile || (error instanceof BrokenRow && !staged.header)) {
      staged.faults = [{ file: file.name, line: error.line, column: null, value: '', reason: error.message }];
    } else if (error instanceof BrokenRow) {
      const position = staged.header!.places.findIndex((place) => place?.position === error.position);
      const fault = { position, column: staged.header!.places[position]?.header ?? null, value: '', reason: error.message };
      yield Buffer.from(copyLine(columns, error.line, [fault], null, {}));
    } else {
      throw error;
    }
  }
}

/** A line in COPY's text format. */
function copyLine(columns: readonly string[], line: number, faults: RowFault[], digest: string | null, row: Row): string {
  let text = `${line}\t${faults.length > 0 ? escape(JSON.stringify(faults)) : '\\N'}\t${digest ?? '\\N'}`;
  for (const column of columns) {
    const value = row[column];
    text += value === null || value === undefined ? '\t\\N' : `\t${escape(value)}`;
  }
  return `${text}\n`;
}

const special = /[\\\n\r\t]/;
const escapes: Record<string, string> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' };

function escape(value: string): string {
  return special.test(value) ? value.replaceAll(/[\\\n\r\t]/g, (character) => escapes[character]!) : value;
}

const manyRows = 2000;

const analyzedTables = [
  'customer',
  'customer_association',
  'customer_user',
  'contract',
  'contract_change',
  'contract_change_decision',
] as const;

/**
 * Tells the planner about a file of many rows. The tables' statistics stay locked until the transaction ends, so only one import at a
 * time updates them. Another import does not wait: it avoids the plans that are slow when the planner expects few rows, until it can
 * update all statistics.
 */
export async function refreshStatistics(
  tx: PartnerTransaction,
  { rows: written }: StagedFile,
  tables: readonly (typeof analyzedTables)[number][],
): Promise<void> {
  if (written < manyRows) return;
  const { rows } = await tx.query<{ may_analyze: boolean; had_to_avoid: boolean }>(
    `/* refreshStatistics */ select pg_try_advisory_xact_lock($1) as may_analyze, current_setting('enable_nestloop') = 'off' as had_to_avoid`,
    [statisticsLock],
  );
  const { may_analyze: mayAnalyze, had_to_avoid: hadToAvoid } = rows[0]!;
  if (mayAnalyze) {
    for (const table of hadToAvoid ? analyzedTables : tables)
      await tx.query('/* refreshStatistics */ select refresh_statistics($1)', [table]);
    if (hadToAvoid) await tx.query('/* refreshStatistics */ set local enable_nestloop = on');
    return;
  }
  // Plans of foreign key checks are older than the rows; PostgreSQL plans them again for the present sizes of the tables.
  await tx.query('/* refreshStatistics */ discard plans');
  await tx.query('/* refreshStatistics */ set local enable_nestloop = off');
}
