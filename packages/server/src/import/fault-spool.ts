import { createReadStream, createWriteStream, mkdtempSync, rmSync, type WriteStream } from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { ImportFault } from './import-report.ts';

/** Faults or notes of an import wait on disk until they are told: a hostile file has more of them than fit into memory. */
export class FaultSpool {
  readonly #folder = mkdtempSync(join(tmpdir(), 'renewals-faults-'));
  readonly #files = new Map<string, WriteStream>();

  readonly take = async (batch: readonly ImportFault[]): Promise<void> => {
    for (const fault of batch) {
      const file = this.#files.get(fault.file) ?? this.#open(fault.file);
      if (file.errored) throw file.errored;
      if (!file.write(`${JSON.stringify(fault)}\n`)) await once(file, 'drain');
    }
  };

  #open(fileName: string): WriteStream {
    const file = createWriteStream(join(this.#folder, fileName));
    // A full disk must not end the process: the next write or read throws the error.
    file.on('error', () => {});
    this.#files.set(fileName, file);
    return file;
  }

  /** The faults of one file, each as a line of JSON, in the order in which they came. */
  async *lines(fileName: string): AsyncGenerator<string> {
    const file = this.#files.get(fileName);
    if (file === undefined) return;
    if (!file.writableEnded) await new Promise<void>((resolve) => void file.end(() => resolve()));
    if (file.errored) throw file.errored;
    yield* createInterface({ input: createReadStream(join(this.#folder, fileName)), crlfDelay: Infinity });
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
