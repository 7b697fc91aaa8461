import { TextDecoder } from 'node:util';

/** The file is no CSV that could be read; nothing of it is taken. */
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

const newline = 0x0a;

/** Looks at the bytes before they are parsed: is this UTF-8, and do lines end? */
export class ByteGuard {
  readonly #decoder = new TextDecoder('utf-8', { fatal: true });
  #isFirst = true;
  #lines = 1;
  #bytesInLine = 0;

  /** Whether the bytes may be parsed; false when a line does not end. */
  allows(bytes: Buffer): boolean {
    if (this.#isFirst) this.#checkStart(bytes);
    this.#isFirst = false;
    try {
      this.#decoder.decode(bytes, { stream: true });
    } catch {
      throw new UnreadableFile(this.#lines + newlinesBeforeFault(bytes), notUtf8);
    }
    const last = bytes.lastIndexOf(newline);
    this.#bytesInLine = last < 0 ? this.#bytesInLine + bytes.length : bytes.length - last - 1;
    this.#lines += count(bytes);
    // The parser bounds the length of cells, but would collect any number of empty ones.
    return this.#bytesInLine <= 2 * mostRowBytes;
  }

  end(): void {
    try {
      this.#decoder.decode();
    } catch {
      throw new UnreadableFile(this.#lines, notUtf8);
    }
  }

  #checkStart(bytes: Buffer): void {
    const [first, second] = bytes;
    const isMarked = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
    // UTF-16 without a mark: every second byte of the header is 0.
    const header = bytes.subarray(0, 200);
    if (isMarked || header.subarray(0, Math.max(0, header.indexOf(newline))).includes(0)) {
      throw new UnreadableFile(1, 'The file is UTF-16, or no text at all. Save it as UTF-8.');
    }
  }
}

const notUtf8 = 'The file is not UTF-8: here are bytes that mean no character. Save it as UTF-8; nothing of it was taken.';

function count(bytes: Buffer): number {
  let lines = 0;
  for (let at = bytes.indexOf(newline); at >= 0; at = bytes.indexOf(newline, at + 1)) lines++;
  return lines;
}

/** Where in a chunk the fault lies: a lenient reading puts U+FFFD there. */
function newlinesBeforeFault(bytes: Buffer): number {
  const text = bytes.toString('utf8');
  return text.slice(0, Math.max(0, text.indexOf('\uFFFD'))).split('\n').length - 1;
}
