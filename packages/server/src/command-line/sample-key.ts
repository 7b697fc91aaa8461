import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Pool } from 'pg';
import { createApiKey } from '../api-key/api-key.queries.ts';
import { createAuthenticate } from '../authentication/authenticate.ts';
import type { Config } from '../config.ts';
import { isReadOnly } from '../database/readiness.queries.ts';
import { samplePartnerName } from '../import/sample-data.ts';
import { listPartnersUnscoped } from '../partner/partner-directory.queries.ts';

/**
 * Returns an API key of the sample partner; null if there is no sample partner. DATA_DIR stores the key, so that it stays the same.
 * If the stored key is missing or invalid, a new one is created.
 */
export async function getSampleKey(pool: Pool, { dataDir, sampleData }: Pick<Config, 'dataDir' | 'sampleData'>): Promise<string | null> {
  if (!sampleData) return null;
  const partner = (await listPartnersUnscoped(pool)).find(({ name }) => name === samplePartnerName);
  if (!partner) return null;
  const path = join(dataDir, 'sample-token');
  const stored = (await readFile(path, 'utf8').catch(() => '')).trim();
  const viewer = await createAuthenticate(pool, Date.now)(`Bearer ${stored}`, undefined);
  if (typeof viewer === 'object' && viewer.partnerId === partner.id) return stored;

  // A standby shows the sample data; it can't take a new key.
  if (await isReadOnly(pool)) return null;
  const { key } = await createApiKey(pool, partner.id, { role: 'ADMIN', partnerUserId: null, expiresAt: null, actor: 'sample data' });
  await mkdir(dataDir, { recursive: true });
  const draft = `${path}.${process.pid}`;
  await rm(draft, { force: true });
  await writeFile(draft, `${key}\n`, { mode: 0o600, flag: 'wx' });
  await rename(draft, path);
  return key;
}
