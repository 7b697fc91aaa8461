import { isAscii } from 'node:buffer';
import { TextDecoder } from 'node:util';
import { LineCounter, UnreadableFile } from './csv.guard.ts';
import { escaped } from './escaped-text.ts';

type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252';

/** How a file is written, where it is not UTF-8: the first text that shows it, and its line. */
export type ForeignEncoding = { encoding: Exclude<Encoding, 'utf-8'>; line: number; sample: string };

/**
 * Turns the bytes of a file into UTF-8 as they come. UTF-16 shows itself at the start. The first byte beyond ASCII decides between UTF-8
 * and Windows-1252; a file that began as UTF-8 and turns out not to be is refused, because it is damaged.
 */
export class TextBytes {
  #encoding: Encoding | undefined;
  #decoder: TextDecoder | undefined;
  /** a character of UTF-8 beyond ASCII was there */
  #isProven = false;
  #isFirst = true;
  /** the start of a character whose end is still to come */
  #pending: Buffer = Buffer.alloc(0);
  readonly #lines = new LineCounter();
  foreign: ForeignEncoding | undefined;

  /** The bytes as UTF-8. Throws {@link UnreadableFile} when they are no text. */
  take(bytes: Buffer): Buffer {
    if (this.#isFirst) this.#begin(bytes);
    this.#isFirst = false;
    const text = this.#decode(bytes);
    this.#lines.take(text);
    return text;
  }

  end(): Buffer {
    if (this.#pending.length > 0) throw new UnreadableFile(this.#lines.line, notUtf8);
    return this.#decoder === undefined ? Buffer.alloc(0) : this.#decodeForeign(undefined);
  }

  #begin(bytes: Buffer): void {
    if (workbooks.some((start) => bytes.subarray(0, start.length).equals(start))) {
      throw new UnreadableFile(1, 'This is a workbook of Excel, not a CSV file. Save it as "CSV UTF-8".');
    }
    if (bytes.subarray(0, 4).equals(utf32Mark)) throw new UnreadableFile(1, 'The file is UTF-32. Save it as "CSV UTF-8".');
    const encoding = utf16Of(bytes);
    if (encoding) this.#switchTo(encoding, '');
    else if (bytes.subarray(0, 200).includes(0)) throw new UnreadableFile(1, 'The file is no text. Save it as "CSV UTF-8".');
  }

  #decode(bytes: Buffer): Buffer {
    if (this.#decoder) return this.#decodeForeign(bytes);
    if (this.#pending.length === 0 && isAscii(bytes)) return bytes;
    const all = this.#pending.length > 0 ? Buffer.concat([this.#pending, bytes]) : bytes;
    const cut = all.length - unfinished(all);
    const whole = all.subarray(0, cut);
    try {
      new TextDecoder('utf-8', { fatal: true }).decode(whole);
    } catch {
      return this.#decodeNotUtf8(all);
    }
    if (!this.#isProven && !isAscii(whole)) this.#isProven = true;
    this.#pending = Buffer.from(all.subarray(cut));
    return whole;
  }

  /** Somewhere in the bytes UTF-8 ends. */
  #decodeNotUtf8(bytes: Buffer): Buffer {
    const lenient = bytes.toString('utf8');
    const before = lenient.slice(0, lenient.indexOf('\uFFFD'));
    const line = this.#lines.line + this.#lines.endsIn(Buffer.from(before));
    if (this.#isProven || !isAscii(Buffer.from(before))) throw new UnreadableFile(line, notUtf8);
    const at = before.length;
    // Without `stream`, Node 20 reads Latin-1 instead, which has no quotes, dashes and euro sign.
    const text = new TextDecoder('windows-1252').decode(bytes.subarray(0, at + 60), { stream: true });
    this.#switchTo('windows-1252', word(text, at), line);
    this.#pending = Buffer.alloc(0);
    return this.#decodeForeign(bytes);
  }

  #switchTo(encoding: Exclude<Encoding, 'utf-8'>, sample: string, line = 1): void {
    this.#encoding = encoding;
    this.#decoder = new TextDecoder(encoding, { fatal: true });
    this.foreign = { encoding, line, sample };
  }

  /** Without bytes: what is left at the end. */
  #decodeForeign(bytes: Buffer | undefined): Buffer {
    const { line } = this.#lines;
    const unused = bytes && this.#encoding === 'windows-1252' ? bytes.findIndex((byte) => unusedIn1252.has(byte)) : -1;
    if (bytes && unused >= 0) throw new UnreadableFile(line + this.#lines.endsIn(bytes.subarray(0, unused)), notUtf8);
    try {
      return Buffer.from(bytes ? this.#decoder!.decode(bytes, { stream: true }) : this.#decoder!.decode());
    } catch {
      throw new UnreadableFile(line, 'The file begins as UTF-16 and then is not. Save it as UTF-8; nothing of it was taken.');
    }
  }
}

/** How a note tells it; undefined for UTF-8. */
export function encodingNote(foreign: ForeignEncoding | undefined): string | undefined {
  if (!foreign) return undefined;
  if (foreign.encoding !== 'windows-1252') return 'The file is UTF-16, and was read as such.';
  return `The file is not UTF-8 and was read as Windows-1252. If "${escaped(foreign.sample)}" on line ${foreign.line} looks wrong, save the file as UTF-8.`;
}

const notUtf8 =
  'The file is neither UTF-8 nor Windows-1252: here are bytes that mean no character. Save it as UTF-8; nothing of it was taken.';

/** The starts of .xlsx and .xls. */
const workbooks = [Buffer.from([0x50, 0x4b, 0x03, 0x04]), Buffer.from([0xd0, 0xcf, 0x11, 0xe0])];

/** Little-endian; it begins like the mark of UTF-16. With the bytes in the other order, the file begins with NUL characters. */
const utf32Mark = Buffer.from([0xff, 0xfe, 0, 0]);

/** Windows-1252 has no characters for them. */
const unusedIn1252 = new Set([0x81, 0x8d, 0x8f, 0x90, 0x9d]);

/** By its mark; without one every second byte of the header is 0. */
function utf16Of(bytes: Buffer): 'utf-16le' | 'utf-16be' | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  const start = bytes.subarray(0, 200);
  const isZero = (parity: number) => start.length >= 4 && start.every((byte, index) => (index % 2 === parity) === (byte === 0));
  if (isZero(1)) return 'utf-16le';
  return isZero(0) ? 'utf-16be' : undefined;
}

/** How many bytes at the end begin a character of UTF-8 that is not whole. */
function unfinished(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back]!;
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) return back < (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) ? back : 0;
  }
  return 0;
}

/** The word of a text that stands around a place. */
function word(text: string, at: number): string {
  const start = text.slice(0, at).search(/[^\s,;|"]*$/);
  return /^[^\s,;|"]*/.exec(text.slice(start))![0].slice(0, 40);
}
