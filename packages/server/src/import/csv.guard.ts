/** The file cannot be read as CSV; nothing of it is taken. */
export class UnreadableFile extends Error {
  override name = 'UnreadableFile';
  readonly line: number;

  constructor(line: number, reason: string) {
    super(reason);
    this.line = line;
  }
}

/** Reading stops at this row, whose end cannot be found; the rows before it are taken. */
export class BrokenRow extends Error {
  override name = 'BrokenRow';
  readonly line: number;
  /** of the cell, counted from 0 */
  readonly position: number;

  constructor(line: number, position: number, reason: string) {
    super(reason);
    this.line = line;
    this.position = position;
  }
}

/** A row's cells together; what is bigger is an unclosed quote or an attack. */
export const mostRowBytes = 1_000_000;

const lineFeed = 0x0a;
const carriageReturn = 0x0d;

/** The last end of a line in the bytes; -1 if there is none. */
const lastLineEnd = (bytes: Buffer) => Math.max(bytes.lastIndexOf(lineFeed), bytes.lastIndexOf(carriageReturn));

/** Looks at the bytes before they are parsed: do lines end? The parser bounds the length of cells, but takes any number of empty ones. */
export class LineGuard {
  #bytesInLine = 0;

  /** Whether the bytes may be parsed; false when a line does not end. */
  allows(bytes: Buffer): boolean {
    const last = lastLineEnd(bytes);
    this.#bytesInLine = last < 0 ? this.#bytesInLine + bytes.length : bytes.length - last - 1;
    return this.#bytesInLine <= 2 * mostRowBytes;
  }
}

/** Counts the lines of a file as its bytes come; a file without a line feed ends its lines with carriage returns. */
export class LineCounter {
  #end: number | undefined;
  /** the line on which the bytes that come next begin */
  line = 1;

  take(bytes: Buffer): void {
    this.line += this.endsIn(bytes);
  }

  endsIn(bytes: Buffer): number {
    this.#end ??= bytes.includes(lineFeed) ? lineFeed : bytes.includes(carriageReturn) ? carriageReturn : undefined;
    if (this.#end === undefined) return 0;
    let lines = 0;
    for (let at = bytes.indexOf(this.#end); at >= 0; at = bytes.indexOf(this.#end, at + 1)) lines++;
    return lines;
  }
}
