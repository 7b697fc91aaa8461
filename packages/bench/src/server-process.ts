import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const main = fileURLToPath(new URL('../../server/dist/main.js', import.meta.url));

export type ServerProcess = { url: string; token: string; pid: number; stop(): Promise<void> };

/** Starts the built server with sample data on an embedded PostgreSQL, and creates an API key of its partner. `npm start` builds it. */
export async function startServerProcess(settings: Record<string, string>, role: string): Promise<ServerProcess> {
  const folder = mkdtempSync(join(tmpdir(), 'renewals-bench-'));
  // The user of the embedded PostgreSQL must be able to enter the folder.
  chmodSync(folder, 0o755);
  const { DATABASE_URL: _, MIGRATION_DATABASE_URL: __, NODE_ENV: ___, ...environment } = process.env;
  const env = {
    ...environment,
    LOG_LEVEL: 'warn',
    DATA_DIR: join(folder, 'data'),
    SAMPLE_DATA: 'on',
    PORT: '0',
    WORKER: 'off',
    ...settings,
  };
  const server = spawn(process.execPath, [main, 'serve', '--banner'], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  let banner = '';
  server.stdout.setEncoding('utf8').on('data', (text: string) => (banner += text));
  const exited = once(server, 'exit');
  while (!banner.includes('curl')) {
    if (server.exitCode !== null) throw new Error(`The server did not start:\n${banner}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const run = async (...words: string[]) => (await promisify(execFile)(process.execPath, [main, ...words], { env })).stdout;
  const [partner] = JSON.parse(await run('partner', 'list', '--json')) as { name: string }[];
  const token = (await run('token', 'create', '--partner', partner!.name, '--role', role)).trim();
  return {
    url: /http:\/\/[\w.:[\]]+/.exec(banner)![0],
    token,
    pid: server.pid!,
    async stop() {
      server.kill('SIGTERM');
      await exited;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
