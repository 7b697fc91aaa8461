import { hash } from 'node:crypto';
import { Refusal, type Parsed } from './cell.parsers.ts';
import type { Header } from './header.rules.ts';
import type { Column, ImportFile, Row } from './import-file.ts';

/** What is wrong with a row: with one cell, named by its header as the file writes it, or with the row as a whole. */
export type RowFault = { position: number; column: string | null; value: string; reason: string };

export type ReadRow = {
  /** also what could be read of a refused row: its key is claimed and its references are looked up all the same */
  row: Row;
  /** tells whether the row says something else than the last one imported for its key */
  digest: string;
  faults: RowFault[];
};

/** Reads the rows below a header: what is staged of each, and every fault of its cells. */
export function rowReader(file: ImportFile, header: Header): (cells: readonly string[]) => ReadRow {
  const columns = file.columns.map((column, position) => {
    const place = header.places[position];
    return { column, position, at: place?.position ?? -1, header: place?.header ?? column.header, into: Object.keys(column.into) };
  });

  return (cells) => {
    const row: Row = {};
    const faults: RowFault[] = [];
    const isWhole = hasItsCells(header.width, cells);
    if (!isWhole) faults.push({ position: -1, column: null, value: shown(cells.join(',')), reason: notWhole(cells.length, header.width) });

    for (const { column, position, at, header: name, into } of columns) {
      const cell = cells[at]?.trim() ?? '';
      const parsed = readCell(column, cell);
      const isRefused = parsed instanceof Refusal;
      if (isRefused && isWhole) faults.push({ position, column: name, value: shown(cell), reason: parsed.reason });
      for (const [index, staged] of into.entries()) {
        // Of a row whose cells are out of place only the key is believed.
        row[staged] =
          isRefused || (!isWhole && !file.key.includes(staged)) ? null : ((typeof parsed === 'string' ? parsed : parsed?.[index]) ?? null);
      }
    }
    const digest = digestOf(row);
    for (const { header: name, reason } of (isWhole && file.check?.(row)) || []) {
      const { position, at, header: written } = columns.find(({ column }) => column.header === name)!;
      const isTold = faults.some((fault) => fault.position === position);
      if (!isTold) faults.push({ position, column: written, value: shown(cells[at]?.trim() ?? ''), reason });
    }
    for (const [staged, { of }] of Object.entries(file.derived ?? {})) row[staged] = faults.length === 0 ? of(row) : null;
    return { row, digest, faults };
  };
}

function readCell(column: Column, cell: string): Parsed | null {
  if (cell === '') return column.isRequired ? new Refusal('A value is needed here.') : null;
  // PostgreSQL's text cannot hold it.
  if (cell.includes('\0')) return new Refusal('The cell holds a NUL character.');
  return column.parse(cell);
}

/** A row may be longer than its header by empty cells, as spreadsheets write them. */
function hasItsCells(width: number, cells: readonly string[]): boolean {
  return cells.length >= width && cells.slice(width).every((cell) => cell.trim() === '');
}

function notWhole(cells: number, width: number): string {
  return `The row has ${cells} ${cells === 1 ? 'cell' : 'cells'}, the header ${width}: is a comma or a quote missing, or too many?`;
}

/** Empty cells are left out, so a column that a file lacks, or that is added to the table later, changes no digest. */
function digestOf(row: Row): string {
  let text = '';
  for (const name in row) if (row[name] !== null) text += `${name}\0${row[name]}\0`;
  return hash('sha256', text, 'base64url').slice(0, 22);
}

const mostShownCharacters = 100;

/** A cell as a fault shows it. */
function shown(cell: string): string {
  const start = cell.slice(0, mostShownCharacters);
  // Half of a surrogate pair is no text.
  return (/[\ud800-\udbff]$/.test(start) ? start.slice(0, -1) : start).replaceAll('\0', '\\0');
}
