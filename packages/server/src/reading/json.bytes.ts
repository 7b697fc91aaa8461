const quote = 0x22;
const backslash = 0x5c;
const firstPrintable = 0x20;
// A native copy is quicker only for longer values.
const shortLength = 48;

/** What JSON.stringify writes for the characters that it escapes. */
const escapes = Array.from({ length: backslash + 1 }, (_, code) =>
  code < firstPrintable || code === quote || code === backslash
    ? Buffer.from(JSON.stringify(String.fromCharCode(code)).slice(1, -1))
    : null,
);

/** The most bytes that JSON makes of one byte. */
export const longestEscape = 6;

const usualSize = 65_536;
const mostKept = 1_048_576;

/** JSON that is put together from bytes. There must be room for what is written: a check for each value takes a fifth of the time. */
export class JsonBytes {
  #bytes = Buffer.allocUnsafe(usualSize);
  #length = 0;

  /** What was written, and begins anew. */
  take(): Buffer {
    const taken = Buffer.allocUnsafeSlow(this.#length);
    this.#bytes.copy(taken, 0, 0, this.#length);
    this.#length = 0;
    // Many aliases of a long value need room that no other page needs.
    if (this.#bytes.byteLength > mostKept) this.#bytes = Buffer.allocUnsafe(usualSize);
    return taken;
  }

  clear(): void {
    this.#length = 0;
  }

  /** Makes room for this many bytes. */
  reserve(bytes: number): void {
    const needed = this.#length + bytes;
    if (needed <= this.#bytes.byteLength) return;
    const larger = Buffer.allocUnsafe(Math.max(needed, 2 * this.#bytes.byteLength));
    this.#bytes.copy(larger, 0, 0, this.#length);
    this.#bytes = larger;
  }

  copy(from: Uint8Array, start = 0, end = from.byteLength): void {
    const bytes = this.#bytes;
    let at = this.#length;
    if (end - start > shortLength) {
      bytes.set(from.subarray(start, end), at);
      at += end - start;
    } else for (let index = start; index < end; index += 1) bytes[at++] = from[index]!;
    this.#length = at;
  }

  /** The text of a string whose characters JSON may escape. In UTF-8, bytes of other characters are 128 or more. */
  copyEscaped(from: Uint8Array, start: number, end: number): void {
    const bytes = this.#bytes;
    let at = this.#length;
    for (let index = start; index < end; index += 1) {
      const byte = from[index]!;
      const escape = byte <= backslash ? escapes[byte] : null;
      if (escape == null) bytes[at++] = byte;
      else for (const each of escape) bytes[at++] = each;
    }
    this.#length = at;
  }

  quote(): void {
    this.#bytes[this.#length++] = quote;
  }
}
