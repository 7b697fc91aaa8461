import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { businessTimeZone } from '../../bench/src/node-process.ts';

const main = fileURLToPath(new URL('../../server/dist/main.js', import.meta.url));

export type SampleServer = { url: string; adminToken: string; viewerToken: string; stop(): Promise<void> };

/** Starts the built server as `npm start` does: sample data on an embedded PostgreSQL, in a folder that `stop` removes. */
export async function serveSample(): Promise<SampleServer> {
  const folder = mkdtempSync(join(tmpdir(), 'renewals-clients-'));
  // The user of the embedded PostgreSQL must be able to enter the folder.
  chmodSync(folder, 0o755);
  const { DATABASE_URL: _, MIGRATION_DATABASE_URL: __, ...environment } = process.env;
  const env = {
    ...environment,
    NODE_ENV: 'development',
    HOST: '127.0.0.1',
    PORT: '0',
    LOG_LEVEL: 'warn',
    DATA_DIR: join(folder, 'data'),
    // A reminder that leaves between two requests is a further event of the timeline, which caches read again.
    WORKER: 'off',
    BUSINESS_TIME_ZONE: businessTimeZone,
  };
  const server = spawn(process.execPath, [main, 'serve', '--banner'], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(server, 'exit');
  let banner = '';
  server.stdout.setEncoding('utf8').on('data', (text: string) => (banner += text));
  while (!banner.includes('curl')) {
    if (server.exitCode !== null || server.signalCode !== null) throw new Error(`The server did not start:\n${banner}`);
    await sleep(20);
  }
  const url = `${/http:\/\/[\w.:[\]]+/.exec(banner)![0]}/graphql`;
  const [, adminToken] = /Bearer (prk_\w+)/.exec(banner)!;
  return {
    url,
    adminToken: adminToken!,
    viewerToken: await createKey(url, adminToken!, 'VIEWER'),
    async stop() {
      server.kill('SIGTERM');
      await exited;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function createKey(url: string, token: string, role: string): Promise<string> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({
      query: 'mutation CreateKey($role: PartnerUserRole!) { createApiKey(input: { role: $role }) { key } }',
      variables: { role },
    }),
  });
  const { data } = (await response.json()) as { data: { createApiKey: { key: string } } };
  return data.createApiKey.key;
}
