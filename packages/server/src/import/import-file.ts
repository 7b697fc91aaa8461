import type { Parsed } from './cell.parsers.ts';

/** A row as it is staged: texts for PostgreSQL by column of the staging table; null = an empty cell, or one that is refused. */
export type Row = Record<string, string | null>;

export type Column = {
  /** as the documentation writes it */
  header: string;
  /** other headers it is known by; all are compared by letters and digits alone */
  aliases: readonly string[];
  /** the header must be there, and no cell may be empty */
  isRequired?: true;
  /** the columns of the staging table it fills, with their SQL types */
  into: Readonly<Record<string, string>>;
  parse(cell: string): Parsed;
};

/** One of the files of an export. To take one column more: add it to the file's table and to the SQL that writes it. */
export type ImportFile = {
  name: string;
  /** what its rows are, in the names of temporary tables */
  noun: string;
  columns: readonly Column[];
  /** the columns of the staging table that tell its rows apart; the first row with a key claims it */
  key: readonly string[];
  /** staged columns computed from a row without faults, with their SQL types */
  derived?: Readonly<Record<string, { type: string; of(row: Row): string | null }>>;
  /** faults that show only when cells are seen together */
  check?(row: Row): { header: string; reason: string }[];
};

export const stagingTable = (file: ImportFile) => `import_${file.noun}`;
