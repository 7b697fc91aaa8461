// Runs the programs of all clients against one server, one after the other, because they change the same sample data.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { serveSample } from './serve-sample.ts';

const source = fileURLToPath(new URL('.', import.meta.url));
const patterns = process.argv.slice(2);
const programs = readdirSync(source, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.test.ts') && (patterns.length === 0 || patterns.some((pattern) => file.includes(pattern))))
  .sort();

const server = await serveSample();
try {
  const env = {
    ...process.env,
    NODE_ENV: 'development',
    CLIENTS_URL: server.url,
    CLIENTS_ADMIN_TOKEN: server.adminToken,
    CLIENTS_VIEWER_TOKEN: server.viewerToken,
  };
  // The builds for development print the warnings.
  const flags = [
    '--conditions=development',
    '--import',
    'tsx',
    '--test',
    '--test-concurrency=1',
    '--test-timeout=60000',
    '--test-reporter=spec',
  ];
  const run = spawn(process.execPath, [...flags, ...programs], { cwd: source, env, stdio: ['ignore', 'inherit', 'inherit'] });
  const [code] = (await once(run, 'exit')) as [number | null];
  process.exitCode = code ?? 1;
} finally {
  await server.stop();
}
