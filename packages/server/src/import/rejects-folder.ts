import { createWriteStream } from 'node:fs';
import { mkdir, readdir, realpath, rmdir, stat, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { PartnerTransaction } from '../database/transaction.ts';
import { prepareFile, type ReadingChoices } from './file-reading.ts';
import { ImportRefused, type ColumnMap } from './header.rules.ts';
import type { ImportFile } from './import-file.ts';
import type { FileReport } from './import-report.ts';
import { readRejects } from './rejects.queries.ts';
import { copyRows, type CopiedRows } from './rejects.writer.ts';

/** A file of the import, as it was before it was read. */
export type SourceFile = { file: ImportFile; path: string; bytes: number; modifiedAt: number };

/** The folder that takes refused and skipped rows: files in the form of their sources, to be mended and imported again. */
export class RejectsFolder {
  readonly #path: string;
  /** the uppermost folder that was created for it */
  readonly #created: string | undefined;
  readonly #written: string[] = [];

  private constructor(path: string, created: string | undefined) {
    this.#path = path;
    this.#created = created;
  }

  /** Creates the folder if it is missing. Refuses one where a file would be overwritten. */
  static async open(path: string, importFolder: string, sources: readonly SourceFile[]): Promise<RejectsFolder> {
    const names = await readdir(path).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return [];
      throw unusable(path, error);
    });
    const [one, other] = await Promise.all([path, importFolder].map((each) => realpath(each).catch(() => each)));
    if (one === other) throw new ImportRefused('The folder for rejected rows is the import folder itself: name another one.');
    const isThere = ({ path: source }: SourceFile) => names.some((name) => name.toLowerCase() === basename(source).toLowerCase());
    const first = sources.find(isThere);
    if (first) throw new ImportRefused(`The folder ${path} has a ${basename(first.path)} already: name another folder for rejected rows.`);
    // The rows hold names and addresses of people.
    const created = await createFolder(path).catch((error: NodeJS.ErrnoException) => {
      throw unusable(path, error);
    });
    return new RejectsFolder(path, created);
  }

  /** Copies the rows of a file that were refused or skipped, and tells it in the file's report. */
  async take(tx: PartnerTransaction, source: SourceFile, told: FileReport, map: ColumnMap, choices: ReadingChoices): Promise<void> {
    if (told.rows === 0 && told.faultCount > 0) told.notes.push('The whole file was refused, so no row of it was copied.');
    if (told.refused + told.skipped === 0) return;
    const path = join(this.#path, basename(source.path));
    const { rows, unreadFrom } = await this.#copy(tx, source, path);
    if (unreadFrom !== undefined) told.notes.push(`From line ${unreadFrom} on, no row was copied, because the file could not be read.`);
    if (rows === 0) return;
    told.rejects = { path, rows };
    const { reading } = source.file;
    const { reading: again } = await prepareFile(source.file, path, map, choices);
    if (reading?.isProven && again?.decimal !== reading.decimal) {
      told.notes.push(`The copied rows do not show their decimal sign: import them with --decimal ${reading.decimal}.`);
    }
  }

  async #copy(tx: PartnerTransaction, source: SourceFile, path: string): Promise<CopiedRows> {
    const copied: CopiedRows = { rows: 0 };
    const output = createWriteStream(path, { flags: 'wx', mode: 0o600 });
    output.once('open', () => this.#written.push(path));
    const rows = copyRows(copied, readRejects(tx, source.file), source.path);
    await pipeline(Readable.from(rows), output).catch((error: NodeJS.ErrnoException) => {
      throw error.path === path || error.syscall === 'write' ? unusable(this.#path, error) : error;
    });
    const { size, mtimeMs } = await stat(source.path);
    if (size !== source.bytes || mtimeMs !== source.modifiedAt) {
      throw new ImportRefused(`${basename(source.path)} changed while it was imported; nothing was written. Import it again.`);
    }
    if (copied.rows === 0) await unlink(this.#written.pop()!);
    return copied;
  }

  /** Leaves nothing of an import that failed. */
  async discard(): Promise<void> {
    await Promise.all(this.#written.splice(0).map((path) => unlink(path)));
    await this.removeEmpty();
  }

  /** A folder that was created for no rows goes. */
  async removeEmpty(): Promise<void> {
    if (this.#created === undefined || this.#written.length > 0) return;
    for (let path = this.#path; ; path = dirname(path)) {
      const isGone = await rmdir(path).then(
        () => true,
        () => false,
      );
      if (!isGone || path === this.#created) return;
    }
  }
}

/**
 * Creates a folder and those above it, for their owner alone. Answers the uppermost one that was missing. Node's recursive mkdir never
 * returns where the system answers ENOENT although the folder above is there, as in /proc.
 */
async function createFolder(path: string): Promise<string | undefined> {
  const isThere = await stat(path).then(
    (found) => found.isDirectory(),
    (error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
      return false;
    },
  );
  if (isThere) return undefined;
  const above = dirname(path) === path ? undefined : await createFolder(dirname(path));
  await mkdir(path, { mode: 0o700 }).catch(async (error: NodeJS.ErrnoException) => {
    // Another import may have created it since.
    if (error.code !== 'EEXIST' || !(await stat(path)).isDirectory()) throw error;
  });
  return above ?? path;
}

const unusable = (path: string, { code }: NodeJS.ErrnoException) =>
  new ImportRefused(`The folder ${path} cannot take the rejected rows (${code}).`);
