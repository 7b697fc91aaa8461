import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../../server/dist/main.js', import.meta.url));

/**
 * Starts the server as `npm start` does, on a free port, with sample data in a folder that `stop` removes. With `folder`, it starts on the
 * data of a server that stopped before; with `keepsData`, `stop` leaves them. `variables` are further environment variables.
 */
export async function startServer({ variables = {}, folder } = {}) {
  folder ??= await mkdtemp(join(tmpdir(), 'page-check-'));
  // The embedded PostgreSQL does not run as root, and its user must be able to reach its folder.
  await chmod(folder, 0o755);
  const { DATABASE_URL: _, MIGRATION_DATABASE_URL: __, ...inherited } = process.env;
  const environment = {
    ...inherited,
    NODE_ENV: 'development',
    HOST: '127.0.0.1',
    PORT: '0',
    DATA_DIR: join(folder, 'data'),
    ...variables,
  };
  const server = spawn(process.execPath, [main, 'serve', '--banner'], { env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
  let log = '';
  server.stderr.setEncoding('utf8').on('data', (text) => (log += text));
  const exited = once(server, 'exit');

  async function stop({ keepsData = false } = {}) {
    if (server.exitCode === null && server.signalCode === null) server.kill('SIGTERM');
    const [code, signal] = await exited;
    if (!keepsData) await rm(folder, { recursive: true, force: true });
    if (code !== 0) throw new Error(`The server ended with ${signal ?? code}:\n${log}`);
  }

  const url = await Promise.race([addressIn(server.stdout), exited.then(() => null), wait(90_000)]);
  if (url) {
    // Discards further output; an unread pipe would fill up and block the server.
    server.stdout.resume();
    return { url, folder, environment, log: () => log, stop };
  }
  await stop();
  throw new Error(`The server printed no address:\n${log}`);
}

async function addressIn(stdout) {
  for await (const line of createInterface({ input: stdout })) {
    const url = /http:\/\/127\.0\.0\.1:\d+/.exec(line)?.[0];
    if (url) return url;
  }
  return null;
}

function wait(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds, null).unref());
}
