/** What is wrong with a cell, a row or a file. */
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
  /** blank rows are not counted */
  rows: number;
  created: number;
  updated: number;
  unchanged: number;
  /** rows of customers whose association ended */
  skipped: number;
  refused: number;
  notes: string[];
  /** how many faults there are; `faults` holds the first ones */
  faultCount: number;
  faults: ImportFault[];
};

export type ImportReport = {
  businessDate: string;
  isDryRun: boolean;
  files: FileReport[];
};

/** More faults than these are counted, and handed on as they are read, but not kept in memory. */
export const mostKeptFaults = 100;

/** 0 clean; 2 rows refused, and the good ones written; 1 nothing written. A dry run answers what the import would. */
export function exitCode(report: ImportReport): 0 | 1 | 2 {
  if (report.files.every((file) => file.faultCount === 0)) return 0;
  return report.files.some((file) => file.created + file.updated + file.unchanged + file.skipped > 0) ? 2 : 1;
}
