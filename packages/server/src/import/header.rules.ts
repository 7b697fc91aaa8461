import { letters } from './cell.parsers.ts';
import type { Column, ImportFile } from './import-file.ts';
import type { ImportFault } from './import-report.ts';

/** `--map "Hub ID=account_id"`: a column of ours by any of its names, and the header that a file has for it. */
export type ColumnMap = ReadonlyMap<string, string>;

/** Something the caller got wrong about the import as a whole; nothing is written. */
export class ImportRefused extends Error {
  override name = 'ImportRefused';
}

export type Header = {
  /** for each column of the file's table where it stands, and its header as the file writes it; undefined = not there */
  places: readonly ({ position: number; header: string } | undefined)[];
  /** how many cells a row has; empty headers at the end don't count */
  width: number;
  /** all headers, as they are compared */
  letters: ReadonlySet<string>;
  faults: ImportFault[];
  notes: string[];
};

export function columnMap(pairs: readonly string[], files: readonly ImportFile[]): ColumnMap {
  const map = new Map<string, string>();
  for (const pair of pairs) {
    const [, name, header] = /^([^=]*[^=\s][^=]*)=(.*\S.*)$/s.exec(pair) ?? [];
    if (name === undefined || header === undefined) throw new ImportRefused(`"${pair}" is no mapping: write "Hub ID=account_id".`);
    if (!files.some((file) => file.columns.some((column) => isCalled(column, name)))) {
      throw new ImportRefused(`No file of an import has a column called "${name.trim()}".`);
    }
    map.set(letters(name), header);
  }
  return map;
}

const mostColumns = 1000;

/** Finds the file's columns in its header. Without a required one, or with one told twice, the file is refused. */
export function matchHeader(file: ImportFile, cells: readonly string[], map: ColumnMap): Header {
  if (cells.length > mostColumns) {
    const reason = `The header has ${cells.length} columns; more than ${mostColumns} are not read.`;
    const fault = { file: file.name, line: 1, column: null, value: '', reason };
    return { places: [], width: cells.length, letters: new Set(), faults: [fault], notes: [] };
  }
  const headers = cells.map((cell, position) => ({ position, header: cell.trim(), letters: letters(cell) }));
  const fault = (column: string, reason: string): ImportFault => ({ file: file.name, line: 1, column, value: '', reason });
  const faults: ImportFault[] = [];
  const taken = new Set<number>();

  const places = file.columns.map((column) => {
    const names = new Set([column.header, ...column.aliases].map(letters));
    const mapped = [...map].filter(([name]) => names.has(name)).map(([, header]) => letters(header));
    const byMap = headers.filter((each) => mapped.includes(each.letters));
    const found = byMap.length > 0 ? byMap : headers.filter((each) => names.has(each.letters));
    if (found.length > 1) {
      const told = found.map((each) => `"${each.header}"`).join(' and ');
      faults.push(fault(column.header, `${told} both mean this column: leave one out, or tell which with --map.`));
    }
    if (found.length === 0 && column.isRequired) faults.push(fault(column.header, 'This column is missing.'));
    for (const each of found) taken.add(each.position);
    return found[0] && { position: found[0].position, header: found[0].header };
  });
  for (const [index, place] of places.entries()) {
    const other = places.findIndex((each) => each !== undefined && each.position === place?.position);
    if (place && other < index)
      faults.push(fault(place.header, `Means "${file.columns[other]!.header}" and "${file.columns[index]!.header}".`));
  }
  const ignored = headers.filter((each) => each.header !== '' && !taken.has(each.position)).map((each) => each.header);
  return {
    places,
    width: headers.findLastIndex((each) => each.header !== '') + 1,
    letters: new Set(headers.map((each) => each.letters)),
    faults,
    notes: ignored.length > 0 ? [ignoredNote(ignored)] : [],
  };
}

function ignoredNote(headers: string[]): string {
  const named = headers.slice(0, 10).map((header) => header.slice(0, 100));
  const rest = headers.length - named.length;
  return `Columns not used: ${named.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}.`;
}

function isCalled(column: Column, name: string): boolean {
  const wanted = letters(name);
  return [column.header, ...column.aliases].some((each) => letters(each) === wanted);
}

/** A mapping to a header that no file has is a slip. */
export function requireMappedHeaders(map: ColumnMap, read: readonly { header: Header | undefined }[]): void {
  for (const header of map.values()) {
    const isThere = read.some((each) => each.header?.letters.has(letters(header)));
    if (!isThere) throw new ImportRefused(`No file has the header "${header}" that --map names.`);
  }
}
