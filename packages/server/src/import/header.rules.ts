import { delimiterName } from './csv.delimiter.ts';
import { escaped, shown } from './escaped-text.ts';
import type { Column, ImportFile, Source } from './import-file.ts';
import type { ImportFault } from './import-report.ts';
import { letters } from './period.parsers.ts';

/** `--map "Hub ID=account_id"`: a column of ours by any of its names, and the header that a file has for it. */
export type ColumnMap = ReadonlyMap<string, string>;

/** Something the caller got wrong about the import as a whole; nothing is written. */
export class ImportRefused extends Error {
  override name = 'ImportRefused';
}

/** The header of the last column in a file of rejected rows. It is not taken when the mended file is imported. */
export const reasonHeader = 'Reason';

/** Where a column of ours stands in a file. */
export type Place = {
  /** of its first cell; -1 = it is not there, and another column stands for it */
  position: number;
  /** as the file writes it, for messages */
  header: string;
  source: Source;
  /** where the cells of its source stand, by their part in it */
  cells: Readonly<Record<string, number>>;
  /** its first cell is a number */
  isNumber?: boolean;
};

export type Header = {
  /** for each column of the file's table where it stands; undefined = not there */
  places: readonly (Place | undefined)[];
  /** the staged columns that the file tells: a column that is not among them leaves its value */
  staged: ReadonlySet<string>;
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
    if (name === undefined || header === undefined) throw new ImportRefused(`"${escaped(pair)}" is no mapping: write "Hub ID=account_id".`);
    if (!files.some((file) => file.columns.some((column) => namesOf(column).has(letters(name))))) {
      throw new ImportRefused(`No file of an import has a column called "${escaped(name.trim())}".`);
    }
    map.set(letters(name), header);
  }
  return map;
}

const mostColumns = 1000;

type Found = { position: number; header: string; letters: string };

/** Finds the file's columns in its header. Without a required one, or with one that cannot be told apart, the file is refused. */
export function matchHeader(file: ImportFile, cells: readonly string[], map: ColumnMap): Header {
  const line = file.reading?.headerLine ?? 1;
  const fault = (column: string | null, reason: string): ImportFault => ({ file: file.name, line, column, value: '', reason });
  if (cells.length > mostColumns) {
    const reason = `The header has ${cells.length} columns; more than ${mostColumns} are not read.`;
    return { places: [], staged: new Set(), width: cells.length, letters: new Set(), faults: [fault(null, reason)], notes: [] };
  }
  // Cut and escaped here, because headers go into each fault and into statements too, and PostgreSQL's text cannot hold a NUL character.
  const headers: Found[] = cells.map((cell, position) => ({ position, header: shown(cell.trim()), letters: letters(cell) }));
  const faults: ImportFault[] = [];
  /** positions, and the column that a cell alone is for */
  const taken = new Map<number, Column | null>();
  const mapped = new Map(file.columns.map((column) => [column, mappedHeaders(column, headers, map)]));
  const claimed = new Set([...mapped.values()].flat().map(letters));

  const places = file.columns.map((column): Place | undefined => {
    const found = placeOf(column, headers, mapped.get(column)!, claimed);
    if (!found) return undefined;
    const { place, twins } = found;
    if (twins) faults.push(fault(place.header, twins));
    for (const position of Object.values(place.cells)) {
      const other = taken.get(position);
      const isPlain = typeof place.source === 'string';
      if (other && isPlain && !(other.mayShare && column.mayShare)) {
        faults.push(fault(headers[position]!.header, `Means "${other.header}" and "${column.header}".`));
      }
      taken.set(position, isPlain ? column : (other ?? null));
    }
    return place;
  });
  for (const [index, column] of file.columns.entries()) {
    if (places[index] || !column.isRequired) continue;
    const instead = file.columns.findIndex(({ header }) => header === column.unless);
    if (places[instead]) places[index] = { ...places[instead], position: -1, cells: {} };
    else faults.push(fault(column.header, missing(column, headers, file)));
  }

  const width = headers.findLastIndex((each) => each.header !== '') + 1;
  const ignored = headers.slice(0, width).filter((each) => !taken.has(each.position));
  const isThere = (index: number) => Object.keys(places[index]?.cells ?? {}).length > 0;
  return {
    places,
    staged: new Set(file.columns.flatMap((column, index) => (isThere(index) ? Object.keys(column.into) : []))),
    width,
    letters: new Set(headers.map((each) => each.letters)),
    faults,
    notes: ignored.length > 0 ? [ignoredNote(ignored)] : [],
  };
}

/** The headers of the file that a mapping names for the column. */
function mappedHeaders(column: Column, headers: readonly Found[], map: ColumnMap): string[] {
  const names = namesOf(column);
  return [...map]
    .filter(([name, header]) => names.has(name) && headers.some((each) => each.letters === letters(header)))
    .map(([, header]) => header);
}

/** What a mapping names, else the first of the column's sources that is there with all its parts. A header `claimed` by a mapping is another's. */
function placeOf(
  column: Column,
  headers: readonly Found[],
  mapped: readonly string[],
  claimed: ReadonlySet<string>,
): { place: Place; twins?: string } | undefined {
  const own = [...(column.preferred ?? []), column.header, ...column.aliases].filter(
    (source) => typeof source !== 'string' || column.mayShare || !claimed.has(letters(source)),
  );
  for (const source of [...mapped, ...own]) {
    const parts = partsOf(source);
    const found = parts.map(([part, header]) => [part, headers.filter((each) => each.letters === letters(header))] as const);
    if (found.some(([part, each]) => each.length === 0 && part !== 'total')) continue;
    const cells = Object.fromEntries(found.flatMap(([part, [first]]) => (first ? [[part, first.position]] : [])));
    const first = found[0]![1][0]!;
    const place = { position: first.position, header: first.header, source, cells, isNumber: column.isNumber === true };
    const several = found.map(([, each]) => each).find((each) => each.length > 1);
    return several ? { place, twins: twinsFault(several) } : { place };
  }
  return undefined;
}

/** The headers of a source, each with its part in it; the first is the one that messages name. */
function partsOf(source: Source): [part: string, header: string][] {
  if (typeof source === 'string') return [['cell', source]];
  if ('of' in source) return [['cell', source.of]];
  if ('not' in source) return [['cell', source.not]];
  return Object.entries(source);
}

function twinsFault(twins: readonly Found[]): string {
  const columns = twins.map(({ position }) => position + 1).join(' and ');
  return `Columns ${columns} have the same header: rename one of them. --map cannot tell them apart.`;
}

function missing(column: Column, headers: readonly Found[], { reading }: ImportFile): string {
  const instead = column.unless === undefined ? '' : `, and so is "${column.unless}"`;
  const read = reading ? ` The file was read with ${delimiterName(reading.delimiter)} between its cells` : '';
  const named = headers.filter(({ header }) => header !== '').map(({ header }) => header);
  const seen = reading ? `${read}: ${list(named, 10)}.` : '';
  return `This column is missing${instead}.${seen}`;
}

const ignoredNote = (ignored: readonly Found[]) =>
  `Columns not used: ${list(
    ignored.map(({ header, position }) => (header === '' ? `column ${position + 1} (no header)` : header)),
    mostColumns,
  )}.`;

function list(headers: readonly string[], most: number): string {
  const named = headers.slice(0, most).map((header) => header.slice(0, 100));
  const rest = headers.length - named.length;
  return `${named.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}

/** What a mapping may call a column. */
function namesOf({ header, aliases }: Column): ReadonlySet<string> {
  return new Set([header, ...aliases.filter((alias) => typeof alias === 'string')].map(letters));
}

/** A mapping to a header that no file has is a slip; but of rejected rows, not every file need be there. */
export function requireMappedHeaders(map: ColumnMap, read: readonly { header: Header | undefined }[]): void {
  if (read.some(({ header }) => header?.letters.has(letters(reasonHeader)))) return;
  for (const header of map.values()) {
    const isThere = read.some((each) => each.header?.letters.has(letters(header)));
    if (!isThere) throw new ImportRefused(`No file has the header "${escaped(header)}" that --map names.`);
  }
}
