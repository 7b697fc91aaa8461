import type { Row } from './import-file.ts';

/**
 * A digest is a piece for each column of a file's table, in the table's order. It tells whether a row says something else than the last
 * one imported for its key. A column that a file lacks has the piece `......` and is not compared; an empty cell has `~~~~~~`. A column
 * that was never told before and is empty now says nothing new.
 */
export const pieceLength = 6;

/** The character of a piece that tells nothing; no other piece has it. */
export const untold = '.';

const alphabet = Buffer.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_', 'latin1');
/** The character of an empty cell's piece; no other piece has it. */
export const empty = '~';

const [dot, tilde] = [untold, empty].map((character) => character.charCodeAt(0)) as [number, number];

/**
 * Makes the digests of rows; `columns` are the staged columns of each column of the file's table. `isTold` answers for a column by its
 * index; a value that other cells imply is told too.
 */
export function digester(columns: readonly (readonly string[])[]): (row: Row, isTold: (index: number) => boolean) => string {
  const bytes = Buffer.alloc(columns.length * pieceLength);
  return (row, isTold) => {
    let at = 0;
    for (let index = 0; index < columns.length; index++) {
      const names = columns[index]!;
      if (hasValue(row, names)) writePiece(bytes, at, row, names);
      else bytes.fill(isTold(index) ? tilde : dot, at, at + pieceLength);
      at += pieceLength;
    }
    return bytes.toString('latin1');
  };
}

/** Staged columns of amounts: an export that writes 180.00 instead of 180 says nothing new. */
const amounts: ReadonlySet<string> = new Set(['mrr', 'new_mrr']);

/** The length of an amount without zeros at the end of its decimals. */
function tellingLength(amount: string): number {
  const point = amount.indexOf('.');
  if (point === -1) return amount.length;
  let length = amount.length;
  while (amount[length - 1] === '0') length--;
  return length - 1 === point ? point : length;
}

function hasValue(row: Row, names: readonly string[]): boolean {
  for (const name of names) if (row[name] !== null && row[name] !== undefined) return true;
  return false;
}

/**
 * Two lanes of 32 bits, of which a piece keeps 18 each. The chance that a changed cell goes unseen is 1 in 2^36: with a million changed
 * cells a day, once in 188 years. The hash need not resist attacks, since nobody gains by a collision in their own file. It takes half the
 * time of one SHA-256 of the whole row.
 */
function writePiece(bytes: Buffer, at: number, row: Row, names: readonly string[]): void {
  let one = 0xdeadbeef;
  let two = 0x41c6ce57;
  for (const name of names) {
    const value = row[name];
    // No character has this code; it tells an empty cell from a text, and one value from the next.
    const end = value === null || value === undefined ? 0x10001 : 0x10000;
    const length = value === null || value === undefined ? 0 : amounts.has(name) ? tellingLength(value) : value.length;
    for (let index = 0; index < length; index++) {
      const code = value!.charCodeAt(index);
      one = Math.imul(one ^ code, 0x9e3779b1);
      two = Math.imul(two ^ code, 0x5f356495);
    }
    one = Math.imul(one ^ end, 0x9e3779b1);
    two = Math.imul(two ^ end, 0x5f356495);
  }
  const first = Math.imul(one ^ (one >>> 16), 0x85ebca6b) ^ Math.imul(two ^ (two >>> 13), 0xc2b2ae35);
  const second = Math.imul(two ^ (two >>> 16), 0x85ebca6b) ^ Math.imul(first ^ (first >>> 13), 0xc2b2ae35);
  writeCharacters(bytes, at, first);
  writeCharacters(bytes, at + 3, second);
}

function writeCharacters(bytes: Buffer, at: number, bits: number): void {
  bytes[at] = alphabet[(bits >>> 26) & 63]!;
  bytes[at + 1] = alphabet[(bits >>> 20) & 63]!;
  bytes[at + 2] = alphabet[(bits >>> 14) & 63]!;
}
