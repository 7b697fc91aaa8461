/** A null's length in the protocol of PostgreSQL. */
export const nullLength = -1;

const firstBytes = 16_384;

/** The rows of a result as PostgreSQL sent them: no value has become a string. */
export class UnparsedRows {
  bytes = Buffer.allocUnsafe(firstBytes);
  /** The PostgreSQL type of each column. */
  columnTypes: readonly number[] = [];
  readonly #starts: number[] = [];
  #length = 0;

  get count(): number {
    return this.#starts.length;
  }

  /** The bytes of a row in the protocol: the number of columns in two, then each value's length in four, and the value. */
  add(from: Buffer, start: number, end: number): void {
    const length = this.#length + end - start;
    if (length > this.bytes.byteLength) {
      // The bytes before are copied because the connection uses its buffer again.
      const larger = Buffer.allocUnsafe(Math.max(length, 2 * this.bytes.byteLength));
      this.bytes.copy(larger, 0, 0, this.#length);
      this.bytes = larger;
    }
    from.copy(this.bytes, this.#length, start, end);
    this.#starts.push(this.#length);
    this.#length = length;
  }

  /** Finds the values of a row: `bounds` gets start and length of each. Returns the number of the row's bytes. */
  locate(row: number, bounds: Int32Array): number {
    const { bytes } = this;
    const start = this.#starts[row]!;
    let at = start + 2;
    for (let index = 0; index < 2 * this.columnTypes.length; index += 2) {
      // Written out: readInt32BE checks its arguments, and that takes longer.
      const length = (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!;
      at += 4;
      bounds[index] = at;
      bounds[index + 1] = length;
      if (length > 0) at += length;
    }
    return at - start;
  }

  /** The text of one value. */
  text(row: number, column: number): string | null {
    const bounds = new Int32Array(2 * this.columnTypes.length);
    this.locate(row, bounds);
    const [start, length] = [bounds[2 * column]!, bounds[2 * column + 1]!];
    return length === nullLength ? null : this.bytes.toString('utf8', start, start + length);
  }
}

/** The same from rows that were parsed as text: for a connection that keeps no rows. */
export function unparsedFrom(rows: readonly (readonly (string | null)[])[], columnTypes: readonly number[]): UnparsedRows {
  const unparsed = new UnparsedRows();
  unparsed.columnTypes = columnTypes;
  for (const row of rows) {
    const parts: Buffer[] = [Buffer.alloc(2)];
    parts[0]!.writeInt16BE(row.length);
    for (const text of row) {
      const value = Buffer.from(text ?? '');
      const length = Buffer.alloc(4);
      length.writeInt32BE(text === null ? nullLength : value.byteLength);
      parts.push(length, value);
    }
    const bytes = Buffer.concat(parts);
    unparsed.add(bytes, 0, bytes.byteLength);
  }
  return unparsed;
}
