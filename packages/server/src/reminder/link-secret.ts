import { randomBytes, randomUUID } from 'node:crypto';
import { link, mkdir, open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from '../config.ts';
import type { LinkSecrets } from './reminder-link.ts';

const minLength = 32;

/**
 * The secrets that sign and verify links: those of the configuration, or a random one that this machine keeps in its data folder.
 */
export async function readLinkSecrets({ linkSecrets, dataDir }: Pick<Config, 'linkSecrets' | 'dataDir'>): Promise<LinkSecrets> {
  if (linkSecrets) return linkSecrets;
  const path = join(dataDir, 'link-secret');
  const secret = (await readIfThere(path)) ?? (await createSecret(dataDir, path));
  if (secret.length < minLength) throw new Error(`${path} has fewer than ${minLength} characters; delete it, and a new one is made.`);
  return [secret];
}

async function readIfThere(path: string): Promise<string | null> {
  try {
    return (await readFile(path, 'utf8')).trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** Several processes may start at once. A hard link never replaces a file, so the first one wins and the others read its secret. */
async function createSecret(dataDir: string, path: string): Promise<string> {
  await mkdir(dataDir, { recursive: true });
  const draft = `${path}.${randomUUID()}`;
  const file = await open(draft, 'wx', 0o600);
  try {
    await file.writeFile(`${randomBytes(32).toString('base64url')}\n`);
    await file.sync();
    await link(draft, path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
  } finally {
    await file.close();
    await rm(draft, { force: true });
  }
  return (await readFile(path, 'utf8')).trim();
}
