import { formOf } from './csv.delimiter.ts';
import { BrokenRow } from './csv.guard.ts';
import { readCsv } from './csv.reader.ts';
import { csvLine } from './csv.writer.ts';
import { escaped } from './escaped-text.ts';
import { reasonHeader } from './header.rules.ts';
import type { Reject } from './rejects.queries.ts';

/** How many rows were copied, and the line from which the file could not be read. */
export type CopiedRows = { rows: number; unreadFrom?: number };

/** Reads a file again beside its sorted rejects, and answers their rows as text, with the header before the first one. */
export async function* copyRows(copied: CopiedRows, rejects: AsyncGenerator<Reject>, path: string): AsyncGenerator<string> {
  let delimiter: string;
  let form: RejectsForm | undefined;
  let next = await rejects.next();
  const rows = readCsv(
    path,
    () => {},
    (found) => ({ delimiter } = found),
  );
  try {
    for await (const batch of rows) {
      let text = '';
      for (const { line, cells } of batch) {
        if (!form) form = new RejectsForm(cells, delimiter!);
        else if (!next.done && next.value.line === line) {
          if (copied.rows++ === 0) text += form.start;
          text += form.line(cells, next.value);
          next = await rejects.next();
        }
      }
      if (text !== '') yield text;
      if (next.done) return;
    }
  } catch (error) {
    if (!(error instanceof BrokenRow)) throw error;
    // The rows before it are copied.
    copied.unreadFrom = error.line;
    while (!(await rejects.next()).done);
  }
}

/** How the rows of one file are written: under its own header, with the reason in a last column. */
class RejectsForm {
  readonly #delimiter: string;
  readonly #width: number;
  /** the file itself is one of rejected rows, and its reasons are replaced */
  readonly #hasReasons: boolean;
  readonly start: string;

  constructor(header: readonly string[], delimiter: string) {
    this.#delimiter = delimiter;
    this.#width = header.findLastIndex((cell) => cell.trim() !== '') + 1;
    this.#hasReasons = header[this.#width - 1]?.trim() === reasonHeader;
    const line = csvLine([...header.slice(0, this.#columns), reasonHeader], delimiter);
    // Spreadsheets take a file without a mark for Windows-1252.
    this.start = `\ufeff${formOf(line).delimiter === delimiter ? '' : `sep=${delimiter}\n`}${line}`;
  }

  get #columns(): number {
    return this.#hasReasons ? this.#width - 1 : this.#width;
  }

  line(cells: readonly string[], { line, outcome, reason }: Reject): string {
    const told = `${outcome === 'SKIPPED' ? 'Skipped' : 'Refused'} on line ${line}. ${escaped(reason)}`;
    return csvLine([...this.#own(cells), told], this.#delimiter);
  }

  /** The row's own cells, as many as the header has; of a row that is too long, all. */
  #own(cells: readonly string[]): readonly string[] {
    const end = cells.findLastIndex((cell) => cell.trim() !== '') + 1;
    if (end > this.#width) return this.#hasReasons && toldReason.test(cells[end - 1]!) ? cells.slice(0, end - 1) : cells.slice(0, end);
    return Array.from({ length: this.#columns }, (_, index) => cells[index] ?? '');
  }
}

const toldReason = /^(?:Refused|Skipped) on line \d+\. /;
