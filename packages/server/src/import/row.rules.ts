import { isEmpty } from './cell.parsers.ts';
import { shown } from './escaped-text.ts';
import type { Header, Place } from './header.rules.ts';
import { toldByRows, type Column, type ImportFile, type Row } from './import-file.ts';
import { amountPerMonth } from './number.parsers.ts';
import { Noted, Refusal, type Parsed, type Reading } from './parsed.ts';
import { letters } from './period.parsers.ts';
import { digester } from './row-digest.rules.ts';

/** What is wrong with a row: with one cell, named by its header as the file writes it, or with the row as a whole. */
export type RowFault = { position: number; column: string | null; value: string; reason: string };

export type ReadRow = {
  /** also what could be read of a refused row: its key is claimed and its references are looked up all the same */
  row: Row;
  /** tells, column by column, whether the row says something else than the last one imported for its key */
  digest: string;
  faults: RowFault[];
};

type Cell = {
  column: Column;
  position: number;
  /** undefined when the file does not have it */
  place: Place | undefined;
  header: string;
  into: readonly string[];
};

/** Reads the rows below a header: what is staged of each, and every fault of its cells. */
export function rowReader(file: ImportFile, header: Header): (cells: readonly string[]) => ReadRow {
  const all = file.columns.map((column, position): Cell => {
    const place = header.places[position];
    const isThere = place !== undefined && place.position >= 0;
    return { column, position, place: isThere ? place : undefined, header: place?.header ?? column.header, into: Object.keys(column.into) };
  });
  const isAmount = ({ column }: Cell) => column.currency !== undefined;
  // An amount is read once its currency is known.
  const there = all.filter(({ place }) => place).toSorted((one, other) => Number(isAmount(one)) - Number(isAmount(other)));
  const empty: Row = Object.fromEntries(all.flatMap(({ into }) => into).map((name) => [name, null]));
  const required = all.filter(({ column }) => column.isRequired);
  const needed = 1 + Math.max(-1, ...required.flatMap(positionsOf));
  const cellOf = (name: string | undefined) => all.find(({ column }) => column.header === name);
  const neverEmpty = required
    .filter(({ column }) => !column.mayBeEmpty)
    .map((cell) => ({ cell, names: [...cell.into, ...(cellOf(cell.column.unless)?.into ?? [])] }));
  const derived = Object.entries(file.derived).filter(([name]) => !(name in toldByRows));
  const keys = [...file.key, ...(file.otherKey ?? [])];
  const reading: Reading = { ...file.reading };
  const digestOf = digester(all.map(({ into }) => into));
  const digest = (row: Row, unread: readonly string[]) =>
    digestOf(row, (index) => all[index]!.place !== undefined && (unread.length === 0 || !unread.includes(all[index]!.into[0]!)));
  const blankDigest = digestOf({}, () => false);

  return (cells) => {
    const row: Row = { ...empty };
    const faults: RowFault[] = [];
    const notes: RowFault[] = [];
    const unread: string[] = [];
    const isWhole = hasItsCells(header.width, needed, cells);
    if (!isWhole) faults.push({ position: -1, column: null, value: shown(cells.join(',')), reason: notWhole(cells.length, header.width) });

    for (const cell of there) {
      const { column, into } = cell;
      if (column.currency !== undefined) reading.currency = row[column.currency];
      let parsed = readCell(cell, cells, reading);
      if (parsed === null) continue;
      if (parsed instanceof Refusal) {
        if (column.isDetail) notes.push(faultOf(cell, cells, `${parsed.reason} The row was taken without it.`));
        else if (isWhole) faults.push(faultOf(cell, cells, parsed.reason));
        unread.push(...into);
        continue;
      }
      if (parsed instanceof Noted) {
        notes.push(faultOf(cell, cells, parsed.reason));
        parsed = parsed.parsed;
      }
      for (let index = 0; index < into.length; index++) {
        const name = into[index]!;
        // Of a row whose cells are out of place only the key is believed.
        if (isWhole || keys.includes(name)) row[name] = typeof parsed === 'string' ? parsed : (parsed[index] ?? null);
      }
    }
    if (!isWhole) return { row, digest: digest(row, unread), faults };

    const skipped = file.skip?.(row, cells, unread) ?? null;
    if (skipped !== null) return { row: leftOut(row, cells, skipped), digest: blankDigest, faults: [] };
    file.complete?.(row);
    for (const { cell, names } of neverEmpty) if (isLacking(names, row)) addFault(faults, cell, cells, needsValue);
    for (const { header: name, reason } of file.check?.(row) ?? []) addFault(faults, cellOf(name)!, cells, reason);
    if (faults.length > 0) return { row, digest: digest(row, unread), faults: faults.sort((one, other) => one.position - other.position) };

    for (const { header: name, reason } of file.tell?.(row, file.reading?.today) ?? []) notes.push(faultOf(cellOf(name)!, cells, reason));
    if (cells.length < header.width) {
      const isCut = (cell: Cell) => positionsOf(cell).some((at) => at >= cells.length) && cell.into.every((name) => row[name] === null);
      unread.push(...all.filter(isCut).flatMap(({ into }) => into));
      notes.push({ position: -1, column: null, value: '', reason: `The row ends after ${cells.length} of ${header.width} cells.` });
    }
    for (const [name, { of }] of derived) row[name] = of(row);
    if (notes.length > 0) row['notes'] = JSON.stringify(notes);
    if (unread.length > 0) row['unread'] = `{${unread.join(',')}}`;
    return { row, digest: digest(row, unread), faults };
  };
}

/** It may hold parts of cells. */
const longestReason = 500;

function faultOf(cell: Cell, cells: readonly string[], reason: string): RowFault {
  return { position: cell.position, column: cell.header, value: shown(valueOf(cell, cells)), reason: shown(reason, longestReason) };
}

/** A cell is told once. */
function addFault(faults: RowFault[], cell: Cell, cells: readonly string[], reason: string): void {
  if (!faults.some(({ position }) => position === cell.position)) faults.push(faultOf(cell, cells, reason));
}

const needsValue = 'A value is needed here.';

const positionsOf = ({ place }: Pick<Cell, 'place'>): number[] => Object.values(place?.cells ?? {});

/** What a cell says; null if nothing. */
function readCell({ column, place }: Cell, cells: readonly string[], reading: Reading): Parsed | null {
  if (!place) return null;
  const { source } = place;
  if (typeof source === 'string') return parseText(column, cells[place.position]?.trim() ?? '', reading);
  const part = (name: string) => {
    const at = place.cells[name];
    return at === undefined ? undefined : (cells[at]?.trim() ?? '');
  };
  if ('of' in source) {
    const cell = part('cell')!;
    const word = letters(cell);
    return parseText(column, Object.hasOwn(source.words, word) ? source.words[word]! : cell, reading);
  }
  if ('not' in source) {
    const parsed = parseText(column, part('cell')!, reading);
    return parsed === 'true' ? 'false' : parsed === 'false' ? 'true' : parsed;
  }
  if ('count' in source) return parseText(column, `${part('count')} ${part('unit')}`.trim(), reading);
  const amount = part('amount')!;
  if (isEmpty(amount)) return null;
  return amountPerMonth({ amount, per: part('per')!, times: part('times'), total: part('total') }, reading);
}

function parseText(column: Column, cell: string, reading: Reading): Parsed | null {
  if (isEmpty(cell)) return null;
  // PostgreSQL's text cannot hold it.
  if (cell.includes('\0')) return new Refusal('The cell holds a NUL character.');
  return column.parse(cell, reading);
}

/** A required cell that is empty, where no other column stands for it. */
function isLacking(names: readonly string[], row: Row): boolean {
  for (const name of names) if (row[name] !== null) return false;
  return true;
}

/** Nothing of the row is staged but the reason. */
function leftOut(row: Row, cells: readonly string[], reason: string): Row {
  for (const name in row) row[name] = null;
  const note: RowFault & { skips: true } = { position: -1, column: null, value: shown(cells.join(',')), reason, skips: true };
  row['notes'] = JSON.stringify([note]);
  return row;
}

/** The cells of a column's source, as a message shows them. */
const valueOf = ({ place }: Cell, cells: readonly string[]) =>
  positionsOf({ place })
    .map((at) => cells[at]?.trim() ?? '')
    .join(' ');

/** A row may lack cells at its end that need not be there, and be longer than its header by empty ones, as spreadsheets write them. */
function hasItsCells(width: number, needed: number, cells: readonly string[]): boolean {
  return cells.length >= needed && (cells.length <= width || cells.slice(width).every((cell) => cell.trim() === ''));
}

function notWhole(cells: number, width: number): string {
  return `The row has ${cells} ${cells === 1 ? 'cell' : 'cells'}, the header ${width}: is a delimiter or a quote missing, or too many?`;
}
