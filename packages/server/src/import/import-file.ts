import type { CalendarDate } from '../calendar-date.ts';
import type { Parsed, Reading } from './parsed.ts';

/** A row as it is staged: texts for PostgreSQL by column of the staging table; null = an empty cell, or one that is refused. */
export type Row = Record<string, string | null>;

/**
 * Where a column of ours stands in a file: under a header; under one whose cells are in other words, or say the opposite; in two columns,
 * one for the count and one for the unit; or as an amount of an interval.
 */
export type Source =
  | string
  | { of: string; words: Readonly<Record<string, string>> }
  | { not: string }
  | { count: string; unit: string }
  | {
      amount: string;
      per: string;
      /** the amount is of one of so many pieces */
      times?: string;
      /** the amount is of so many pieces together */
      total?: string;
    };

export type Column = {
  /** as the documentation writes it */
  header: string;
  /** where else it may stand, the best one first; headers are compared by letters and digits alone */
  aliases: readonly Source[];
  /** where it stands in this kind of export, before all others */
  preferred?: readonly Source[];
  /** the header must be there, and no cell may be empty */
  isRequired?: true;
  /** though required, a cell of it may be empty */
  mayBeEmpty?: true;
  /** the header of a column that may stand for it */
  unless?: string;
  /** a cell that cannot be read is left out with a note, and the row is taken without it */
  isDetail?: true;
  /** its header may be that of another column too */
  mayShare?: true;
  /** its cells are numbers, which show how the file writes a fraction */
  isNumber?: true;
  /** the staged column with the currency of its amounts */
  currency?: string;
  /** the columns of the staging table it fills, with their SQL types */
  into: Readonly<Record<string, string>>;
  parse(cell: string, reading: Reading): Parsed;
};

/** How one file of an export is read: found from the file itself, or said by the person who imports it. */
export type FileReading = Reading & {
  /** the kind of export, as people call it; undefined for a plain file */
  profile?: string | undefined;
  /** the business date of the import */
  today?: CalendarDate;
  delimiter: string;
  headerLine: number;
  /** what must be said about the file as a whole */
  notes: readonly string[];
};

/** One of the files of an export. To take one column more: add it to the file's table and to the SQL that writes it. */
export type ImportFile = {
  name: string;
  /** what its rows are, in the names of temporary tables */
  noun: string;
  columns: readonly Column[];
  /** the columns of the staging table that tell its rows apart; the first row with a key claims it */
  key: readonly string[];
  /** a second key of its rows, checked for repeats in the same way; a row may lack one of the two */
  otherKey?: readonly string[];
  /** staged columns computed from a row without faults, with their SQL types */
  derived: Readonly<Record<string, { type: string; of(row: Row): string | null }>>;
  /** fills what follows from other cells of the row */
  complete?(row: Row): void;
  /** faults that show only when cells are seen together */
  check?(row: Row): { header: string; reason: string }[];
  /** what must be said about a row that is taken */
  tell?(row: Row, today: CalendarDate | undefined): { header: string; reason: string }[];
  /** why a row is left out, where that is no fault; null = it is not. `refused` are the staged columns whose cells could not be read. */
  skip?(row: Row, cells: readonly string[], refused: readonly string[]): string | null;
  reading?: FileReading;
};

export const stagingTable = (file: ImportFile) => `import_${file.noun}`;

/**
 * Two staged columns of every file, filled as rows are read. `notes`: what was taken, but not as it stands. `unread`: the staged columns of
 * which the row says nothing, because its cell could not be read or was not there; a value from before stays.
 */
export const toldByRows: ImportFile['derived'] = {
  notes: { type: 'json', of: () => null },
  unread: { type: 'text[]', of: () => null },
};
