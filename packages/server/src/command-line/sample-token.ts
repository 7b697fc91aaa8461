import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Pool } from 'pg';
import { createApiKey } from '../api-key/api-key.queries.ts';
import { createAuthenticate } from '../authentication/authenticate.ts';
import type { Config } from '../config.ts';
import { samplePartnerName } from '../import/sample-data.ts';
import { listPartnersUnscoped } from '../partner/partner-directory.queries.ts';

/**
 * A key of the sample partner, kept in DATA_DIR so that it is the same on each start; null when there is no sample partner.
 * It is made anew when it is lost or works no longer.
 */
export async function keepSampleToken(pool: Pool, { dataDir, sampleData }: Pick<Config, 'dataDir' | 'sampleData'>): Promise<string | null> {
  if (!sampleData) return null;
  const partner = (await listPartnersUnscoped(pool)).find(({ name }) => name === samplePartnerName);
  if (!partner) return null;
  const path = join(dataDir, 'sample-token');
  const kept = (await readFile(path, 'utf8').catch(() => '')).trim();
  const viewer = await createAuthenticate(pool, Date.now)(`Bearer ${kept}`, undefined);
  if (typeof viewer === 'object' && viewer.partnerId === partner.id) return kept;

  const { key } = await createApiKey(pool, partner.id, { role: 'ADMIN', partnerUserId: null, expiresAt: null, actor: 'sample data' });
  await mkdir(dataDir, { recursive: true });
  const draft = `${path}.${process.pid}`;
  await rm(draft, { force: true });
  await writeFile(draft, `${key}\n`, { mode: 0o600, flag: 'wx' });
  await rename(draft, path);
  return key;
}
