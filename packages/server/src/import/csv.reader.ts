import { createReadStream } from 'node:fs';
import { Parser, type CsvError } from 'csv-parse';
import { formOf, type CsvForm } from './csv.delimiter.ts';
import { TextBytes, type ForeignEncoding } from './csv.encoding.ts';
import { BrokenRow, LineGuard, mostRowBytes, UnreadableFile } from './csv.guard.ts';

/** A row as the file writes it, and the line on which it starts. */
export type CsvRow = { line: number; cells: string[] };

/**
 * Reads a CSV in batches of rows, the header first, in constant memory; blank rows are left out. Throws {@link UnreadableFile},
 * or {@link BrokenRow} after the rows before it.
 */
export async function* readCsv(
  path: string,
  onBytes: (bytes: number) => void,
  onForm: (form: CsvForm) => void = () => {},
): AsyncGenerator<CsvRow[]> {
  const guard = new LineGuard();
  let parser: RowParser | undefined;
  for await (const text of readText(path, onBytes)) {
    const isAllowed = guard.allows(text);
    if (!parser) {
      const form = formOf(text.toString('utf8', 0, mostHeaderBytes));
      onForm(form);
      parser = new RowParser(form);
    }
    yield* parser.parse(text);
    if (!isAllowed) throw parser.brokenRow(0, tooLong);
  }
  if (!parser) throw new UnreadableFile(1, 'The file is empty: it has no header.');
  yield* parser.end();
}

/** The text of a file as UTF-8, a piece at a time; answers how it is written if that is something else. */
export async function* readText(
  path: string,
  onBytes: (bytes: number) => void = () => {},
): AsyncGenerator<Buffer, ForeignEncoding | undefined> {
  const text = new TextBytes();
  for await (const bytes of createReadStream(path) as AsyncIterable<Buffer>) {
    yield text.take(bytes);
    onBytes(bytes.length);
  }
  const rest = text.end();
  if (rest.length > 0) yield rest;
  return text.foreign;
}

const mostHeaderBytes = 100_000;
const tooLong = `The row is longer than ${mostRowBytes} bytes: a quote that is not closed? From here on the file was not read.`;
const notClosed = 'The quote at the start of this cell is never closed. From here on the file was not read.';

class RowParser {
  readonly #parser: Parser;
  readonly #headerLine: number;
  #rows: CsvRow[] = [];
  #nextLine = 1;

  constructor({ delimiter, headerLine }: CsvForm) {
    this.#headerLine = headerLine;
    this.#parser = new Parser({
      bom: true,
      delimiter,
      max_record_size: mostRowBytes,
      record_delimiter: ['\r\n', '\n', '\r'],
      relax_column_count: true,
      // A quote inside a cell that is not quoted stands for itself: 19" monitor.
      relax_quotes: true,
      // Rows are taken here and not from the stream, because a stream that fails drops the rows it holds ready.
      on_record: (cells: string[]) => {
        this.#take(cells);
        // The parser makes an error, which takes 30 µs, of each row with another length than its first one. So each row is a first one.
        (this.#parser.info as { records: number }).records = 0;
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
    this.#nextLine += 1 + cells.reduce((ends, cell) => ends + lineEndsIn(cell), 0);
    if (line >= this.#headerLine && cells.some((cell) => cell.trim() !== '')) this.#rows.push({ line, cells });
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

const lineEnd = /\r\n|\n|\r/g;

function lineEndsIn(cell: string): number {
  return cell.includes('\n') || cell.includes('\r') ? (cell.match(lineEnd)?.length ?? 0) : 0;
}
