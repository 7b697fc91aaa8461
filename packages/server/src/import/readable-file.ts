import { access, constants, stat } from 'node:fs/promises';
import { ImportRefused } from './header.rules.ts';

/** A named pipe would be waited for, a device never ends. */
export async function requireReadableFile(name: string, path: string): Promise<{ bytes: number; modifiedAt: number }> {
  const refuse = (error: NodeJS.ErrnoException): never => {
    const isDangling = error.code === 'ENOENT';
    throw new ImportRefused(isDangling ? `${name} is a link to a missing file.` : `${name} cannot be read (${error.code}).`);
  };
  const found = await stat(path).catch(refuse);
  if (found.isDirectory()) throw new ImportRefused(`${name} is a folder, not a file.`);
  if (!found.isFile()) throw new ImportRefused(`${name} is not a regular file.`);
  await access(path, constants.R_OK).catch(refuse);
  return { bytes: found.size, modifiedAt: found.mtimeMs };
}
