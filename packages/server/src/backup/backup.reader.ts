import { createHash } from 'node:crypto';
import { createGunzip } from 'node:zlib';
import type { Readable } from 'node:stream';
import { collectAfter } from './garbage.ts';
import {
  altered,
  BackupRefused,
  copyInSql,
  endLine,
  longestLine,
  readManifest,
  readSum,
  rowsEnd,
  type Manifest,
  type TableSum,
} from './backup.format.ts';

const cutOff = 'The backup is cut off: the end of the file is missing.';
const newLine = 10;

/** Reads a backup from its beginning to its end, in bounded memory, and refuses one that is not what was written. */
export class BackupReader {
  readonly #chunks: AsyncIterator<Buffer>;
  #rest: Buffer = Buffer.alloc(0);
  #isCompressed = false;
  #manifestLine = '';
  readonly #sums: TableSum[] = [];

  constructor(file: Readable) {
    const gunzip = createGunzip({ chunkSize: 64 * 1024 });
    file.on('error', (error) => gunzip.destroy(error));
    file.once('data', (start: Buffer) => (this.#isCompressed = start[0] === 0x1f && start[1] === 0x8b));
    this.#chunks = file.pipe(gunzip)[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  }

  async manifest(): Promise<Manifest> {
    this.#manifestLine = await this.#line();
    return readManifest(this.#manifestLine);
  }

  /** Reads the rows of the next table. `take` gets them as text, in pieces of whole rows; they have been checked when it is done. */
  async table(table: Manifest['tables'][number], take: (rows: AsyncGenerator<Buffer>) => Promise<number | null>): Promise<TableSum> {
    const head = await this.#line();
    if (head !== `${copyInSql(table)};`) throw new BackupRefused(`${altered} the table ${table.name} does not begin where it should.`);
    const sha256 = createHash('sha256');
    const taken = await take(this.#rows(sha256));
    const sum = readSum(await this.#line());
    if (sum.table !== table.name || sum.sha256 !== sha256.digest('hex') || (taken !== null && taken !== sum.rows))
      throw new BackupRefused(`${altered} the rows of the table ${table.name} do not match their checksum.`);
    this.#sums.push(sum);
    return sum;
  }

  /** Checks that nothing is missing, and that nothing follows. */
  async end(): Promise<void> {
    const line = await this.#line();
    if (`${line}\n` !== endLine(`${this.#manifestLine}\n`, this.#sums))
      throw new BackupRefused(`${altered} its last line does not match its contents.`);
    if (this.#rest.length > 0 || (await this.#next()) !== null) throw new BackupRefused(`${altered} something follows its last line.`);
  }

  async *#rows(sha256: { update(data: Buffer): unknown }): AsyncGenerator<Buffer> {
    const marker = Buffer.from(`${rowsEnd}\n`);
    const markerAfterRow = Buffer.from(`\n${rowsEnd}\n`);
    for (;;) {
      // The rest always begins with a row, and a marker is looked for in whole rows.
      const whole = this.#rest.subarray(0, this.#rest.lastIndexOf(newLine) + 1);
      const isAtOnce = whole.subarray(0, marker.length).equals(marker);
      const found = isAtOnce ? -1 : whole.indexOf(markerAfterRow);
      const rows = isAtOnce ? whole.subarray(0, 0) : found === -1 ? whole : whole.subarray(0, found + 1);
      const isEnd = isAtOnce || found !== -1;
      this.#rest = this.#rest.subarray(rows.length + (isEnd ? marker.length : 0));
      if (rows.length > 0) {
        sha256.update(rows);
        collectAfter(rows.length);
        yield rows;
      }
      if (isEnd) return;
      await this.#more();
    }
  }

  async #line(): Promise<string> {
    for (;;) {
      const end = this.#rest.indexOf(newLine);
      if (end !== -1) {
        const line = this.#rest.subarray(0, end).toString();
        this.#rest = this.#rest.subarray(end + 1);
        return line;
      }
      if (this.#rest.length > longestLine) throw new BackupRefused(`${altered} a line of its description is too long.`);
      await this.#more();
    }
  }

  async #more(): Promise<void> {
    const chunk = await this.#next();
    if (chunk === null) throw new BackupRefused(cutOff);
    this.#rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
  }

  async #next(): Promise<Buffer | null> {
    try {
      const { value, done } = await this.#chunks.next();
      return done === true ? null : value;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'Z_BUF_ERROR') throw new BackupRefused(cutOff, { cause: error });
      if (code?.startsWith('Z_') !== true) throw error;
      if (!this.#isCompressed) throw new BackupRefused('The file is not a backup of Partner Renewals.', { cause: error });
      throw new BackupRefused(`${altered} its compressed data are faulty.`, { cause: error });
    }
  }
}
