import { createReadStream } from 'node:fs';
import { Parser, type CsvError } from 'csv-parse';
import { BrokenRow, ByteGuard, mostRowBytes, UnreadableFile } from './csv.guard.ts';

/** A row as the file writes it, and the line on which it starts. */
export type CsvRow = { line: number; cells: string[] };

/**
 * Reads a CSV in batches of rows, the header first, in constant memory; blank rows are left out. Throws {@link UnreadableFile},
 * or {@link BrokenRow} after the rows before it.
 */
export async function* readCsv(path: string, onBytes: (bytes: number) => void): AsyncGenerator<CsvRow[]> {
  const guard = new ByteGuard();
  let parser: RowParser | undefined;
  for await (const bytes of createReadStream(path) as AsyncIterable<Buffer>) {
    const isAllowed = guard.allows(bytes);
    parser ??= new RowParser(delimiterOf(bytes));
    yield* parser.parse(bytes);
    if (!isAllowed) throw parser.brokenRow(0, tooLong);
    onBytes(bytes.length);
  }
  guard.end();
  if (!parser) throw new UnreadableFile(1, 'The file is empty: not even a header is there.');
  yield* parser.end();
}

/** A comma, unless the first line has none but a semicolon. */
function delimiterOf(start: Buffer): string {
  const end = start.indexOf(0x0a);
  const header = end < 0 ? start : start.subarray(0, end);
  return header.includes(',') || !header.includes(';') ? ',' : ';';
}

const tooLong = `The row is longer than ${mostRowBytes} bytes: a quote that is not closed? From here on the file was not read.`;
const notClosed = 'The quote at the start of this cell is never closed. From here on the file was not read.';

class RowParser {
  readonly #parser: Parser;
  #rows: CsvRow[] = [];
  #nextLine = 1;

  constructor(delimiter: string) {
    this.#parser = new Parser({
      bom: true,
      delimiter,
      max_record_size: mostRowBytes,
      record_delimiter: ['\r\n', '\n'],
      relax_column_count: true,
      // A quote inside a cell that is not quoted stands for itself: 19" monitor.
      relax_quotes: true,
      // Rows are taken here and not from the stream, because a stream that fails drops the rows it holds ready.
      on_record: (cells: string[]) => {
        this.#take(cells);
        return null;
      },
    });
    this.#parser.on('error', () => {});
  }

  async *parse(bytes: Buffer): AsyncGenerator<CsvRow[]> {
    yield* this.#finish(await new Promise((done) => this.#parser.write(bytes, done)));
  }

  async *end(): AsyncGenerator<CsvRow[]> {
    yield* this.#finish(await new Promise((done) => this.#parser.end(done)));
  }

  brokenRow(position: number, reason: string): BrokenRow {
    return new BrokenRow(this.#nextLine, position, reason);
  }

  #take(cells: string[]): void {
    const line = this.#nextLine;
    this.#nextLine += 1 + cells.reduce((newlines, cell) => newlines + newlinesIn(cell), 0);
    if (cells.some((cell) => cell.trim() !== '')) this.#rows.push({ line, cells });
  }

  *#finish(error: Error | null | undefined): Generator<CsvRow[]> {
    const rows = this.#rows;
    this.#rows = [];
    if (rows.length > 0) yield rows;
    if (!error) return;
    const { code, column } = error as CsvError & { column?: number };
    if (code === 'CSV_MAX_RECORD_SIZE') throw this.brokenRow(column ?? 0, tooLong);
    if (code === 'CSV_QUOTE_NOT_CLOSED') throw this.brokenRow(column ?? 0, notClosed);
    throw error;
  }
}

function newlinesIn(cell: string): number {
  let newlines = 0;
  for (let at = cell.indexOf('\n'); at >= 0; at = cell.indexOf('\n', at + 1)) newlines++;
  return newlines;
}
