import { readCsv } from '../src/import/csv.reader.ts';
import { prepareFile, type ReadingChoices } from '../src/import/file-reading.ts';
import { columnMap, matchHeader } from '../src/import/header.rules.ts';
import type { ImportFile } from '../src/import/import-file.ts';
import { rowReader, type ReadRow } from '../src/import/row.rules.ts';

export type Told = { profile: string | undefined; notes: string[]; headerFaults: string[]; rows: ReadRow[] };

/** Reads a file as the import does, up to its staging table. */
export async function readAsImport(file: ImportFile, path: string, choices: ReadingChoices = {}, mappings: string[] = []): Promise<Told> {
  const map = columnMap(mappings, [file]);
  const prepared = await prepareFile(file, path, map, choices);
  const told: Told = { profile: prepared.reading?.profile, notes: [...(prepared.reading?.notes ?? [])], headerFaults: [], rows: [] };
  let readRow: ReturnType<typeof rowReader> | undefined;
  for await (const batch of readCsv(path, () => {})) {
    for (const { cells } of batch) {
      if (readRow) {
        told.rows.push(readRow(cells));
        continue;
      }
      const header = matchHeader(prepared, cells, map);
      told.headerFaults = header.faults.map(({ reason }) => reason);
      told.notes.push(...header.notes);
      readRow = rowReader(prepared, header);
    }
  }
  return told;
}

/** The staged columns of each row that say something. */
export const valuesOf = ({ rows }: Told) =>
  rows.map(({ row }) =>
    Object.fromEntries(Object.entries(row).filter(([name, value]) => value !== null && !/^(notes|unread|search_text)$/.test(name))),
  );

export const reasonsOf = ({ rows }: Told) => rows.map(({ faults }) => faults.map(({ column, reason }) => `${column}: ${reason}`));

export const notesOf = ({ rows }: Told) =>
  rows.map(({ row }) => (JSON.parse(row['notes'] ?? '[]') as { reason: string }[]).map(({ reason }) => reason));
