import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { constants } from 'node:fs';
import { open, rename, rm, type FileHandle } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Writable } from 'node:stream';

/**
 * Writes a file that appears under its name only when it is whole and on the disk. Nobody else may read it. A file of that name is replaced
 * only then, and only with `mayReplace`.
 */
export async function writeWholeFile<T>(
  path: string,
  { mayReplace }: { mayReplace: boolean },
  write: (file: Writable) => Promise<T>,
): Promise<T> {
  // Not by the process id, which is the same in each container: a draft that a killed one left would be in the way of all others.
  const draft = join(dirname(path), `.${basename(path)}.${randomBytes(4).toString('hex')}.partial`);
  if (!mayReplace) await refuseExisting(path);
  const handle = await open(draft, constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY, 0o600);
  try {
    const result = await writeTo(handle, write);
    if (!mayReplace) await refuseExisting(path);
    await rename(draft, path);
    await syncFolder(dirname(path));
    return result;
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}

export class FileExists extends Error {}

async function refuseExisting(path: string): Promise<void> {
  const existing = await open(path, 'r').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  await existing?.close();
  if (existing) throw new FileExists(`${path} exists already.`);
}

async function writeTo<T>(handle: FileHandle, write: (file: Writable) => Promise<T>): Promise<T> {
  const stream = handle.createWriteStream({ flush: true, highWaterMark: 256 * 1024 });
  try {
    const result = await write(stream);
    // It is on the disk only when it is closed.
    if (!stream.closed) await once(stream, 'close');
    return result;
  } finally {
    stream.destroy();
  }
}

/** Without it, the new name may be lost with the power. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  await folder.sync().finally(() => folder.close());
}
