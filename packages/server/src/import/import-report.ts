/** What is wrong with a cell, a row or a file, or what a note says about one that was taken. */
export type ImportFault = {
  file: string;
  /** where the row starts in the file; the header is line 1 */
  line: number;
  /** the header as the file writes it; null when the row as a whole is at fault */
  column: string | null;
  /** the first 100 characters of the cell */
  value: string;
  reason: string;
};

export type FileReport = {
  file: string;
  /** the kind of export that the file was read as; null for a plain file */
  profile: string | null;
  /** blank rows are not counted */
  rows: number;
  created: number;
  updated: number;
  unchanged: number;
  /** rows of customers whose association ended or that were merged, rows that belong to no customer, and repeated ones */
  skipped: number;
  refused: number;
  /** why rows were skipped, the most frequent reason first */
  skips: { reason: string; rows: number }[];
  /** the file with copies of its refused and skipped rows; null when there is none */
  rejects: { path: string; rows: number } | null;
  /** about the file as a whole */
  notes: string[];
  /** how many notes there are about rows that were taken; `rowNotes` holds the first ones */
  rowNoteCount: number;
  rowNotes: ImportFault[];
  /** how many faults there are; `faults` holds the first ones */
  faultCount: number;
  faults: ImportFault[];
};

export type ImportReport = {
  businessDate: string;
  isDryRun: boolean;
  files: FileReport[];
};

/** More faults and notes than these are counted, and handed on as they are read, but not kept in memory. */
export const mostKeptFaults = 100;

const isTaken = ({ created, updated, unchanged, skipped }: FileReport) => created + updated + unchanged + skipped > 0;

/** No row of any file was taken. */
export const isNothingTaken = ({ files }: ImportReport): boolean => !files.some(isTaken);

/** 0 clean; 2 rows refused, and the good ones written; 1 nothing written. A dry run answers what the import would. */
export function exitCode(report: ImportReport): 0 | 1 | 2 {
  if (report.files.every((file) => file.faultCount === 0)) return 0;
  return isNothingTaken(report) ? 1 : 2;
}
